package hubspottest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// maxWebhookEvents is how many events HubSpot puts into one request.
const maxWebhookEvents = 100

// A Subscription says where an app wants to hear of changes, and how.
type Subscription struct {
	URL    string // the app's target URL, signed as HubSpot would call it
	Via    string // the URL that requests really go to, as behind a proxy; "" for URL itself
	Secret string // the app's client secret

	Classic   bool // "contact.creation" instead of "object.creation", for types that have such names
	Batch     int  // events of a request at most; 0 means 100
	Duplicate bool // every event comes twice, as if HubSpot had not heard the first answer
	Shuffle   bool // events come in any order, not always the same
}

// Webhooks gathers the changes of a portal for one app, until they are
// delivered. Creations, property changes, deletions, merges and associations
// of records are told; a deletion and a merge tell nothing of the associations
// that go or move with them.
//
// HubSpot: https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
type Webhooks struct {
	to       Subscription
	portalID int64
	client   *http.Client

	mu      sync.Mutex
	pending []event
	nextID  int64
}

// A Delivery is one request to the app, and what became of it.
type Delivery struct {
	Events int
	Status int           // what the app answered
	Took   time.Duration // until then

	header http.Header
	body   []byte
}

// Subscribe tells the portal's changes from now on.
func (p *Portal) Subscribe(to Subscription) *Webhooks {
	if to.Batch <= 0 || to.Batch > maxWebhookEvents {
		to.Batch = maxWebhookEvents
	}
	w := &Webhooks{to: to, portalID: p.opts.PortalID, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.webhooks = append(p.webhooks, w)
	return w
}

// tell hands an event to every app. p.mu must be held.
func (p *Portal) tell(kind string, t *objectType, e event) {
	for _, w := range p.webhooks {
		w.add(kind, t, e)
	}
}

// An event is one element of a request's array.
type event map[string]any

func (w *Webhooks) add(kind string, t *objectType, e event) {
	own := event{
		"portalId": w.portalID, "appId": 11, "subscriptionId": 25, "attemptNumber": 0,
		"occurredAt": time.Now().UnixMilli(), "changeSource": "CRM_UI",
	}
	if subject, ok := t.classic(); ok && w.to.Classic {
		own["subscriptionType"] = subject + "." + kind
	} else {
		own["subscriptionType"] = "object." + kind
		own["objectTypeId"] = t.id
	}
	for name, value := range e {
		switch name {
		case "fromObjectTypeId", "toObjectTypeId", "associationTypeId", "associationCategory":
			if _, classic := t.classic(); classic && w.to.Classic {
				continue
			}
		}
		own[name] = value
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nextID++
	own["eventId"] = w.nextID
	w.pending = append(w.pending, own)
}

// classic is the subject of the type's events in their classic form.
func (t *objectType) classic() (subject string, ok bool) {
	switch t.plural {
	case "contacts", "companies", "deals", "tickets", "products", "line_items":
		return t.singular, true
	}
	return "", false
}

// tellLinked tells both directions of an association, once for each of its types.
// p.mu must be held.
func (p *Portal) tellLinked(from *objectType, a *record, to *objectType, b *record, types []*assocType, removed bool) {
	if len(p.webhooks) == 0 {
		return
	}
	direction := func(from *objectType, a *record, to *objectType, b *record, t *assocType) {
		p.tell("associationChange", from, event{
			"fromObjectId": a.id, "toObjectId": b.id, "fromObjectTypeId": from.id, "toObjectTypeId": to.id,
			"associationType":   from.upper() + "_TO_" + to.upper(),
			"associationTypeId": t.typeID, "associationCategory": t.category,
			"associationRemoved": removed, "isPrimaryAssociation": isPrimary(t),
		})
	}
	for _, t := range types {
		direction(from, a, to, b, t)
		direction(to, b, from, a, t.inverse)
	}
}

// Deliver sends what has changed since the last time, and returns each request
// with its answer. Events of requests that cannot be made are lost.
func (w *Webhooks) Deliver(ctx context.Context) ([]Delivery, error) {
	w.mu.Lock()
	events := w.pending
	w.pending = nil
	w.mu.Unlock()
	if w.to.Duplicate {
		for _, e := range events { // of those that there were before
			again := maps.Clone(e)
			again["attemptNumber"] = 1
			events = append(events, again)
		}
	}
	if w.to.Shuffle {
		rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	}
	var sent []Delivery
	for len(events) > 0 {
		n := min(len(events), w.to.Batch)
		body, err := json.Marshal(events[:n])
		if err != nil {
			return sent, fmt.Errorf("write events: %w", err)
		}
		events = events[n:]
		d := Delivery{Events: n, header: w.sign(body, time.Now()), body: body}
		if d, err = w.Repeat(ctx, d); err != nil {
			return sent, err
		}
		sent = append(sent, d)
	}
	return sent, nil
}

// sign makes the headers of a request, with the signatures of all versions.
func (w *Webhooks) sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(w.to.Secret))
	mac.Write([]byte(http.MethodPost + w.to.URL))
	mac.Write(body)
	mac.Write([]byte(stamp))
	return http.Header{
		"Content-Type":                {"application/json"},
		"X-Hubspot-Request-Timestamp": {stamp},
		"X-Hubspot-Signature-V3":      {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
		"X-Hubspot-Signature":         {fmt.Sprintf("%x", sha256.Sum256(append([]byte(w.to.Secret), body...)))},
		"X-Hubspot-Signature-Version": {"v1"},
	}
}

// Repeat sends a request again, byte for byte, as somebody who overheard it
// would.
func (w *Webhooks) Repeat(ctx context.Context, d Delivery) (Delivery, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.to.URL, bytes.NewReader(d.body))
	if err == nil && w.to.Via != "" {
		req.URL, err = url.Parse(w.to.Via) // req.Host stays the one that was asked for
	}
	if err != nil {
		return d, fmt.Errorf("deliver webhook: %w", err)
	}
	req.Header = d.header.Clone()
	start := time.Now()
	res, err := w.client.Do(req)
	if err != nil {
		return d, fmt.Errorf("deliver webhook: %w", err)
	}
	_, err = io.Copy(io.Discard, res.Body)
	d.Took = time.Since(start)
	d.Status = res.StatusCode
	if closed := res.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return d, fmt.Errorf("deliver webhook: %w", err)
	}
	return d, nil
}
