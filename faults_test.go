package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// Queries of one branch that fails and one that does not. What HubSpot limits
// has its neighbours wait too, and a refused token is theirs as well: beside those
// stands what takes no call.
const (
	listBeside    = `{ companies(first: 3) { nodes { name } } contact(by: {id: "101"}) { email } }`
	longBeside    = `{ companies(first: 250) { nodes { name } } contact(by: {id: "101"}) { email } }`
	limitedBeside = `{ companies(first: 3) { nodes { name } } pipelines(objectType: "deals") { id } }`
	searchBeside  = `{ companies(first: 3, where: {name: {neq: "x"}}) { nodes { name } } pipelines(objectType: "deals") { id } }`
	batchBeside   = `{ contacts(first: 3) { nodes { email companies { nodes { name } } } } }`
)

// What the branches above answer if all is well, and if they fail.
const (
	besideKept   = `"contact":{"email":"`
	limitedKept  = `"pipelines":[{"id":"pipeline:0-3:default"}]`
	companies3   = `"companies":{"nodes":[{"name":"Company 0"},{"name":"Company 1"},{"name":"Company 2"}]}`
	companiesNot = `"companies":{"nodes":null}`
	batchAll     = `"companies":{"nodes":[{"name":"Company 0"}]}},`
	batchNot     = `"companies":{"nodes":null}`
)

// failsAt is the error of the branch that fails.
func failsAt(code string) []string { return []string{"companies.nodes " + code} }

// A faultRow is one way in which HubSpot fails, and what a client sees of it.
type faultRow struct {
	name    string
	fault   hubspottest.Fault // of lists of companies, unless it says otherwise
	query   string            // listBeside if empty
	timeout time.Duration     // of a request; 3 s if 0

	errors     []string // paths and codes
	data       []string // what is in the data
	calls      [2]int   // at least and at most, to the endpoint that fails
	took       [2]time.Duration
	retryAfter [2]time.Duration // that the first error tells; none if 0
}

const (
	ms     = time.Millisecond
	atOnce = 300 * ms // what takes no wait
	busy   = 500 * ms // what a machine may take longer that has other things to do
)

func status(code int, body string, header ...string) hubspottest.Fault {
	f := hubspottest.Fault{Status: code, Body: body, Header: http.Header{}}
	for i := 0; i < len(header); i += 2 {
		f.Header.Set(header[i], header[i+1])
	}
	return f
}

func once(f hubspottest.Fault) hubspottest.Fault {
	f.Times = 1
	return f
}

func of(endpoint hubspottest.Endpoint, f hubspottest.Fault) hubspottest.Fault {
	f.Endpoint = endpoint
	return f
}

// replaced answers as usual, with a text put in another's place once.
func replaced(from, to string) hubspottest.Fault {
	return hubspottest.Fault{Rewrite: func(body []byte) []byte { return bytes.Replace(body, []byte(from), []byte(to), 1) }}
}

func results(edit func([]any) []any) hubspottest.Fault {
	return hubspottest.Fault{Rewrite: hubspottest.RewriteResults(edit)}
}

// paged answers as usual, with what edit makes the next page's token.
func paged(edit func(answer map[string]any) (after string)) hubspottest.Fault {
	return hubspottest.Fault{Rewrite: hubspottest.RewriteJSON(func(answer map[string]any) {
		answer["paging"] = map[string]any{"next": map[string]any{"after": edit(answer)}}
	})}
}

