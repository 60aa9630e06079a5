package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// shortTTL keeps records for a moment, and lets them answer for long while
// HubSpot is unavailable.
const shortTTL = 300 * time.Millisecond

func keepingShortly(cfg *config.Config) {
	cfg.RecordTTL, cfg.RecordCacheBytes = shortTTL, 16<<20
	cfg.Faults.StaleFor = time.Hour
}

// down is a HubSpot that tells how long it will be so, for which nobody waits.
var down = hubspottest.Fault{Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"60"}}}

// staleness is what an answer says of its age.
func (a answer) staleness(t *testing.T) (stale bool, asOf time.Time) {
	t.Helper()
	var got struct {
		Stale    bool
		DataAsOf time.Time
	}
	if err := json.Unmarshal(a.Extensions["hubgraph"], &got); err != nil {
		t.Fatal(err)
	}
	return got.Stale, got.DataAsOf
}

// staleQueries are answered from what is kept while HubSpot is unavailable.
var staleQueries = []string{
	`{ contacts(first: 100) { nodes { email } } }`,
	`{ contacts(first: 30) { nodes { email } pageInfo { hasNextPage endCursor } } }`,
	`{ contact(by: {id: "101"}) { email companies { nodes { name } } } company(by: {id: "102"}) { name } }`,
	`{ contact(by: {id: "999"}) { email } contacts(first: 3) { nodes { id } } }`,
	threeLevels,
	threeLevelsLabelled,
	`{ contact(by: {id: "101"}) { companies(where: {name: {neq: "x"}}, orderBy: {property: name}) { totalCount nodes { name } } } }`,
}

func TestStaleAnswers(t *testing.T) {
	faults := map[string]hubspottest.Fault{
		"unavailable": down,
		"day spent":   {Status: http.StatusTooManyRequests, Body: hubspottest.RateLimited("DAILY")},
		"moving":      {Status: 477, Header: http.Header{"Retry-After": {"3600"}}},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := crm(t, hubspottest.Options{Unlimited: true}, 2)
			g := startGateway(t, p, twoTypesAndDeals, keepingShortly)
			fresh := make(map[string]answer)
			var oldest time.Time
			for _, query := range staleQueries {
				fresh[query] = g.ask(query, "")
				_, asOf := fresh[query].staleness(t)
				if oldest.IsZero() || asOf.Before(oldest) {
					oldest = asOf
				}
			}
			time.Sleep(shortTTL)
			p.Fail(fault)
			for _, query := range staleQueries {
				a := g.ask(query, "")
				stale, asOf := a.staleness(t)
				if string(a.Data) != string(fresh[query].Data) {
					t.Errorf("%s\ndata = %.300s\nerrors %+v\nwant %.300s", query, a.Data, a.Errors, fresh[query].Data)
				}
				if !stale || asOf.Before(oldest) || time.Since(asOf) < shortTTL {
					t.Errorf("%s: stale %v, as of %v ago; want stale, and older than the TTL", query, stale, time.Since(asOf))
				}
			}
			for _, query := range []string{staleQueries[0], staleQueries[2]} {
				a := g.ask(query, "no-cache")
				if stale, _ := a.staleness(t); stale || len(a.Errors) == 0 {
					t.Errorf("no-cache, %s: stale %v, %s; want an error", query, stale, a.Data)
				}
			}
			// What is not kept fails alone.
			a := g.ask(`{ contacts(first: 100) { totalCount nodes { email } } }`, "")
			if codes := a.codes(); len(codes) != 1 || !strings.HasPrefix(codes[0], "contacts.totalCount ") || !strings.Contains(string(a.Data), "@") {
				t.Errorf("with a count: errors %v, data %.100s; want that of the count alone", codes, a.Data)
			}
			if n := g.metric("hubgraph_stale_answers_total"); n == "0" {
				t.Error("hubgraph_stale_answers_total = 0")
			}
		})
	}
}

