package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

// listen serves a gateway as the process does, timeouts and limits included.
func (g *testGateway) listen() (url string) {
	g.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		g.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, slog.New(slog.DiscardHandler), ln, g.server.LocalHandler(), time.Second)
	}()
	g.t.Cleanup(func() {
		g.client.CloseIdleConnections()
		stop()
		if err := <-served; err != nil {
			g.t.Errorf("serve: %v", err)
		}
	})
	return "http://" + ln.Addr().String()
}

// TestStatuses holds each status that a GraphQL answer can have, by both rules
// and for clients that take either media type. Of the release's clauses it has
// all that say MUST or SHOULD of a server.
//
// Source: https://http-spec.graphql.org/September2026/#sec-Status-Codes
func TestStatuses(t *testing.T) {
	const (
		asJSON    = "application/json"
		both      = "application/graphql-response+json, application/json;q=0.9"
		good      = `{"query": "{ __typename }"}`
		typename  = "?query=%7B__typename%7D"
		needsID   = `{"query": "query($id: ID!) { contact(by: {id: $id}) { id } }", "variables": {"id": null}}`
		halfRight = `{"query": "{ __typename contact(by: {id: \"nonsense\"}) { id } }"}`
		allWrong  = `{"query": "{ contacts(first: -1) { nodes { id } } }"}`
	)
	// By client: one that takes GraphQL's type, one that takes plain JSON alone.
	type statuses struct{ audit, auditPlain, release, releasePlain int }
	same := func(status int) statuses { return statuses{status, status, status, status} }
	tests := []struct {
		name                string
		method, query, body string
		header              []string
		want                statuses
	}{
		{"data", "POST", "", good, nil, same(200)},
		{"data by GET", "GET", typename, "", nil, same(200)},
		{"JSON in UTF-8, which it says", "POST", "", good, []string{"Content-Type", "application/json; charset=utf-8"}, same(200)},
		{"members that nobody knows", "POST", "", `{"query": "{ __typename }", "x": 1}`, nil, same(200)},
		{"null for what is optional", "POST", "", `{"query": "{ __typename }", "operationName": null, "variables": null, "extensions": null}`, nil, same(200)},
		{"empty text for what is optional", "GET", typename + "&operationName=&variables=&extensions=", "", nil, same(200)},
		{"an operation called null", "GET", "?query=query+null%7B__typename%7D&operationName=null", "", nil, same(200)},
		{"data and errors", "POST", "", halfRight, nil, statuses{200, 200, 294, 200}},
		{"null and errors", "POST", "", allWrong, nil, statuses{200, 200, 294, 200}},

		{"not JSON", "POST", "", "NONSENSE", nil, same(400)},
		{"JSON cut off", "POST", "", `{"query":`, nil, same(400)},
		{"no body", "POST", "", "", nil, same(400)},
		{"no request", "POST", "", `{"qeury": "{__typename}"}`, nil, statuses{400, 400, 422, 422}},
		{"no request by GET", "GET", "?qeury=x", "", nil, statuses{400, 400, 422, 422}},
		{"variables that are a list", "POST", "", `{"query": "{ __typename }", "variables": [7]}`, nil, statuses{400, 400, 422, 422}},
		{"a batch", "POST", "", "[" + good + "]", nil, statuses{400, 400, 422, 422}},
		{"not GraphQL", "POST", "", `{"query": "{"}`, nil, statuses{400, 200, 400, 400}},
		{"not valid", "POST", "", `{"query": "{ nope }"}`, nil, statuses{400, 200, 422, 422}},
		{"too deep", "POST", "", `{"query": "` + strings.Repeat("{a", 99) + strings.Repeat("}", 99) + `"}`, nil, statuses{400, 200, 422, 422}},
		{"too many calls", "POST", "", `{"query": "{ contacts(first: 1000) { nodes { companies(first: 1000) { nodes { id } } } } }"}`, nil, statuses{400, 200, 422, 422}},
		{"which operation", "POST", "", `{"query": "query A {__typename} query B {__typename}"}`, nil, statuses{400, 200, 422, 422}},
		{"an operation that is not there", "POST", "", `{"query": "query A {__typename}", "operationName": "B"}`, nil, statuses{400, 200, 422, 422}},
		{"a variable that is missing", "POST", "", needsID, nil, statuses{400, 200, 422, 422}},

		{"a mutation by GET", "GET", "?query=mutation%7B__typename%7D", "", nil, same(405)},
		{"another method", "PUT", "", good, nil, same(405)},
		{"accepting nothing that we have", "POST", "", good, []string{"Accept", "text/html, application/json;q=0, application/graphql-response+json;q=0"}, same(406)},
		{"too long a body", "POST", "", `{"query": "{ __typename }", "x": "` + strings.Repeat("x", 1<<20) + `"}`, nil, same(413)},
		{"too long a URL", "GET", typename + "&x=" + strings.Repeat("x", 40<<10), "", nil, same(414)},
		{"another type", "POST", "", good, []string{"Content-Type", "text/plain"}, same(415)},
		{"no type", "POST", "", good, []string{"Content-Type", ""}, same(415)},
		{"too long a header", "POST", "", good, []string{"X-Long", strings.Repeat("x", 80<<10)}, same(431)},
	}
	p := crm(t, hubspottest.Options{Unlimited: true}, 1)
	for _, rules := range []string{"audit", "2026"} {
		g := startGateway(t, p, unthrottled, func(c *config.Config) { c.HTTP.Status, c.MaxCalls = rules, 2 })
		base := g.listen()
		for _, accept := range []string{both, asJSON} {
			for _, tt := range tests {
				t.Run(rules+"/"+accept+"/"+tt.name, func(t *testing.T) {
					want := map[string]int{
						"audit" + both: tt.want.audit, "audit" + asJSON: tt.want.auditPlain,
						"2026" + both: tt.want.release, "2026" + asJSON: tt.want.releasePlain,
					}[rules+accept]
					req, err := http.NewRequestWithContext(t.Context(), tt.method, base+"/graphql"+tt.query, strings.NewReader(tt.body))
					if err != nil {
						t.Fatal(err)
					}
					req.Header.Set("Accept", accept)
					req.Header.Set("Content-Type", "application/json")
					for i := 0; i < len(tt.header); i += 2 {
						req.Header.Set(tt.header[i], tt.header[i+1])
					}
					res, err := g.client.Do(req)
					if err != nil {
						t.Fatal(err)
					}
					defer res.Body.Close()
					text, err := io.ReadAll(res.Body)
					if err != nil {
						t.Fatal(err)
					}
					if res.StatusCode != want {
						t.Errorf("status %d, want %d; answer: %.300s", res.StatusCode, want, text)
					}
					if want != http.StatusRequestHeaderFieldsTooLarge { // which net/http answers itself
						checkGraphQLAnswer(t, res, string(text), accept == both && want != 406, rules == "2026", tt.want.release < 300)
					}
				})
			}
		}
	}
}