// The ways of HubSpot to fail as a whole.
func refusals() []faultRow {
	rolling, secondly, daily := hubspottest.RateLimited("TEN_SECONDLY_ROLLING"), hubspottest.RateLimited("SECONDLY"), hubspottest.RateLimited("DAILY")
	limited, unavailable := failsAt("RATE_LIMITED"), failsAt("UPSTREAM_UNAVAILABLE")
	none, kept := []string{companiesNot, besideKept}, []string{companies3, besideKept}
	noneLimited, keptLimited := []string{companiesNot, limitedKept}, []string{companies3, limitedKept}
	search := hubspottest.Search
	const html = "<html><body><h1>502 Bad Gateway</h1><address>edge-7.internal</address></body></html>"
	day := [2]time.Duration{time.Second, 25 * time.Hour}
	return []faultRow{
		{name: "429 rolling", fault: once(status(429, rolling)), query: limitedBeside, timeout: 30 * time.Second,
			data: keptLimited, calls: [2]int{2, 2}, took: [2]time.Duration{9 * time.Second, 11 * time.Second}},
		{name: "429 rolling, no time to wait", fault: status(429, rolling), query: limitedBeside,
			errors: limited, data: noneLimited, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}, retryAfter: [2]time.Duration{9 * time.Second, 11 * time.Second}},
		{name: "429 rolling, Retry-After", fault: once(status(429, rolling, "Retry-After", "1")), query: limitedBeside,
			data: keptLimited, calls: [2]int{2, 2}, took: [2]time.Duration{time.Second, 1700 * ms}},
		{name: "429 secondly", fault: of(search, once(status(429, secondly))), query: searchBeside,
			data: keptLimited, calls: [2]int{2, 2}, took: [2]time.Duration{time.Second, 1700 * ms}},
		{name: "429 secondly, Retry-After", fault: of(search, once(status(429, secondly, "Retry-After", "0.5"))), query: searchBeside,
			data: keptLimited, calls: [2]int{2, 2}, took: [2]time.Duration{500 * ms, 1200 * ms}},
		{name: "429 secondly for ever", fault: of(search, status(429, secondly)), query: searchBeside,
			errors: limited, data: noneLimited, calls: [2]int{2, 2}, took: [2]time.Duration{time.Second, 1700 * ms}, retryAfter: [2]time.Duration{time.Second, 3 * time.Second}},
		{name: "429 daily", fault: status(429, daily), query: limitedBeside,
			errors: limited, data: noneLimited, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}, retryAfter: day},
		{name: "429 daily, Retry-After", fault: status(429, daily, "Retry-After", "1"), query: limitedBeside,
			errors: limited, data: noneLimited, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}, retryAfter: day},
		{name: "429 daily, in words", fault: status(429, `{"status":"error","message":"You have reached your daily limit."}`), query: limitedBeside,
			errors: limited, data: noneLimited, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}, retryAfter: day},
		{name: "429 of the edge", fault: of(search, once(status(429, "error code: 1015"))), query: searchBeside,
			data: keptLimited, calls: [2]int{2, 2}, took: [2]time.Duration{time.Second, 1700 * ms}},
		{name: "401 expired", fault: status(401, hubspottest.Unauthenticated("EXPIRED_AUTHENTICATION")), query: limitedBeside,
			errors: failsAt("UNAUTHENTICATED"), data: noneLimited, calls: [2]int{2, 2}, took: [2]time.Duration{0, atOnce}},
		{name: "401 revoked", fault: status(401, hubspottest.Unauthenticated("INVALID_AUTHENTICATION")), query: limitedBeside,
			errors: failsAt("UNAUTHENTICATED"), data: noneLimited, calls: [2]int{2, 2}, took: [2]time.Duration{0, atOnce}},
		{name: "401 once", fault: once(status(401, hubspottest.Unauthenticated("INVALID_AUTHENTICATION"))),
			data: kept, calls: [2]int{2, 2}, took: [2]time.Duration{0, atOnce}},
		{name: "403", fault: status(403, hubspottest.MissingScopes("crm.objects.companies.read")),
			errors: failsAt("FORBIDDEN"), data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "404", fault: status(404, `{"status":"error","category":"OBJECT_NOT_FOUND","message":"resource not found"}`),
			errors: failsAt("NOT_FOUND"), data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "414", fault: status(414, html),
			errors: failsAt("BAD_USER_INPUT"), data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "423 once", fault: once(status(423, `{"status":"error","message":"locked"}`)),
			data: kept, calls: [2]int{2, 2}, took: [2]time.Duration{2 * time.Second, 2700 * ms}},
		{name: "423 for ever", fault: status(423, `{"status":"error","message":"locked"}`),
			errors: unavailable, data: none, calls: [2]int{2, 2}, took: [2]time.Duration{2 * time.Second, 2700 * ms}},
		{name: "477", fault: status(477, `{"status":"error","message":"moving"}`, "Retry-After", "7200"), query: limitedBeside,
			errors: unavailable, data: none[:1], calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}, retryAfter: [2]time.Duration{7190 * time.Second, 7200 * time.Second}},
		{name: "500 once", fault: once(status(500, "")),
			data: kept, calls: [2]int{2, 2}, took: [2]time.Duration{100 * ms, time.Second}},
		{name: "500 for ever", fault: status(500, ""),
			errors: unavailable, data: none, calls: [2]int{3, 3}, took: [2]time.Duration{200 * ms, 2 * time.Second}},
		{name: "502 with a page", fault: status(502, html),
			errors: unavailable, data: none, calls: [2]int{3, 3}, took: [2]time.Duration{200 * ms, 2 * time.Second}},
		{name: "503", fault: status(503, ""),
			errors: unavailable, data: none, calls: [2]int{3, 3}, took: [2]time.Duration{200 * ms, 2 * time.Second}},
		{name: "503, Retry-After", fault: once(status(503, "", "Retry-After", "1")),
			data: kept, calls: [2]int{2, 2}, took: [2]time.Duration{time.Second, 1500 * ms}},
		{name: "503, long Retry-After", fault: status(503, "", "Retry-After", "30"),
			errors: unavailable, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}, retryAfter: [2]time.Duration{30 * time.Second, 30 * time.Second}},
		{name: "504", fault: status(504, html),
			errors: unavailable, data: none, calls: [2]int{3, 3}, took: [2]time.Duration{200 * ms, 2 * time.Second}},
	}
}

