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
