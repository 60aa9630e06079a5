package main

import (
	"bytes"
	"encoding/json"

	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// ask posts a query with a Cache-Control header, "" for none. What the answer
// was made of is kept when ask returns.
func (g *testGateway) ask(query, cacheControl string) answer {
	g.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		g.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, g.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if cacheControl != "" {
		req.Header.Set("Cache-Control", cacheControl)
	}
	res, err := g.client.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	a := answer{Status: res.StatusCode}
	if err := json.Unmarshal(text, &a); err != nil {
		g.t.Fatalf("the answer %s: %v", text, err)
	}
	if g.gateway.Records() != nil {
		g.gateway.Records().Wait()
	}
	return a
}

// warmQueries are all that kept records answer, and what they cost when nothing
// is kept.
var warmQueries = []struct {
	name  string
	query string
	cold  calls
}{
	{"a list", `{ contacts(first: 100) { nodes { email } } }`, calls{"list": 1}},
	{"a list's second page", `{ contacts(first: 30) { nodes { email } pageInfo { hasNextPage endCursor } } }`, calls{"list": 1}},
	{"look-ups", `{ a: contact(by: {id: "101"}) { email } b: contact(by: {id: "102"}) { email } }`, calls{"batch_read": 1}},
	{"a record that is not there", `{ contact(by: {id: "999"}) { email } }`, calls{"batch_read": 1}},
	{"three levels", threeLevels, calls{"list": 1, "associations": 1, "batch_read": 11}},
	{"three levels with labels", threeLevelsLabelled, calls{"list": 1, "associations": 2, "batch_read": 11}},
	{"conditions on associations", `{ contact(by: {id: "101"}) { companies(where: {name: {neq: "x"}}, orderBy: {property: name}) { totalCount nodes { name } } } }`,
		calls{"associations": 1, "batch_read": 2}},
}

func TestWarmRequestsCostNoCall(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 10)
	for _, tt := range warmQueries {
		t.Run(tt.name, func(t *testing.T) {
			g := startGateway(t, p, keeping, unthrottled)
			cold := g.ask(tt.query, "")
			if len(cold.Errors) > 0 && !strings.Contains(tt.query, "999") {
				t.Fatalf("errors: %+v", cold.Errors)
			}
			g.calls(tt.cold)
			for _, cacheControl := range []string{"", "max-age=60"} {
				warm := g.ask(tt.query, cacheControl)
				g.calls(calls{})
				if diff := cmp.Diff(string(cold.Data), string(warm.Data)); diff != "" {
					t.Errorf("the warm answer is another (-cold +warm):\n%s", diff)
				}
			}
			for _, cacheControl := range []string{"no-cache", "no-store", "max-age=0"} {
				fresh := g.ask(tt.query, cacheControl)
				g.calls(tt.cold)
				if diff := cmp.Diff(string(cold.Data), string(fresh.Data)); diff != "" {
					t.Errorf("the fresh answer is another (-cold +fresh):\n%s", diff)
				}
			}
		})
	}
}

// TestStalenessShows holds that an answer says how old the oldest of its data
// is, and how much of it was kept.
func TestStalenessShows(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 0), keeping, unthrottled)
	cost := func(a answer) (hits int, asOf time.Time) {
		var got struct {
			CacheHits int
			DataAsOf  time.Time
		}
		if err := json.Unmarshal(a.Extensions["hubgraph"], &got); err != nil {
			t.Fatal(err)
		}
		return got.CacheHits, got.DataAsOf
	}
	const old = `{ contact(by: {id: "101"}) { email } }`
	const both = `{ a: contact(by: {id: "101"}) { email } b: contact(by: {id: "102"}) { email } }`
	_, first := cost(g.ask(old, ""))
	time.Sleep(5 * time.Millisecond) // dataAsOf has milliseconds
	for _, query := range []string{old, both, both} {
		if _, asOf := cost(g.ask(query, "")); !asOf.Equal(first) {
			t.Errorf("%s is as of %v, want %v, when its oldest was read", query, asOf, first)
		}
	}
	hits, asOf := cost(g.ask(both, ""))
	if hits != 2 {
		t.Errorf("%d cache hits, want 2", hits)
	}
	if hits, fresh := cost(g.ask(both, "no-cache")); hits != 0 || !fresh.After(asOf) {
		t.Errorf("a fresh answer has %d hits and is as of %v, want none and later than %v", hits, fresh, asOf)
	}
}

