package graphqlhttp_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
)

// A schema has what the gateway's has not: a mutation. It counts what runs, and
// answers with the operation's name, its variables, and an error for the field
// broken.
type schema struct {
	*ast.Schema

	ran int
}

func newSchema(t *testing.T) *schema {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Input: `
		scalar Digits
		type Query { i(d: Digits, s: String): Int broken: Int }
		type Mutation { i: Int }
	`})
	if err != nil {
		t.Fatal(err)
	}
	return &schema{Schema: s}
}

func (s *schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	s.ran++
	op := graphql.GetOperationContext(ctx)
	for _, sel := range op.Operation.SelectionSet {
		if f, ok := sel.(*ast.Field); ok && f.Name == "broken" {
			graphql.AddErrorf(ctx, "broken")
		}
	}
	data, err := json.Marshal(map[string]any{"operation": op.Operation.Name, "variables": op.Variables})
	if err != nil {
		graphql.AddError(ctx, err)
	}
	return graphql.OneShot(&graphql.Response{Data: data})
}

// A schemaView is a schema as gqlgen asks for it.
type schemaView struct{ *schema }

func (v schemaView) Schema() *ast.Schema { return v.schema.Schema }

// serve serves a schema over real HTTP.
func serve(t *testing.T, s *schema, opts graphqlhttp.Options) string {
	t.Helper()
	srv := handler.New(schemaView{s})
	srv.AddTransport(graphqlhttp.New(opts))
	gate.Install(srv, gate.Limits{}, nil)
	web := httptest.NewServer(srv)
	t.Cleanup(web.Close)
	return web.URL
}

// An answer is a GraphQL response and what HTTP says of it.
type answer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions map[string]any
	}

	res  *http.Response
	text string
}

func (a answer) code() any {
	if len(a.Errors) == 0 {
		return nil
	}
	return a.Errors[0].Extensions["code"]
}

// send makes a request. Header is names and values in turn.
func send(t *testing.T, method, url string, body io.Reader, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{res: res, text: string(text)}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &a); err != nil {
			t.Fatalf("answer %.300q: %v", text, err)
		}
	}
	return a
}

// post sends a body as JSON.
func post(t *testing.T, url, body string, header ...string) answer {
	t.Helper()
	return send(t, http.MethodPost, url, strings.NewReader(body), append(header, "Content-Type", "application/json")...)
}

// TestMutationsByGET holds that GET only ever asks, whatever a document holds
// besides the operation that is to run.
func TestMutationsByGET(t *testing.T) {
	tests := []struct {
		query, operation string
		status           int
		ran              bool
	}{
		{"{ i }", "", 200, true},
		{"query A { i } mutation B { i }", "A", 200, true},
		{"mutation { i }", "", 405, false},
		{"query A { i } mutation B { i }", "B", 405, false},
		{"mutation { unknown }", "", 405, false},
		{"subscription { i }", "", 405, false},
		{"mutation { i", "", 400, false},
		{"query A { i } mutation B { i }", "", 422, false},
		{"query A { i } mutation B { i }", "C", 422, false},
		{"{ unknown }", "", 422, false},
	}
	for _, tt := range tests {
		t.Run(tt.query+" "+tt.operation, func(t *testing.T) {
			s := newSchema(t)
			base := serve(t, s, graphqlhttp.Options{Rules: graphqlhttp.Release2026})
			a := send(t, http.MethodGet, base+"?"+url.Values{"query": {tt.query}, "operationName": {tt.operation}}.Encode(), nil)
			if a.res.StatusCode != tt.status || s.ran > 0 != tt.ran {
				t.Errorf("status %d, ran %d times, want %d and %t; answer: %s", a.res.StatusCode, s.ran, tt.status, tt.ran, a.text)
			}
			if allow := a.res.Header.Get("Allow"); tt.status == 405 && allow != "POST" {
				t.Errorf("Allow = %q, want POST", allow)
			}
		})
	}
}

// TestSimpleRequests sends all that a page of another origin can send without
// being asked first, and holds that none of it runs.
//
// Source: https://fetch.spec.whatwg.org/#cors-safelisted-method
func TestSimpleRequests(t *testing.T) {
	const mutation = `{"query": "mutation { i }"}`
	form := url.Values{"query": {"mutation { i }"}}.Encode()
	tests := []struct {
		name, method, query, body string
		header                    []string
	}{
		{"text", "POST", "", mutation, []string{"Content-Type", "text/plain"}},
		{"text that pretends", "POST", "", mutation, []string{"Content-Type", "text/plain; application/json"}},
		{"text with a parameter that pretends", "POST", "", mutation, []string{"Content-Type", `text/plain;x="application/json"`}},
		{"form", "POST", "", form, []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"form with the query in the URL", "POST", "?" + form, "", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"multipart", "POST", "", "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + mutation + "\r\n--x--", []string{"Content-Type", "multipart/form-data; boundary=x"}},
		{"no type", "POST", "", mutation, nil},
		{"an empty type", "POST", "", mutation, []string{"Content-Type", ""}},
		{"two types, as nobody may send", "POST", "", mutation, []string{"Content-Type", "text/plain", "Content-Type", "application/json"}},
		{"GET of a mutation", "GET", "?" + form, "", nil},
		{"GET with a body", "GET", "", mutation, []string{"Content-Type", "application/json"}},
		{"HEAD of a mutation", "HEAD", "?" + form, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSchema(t)
			a := send(t, tt.method, serve(t, s, graphqlhttp.Options{})+tt.query, strings.NewReader(tt.body), tt.header...)
			if a.res.StatusCode < 400 || a.res.StatusCode > 499 || s.ran > 0 {
				t.Errorf("status %d, ran %d times, want 4xx and none; answer: %s", a.res.StatusCode, s.ran, a.text)
			}
		})
	}
}

