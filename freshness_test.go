package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// keeping keeps records for longer than any test takes.
func keeping(cfg *config.Config) {
	cfg.RecordTTL, cfg.RecordCacheBytes = time.Hour, 16<<20
}

// twoTypes makes a start short.
func twoTypes(cfg *config.Config) { cfg.Objects = []string{"contacts", "companies"} }

// keep asks until the answer takes no HubSpot call any more. What is read is
// kept soon, not at once.
func (g *testGateway) keep(query string) {
	g.t.Helper()
	for range 50 {
		g.portal.ResetCalls()
		g.query(query, nil)
		if len(g.portal.Calls()) == 0 {
			return
		}
	}
	g.t.Fatalf("the answer is not kept: HubSpot calls\n%s", g.portal.Calls())
}

// told delivers all changes, which the gateway must take.
func (g *testGateway) told(hooks *hubspottest.Webhooks) {
	g.t.Helper()
	sent, err := hooks.Deliver(context.Background())
	if err != nil || len(sent) == 0 {
		g.t.Fatalf("Deliver = %d requests, %v, want some", len(sent), err)
	}
	for _, d := range sent {
		if d.Status != http.StatusNoContent {
			g.t.Fatalf("a webhook was answered %d, want 204", d.Status)
		}
	}
}

// webhookChanges are all kinds of changes to a small portal, see changingPortal.
var webhookChanges = []struct {
	name   string
	change func(*hubspottest.Portal)
}{
	{"property of a root record", func(p *hubspottest.Portal) { p.Update("contacts", "101", map[string]string{"firstname": "Ada"}) }},
	{"property of an associated record", func(p *hubspottest.Portal) {
		p.Update("companies", "101", map[string]string{"name": "Analytical Engines"})
	}},
	{"creation", func(p *hubspottest.Portal) { p.AddRecord("contacts", map[string]string{"firstname": "Grace"}) }},
	{"creation with an association", func(p *hubspottest.Portal) {
		id := p.AddRecord("contacts", map[string]string{"firstname": "Grace"})
		p.Associate("contacts", id, "companies", "101")
	}},
	{"deletion of a root record", func(p *hubspottest.Portal) { p.Archive("contacts", "101") }},
	{"deletion of an associated record", func(p *hubspottest.Portal) { p.Archive("companies", "101") }},
	{"merge of root records", func(p *hubspottest.Portal) { p.Merge("contacts", "101", "102") }},
	{"merge of associated records", func(p *hubspottest.Portal) { p.Merge("companies", "102", "101") }},
	{"new association", func(p *hubspottest.Portal) { p.Associate("contacts", "101", "companies", "103") }},
	{"end of an association", func(p *hubspottest.Portal) { p.Dissociate("contacts", "101", "companies", "101") }},
	{"another primary association", func(p *hubspottest.Portal) { p.Associate("contacts", "101", "companies", "103", "Primary") }},
	{"everything at once", func(p *hubspottest.Portal) {
		p.Update("companies", "102", map[string]string{"name": "a"})
		p.Update("companies", "102", map[string]string{"name": "b"})
		p.Archive("contacts", "102")
		p.Merge("companies", "102", "103")
		p.Associate("contacts", "103", "companies", "101")
	}},
}

// changingPortal has four contacts and three companies: each contact has two.
func changingPortal(t *testing.T) *hubspottest.Portal {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 4)
	p.AddRecords("companies", 3)
	p.AssociateEach("contacts", "companies", 2)
	return p
}

const changingQuery = `{
	contacts(first: 10) { nodes { hs_object_id firstname companies(first: 5) { nodes { hs_object_id name } } } }
	companies(first: 10) { nodes { hs_object_id name contacts(first: 5) { edges { isPrimary node { hs_object_id firstname } } } } }
	first: contact(by: {id: "101"}) { hs_object_id firstname companies(first: 5, orderBy: {property: name}) { totalCount nodes { name } } }
	company(by: {id: "101"}) { hs_object_id name contacts(first: 5) { nodes { firstname } } }
	second: contact(by: {id: "102"}) { hs_object_id firstname primaryCompany { name } }
}`

// TestWebhooksMakeAnswersNew changes the portal, has HubSpot tell it, and
// compares the next answer with that of a gateway that keeps nothing.
func TestWebhooksMakeAnswersNew(t *testing.T) {
	forms := map[string]func(*hubspottest.Subscription){
		"generic":               func(*hubspottest.Subscription) {},
		"classic":               func(to *hubspottest.Subscription) { to.Classic = true },
		"twice in any order":    func(to *hubspottest.Subscription) { to.Duplicate, to.Shuffle, to.Batch = true, true, 2 },
		"classic, in any order": func(to *hubspottest.Subscription) { to.Classic, to.Shuffle, to.Batch = true, true, 1 },
	}
	for form, subscription := range forms {
		t.Run(form, func(t *testing.T) {
			for _, tt := range webhookChanges {
				t.Run(tt.name, func(t *testing.T) {
					p := changingPortal(t)
					g := startGateway(t, p, webhooked, keeping, unthrottled, twoTypes)
					fresh := startGateway(t, p, unthrottled, twoTypes)
					hooks := g.subscribed(subscription)
					g.keep(changingQuery)
					tt.change(p)
					g.told(hooks)
					for _, which := range []string{"first", "second"} {
						want, got := fresh.query(changingQuery, nil), g.query(changingQuery, nil)
						if diff := cmp.Diff(string(want.Data), string(got.Data)); diff != "" || len(got.Errors) > 0 {
							t.Errorf("the %s answer after the change has the errors %+v (-want +got):\n%s", which, got.Errors, diff)
						}
					}
				})
			}
		})
	}
}

