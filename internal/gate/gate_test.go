package gate_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/gate"
)

//go:embed testdata/introspection.graphql
var introspectionQuery string

// crm is a live schema small enough to read.
const crm = `
type Query {
  i: Int
  contact(id: ID!): Contact
  contacts(first: Int, order: Order): [Contact!]
  matching(ids: [ID!]!): [Contact!]
  filtered(where: Filter): [Contact!]
}
input Range { from: Int! to: Int! = 9 }
input Filter { range: Range name: String least: Float open: Boolean and: [Filter!] }
enum Order { NEWEST_FIRST OLDEST_FIRST }
type Contact { id: ID! firstname: String lastname: String email: String companies(first: Int): [Company!] }
type Company { id: ID! name: String contacts(first: Int): [Contact!] }
`

// A schema answers every operation with {} once it was let through.
type schema struct{ schema *ast.Schema }

func (s schema) Schema() *ast.Schema { return s.schema }

func (s schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s schema) Exec(context.Context) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Data: json.RawMessage(`{}`)})
}

func newServer(tb testing.TB) http.Handler {
	tb.Helper()
	return gated(tb, gate.Limits{})
}

func gated(tb testing.TB, limits gate.Limits) http.Handler {
	tb.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "crm.graphql", Input: crm})
	if err != nil {
		tb.Fatal(err)
	}
	srv := handler.New(schema{s})
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{})
	gate.Install(srv, limits, nil)
	return srv
}

// An answer is as much of a GraphQL answer as the gate decides.
type answer struct {
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string
		Locations  []struct{ Line, Column int }
		Extensions map[string]any
	} `json:"errors"`
}

// post sends query and returns the decoded answer and its size in bytes.
func post(tb testing.TB, h http.Handler, query string) (answer, int) {
	tb.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		tb.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	size := rec.Body.Len()
	var a answer
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		tb.Fatalf("answer is not JSON: %v\n%.200s", err, rec.Body)
	}
	return a, size
}

func TestHostileDocumentsAreRefusedCheaply(t *testing.T) {
	const (
		maxTime   = 100 * time.Millisecond
		maxAlloc  = 32 << 20
		maxAnswer = 32 << 10
	)
	srv := newServer(t)
	for _, h := range hostileDocuments() {
		t.Run(h.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			got, size := post(t, srv, h.query)
			took := time.Since(start)
			runtime.ReadMemStats(&after)

			if len(got.Errors) == 0 {
				t.Fatalf("%.80s… was let through, want %s", h.query, h.code)
			}
			ext := got.Errors[0].Extensions
			if ext["code"] != h.code || (h.limit != "" && ext["limit"] != h.limit) {
				t.Errorf("%.80s… refused with %v, want code %s, limit %q", h.query, ext, h.code, h.limit)
			}
			if len(got.Errors) > 20 {
				t.Errorf("%d errors, want at most 20", len(got.Errors))
			}
			if size > maxAnswer {
				t.Errorf("the answer is %d bytes, want at most %d", size, maxAnswer)
			}
			if took > maxTime*slowdown {
				t.Errorf("took %v, want at most %v", took, maxTime)
			}
			if alloc := after.TotalAlloc - before.TotalAlloc; alloc > maxAlloc {
				t.Errorf("allocated %d bytes, want at most %d", alloc, maxAlloc)
			}
		})
	}
	if got, _ := post(t, srv, "{ i }"); len(got.Errors) > 0 {
		t.Errorf("afterwards { i } = %v, want no error", got.Errors)
	}
}

func TestCostlyDocumentsValidateCheaply(t *testing.T) {
	for _, c := range costlyDocuments() {
		t.Run(c.name, func(t *testing.T) {
			srv := newServer(t)
			start := time.Now()
			got, size := post(t, srv, c.query)
			took := time.Since(start)

			t.Logf("%v, %d errors, %d bytes", took, len(got.Errors), size)
			for _, err := range got.Errors {
				if err.Extensions["code"] == gate.CodeTooExpensive {
					t.Errorf("refused, so this case shows nothing: %s", err.Message)
				}
			}
			if took > 100*time.Millisecond*slowdown {
				t.Errorf("took %v, want at most 100ms", took)
			}
			if size > 32<<10 {
				t.Errorf("the answer is %d bytes, want at most 32 KiB", size)
			}
		})
	}
}

