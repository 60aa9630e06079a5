package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// refusedWithin is far above what a refusal takes (see the log of a test), for
// machines that are busy with something else.
const refusedWithin = time.Second

// send makes any HTTP request to /graphql.
func (g *testGateway) send(method, query, contentType, body string) (*http.Response, string) {
	g.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, g.url+"/graphql"+query, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
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
	return res, string(text)
}

func parseAnswer(t testing.TB, text string) answer {
	t.Helper()
	var a answer
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatalf("answer %.300q: %v", text, err)
	}
	return a
}

func (a answer) code() any {
	if len(a.Errors) == 0 {
		return nil
	}
	return a.Errors[0].Extensions["code"]
}

// healthy checks that the next good query works.
func (g *testGateway) healthy() {
	g.t.Helper()
	var got struct{ Contact struct{ ID string } }
	g.data(`{ contact(by: {id: "101"}) { id } }`, nil, &got)
	if got.Contact.ID != "0-1:101" {
		g.t.Errorf("contact 101 has id %q, want 0-1:101", got.Contact.ID)
	}
}

func braced(n int, format string) string {
	var b strings.Builder
	b.WriteString("{ ")
	for i := range n {
		fmt.Fprintf(&b, strings.ReplaceAll(format, "#", "%[1]d")+" ", i)
	}
	b.WriteString("}")
	return b.String()
}

// TestRefusedDocuments sends what must not reach HubSpot at all.
func TestRefusedDocuments(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 1))
	bomb := func(n int) string {
		var b strings.Builder
		b.WriteString("{ contact(by: {id: 101}) { ...f0 } } ")
		for i := range n {
			fmt.Fprintf(&b, "fragment f%d on Contact { ...f%d ...f%d } ", i, i+1, i+1)
		}
		fmt.Fprintf(&b, "fragment f%d on Contact { id }", n)
		return b.String()
	}
	tests := []struct {
		name      string
		query     string
		variables map[string]any
		code      string
	}{
		{"unknown root field", `{ nope }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"unknown field", `{ contacts { nodes { nope } } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"internal field", `{ _records }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"unknown argument", `{ contacts(frist: 1) { nodes { id } } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"missing argument", `{ contact { id } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"argument of a wrong type", `{ contacts(first: "x") { nodes { id } } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"empty key", `{ contact(by: {}) { id } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"two keys", `{ contact(by: {id: "101", email: "a@b.c"}) { id } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"unknown key", `{ contact(by: {nope: "1"}) { id } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"no selection", `{ contacts }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"selection on a leaf", `{ contacts { nodes { email { x } } } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"mutation", `mutation { x }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"subscription", `subscription { x }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"two operations and no name", `query A { __typename } query B { __typename }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"missing variable", `query($id: ID!) { contact(by: {id: $id}) { id } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"variable of a wrong type", `query($n: Int) { contacts(first: $n) { nodes { id } } }`, map[string]any{"n": "x"}, "GRAPHQL_VALIDATION_FAILED"},
		{"variable that is an object", `query($n: Int) { contacts(first: $n) { nodes { id } } }`, map[string]any{"n": map[string]any{}}, "GRAPHQL_VALIDATION_FAILED"},
		{"cyclic fragments", `{ contact(by: {id: 101}) { ...a } } fragment a on Contact { ...b } fragment b on Contact { ...a }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"no document", ``, nil, "GRAPHQL_VALIDATION_FAILED"},
		{"not closed", `{ contacts `, nil, "GRAPHQL_PARSE_FAILED"},
		{"not GraphQL", `SELECT * FROM contacts`, nil, "GRAPHQL_PARSE_FAILED"},
		{"10,000 aliases", braced(10_000, "a#: __typename"), nil, "TOO_EXPENSIVE"},
		{"3,000 aliases with differing arguments", braced(3_000, `a#: contacts(first: #) { nodes { id } }`), nil, "TOO_EXPENSIVE"},
		{"3,000 fields of one name with differing arguments", braced(3_000, `contacts(first: #) { nodes { id } }`), nil, "TOO_EXPENSIVE"},
		{"500 aliases with differing arguments", braced(500, `a#: contacts(first: #) { nodes { id } }`), nil, "TOO_EXPENSIVE"},
		{"200 levels", "{ contacts { nodes " + strings.Repeat("{ companies { nodes { contacts { nodes ", 50) + "{ id }" + strings.Repeat(" } } } }", 50) + " } }", nil, "TOO_EXPENSIVE"},
		{"fragment bomb", bomb(30), nil, "TOO_EXPENSIVE"},
		{"100,000 brackets", strings.Repeat("{", 100_000), nil, "TOO_EXPENSIVE"},
		{"1,000 errors", braced(90, "nope#"), nil, "GRAPHQL_VALIDATION_FAILED"},
		{"long name", "{ " + strings.Repeat("x", 100_000) + " }", nil, "TOO_EXPENSIVE"},
	}
	var slowest time.Duration
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, err := json.Marshal(map[string]any{"query": tt.query, "variables": tt.variables})
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			res, text := g.send(http.MethodPost, "", "application/json", string(body))
			took := time.Since(start)
			slowest = max(slowest, took)
			a := parseAnswer(t, text)
			if res.StatusCode != http.StatusOK || a.code() != tt.code {
				t.Errorf("status %d, code %v, want 200 and %s; answer: %.500s", res.StatusCode, a.code(), tt.code, text)
			}
			if a.Data != nil {
				t.Errorf("data = %s, want none: nothing ran", a.Data)
			}
			for _, e := range a.Errors {
				if e.Extensions["code"] == nil {
					t.Errorf("error without a code: %+v", e)
				}
			}
			if len(a.Errors) > gateway.MaxErrors || len(text) > 64<<10 {
				t.Errorf("%d errors in %d bytes, want at most %d in 64 KiB", len(a.Errors), len(text), gateway.MaxErrors)
			}
			if took > refusedWithin {
				t.Errorf("took %v, want at most %v", took, refusedWithin)
			}
		})
	}
	runtime.ReadMemStats(&after)
	t.Logf("slowest refusal: %v; allocated over all: %d KiB", slowest, (after.TotalAlloc-before.TotalAlloc)>>10)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 32<<20 {
		t.Errorf("the heap has grown by %d MiB, want at most 32", grown>>20)
	}
	g.calls(calls{})
	g.healthy()
}

