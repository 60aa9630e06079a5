package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestVariablesKeyTellsApart holds values against each other that are easily
// taken for one another: a key that does not tell them apart would answer one
// client's question to another.
func TestVariablesKeyTellsApart(t *testing.T) {
	object := func(pairs ...any) map[string]any {
		m := make(map[string]any)
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1]
		}
		return m
	}
	cases := []map[string]any{
		{}, object("a", nil), object("b", nil), object("a", nil, "b", nil),
		object("a", ""), object("a", "1"), object("a", json.Number("1")), object("a", int64(1)), object("a", 1.0), object("a", true), object("a", false),
		object("a", "x", "b", "y"), object("a", "y", "b", "x"), object("a", "xs1y"), object("a", "x", "b", ""), object("a", "", "b", "x"),
		object("a", []any{}), object("a", []any{nil}), object("a", []any{"x"}), object("a", []any{"x", "y"}), object("a", []any{"xy"}),
		object("a", []any{[]any{"x"}, "y"}), object("a", []any{[]any{"x", "y"}}), object("a", []any{"x"}, "b", "y"), object("a", []any{"x", "y"}, "b", nil),
		object("a", object()), object("a", object("x", "y")), object("a", object("y", "x")), object("a", object("x", object("y", nil))), object("a", object("x", nil, "y", nil)),
	}
	definitions := ast.VariableDefinitionList{{Variable: "a"}, {Variable: "b"}}
	seen := make(map[string]map[string]any)
	for _, c := range cases {
		key, ok := variablesKey(&graphql.OperationContext{Variables: c, Operation: &ast.OperationDefinition{VariableDefinitions: definitions}})
		if other, twice := seen[key]; twice || !ok {
			t.Errorf("variablesKey(%v) = %q, %v, want another key than that of %v", c, key, ok, other)
		}
		seen[key] = c
	}
}

func TestVariablesKeyIsBounded(t *testing.T) {
	long := make([]any, 0, 1000)
	for i := range 1000 {
		long = append(long, fmt.Sprint(1_000_000+i))
	}
	for name, value := range map[string]any{"many values": long, "a type of no JSON": struct{}{}, "long text": strings.Repeat("x", 2*maxVariablesKey), "deep": []any{[]any{strings.Repeat("x", 2*maxVariablesKey), "y"}}} {
		op := &graphql.OperationContext{
			Variables: map[string]any{"a": value},
			Operation: &ast.OperationDefinition{VariableDefinitions: ast.VariableDefinitionList{{Variable: "a"}}},
		}
		if key, ok := variablesKey(op); ok {
			t.Errorf("%s: variablesKey = %d bytes, want none", name, len(key))
		}
	}
}