// TestRequests holds what of a request is taken, and how.
func TestRequests(t *testing.T) {
	tests := []struct {
		name, body string
		data       string // nothing if it is refused
		message    string // a part of it
	}{
		{"members that nobody knows", `{"query": "{ i }", "x": {"query": 1}, "Query": "mutation { i }", "documentid": 7}`, `{"operation":"","variables":{}}`, ""},
		{"null members", `{"query": "{ i }", "operationName": null, "variables": null, "extensions": null, "documentId": null}`, `{"operation":"","variables":{}}`, ""},
		{"space around", "\r\n\t {\"query\": \"{ i }\"} \n", `{"operation":"","variables":{}}`, ""},
		{"digits", `{"query": "query A($d: Digits) { i(d: $d) }", "variables": {"d": 1234567890.12345678901234567890}}`, `{"operation":"A","variables":{"d":1234567890.12345678901234567890}}`, ""},
		{"variables that are not defined", `{"query": "{ i }", "variables": {"x": [1, {"y": null}]}}`, `{"operation":"","variables":{}}`, ""},

		{"a member twice", `{"query": "{ i }", "query": "mutation { i }"}`, "", "not one JSON object"},
		{"a variable twice", `{"query": "{ i }", "variables": {"x": 1, "x": 2}}`, "", "not one JSON object"},
		{"no UTF-8", "{\"query\": \"{ i(s: \\\"\xff\\\") }\"}", "", "not one JSON object"},
		{"half a character", `{"query": "{ i(s: \"\ud800\") }"}`, "", "not one JSON object"},
		{"more behind", `{"query": "{ i }"} {}`, "", "not one JSON object"},
		{"a comma behind", `{"query": "{ i }",}`, "", "not one JSON object"},
		{"cut off after a wrong type", `{"query": 1, "variables"`, "", "not one JSON object"},
		{"null", `null`, "", "no query"},
		{"no query", `{"Query": "{ i }"}`, "", "no query"},
		{"text", `"{ i }"`, "", "must be a JSON object"},
		{"batch", `[{"query": "{ i }"}, {"query": "{ i }"}]`, "", "one operation, not an array"},
		{"empty batch", ` []`, "", "one operation, not an array"},
		{"query of a wrong type", `{"query": ["{ i }"]}`, "", "query must be text"},
		{"name of a wrong type", `{"query": "{ i }", "operationName": false}`, "", "operationName must be text"},
		{"variables of a wrong type", `{"query": "{ i }", "variables": "{}"}`, "", "variables must be a JSON object"},
		{"extensions of a wrong type", `{"query": "{ i }", "extensions": []}`, "", "extensions must be a JSON object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSchema(t)
			a := post(t, serve(t, s, graphqlhttp.Options{}), tt.body)
			if string(a.Data) != tt.data || (len(a.Errors) > 0) != (tt.data == "") {
				t.Fatalf("answer %s, want data %s", a.text, tt.data)
			}
			if tt.data == "" && (s.ran > 0 || a.res.StatusCode != 400 || a.code() != "BAD_USER_INPUT" || !strings.Contains(a.Errors[0].Message, tt.message)) {
				t.Errorf("status %d, ran %d times, errors %+v, want 400, none, BAD_USER_INPUT and %q", a.res.StatusCode, s.ran, a.Errors, tt.message)
			}
			if strings.Contains(a.text, `"data":null`) {
				t.Errorf("a request error has data: %s", a.text)
			}
		})
	}
}

// TestBodies sends bodies up to and beyond the cap over real connections,
// among them such as are written to the end before the answer is read.
func TestBodies(t *testing.T) {
	const allowed = 1000
	exactly := func(n int) string {
		const start, end = `{"query": "{ i }", "x": "`, `"}`
		return start + strings.Repeat("x", n-len(start)-len(end)) + end
	}
	unsized := func(s string) io.Reader { return struct{ io.Reader }{strings.NewReader(s)} }
	tests := []struct {
		name   string
		body   io.Reader
		header []string
		status int
	}{
		{"as long as allowed", strings.NewReader(exactly(allowed)), nil, 200},
		{"one byte more", strings.NewReader(exactly(allowed + 1)), nil, 413},
		{"5 MB", strings.NewReader(exactly(5_000_000)), nil, 413},
		{"5 MB, asking first", strings.NewReader(exactly(5_000_000)), []string{"Expect", "100-continue"}, 413},
		{"of unknown length, as long as allowed", unsized(exactly(allowed)), nil, 200},
		{"of unknown length, one byte more", unsized(exactly(allowed + 1)), nil, 413},
		{"of unknown length, 5 MB", unsized(exactly(5_000_000)), nil, 413},
		{"compressed", strings.NewReader(exactly(100)), []string{"Content-Encoding", "gzip"}, 415},
		{"in UTF-16", strings.NewReader(exactly(100)), []string{"Content-Type", "application/json; charset=utf-16"}, 415},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSchema(t)
			header := tt.header
			if len(header) == 0 || header[0] != "Content-Type" {
				header = append(header, "Content-Type", "application/json")
			}
			a := send(t, http.MethodPost, serve(t, s, graphqlhttp.Options{BodyBytes: allowed}), tt.body, header...)
			if a.res.StatusCode != tt.status || (s.ran > 0) != (tt.status == 200) {
				t.Errorf("status %d, ran %d times, want %d; answer: %s", a.res.StatusCode, s.ran, tt.status, a.text)
			}
			if tt.status == 413 && (a.code() != gate.CodeTooExpensive || a.Errors[0].Extensions["allowed"] != 1000.0) {
				t.Errorf("errors = %+v, want TOO_EXPENSIVE, 1000 allowed", a.Errors)
			}
		})
	}
}
