package gate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestCheckFinds covers what the limit on tokens hides in a whole request.
func TestCheckFinds(t *testing.T) {
	tests := []struct {
		query  string
		limits gate.Limits
		limit  string
		found  int
	}{
		{"{ contact " + braced(10_000, "a%d: id ") + "}", gate.Limits{}, "aliases", 10_000},
		{braced(101, "f%d "), gate.Limits{}, "rootFields", 101},
		{"{ ...F ...F } fragment F on Query { a b ...G } fragment G on Query { c }", gate.Limits{RootFields: limit.AtMost(5)}, "rootFields", 6},
		{"{ a { ...F } } fragment F on Query { b { c } }", gate.Limits{Depth: limit.AtMost(2)}, "depth", 3},
		{"{ a { b { ofType { c } } } }", gate.Limits{Depth: limit.AtMost(3)}, "depth", 4},
		{"{ __schema { types { ofType { ...T } } } } fragment T on __Type { ofType { ofType { ofType { name } } } }", gate.Limits{Depth: limit.AtMost(3)}, "", 0},
		{"{ __schema { types { ofType { ...T } } } } fragment T on __Type { ofType { fields { name } } }", gate.Limits{Depth: limit.AtMost(3)}, "depth", 4},
		{"{ __schema { types { fields { type { ...T } } } } } fragment T on __Type { fields { type { interfaces { name } } } }", gate.Limits{}, "introspection", 3},
		{"{ fields { fields { fields { fields } } } }", gate.Limits{}, "", 0},
		{"{ a } fragment F on Query { b { c { d } } }", gate.Limits{Depth: limit.AtMost(2)}, "depth", 3},
		{"{ a } fragment F on Query { b } fragment F on Query { b { c { d } } }", gate.Limits{Depth: limit.AtMost(2)}, "depth", 3},
		{"{ a ... { b } ...F } fragment F on Query { c }", gate.Limits{Selections: limit.AtMost(5)}, "selections", 6},
		{"{ a @x b @x @y }", gate.Limits{Directives: limit.AtMost(2)}, "directives", 3},
		{"query ($v: Int @x @y) @x { a }", gate.Limits{DirectivesPerPlace: limit.AtMost(1)}, "directivesPerPlace", 2},
		{"query ($v: [Int] = [[1]]) { a }", gate.Limits{Nesting: 1}, "nesting", 2},
		{"query ($v: [[Int]]) { a }", gate.Limits{Nesting: 1}, "nesting", 2},
		{"{ ... { ... { a } } }", gate.Limits{Nesting: 1}, "nesting", 2},
		{"{ a { b b } ... { a { b } } }", gate.Limits{Repeats: 2}, "repeats", 3},
		{"{ a { b } c: a { b } }", gate.Limits{Repeats: 1, Aliases: limit.AtMost(1)}, "", 0},
		{"{ a(b: toolong) }", gate.Limits{NameBytes: 6}, "name", 7},
		{"{ a(b: {toolong: 1}) }", gate.Limits{NameBytes: 6}, "name", 7},
		{"{ toolong: a }", gate.Limits{NameBytes: 6}, "name", 7},
		{"query ($a: Int, $b: Int) { a }", gate.Limits{Variables: limit.AtMost(1)}, "variables", 2},
	}
	for _, tt := range tests {
		t.Run(tt.limit, func(t *testing.T) {
			err := gate.Check(parseQuery(t, tt.query), tt.limits)
			if err == nil {
				if tt.limit != "" {
					t.Fatalf("Check(%.60s) = nil, want limit %s", tt.query, tt.limit)
				}
				return
			}
			if tt.limit == "" || err.Extensions["limit"] != tt.limit || err.Extensions["found"] != tt.found {
				t.Errorf("Check(%.60s) = %v, want limit %s, found %d", tt.query, err.Extensions, tt.limit, tt.found)
			}
		})
	}
}

func parseQuery(tb testing.TB, query string) *ast.QueryDocument {
	tb.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

// FuzzGate sends any text as a query: the answer is always small JSON, and a
// refusal has a code.
func FuzzGate(f *testing.F) {
	for _, h := range hostileDocuments() {
		if len(h.query) < 10_000 {
			f.Add(h.query)
		}
	}
	f.Add(introspectionQuery)
	f.Fuzz(func(t *testing.T, query string) {
		got, size := post(t, newServer(t), query) // a new one, for the document cache hides code
		if size > 32<<10 {
			t.Errorf("the answer is %d bytes, want at most 32 KiB", size)
		}
		for _, err := range got.Errors {
			if err.Extensions["code"] == nil {
				t.Errorf("%q has no code", err.Message)
			}
		}
	})
}

// BenchmarkCheck shows that time grows with the document and nothing else:
// ns/selection is the same for each size and shape.
func BenchmarkCheck(b *testing.B) {
	shapes := []struct {
		name  string
		build func(n int) string
	}{
		{"flat", func(n int) string { return "{ a " + braced(n, "f%d ") + "}" }},
		{"bomb", func(n int) string { return fragmentBomb(n / 2) }},
		{"chain", fragmentRing},
	}
	for _, s := range shapes {
		for _, n := range []int{100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("%s/selections=%d", s.name, n), func(b *testing.B) {
				doc := parseQuery(b, s.build(n))
				for b.Loop() {
					_ = gate.Check(doc, gate.Limits{})
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/selection")
			})
		}
	}
}

// BenchmarkBomb refuses a document of some 3 KiB that comes to 2^40 selections,
// from its text on: a refusal may take a millisecond.
func BenchmarkBomb(b *testing.B) {
	srv, query := newServer(b), fragmentBomb(40)
	for b.Loop() {
		got, _ := post(b, srv, query)
		if len(got.Errors) != 1 || got.Errors[0].Extensions["limit"] != "selections" {
			b.Fatalf("errors = %+v, want one about selections", got.Errors)
		}
	}
	if took := b.Elapsed() / time.Duration(b.N); took > time.Millisecond*slowdown {
		b.Errorf("took %v, want at most 1ms", took)
	}
}

// BenchmarkRequest is a sensible query from HTTP body to answer: once with its
// document admitted before, once with a new one each time.
func BenchmarkRequest(b *testing.B) {
	query := braced(50, `c%d: contact(id: "%d") { id firstname companies(first: 3) { id name } } `)
	b.Run("known", func(b *testing.B) {
		srv := newServer(b)
		for b.Loop() {
			post(b, srv, query)
		}
	})
	b.Run("new", func(b *testing.B) {
		srv := newServer(b)
		for i := 0; b.Loop(); i++ {
			post(b, srv, query+"# "+fmt.Sprint(i))
		}
	})
}

func TestAnswersAreValidUTF8WhenShortened(t *testing.T) {
	got, _ := post(t, newServer(t), `{ contacts(first: "`+strings.Repeat("é", 1_000)+`") { id } }`)
	if len(got.Errors) != 1 || strings.ContainsRune(got.Errors[0].Message, '\uFFFD') {
		t.Errorf("errors = %+v, want one without a replacement character", got.Errors)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
}