// The ways of the line and of what comes over it to be broken.
func damages() []faultRow {
	none, kept := []string{companiesNot, besideKept}, []string{companies3, besideKept}
	unavailable, late := failsAt("UPSTREAM_UNAVAILABLE"), failsAt("UPSTREAM_TIMEOUT")
	return []faultRow{
		// net/http repeats a GET of its own accord if a kept connection is cut.
		{name: "reset before the answer", fault: once(hubspottest.Fault{CloseBefore: true}),
			data: kept, calls: [2]int{2, 2}, took: [2]time.Duration{0, time.Second}},
		{name: "reset before every answer", fault: hubspottest.Fault{CloseBefore: true},
			errors: unavailable, data: none, calls: [2]int{3, 20}, took: [2]time.Duration{200 * ms, 2 * time.Second}},
		{name: "reset in the body", fault: once(hubspottest.Fault{CloseDuring: true}),
			data: kept, calls: [2]int{2, 2}, took: [2]time.Duration{100 * ms, time.Second}},
		{name: "reset in every body", fault: hubspottest.Fault{CloseDuring: true},
			errors: unavailable, data: none, calls: [2]int{3, 3}, took: [2]time.Duration{200 * ms, 2 * time.Second}},
		{name: "hang", fault: hubspottest.Fault{Hang: true}, timeout: time.Second,
			errors: late, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{900 * ms, 1500 * ms}},
		{name: "slow drip", fault: hubspottest.Fault{Drip: 50 * ms},
			data: kept, calls: [2]int{1, 1}, took: [2]time.Duration{500 * ms, time.Second}},
		{name: "slow drip beyond the deadline", fault: hubspottest.Fault{Drip: 400 * ms}, timeout: time.Second,
			errors: late, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{900 * ms, 1500 * ms}},
		{name: "truncated once", fault: once(hubspottest.Fault{Truncate: true}),
			data: kept, calls: [2]int{2, 2}, took: [2]time.Duration{100 * ms, time.Second}},
		{name: "truncated", fault: hubspottest.Fault{Truncate: true},
			errors: unavailable, data: none, calls: [2]int{3, 3}, took: [2]time.Duration{200 * ms, 2 * time.Second}},
		{name: "JSON by another name", fault: hubspottest.Fault{Header: http.Header{"Content-Type": {"text/plain"}}},
			data: kept, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "a page by the name of JSON", fault: status(200, "<html>maintenance on edge-7.internal</html>", "Content-Type", "application/json"),
			errors: unavailable, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "a page", fault: status(200, "<html>maintenance on edge-7.internal</html>"),
			errors: unavailable, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "duplicate keys", fault: replaced(`"id":"101"`, `"id":"101","id":"102"`),
			errors: unavailable, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "duplicate properties", fault: replaced(`"name":"Company 0"`, `"name":"Company 0","name":"Company 9"`),
			errors: unavailable, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "bad UTF-8", fault: replaced("Company 0", "Company \xff"),
			errors: unavailable, data: none, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "clock a year behind", fault: hubspottest.Fault{Header: http.Header{"Date": {"Mon, 02 Jan 2006 15:04:05 GMT"}}},
			data: kept, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "clock ahead, and a date to come back at", fault: of(hubspottest.Search, once(status(429, hubspottest.RateLimited("SECONDLY"),
			"Date", "Fri, 01 Jan 2100 00:00:00 GMT", "Retry-After", "Fri, 01 Jan 2100 00:00:01 GMT"))), query: searchBeside,
			data: []string{companies3, limitedKept}, calls: [2]int{2, 2}, took: [2]time.Duration{time.Second, 1700 * ms}},
		{name: "records of the future", fault: hubspottest.Fault{Rewrite: hubspottest.RewriteResults(func(all []any) []any {
			for _, one := range all {
				one.(map[string]any)["updatedAt"] = "2100-01-01T00:00:00Z"
			}
			return all
		})}, data: kept, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
	}
}

// The ways of a good answer to hold the wrong things.
func oddities() []faultRow {
	batch := hubspottest.BatchRead
	endless := 0
	reversed := func(all []any) []any {
		slices.Reverse(all)
		return all
	}
	return []faultRow{
		{name: "records twice", query: batchBeside, fault: of(batch, results(func(all []any) []any { return append(all, all...) })),
			data: []string{batchAll, `"Company 1"`, `"Company 2"`}, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "records in another order", query: batchBeside, fault: of(batch, results(reversed)),
			data: []string{batchAll, `"Company 1"`, `"Company 2"`}, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "a record missing", query: batchBeside, fault: of(batch, results(func(all []any) []any {
			return slices.DeleteFunc(all, func(one any) bool { return one.(map[string]any)["id"] == "101" })
		})), data: []string{`"companies":{"nodes":[]}`, `"Company 1"`, `"Company 2"`}, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "a record that nobody asked for", query: batchBeside, fault: of(batch, results(func(all []any) []any {
			return append([]any{map[string]any{"id": "999", "properties": map[string]any{"name": "Nobody's"}, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z", "archived": false}}, all...)
		})), data: []string{batchAll, `"Company 1"`, `"Company 2"`}, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "a list with a record twice", fault: results(func(all []any) []any { return append(all[:1:1], all...) }),
			data: []string{companies3, besideKept}, calls: [2]int{1, 1}, took: [2]time.Duration{0, atOnce}},
		{name: "the same after for ever", query: longBeside, fault: paged(func(map[string]any) string { return "7" }),
			errors: failsAt("UPSTREAM_UNAVAILABLE"), data: []string{companiesNot, besideKept}, calls: [2]int{2, 2}, took: [2]time.Duration{0, atOnce}},
		{name: "an empty page with a next one", fault: once(paged(func(answer map[string]any) string {
			answer["results"] = []any{}
			return "100"
		})), data: []string{companies3, besideKept}, calls: [2]int{2, 2}, took: [2]time.Duration{0, atOnce}},
		{name: "empty pages for ever", fault: paged(func(answer map[string]any) string {
			answer["results"] = []any{}
			endless++
			return fmt.Sprint(endless)
		}), errors: failsAt("TOO_EXPENSIVE"), data: []string{companiesNot}, calls: [2]int{15, 20}, took: [2]time.Duration{0, time.Second}},
	}
}

// TestWhenHubSpotFails drives each way that HubSpot has to fail through the
// whole gateway, and holds what its clients see: an answer that is GraphQL, in
// time, with the data of what did not fail, one error for what did, and nothing
// about our insides.
func TestWhenHubSpotFails(t *testing.T) {
	for _, row := range slices.Concat(refusals(), damages(), oddities()) {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel() // they wait
			row.run(t)
		})
	}
}

func (row faultRow) run(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	timeout := row.timeout
	if timeout == 0 {
		timeout = 3 * time.Second
	}
	g := startGateway(t, p, twoTypesAndDeals, func(cfg *config.Config) { cfg.Timeout, cfg.MaxCalls = timeout, 20 })
	fault := row.fault
	if fault.Endpoint == "" {
		fault.Endpoint = hubspottest.List
	}
	fault.ObjectType = "companies"
	p.Fail(fault)
	query := row.query
	if query == "" {
		query = listBeside
	}
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	code, text, err := g.post(t.Context(), body)
	took := time.Since(begin)
	if err != nil || code != http.StatusOK {
		t.Fatalf("status %d, error %v, want 200", code, err)
	}
	a := parseAnswer(t, string(text))
	if diff := cmp.Diff(row.errors, a.codes(), cmp.Transformer("none", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
		t.Errorf("errors (-want +got):\n%s\n%s", diff, text)
	}
	for _, want := range row.data {
		if !strings.Contains(string(a.Data), want) {
			t.Errorf("data = %s, want %s in it", a.Data, want)
		}
	}
	if n := len(p.Calls().Of(fault.Endpoint)) - othersOf(p.Calls(), fault); n < row.calls[0] || n > row.calls[1] {
		t.Errorf("%d calls of the endpoint that fails, want %d to %d:\n%s", n, row.calls[0], row.calls[1], p.Calls())
	}
	if took < row.took[0] || took > row.took[1]+busy || took > timeout+500*ms {
		t.Errorf("took %v, want %v to %v", took, row.took[0], row.took[1])
	}
	if after := a.retryAfter(); after < row.retryAfter[0] || after > row.retryAfter[1] {
		t.Errorf("retryAfterMs = %v, want %v to %v", after, row.retryAfter[0], row.retryAfter[1])
	}
	for _, inside := range []string{p.Token(), "127.0.0.1", "edge-7", "html", "goroutine", ".go:", "dial", "EOF", "jsontext", "status 5"} {
		if strings.Contains(string(text), inside) {
			t.Errorf("the answer tells %q: %s", inside, text)
		}
	}
	if strings.Contains(g.logs.String(), p.Token()) || strings.Contains(g.logs.String(), "panic") {
		t.Errorf("log:\n%s", g.logs)
	}
}

// othersOf counts the calls of the fault's endpoint that it does not hit.
func othersOf(all hubspottest.Calls, f hubspottest.Fault) (n int) {
	for _, c := range all.Of(f.Endpoint) {
		if c.ObjectType != f.ObjectType {
			n++
		}
	}
	return n
}

// twoTypesAndDeals makes a start short, and lifts the gateway's own limits.
func twoTypesAndDeals(cfg *config.Config) {
	cfg.Objects = []string{"contacts", "companies", "deals"}
	unthrottled(cfg)
}

// codes are the answer's errors, by path and code.
func (a answer) codes() []string {
	var out []string
	for _, e := range a.Errors {
		path := make([]string, len(e.Path))
		for i, at := range e.Path {
			path[i] = fmt.Sprint(at)
		}
		out = append(out, fmt.Sprintf("%s %v", strings.Join(path, "."), e.Extensions["code"]))
	}
	return out
}

// retryAfter is what the first error says; 0 if it says nothing.
func (a answer) retryAfter() time.Duration {
	if len(a.Errors) == 0 {
		return 0
	}
	n, _ := a.Errors[0].Extensions["retryAfterMs"].(float64)
	return time.Duration(n) * ms
}