// TestRefusedRequests sends what is not GraphQL over HTTP.
func TestRefusedRequests(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	const asJSON, good = "application/json", `{"query": "{ __typename }"}`
	tests := []struct {
		name                             string
		method, query, contentType, body string
		status                           int
		code                             any
	}{
		{"GET", "GET", "?query=" + url.QueryEscape("{ __typename }"), "", "", 200, nil},
		{"GET with variables", "GET", "?query=" + url.QueryEscape(`query($x: Boolean!) { __typename @include(if: $x) }`) + "&variables=" + url.QueryEscape(`{"x":true}`), "", "", 200, nil},
		{"POST with a charset", "POST", "", "application/json; charset=utf-8", good, 200, nil},
		{"named operation", "POST", "", asJSON, `{"query": "query A { __typename } query B { x: __typename }", "operationName": "B"}`, 200, nil},

		{"GET of a mutation", "GET", "?query=" + url.QueryEscape("mutation { x }"), "", "", 405, "BAD_USER_INPUT"},
		{"GET without a query", "GET", "", "", "", 400, "BAD_USER_INPUT"},
		{"GET with broken variables", "GET", "?query=" + url.QueryEscape("{ __typename }") + "&variables=nope", "", "", 400, "BAD_USER_INPUT"},
		{"GET with a broken query string", "GET", "?query=%zz", "", "", 400, "BAD_USER_INPUT"},
		{"unknown operation", "POST", "", asJSON, `{"query": "query A { __typename }", "operationName": "B"}`, 200, "GRAPHQL_VALIDATION_FAILED"},
		{"empty body", "POST", "", asJSON, "", 400, "BAD_USER_INPUT"},
		{"not JSON", "POST", "", asJSON, "nope", 400, "BAD_USER_INPUT"},
		{"JSON cut off", "POST", "", asJSON, `{"query": "{ __type`, 400, "BAD_USER_INPUT"},
		{"JSON with more behind", "POST", "", asJSON, good + good, 400, "BAD_USER_INPUT"},
		{"JSON text", "POST", "", asJSON, `"{ __typename }"`, 400, "BAD_USER_INPUT"},
		{"JSON array", "POST", "", asJSON, `[]`, 400, "BAD_USER_INPUT"},
		{"batch", "POST", "", asJSON, "[" + good + "," + good + "]", 400, "BAD_USER_INPUT"},
		{"JSON null", "POST", "", asJSON, `null`, 400, "BAD_USER_INPUT"},
		{"no query", "POST", "", asJSON, `{}`, 400, "BAD_USER_INPUT"},
		{"query of a wrong type", "POST", "", asJSON, `{"query": 1}`, 400, "BAD_USER_INPUT"},
		{"variables of a wrong type", "POST", "", asJSON, `{"query": "{ __typename }", "variables": [1]}`, 400, "BAD_USER_INPUT"},
		{"nested a million deep", "POST", "", asJSON, `{"variables": ` + strings.Repeat("[", 200_000), 400, "BAD_USER_INPUT"},
		{"text, as another origin could post", "POST", "", "text/plain", good, 415, "BAD_USER_INPUT"},
		{"form, as another origin could post", "POST", "", "application/x-www-form-urlencoded", "query=%7B__typename%7D", 415, "BAD_USER_INPUT"},
		{"multipart, as another origin could post", "POST", "", "multipart/form-data; boundary=x", "--x--", 415, "BAD_USER_INPUT"},
		{"no content type", "POST", "", "", good, 415, "BAD_USER_INPUT"},
		{"PUT", "PUT", "", asJSON, good, 405, "BAD_USER_INPUT"},
		{"DELETE", "DELETE", "", "", "", 405, "BAD_USER_INPUT"},
		{"5 MB", "POST", "", asJSON, `{"query": "{ __typename }", "x": "` + strings.Repeat("x", 5_000_000) + `"}`, 413, "TOO_EXPENSIVE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			res, text := g.send(tt.method, tt.query, tt.contentType, tt.body)
			took := time.Since(start)
			a := parseAnswer(t, text)
			if res.StatusCode != tt.status || a.code() != tt.code {
				t.Errorf("status %d, code %v, want %d and %v; answer: %.500s", res.StatusCode, a.code(), tt.status, tt.code, text)
			}
			if len(text) > 4<<10 || strings.Contains(text, "graphql.RawParams") {
				t.Errorf("answer of %d bytes: %.500s", len(text), text)
			}
			if took > refusedWithin {
				t.Errorf("took %v, want at most %v", took, refusedWithin)
			}
			if tt.name == "5 MB" {
				t.Logf("5 MB refused in %v", took)
			}
		})
	}
	g.calls(calls{})
	g.healthy()
}