func TestSensibleDocumentsPass(t *testing.T) {
	tests := []struct{ name, query string }{
		{"the introspection query of GraphiQL", introspectionQuery},
		{"50 aliased look-ups", braced(50, `c%d: contact(id: "%d") { id firstname companies(first: 3) { id name } } `)},
		{"100 fields of the root", braced(100, `c%d: i `)},
		{"12 levels", "{ contact(id: 1) " + strings.Repeat("{ companies { contacts ", 5) + "{ id }" + strings.Repeat("} }", 5) + "}"},
		{"types that are wrapped 30 times", "{ __schema { types { fields { type " + strings.Repeat("{ ofType ", 30) + "{ name }" + strings.Repeat(" }", 30) + " } } } }"},
		{"the fields of the types of fields", "{ __type(name: \"Contact\") { fields { type { fields { type { name } } } } } }"},
		{"fragments in fragments", "{ contact(id: 1) { ...C companies { contacts { ...C } } } } fragment C on Contact { id ...N } fragment N on Contact { firstname lastname }"},
		{"one field in 30 fragments", "{ contact(id: 1) " + braced(30, "... on Contact { id } ") + "}"},
		{"a filter of 1,000 values", "{ matching(ids: [" + strings.Repeat("1 ", 1_000) + "]) { id } }"},
	}
	srv := newServer(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := post(t, srv, tt.query)
			if len(got.Errors) > 0 {
				t.Errorf("errors = %v, want none", got.Errors)
			}
		})
	}
}

func TestRefusalNamesTheWayOut(t *testing.T) {
	got, _ := post(t, newServer(t), "{ contact(id: 1) "+braced(101, "a%d: id ")+"}")

	if len(got.Errors) != 1 {
		t.Fatalf("%d errors, want 1", len(got.Errors))
	}
	want := "the request has 101 aliases, at most 100 are allowed: split it into several requests"
	if got.Errors[0].Message != want {
		t.Errorf("message = %q, want %q", got.Errors[0].Message, want)
	}
	wantExt := map[string]any{"code": "TOO_EXPENSIVE", "limit": "aliases", "found": 101.0, "allowed": 100.0}
	if diff := cmp.Diff(wantExt, got.Errors[0].Extensions); diff != "" {
		t.Errorf("extensions (-want +got):\n%s", diff)
	}
}

func TestEveryValidationErrorHasACodeAndSuggestion(t *testing.T) {
	got, _ := post(t, newServer(t), `{ contact(idd: 1) { id firstnam } contacts(order: "NEWEST_FIRS") { id } }`)

	var messages []string
	for _, err := range got.Errors {
		if err.Extensions["code"] != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s has code %v, want GRAPHQL_VALIDATION_FAILED", err.Message, err.Extensions["code"])
		}
		messages = append(messages, err.Message)
	}
	all := strings.Join(messages, "\n")
	for _, want := range []string{`Did you mean "id"`, `Did you mean "firstname"`, `"NEWEST_FIRST"`} {
		if !strings.Contains(all, want) {
			t.Errorf("messages lack %s:\n%s", want, all)
		}
	}
}

func TestMalformedBodyIsNotEchoedInFull(t *testing.T) {
	req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": `+strings.Repeat("x", 200_000)))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	newServer(t).ServeHTTP(rec, req)

	if rec.Body.Len() > 2_000 {
		t.Errorf("the answer is %d bytes, want at most 2,000", rec.Body.Len())
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	srv := newServer(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 10 {
				if got, _ := post(t, srv, fmt.Sprintf("{ a%d: i b: i }", (i+j)%5)); len(got.Errors) > 0 {
					t.Errorf("errors = %v, want none", got.Errors)
				}
				if got, _ := post(t, srv, fmt.Sprintf("{ unknown%d other }", j)); len(got.Errors) != 2 {
					t.Errorf("%d errors, want 2", len(got.Errors))
				}
			}
		})
	}
	wg.Wait()
}