// TestRefusedWebhooksChangeNothing holds that whoever is not HubSpot makes
// nothing go.
func TestRefusedWebhooksChangeNothing(t *testing.T) {
	p := changingPortal(t)
	g := startGateway(t, p, webhooked, keeping, unthrottled, twoTypes)
	mine, forged := g.subscribed(), g.subscribed(func(to *hubspottest.Subscription) { to.Secret = "guessed" })
	ctx := context.Background()

	p.Update("contacts", "101", map[string]string{"firstname": "Ada"})
	sent, err := mine.Deliver(ctx)
	if err != nil {
		t.Fatal(err)
	}
	g.keep(changingQuery)

	refused, err := forged.Deliver(ctx)
	if err != nil {
		t.Fatal(err)
	}
	replayed, err := mine.Repeat(ctx, sent[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(refused, replayed) {
		if d.Status != http.StatusUnauthorized {
			t.Errorf("a request that is not HubSpot's is answered %d, want 401", d.Status)
		}
	}
	g.query(changingQuery, nil)
	g.calls(nil)
}

// A holdingHub passes calls on to a portal and can hold back an answer that
// HubSpot has made.
type holdingHub struct {
	portal *hubspottest.Portal
	hold   atomic.Pointer[string] // the next call whose path holds this
	made   chan struct{}          // an answer is made, and held
	let    chan struct{}          // lets it go
}

func (h *holdingHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	h.portal.ServeHTTP(answer, r)
	if path := h.hold.Load(); path != nil && strings.Contains(r.URL.Path, *path) && h.hold.CompareAndSwap(path, nil) {
		h.made <- struct{}{}
		<-h.let
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// TestWebhookWinsOverFetch changes a record whose old values are on their way
// from HubSpot. They may answer the request that asked for them, which came
// before, and no other.
func TestWebhookWinsOverFetch(t *testing.T) {
	tests := []struct {
		name   string
		path   string // of the call that is held
		query  string
		change func(*hubspottest.Portal)
	}{
		{"batch read", "/objects/0-1/batch/read", `{ contact(by: {id: "101"}) { firstname } }`,
			func(p *hubspottest.Portal) { p.Update("contacts", "101", map[string]string{"firstname": "Ada"}) }},
		{"list", "/objects/0-1", `{ contacts(first: 10) { nodes { firstname } } }`,
			func(p *hubspottest.Portal) { p.Update("contacts", "101", map[string]string{"firstname": "Ada"}) }},
		{"list of one more", "/objects/0-1", `{ contacts(first: 10) { nodes { firstname } } }`,
			func(p *hubspottest.Portal) { p.AddRecord("contacts", map[string]string{"firstname": "Grace"}) }},
		{"associations", "/associations/0-1/0-2/batch/read", `{ contact(by: {id: "101"}) { companies(first: 5) { nodes { name } } } }`,
			func(p *hubspottest.Portal) { p.Dissociate("contacts", "101", "companies", "101") }},
		{"associations with a list", "/objects/0-1", `{ contacts(first: 10) { nodes { companies(first: 5) { nodes { name } } } } }`,
			func(p *hubspottest.Portal) { p.Associate("contacts", "101", "companies", "103") }},
		{"associated records", "/objects/0-2/batch/read", `{ contact(by: {id: "101"}) { companies(first: 5) { nodes { name } } } }`,
			func(p *hubspottest.Portal) { p.Update("companies", "101", map[string]string{"name": "Engines"}) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := changingPortal(t)
			h := &holdingHub{portal: p, made: make(chan struct{}), let: make(chan struct{})}
			hub := httptest.NewServer(h)
			t.Cleanup(hub.Close)
			g := startGateway(t, p, webhooked, keeping, unthrottled, twoTypes, func(cfg *config.Config) { cfg.HubSpotURL = hub.URL })
			hooks := g.subscribed()

			h.hold.Store(&tt.path)
			before := make(chan struct{})
			go func() {
				defer close(before)
				if _, err := g.tryQuery(context.Background(), tt.query, nil); err != nil {
					t.Errorf("the first query: %v", err)
				}
			}()
			<-h.made
			tt.change(p)
			g.told(hooks)
			want := startGateway(t, p, unthrottled, twoTypes).query(tt.query, nil)
			check := func(when string) {
				t.Helper()
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				defer cancel()
				got, err := g.tryQuery(ctx, tt.query, nil)
				if err != nil || string(got.Data) != string(want.Data) {
					t.Errorf("%s the old answer is there: %s, %v, want %s", when, got.Data, err, want.Data)
				}
			}
			check("while")
			close(h.let)
			<-before
			check("once")
		})
	}
}
