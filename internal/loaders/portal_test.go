package loaders_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// newPortal returns a portal without limits: what the client's own limiter lets
// through is counted.
func newPortal() *hubspottest.Portal {
	return hubspottest.NewPortal(hubspottest.Options{Unlimited: true})
}

// newClient returns a client that needs no network, so that it can be used where
// time is virtual.
func newClient(t testing.TB, way http.RoundTripper, limits hubspot.Limits) *hubspot.Client {
	t.Helper()
	c, err := hubspot.NewClient(slog.New(slog.DiscardHandler), hubspot.Options{
		Token: hubspot.StaticToken("pat-eu1-fake-token"), Limiter: hubspot.NewLimiter(limits),
		HTTPClient: &http.Client{Transport: way},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A portalCall is a call that reached the portal.
type portalCall struct {
	path   string        // from the object type on
	inputs []string      // in order, a page token behind a slash
	names  []string      // of the properties
	at     time.Duration // since the beginning
	hungUp time.Duration // when the client gave it up; 0 if it did not
}

func (c portalCall) String() string {
	return fmt.Sprintf("%s [%s] of %d: %s", c.path, strings.Join(c.names, " "), len(c.inputs), summary(c.inputs))
}

// summary is short for many inputs.
func summary(inputs []string) string {
	if len(inputs) > 12 {
		return inputs[0] + " … " + inputs[len(inputs)-1]
	}
	return strings.Join(inputs, " ")
}

// A tap is the way to a portal. It notes the calls, answers them late,
// and refuses those that ask for what it is told to refuse.
type tap struct {
	portal  http.RoundTripper
	begun   time.Time
	latency func() time.Duration
	refuse  map[string]int // by input or property: a status

	mu    sync.Mutex
	calls []*portalCall
}

func (w *tap) RoundTrip(r *http.Request) (*http.Response, error) {
	var in struct {
		Inputs     []struct{ ID, After string }
		Properties []string
	}
	if r.Body == nil {
		in.Properties = strings.Split(r.URL.Query().Get("properties"), ",")
	} else {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, err
		}
	}
	c := &portalCall{names: in.Properties, at: time.Since(w.begun)}
	_, c.path, _ = strings.Cut(strings.TrimSuffix(r.URL.RequestURI(), "/batch/read"), "/v")
	_, c.path, _ = strings.Cut(c.path, "/")
	if r.Body == nil {
		c.path, _, _ = strings.Cut(c.path, "?")
	}
	status := http.StatusOK
	for _, name := range in.Properties {
		if w.refuse[name] != 0 {
			status = w.refuse[name]
		}
	}
	for _, i := range in.Inputs {
		input := i.ID
		if i.After != "" {
			input += "/" + i.After
		}
		c.inputs = append(c.inputs, input)
		if w.refuse[i.ID] != 0 {
			status = w.refuse[i.ID]
		}
	}
	slices.Sort(c.inputs)
	w.mu.Lock()
	w.calls = append(w.calls, c)
	latency := w.latency()
	w.mu.Unlock()
	// The answer is of the moment of the question: on its way it grows old.
	answer := refusal(r, status)
	if status == http.StatusOK {
		var err error
		if answer, err = w.portal.RoundTrip(r); err != nil {
			return nil, err
		}
	}
	select {
	case <-time.After(latency):
		return answer, nil
	case <-r.Context().Done():
	}
	w.mu.Lock()
	c.hungUp = time.Since(w.begun)
	w.mu.Unlock()
	return nil, errors.Join(r.Context().Err(), answer.Body.Close())
}

func refusal(r *http.Request, status int) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"status":"error","message":"refused"}`)),
	}
}

// since are the calls after the first n, as text.
func (w *tap) since(n int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, c := range w.calls[n:] {
		all = append(all, c.String())
	}
	return all
}

// A rig is a Shared over a portal of 200 contacts, 101 to 300, and 5 companies.
// Contact n has the first name "first n", the last name "last n", the job title
// "jobtitle n" and the e-mail address n@example.com, and is associated with company 101 + n%5.
type rig struct {
	*loaders.Shared
	t      testing.TB
	portal *hubspottest.Portal
	tap    *tap
	begun  time.Time

	mu     sync.Mutex
	joined int
}

const rigContacts = 200

// newRig returns a rig whose calls take a second.
func newRig(t testing.TB, limits hubspot.Limits) *rig {
	p := newPortal()
	for range 5 {
		p.AddRecord("companies", map[string]string{"name": "a company"})
	}
	for n := 101; n <= 100+rigContacts; n++ {
		p.AddRecord("contacts", map[string]string{
			"firstname": fmt.Sprint("first ", n), "lastname": fmt.Sprint("last ", n), "jobtitle": fmt.Sprint("jobtitle ", n),
			"email": fmt.Sprint(n, "@example.com"),
		})
		p.Associate("contacts", fmt.Sprint(n), "companies", companyOf(fmt.Sprint(n)))
	}
	r := &rig{t: t, portal: p, begun: time.Now()}
	r.tap = &tap{portal: p.Transport(), begun: r.begun, latency: func() time.Duration { return time.Second }}
	r.Shared = loaders.NewShared(newClient(t, r.tap, limits), func(hubspot.Endpoint) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.joined++
	})
	return r
}

func companyOf(contact string) string {
	var n int
	_, _ = fmt.Sscan(contact, &n)
	return fmt.Sprint(101 + n%5)
}

// contacts are the IDs from one to another.
func contacts(from, to int) []string {
	var ids []string
	for n := from; n <= to; n++ {
		ids = append(ids, fmt.Sprint(n))
	}
	return ids
}

// read reads contacts and checks that each has what was asked for.
func (r *rig) read(ctx context.Context, ids []string, names ...string) error {
	records, err := r.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: "0-1", IDs: ids, Properties: hubspot.NewPropertySet(names...)})
	if err != nil {
		return err
	}
	byID := make(map[string]*hubspot.Record)
	for _, record := range records {
		if byID[record.ID] != nil {
			r.t.Errorf("record %s came twice", record.ID)
		}
		byID[record.ID] = record
	}
	for _, id := range ids {
		record := byID[id]
		if !there(id) {
			if record != nil {
				r.t.Errorf("record %s came, which does not exist", id)
			}
			continue
		}
		if record == nil {
			r.t.Errorf("record %s did not come", id)
			continue
		}
		for _, name := range names {
			if got, want := record.Value(name), strings.TrimSuffix(name, "name")+" "+id; got != want {
				r.t.Errorf("%s of %s = %q, want %q", name, id, got, want)
			}
		}
	}
	return nil
}

// there says whether the rig has such a contact.
func there(id string) bool { return id >= "101" && id <= fmt.Sprint(100+rigContacts) && len(id) == 3 }

// associations reads the companies of contacts, and checks them.
func (r *rig) associations(ctx context.Context, ids []string) error {
	inputs := make([]hubspot.AssociationInput, len(ids))
	for i, id := range ids {
		inputs[i].ID = id
	}
	pages, err := r.AssociationsBatchRead(ctx, "0-1", "0-2", inputs)
	if err != nil {
		return err
	}
	for _, id := range ids {
		page := pages[id]
		if !there(id) {
			if page != nil {
				r.t.Errorf("associations of %s came, which does not exist", id)
			}
			continue
		}
		if page == nil || len(page.To) != 1 || page.To[0].ID != companyOf(id) {
			r.t.Errorf("associations of %s = %+v, want company %s", id, page, companyOf(id))
		}
	}
	return nil
}

// plug takes the only token of the burst and the associations limit, so that who
// comes within the next 10 seconds waits.
func (r *rig) plug() {
	r.t.Helper()
	ctx := context.Background()
	if err := r.read(ctx, []string{"300"}, "firstname"); err != nil {
		r.t.Error(err)
	}
	if err := r.associations(ctx, []string{"300"}); err != nil {
		r.t.Error(err)
	}
}

// plugged is how many calls plug makes.
const plugged = 2