// TestMediaTypes checks what a client that asks for a media type gets.
func TestMediaTypes(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	const plain, response = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
	tests := []struct {
		accept, query string
		status        int
		want          string
	}{
		{"", "{ __typename }", 200, plain},
		{"*/*", "{ __typename }", 200, plain},
		{"text/html", "{ __typename }", 406, plain},
		{"text/html, */*;q=0.1", "{ __typename }", 200, plain},
		{"application/json", "{ __typename }", 200, plain},
		{"application/graphql-response+json, application/json;q=0.9", "{ __typename }", 200, response},
		{"application/json", "{ nope }", 200, plain},
		{"application/graphql-response+json", "{ nope }", 400, response},
	}
	for _, tt := range tests {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+"/graphql?query="+url.QueryEscape(tt.query), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", tt.accept)
		res, err := g.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if got := res.Header.Get("Content-Type"); res.StatusCode != tt.status || got != tt.want {
			t.Errorf("Accept %q, query %s: status %d, type %s, want %d and %s", tt.accept, tt.query, res.StatusCode, got, tt.status, tt.want)
		}
	}
}

// TestBadValues sends values that only the run can judge: the field that is
// wrong is null, with its path and code, and everything else is there.
func TestBadValues(t *testing.T) {
	p := crm(t, hubspottest.Options{}, 1)
	g := startGateway(t, p)
	var page struct {
		Contacts struct{ PageInfo struct{ EndCursor string } }
	}
	g.data(`{ contacts(first: 1) { pageInfo { endCursor } } }`, nil, &page)
	cursor := page.Contacts.PageInfo.EndCursor
	if cursor == "" {
		t.Fatal("no cursor of contacts")
	}
	p.ResetCalls()
	tests := []struct {
		name, query string
		data        string
		code        any
		path        []any
		calls       calls
	}{
		{"first too small", `{ contacts(first: -1) { nodes { id } } x: __typename }`, `{"contacts":{"nodes":null},"x":"Query"}`, "BAD_USER_INPUT", []any{"contacts", "nodes"}, nil},
		{"first too large", `{ contacts(first: 100000) { nodes { id } } }`, `{"contacts":{"nodes":null}}`, "BAD_USER_INPUT", []any{"contacts", "nodes"}, nil},
		{"cursor of another query", `{ companies(after: "` + cursor + `") { nodes { id } } }`, `{"companies":{"nodes":null}}`, "BAD_USER_INPUT", []any{"companies", "nodes"}, nil},
		{"garbage for a cursor", `{ contacts(after: "x y") { nodes { id } } }`, `{"contacts":{"nodes":null}}`, "BAD_USER_INPUT", []any{"contacts", "nodes"}, nil},
		{"malformed id", `{ contact(by: {id: "abc"}) { id } }`, `{"contact":null}`, "BAD_USER_INPUT", []any{"contact"}, nil},
		{"id of another type", `{ contact(by: {id: "0-2:101"}) { id } }`, `{"contact":null}`, "BAD_USER_INPUT", []any{"contact"}, nil},
		{"id of an unknown type", `{ node(id: "9-9:1") { id } }`, `{"node":null}`, nil, nil, nil},
		{"malformed among nodes", `{ nodes(ids: ["0-1:101", "nope", "0-2:102"]) { id } }`, `{"nodes":[{"id":"0-1:101"},null,{"id":"0-2:102"}]}`, "BAD_USER_INPUT", []any{"nodes", 1.0}, calls{"batch_read": 2}},
		{"unknown id", `{ contact(by: {id: "99999999"}) { id } }`, `{"contact":null}`, nil, nil, calls{"batch_read": 1}},
		{"unknown id of a node", `{ node(id: "0-1:99999999") { id } }`, `{"node":null}`, nil, nil, calls{"batch_read": 1}},
		{"unknown e-mail", `{ contact(by: {email: "nobody@example.com"}) { id } }`, `{"contact":null}`, nil, nil, calls{"batch_read": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := g.query(tt.query, nil)
			if a.Status != http.StatusOK || string(a.Data) != tt.data {
				t.Errorf("status %d, data %s, want 200 and %s", a.Status, a.Data, tt.data)
			}
			var path []any
			if len(a.Errors) > 0 {
				path = a.Errors[0].Path
			}
			if a.code() != tt.code || !reflect.DeepEqual(path, tt.path) || len(a.Errors) > 1 {
				t.Errorf("errors = %+v, want one with code %v and path %v", a.Errors, tt.code, tt.path)
			}
			g.calls(tt.calls)
		})
	}
	g.healthy()
}