// TestKeptForOtherQuestions: what one query read answers another.
func TestKeptForOtherQuestions(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 2), keeping, unthrottled)
	g.ask(`{ contacts(first: 100) { nodes { email companies { nodes { name domain } } } } }`, "")
	g.calls(calls{"list": 1, "batch_read": 1})
	for _, query := range []string{
		`{ contact(by: {id: "105"}) { email } }`,
		`{ contact(by: {id: "105"}) { companies { nodes { domain } } } }`,
		`{ company(by: {id: "107"}) { name } }`,
		`{ contacts(first: 100) { nodes { id } } }`,
	} {
		if a := g.ask(query, ""); len(a.Errors) > 0 {
			t.Fatalf("%s: %+v", query, a.Errors)
		}
		g.calls(calls{})
	}
	g.ask(`{ contact(by: {id: "105"}) { firstname } }`, "")
	g.calls(calls{"batch_read": 1})
	g.ask(`{ contact(by: {id: "105"}) { firstname email } }`, "")
	g.calls(calls{})
	g.ask(`{ contact(by: {id: "105"}) { companies { edges { isPrimary } } } }`, "")
	g.calls(calls{"associations": 1})
}

// TestNotKept: what is read anew each time.
func TestNotKept(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, keeping, unthrottled)
	for query, cost := range map[string]calls{
		`{ contacts(first: 5, where: {email: {neq: "x"}}) { nodes { email } } }`:                   {"search": 1},
		`{ contact(by: {email: "nobody@example.com"}) { firstname } }`:                             {"batch_read": 1},
		`{ contacts(first: 5, archived: true) { nodes { email } } }`:                               {"list": 1},
		`{ contacts(first: 5) { nodes { history(properties: [email]) { versions { value } } } } }`: {"list": 1},
		`{ contact(by: {id: "101"}) { history(properties: [email]) { versions { value } } } }`:     {"batch_read": 1},
		`{ contacts(first: 5) { totalCount } }`:                                                    {"search": 1},
	} {
		for _, time := range []string{"first", "second"} {
			if a := g.ask(query, ""); a.Status != http.StatusOK || a.code() == "GRAPHQL_VALIDATION_FAILED" {
				t.Fatalf("%s: %+v", query, a.Errors)
			}
			t.Run(time+" "+query, func(t *testing.T) { g.calls(cost) })
		}
	}
}

// TestFreshRequestsRefresh: a change of which nobody tells is seen by a request
// that demands it, and by all after it.
func TestFreshRequestsRefresh(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, keeping, unthrottled)
	const query = `{ contacts(first: 3) { nodes { firstname companies { nodes { name } } } } contact(by: {id: "101"}) { firstname } }`
	old := g.ask(query, "")
	p.Update("contacts", "101", map[string]string{"firstname": "Ada"})
	p.Dissociate("contacts", "102", "companies", "102")
	if got := g.ask(query, ""); string(got.Data) != string(old.Data) {
		t.Errorf("answer = %s, want the kept one: %s", got.Data, old.Data)
	}
	fresh := g.ask(query, "no-cache")
	if !strings.Contains(string(fresh.Data), "Ada") || string(fresh.Data) == string(old.Data) {
		t.Errorf("fresh answer = %s, want the new name", fresh.Data)
	}
	g.portal.ResetCalls()
	if got := g.ask(query, ""); string(got.Data) != string(fresh.Data) {
		t.Errorf("answer after a fresh one = %s, want %s", got.Data, fresh.Data)
	}
	g.calls(calls{})
}

// TestKeptForTheTTL: what was read goes when it is too old.
func TestKeptForTheTTL(t *testing.T) {
	const ttl = 200 * time.Millisecond
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 0), unthrottled, func(cfg *config.Config) {
		cfg.RecordTTL, cfg.RecordCacheBytes = ttl, 16<<20
	})
	const query = `{ contacts(first: 3) { nodes { firstname } } }`
	g.ask(query, "")
	g.portal.ResetCalls()
	for began := time.Now(); len(g.portal.Calls()) == 0; {
		if time.Since(began) > 10*time.Second {
			t.Fatal("nothing was read again")
		}
		g.ask(query, "")
	}
	g.calls(calls{"list": 1})
}

func TestRecordCacheMetrics(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 0), keeping, unthrottled)
	const query = `{ contacts(first: 100) { nodes { email companies { nodes { name } } } } }`
	g.ask(query, "")
	g.ask(query, "")
	for name, want := range map[string]string{
		`hubgraph_record_cache_lookups_total{kind="record",outcome="hit"}`:  "100",
		`hubgraph_record_cache_lookups_total{kind="record",outcome="miss"}`: "100",
		`hubgraph_record_cache_lookups_total{kind="edges",outcome="hit"}`:   "100",
		`hubgraph_record_cache_lookups_total{kind="list",outcome="hit"}`:    "1",
		`hubgraph_record_cache_lookups_total{kind="list",outcome="miss"}`:   "1",
	} {
		if got := g.metric(name); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	if got, bytes := g.metric("hubgraph_record_cache_bytes"), g.gateway.Records().Bytes(); got == "0" || bytes < 50_000 {
		t.Errorf("hubgraph_record_cache_bytes = %s, Bytes() = %d, want some of 200 records", got, bytes)
	}
	off := startGateway(t, g.portal, unthrottled)
	if text := off.get("/metrics"); strings.Contains(text, "record_cache") {
		t.Error("a gateway that keeps nothing has metrics of it")
	}
}