// checkGraphQLAnswer holds what is true of every GraphQL answer.
func checkGraphQLAnswer(t *testing.T, res *http.Response, text string, takesResponse, release, runs bool) {
	t.Helper()
	mediaType := "application/json; charset=utf-8"
	if takesResponse || release && res.StatusCode > 299 {
		mediaType = "application/graphql-response+json; charset=utf-8"
	}
	if got := res.Header.Get("Content-Type"); got != mediaType {
		t.Errorf("content type %q, want %q", got, mediaType)
	}
	a := parseAnswer(t, text)
	if ran := a.Data != nil; ran != runs || !ran && (len(a.Errors) == 0 || a.code() == nil) {
		t.Errorf("answer %.300s, want data: %t", text, runs)
	}
	if allow := res.Header.Get("Allow"); (res.StatusCode == http.StatusMethodNotAllowed) != (allow != "") {
		t.Errorf("status %d, Allow %q", res.StatusCode, allow)
	}
}

// TestStatusOfTimeouts asks for what nobody has the time to begin.
func TestStatusOfTimeouts(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	for _, rules := range []string{"audit", "2026"} {
		g := startGateway(t, p, unthrottled, func(c *config.Config) { c.HTTP.Status, c.Timeout = rules, time.Nanosecond })
		for _, accept := range []string{"application/json", "application/graphql-response+json"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+"/graphql?query=%7Bcontacts%7Bnodes%7Bid%7D%7D%7D", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept", accept)
			res, err := g.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			want := []int{503, 504} // by where the time was up
			if rules == "audit" && accept == "application/json" {
				want = []int{200}
			}
			if a := parseAnswer(t, string(text)); err != nil || !slices.Contains(want, res.StatusCode) || a.Data != nil || a.code() == nil {
				t.Errorf("%s, %s: status %d, answer %s, error %v, want one of %v", rules, accept, res.StatusCode, text, err, want)
			}
		}
	}
}

// TestURLOfQueries holds that a query by GET is the one that POST would be.
func TestURLOfQueries(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	tests := []struct {
		query string
		want  string
		code  any
	}{
		{url.Values{"query": {"query A { a: __typename } query B($x: Boolean!) { b: __typename @include(if: $x) }"}, "operationName": {"B"}, "variables": {`{"x": true}`}}.Encode(), `{"b":"Query"}`, nil},
		{"query=%7B__typename%7D&query=%7Bx:__typename%7D", "", "BAD_USER_INPUT"},
		{"query=%7B__typename%7D&variables=%7B%7D&variables=%7B%7D", "", "BAD_USER_INPUT"},
		{"query=%7B__typename%7D%ff", "", "BAD_USER_INPUT"},
		{"query=%7B__typename%7D&variables=%7B%22a%22:1,%22a%22:2%7D", "", "BAD_USER_INPUT"},
		{"query=%7B__typename%7D&variables=null", `{"__typename":"Query"}`, nil},
		{"query=%7B__typename%7D&variables=7", "", "BAD_USER_INPUT"},
	}
	for _, tt := range tests {
		res, text := g.send(http.MethodGet, "?"+tt.query, "", "")
		if a := parseAnswer(t, text); string(a.Data) != tt.want || a.code() != tt.code {
			t.Errorf("GET %s: %d %s, want %s and %v", tt.query, res.StatusCode, text, tt.want, tt.code)
		}
	}
}
