package gate_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestModes sends what is over one limit to three gates: the first refuses it
// and says so, the second lets it pass and says so, the third lets it pass. And
// again, for what is known from the first time must be told of as well.
func TestModes(t *testing.T) {
	for _, tt := range []struct {
		limit, query string
		found        int
		limits       func(l limit.Limit) gate.Limits
		most         int
	}{
		{"body", "{ i } #" + strings.Repeat("x", 1_000), 1_007, func(l limit.Limit) gate.Limits { return gate.Limits{Body: l} }, 900},
		{"tokens", "{ i i i i }", 6, func(l limit.Limit) gate.Limits { return gate.Limits{Tokens: l} }, 5},
		{"depth", "{ contact(id: 1) { companies { contacts { id } } } }", 4, func(l limit.Limit) gate.Limits { return gate.Limits{Depth: l} }, 3},
		{"aliases", "{ a: i b: i }", 2, func(l limit.Limit) gate.Limits { return gate.Limits{Aliases: l} }, 1},
		{"rootFields", "{ i ...F } fragment F on Query { i i }", 3, func(l limit.Limit) gate.Limits { return gate.Limits{RootFields: l} }, 2},
		{"directives", "{ i @skip(if: false) a: i @skip(if: false) }", 2, func(l limit.Limit) gate.Limits { return gate.Limits{Directives: l} }, 1},
		{"directivesPerPlace", "{ i @skip(if: false) @include(if: true) }", 2, func(l limit.Limit) gate.Limits { return gate.Limits{DirectivesPerPlace: l} }, 1},
		{"fragments", "{ ...F } fragment F on Query { ...G } fragment G on Query { i }", 2, func(l limit.Limit) gate.Limits { return gate.Limits{Fragments: l} }, 1},
		{"selections", "{ ...F ...F } fragment F on Query { i }", 5, func(l limit.Limit) gate.Limits { return gate.Limits{Selections: l} }, 4},
		{"operations", "query A { i } query B { i }", 2, func(l limit.Limit) gate.Limits { return gate.Limits{Operations: l} }, 1},
		{"variables", "query A($a: ID!, $b: ID!) { a: contact(id: $a) { id } b: contact(id: $b) { id } }", 2, func(l limit.Limit) gate.Limits { return gate.Limits{Variables: l} }, 1},
	} {
		t.Run(tt.limit, func(t *testing.T) {
			for _, mode := range []limit.Mode{limit.Enforce, limit.Measure, limit.Off} {
				srv := gated(t, tt.limits(limit.Limit{Mode: mode, Most: tt.most}))
				for range 2 {
					got, told := askLogged(t, srv, tt.query)
					refused := len(got.Errors) > 0
					if refused != (mode == limit.Enforce) || refused && (got.Errors[0].Extensions["code"] != gate.CodeTooExpensive || got.Errors[0].Extensions["limit"] != tt.limit) {
						t.Errorf("%v: errors %+v", mode, got.Errors)
					}
					switch {
					case mode == limit.Off && len(told) > 0:
						t.Errorf("off, and told of %+v", told)
					case mode == limit.Off:
					case len(told) != 1 || told[0].Limit != tt.limit || told[0].Most != tt.most || told[0].Refused != refused:
						t.Errorf("%v: told of %+v, want %s", mode, told, tt.limit)
					case told[0].Found != tt.found:
						t.Errorf("%v: found %d, want %d", mode, told[0].Found, tt.found)
					}
				}
			}
		})
	}
}

// TestErrorsKept counts the mistakes that an answer shows.
func TestErrorsKept(t *testing.T) {
	for _, tt := range []struct {
		limit limit.Limit
		want  int
		told  bool
	}{
		{limit.Limit{}, 20, false},
		{limit.AtMost(3), 3, false},
		{limit.Limit{Mode: limit.Measure, Most: 3}, 60, true},
		{limit.Limit{Mode: limit.Off}, 60, false},
	} {
		got, told := askLogged(t, gated(t, gate.Limits{Errors: tt.limit}), braced(60, "f%d "))
		if len(got.Errors) != tt.want || (len(told) > 0) != tt.told {
			t.Errorf("%+v: %d errors, told of %+v, want %d errors", tt.limit, len(got.Errors), told, tt.want)
		}
	}
}

// TestNothingLetsABombPass switches all off: what would hurt the process is
// refused all the same, and at once.
func TestNothingLetsABombPass(t *testing.T) {
	off := limit.Limit{Mode: limit.Off}
	srv := gated(t, gate.Limits{
		Body: off, Tokens: off, Operations: off, Variables: off, Fragments: off, RootFields: off, Depth: off,
		Aliases: off, Directives: off, DirectivesPerPlace: off, Selections: off, Errors: off,
	})
	for query, want := range map[string]string{
		fragmentBomb(40):      "selections",
		fragmentMesh(100, 20): "selections",
		"{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }": "introspection",
		"{ contact(id: 1) " + braced(4_000, `id `) + "}":                                     "repeats",
	} {
		got, told := askLogged(t, srv, query)
		if len(got.Errors) != 1 || got.Errors[0].Extensions["limit"] != want || len(told) != 1 || !told[0].Refused {
			t.Errorf("%.60s…: errors %+v, told of %+v, want a refusal for %s", query, got.Errors, told, want)
		}
	}
	if got, _ := askLogged(t, srv, braced(3_000, "f%d: i ")); len(got.Errors) > 0 {
		t.Errorf("3,000 aliases with all limits off: %+v", got.Errors)
	}
}

// askLogged posts a query, and returns what limits it went beyond as well.
func askLogged(tb testing.TB, h http.Handler, query string) (answer, []limit.Excess) {
	tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "operationName": operationOf(query), "variables": map[string]string{"a": "1", "b": "2"}})
	if err != nil {
		tb.Fatal(err)
	}
	log := new(limit.Log)
	req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req.WithContext(limit.WithLog(req.Context(), log)))
	var a answer
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		tb.Fatalf("answer is not JSON: %v\n%.200s", err, rec.Body)
	}
	return a, log.List()
}

func operationOf(query string) string {
	if strings.HasPrefix(query, "query A") {
		return "A"
	}
	return ""
}