// TestErrorsAreBounded asks for the same mistake on 100 records.
func TestErrorsAreBounded(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	a := g.query(`{ contacts(first: 100) { nodes { companies(first: -1) { nodes { id } } } } }`, nil)
	if len(a.Errors) == 0 || len(a.Errors) > gateway.MaxErrors {
		t.Errorf("%d errors, want 1 to %d", len(a.Errors), gateway.MaxErrors)
	}
}

// TestNothingLeaks lets everything go wrong and looks for what nobody outside
// may see: the token anywhere, and HubSpot's address in answers and metrics.
func TestNothingLeaks(t *testing.T) {
	const token = "pat-eu1-5ec2e700-dead-beef"
	p := crm(t, hubspottest.Options{Token: token, Unlimited: true}, 1)
	g := startGateway(t, p, debugLogs, unthrottled, func(c *config.Config) { c.Timeout = 2 * time.Second })
	host := strings.TrimPrefix(p.URL(), "http://")
	html := "<html><body>" + token + " at " + p.URL() + "</body></html>"
	faults := []hubspottest.Fault{
		{Status: 400, Body: `{"status":"error","message":"bad","category":"VALIDATION_ERROR"}`},
		{Status: 401, Body: hubspottest.Unauthenticated("INVALID_AUTHENTICATION")},
		{Status: 403, Body: hubspottest.MissingScopes("crm.objects.contacts.read")},
		{Status: 404},
		{Status: 403, Body: html},
		{Status: 200, Body: html},
		{Status: 302, Header: http.Header{"Location": {"http://elsewhere.example/"}}},
		{Truncate: true, Times: 1},
		{CloseBefore: true},
		{CloseDuring: true},
		{Status: 500, Body: html},
		{Hang: true},
	}
	queries := []string{
		`{ contacts { nodes { email companies { nodes { name } } } } }`,
		`{ contact(by: {id: "101"}) { email companies { nodes { name } } } }`,
		`{ associationLabels(from: "contacts", to: "companies") { label } }`,
	}
	var answers strings.Builder
	codes := map[string]int{}
	for _, f := range faults {
		p.Fail(f)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		done := make(chan string, len(queries))
		for _, q := range queries {
			go func() {
				body, _ := json.Marshal(map[string]string{"query": q})
				_, text, err := g.post(ctx, body)
				if err != nil {
					t.Errorf("%+v: %v", f, err)
				}
				done <- string(text)
			}()
		}
		for range queries {
			text := <-done
			answers.WriteString(text)
			code := parseAnswer(t, text).code()
			codes[fmt.Sprint(code)]++
			if code == "INTERNAL" {
				t.Errorf("fault %+v gave INTERNAL: %s", f, text)
			}
		}
		cancel()
		p.ClearFaults()
		g.recovers() // or the next fault would meet nobody: a refused token and a failing HubSpot are left alone for a while
	}
	t.Logf("codes: %v", codes)
	g.healthy()
	for _, path := range []string{"/metrics", "/readyz", "/healthz", "/schema.graphql", "/"} {
		answers.WriteString(g.get(path))
	}
	if text := answers.String(); strings.Contains(text, token) || strings.Contains(text, host) {
		t.Errorf("an answer holds the token or HubSpot's address: %s", around(text, token, host))
	}
	if text := g.logs.String(); strings.Contains(text, token) {
		t.Errorf("the log holds the token: %s", around(text, token))
	}
	for line := range strings.Lines(g.logs.String()) { // what operators debug with may name addresses
		if !strings.Contains(line, "level=DEBUG") && strings.Contains(line, host) {
			t.Errorf("the log holds HubSpot's address: %s", line)
		}
	}
}

// around is what stands near the first of some texts that is found.
func around(text string, found ...string) string {
	for _, f := range found {
		if i := strings.Index(text, f); i >= 0 {
			return text[max(i-200, 0):min(i+200, len(text))]
		}
	}
	return ""
}

// TestTimeIsUp checks that a request that may not take any time gets an answer
// that says so.
func TestTimeIsUp(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0), func(c *config.Config) { c.Timeout = time.Nanosecond })
	a := g.query(`{ contacts { nodes { id } } }`, nil)
	if !slices.Contains([]any{"UPSTREAM_TIMEOUT", "RATE_LIMITED"}, a.code()) {
		t.Errorf("errors = %+v, want one that says that time is up", a.Errors)
	}
}