// TestStaleWhileHubSpotHangs: answers come in time, though HubSpot's never do.
func TestStaleWhileHubSpotHangs(t *testing.T) {
	const timeout = 2 * time.Second
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 2), twoTypesAndDeals, keepingShortly, func(cfg *config.Config) { cfg.Timeout = timeout })
	old := g.ask(threeLevelsLabelled, "")
	time.Sleep(shortTTL)
	g.portal.Fail(hubspottest.Fault{Hang: true})
	begin := time.Now()
	a := g.ask(threeLevelsLabelled, "")
	took := time.Since(begin)
	if stale, _ := a.staleness(t); !stale || string(a.Data) != string(old.Data) || took > timeout+500*ms {
		t.Errorf("after %v: stale %v, errors %+v, the same data %v", took, stale, a.Errors, string(a.Data) == string(old.Data))
	}
	t.Logf("answered after %v of %v", took.Round(ms), timeout)
}

// TestStaleEnds: when HubSpot is well, what it answers is served and not what is
// kept, and what is too old answers never.
func TestStaleEnds(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, twoTypesAndDeals, keepingShortly, func(cfg *config.Config) { cfg.Faults.StaleFor = 1500 * time.Millisecond })
	const query = `{ contacts(first: 3) { nodes { firstname } } }`
	begin := time.Now()
	g.ask(query, "")
	p.Update("contacts", "101", map[string]string{"firstname": "Ada"})
	time.Sleep(shortTTL)
	p.Fail(down)
	if stale, _ := g.ask(query, "").staleness(t); !stale && time.Since(begin) < time.Second {
		t.Error("not stale")
	}
	p.ClearFaults()
	a := g.ask(query, "")
	if stale, _ := a.staleness(t); stale || !strings.Contains(string(a.Data), "Ada") {
		t.Errorf("when HubSpot is well: stale %v, %s", stale, a.Data)
	}
	time.Sleep(1500 * time.Millisecond)
	p.Fail(down)
	if a := g.ask(query, ""); a.code() != "UPSTREAM_UNAVAILABLE" {
		t.Errorf("what is too old: %+v %s", a.Errors, a.Data)
	}

	off := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 0), twoTypesAndDeals, keepingShortly, func(cfg *config.Config) { cfg.Faults.StaleFor = -1 })
	off.ask(query, "")
	time.Sleep(shortTTL)
	off.portal.Fail(down)
	if a := off.ask(query, ""); a.code() != "UPSTREAM_UNAVAILABLE" {
		t.Errorf("without stale answers: %+v %s", a.Errors, a.Data)
	}
}

// TestStaleAndTold: what a webhook told of is not served as it was, though
// HubSpot is down and nothing else is known.
func TestStaleAndTold(t *testing.T) {
	const query = `{ contacts(first: 100) { nodes { id firstname companies { nodes { id name } } } } }`
	for _, c := range webhookChanges {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := changingPortal(t)
			g := startGateway(t, p, twoTypes, unthrottled, webhooked, keepingShortly)
			hooks := g.subscribed()
			old := g.ask(query, "")
			time.Sleep(shortTTL)
			p.Fail(down)
			if a := g.ask(query, ""); string(a.Data) != string(old.Data) || len(a.Errors) > 0 {
				t.Fatalf("before the change: %+v %s, want %s", a.Errors, a.Data, old.Data)
			}
			c.change(p)
			g.told(hooks)
			a := g.ask(query, "")
			if string(a.Data) == string(old.Data) || len(a.Errors) == 0 {
				t.Errorf("after the change: the same answer, or no error: %+v %s", a.Errors, a.Data)
			}
			p.ClearFaults()
			now := g.ask(query, "")
			if len(now.Errors) > 0 || string(now.Data) == string(old.Data) {
				t.Errorf("when HubSpot is well: %+v, the same data %v", now.Errors, string(now.Data) == string(old.Data))
			}
		})
	}
}
