package where

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	gqlparser "github.com/vektah/gqlparser/v2/parser"
)

func TestLiteral(t *testing.T) {
	vars := map[string]any{"one": int64(1), "none": nil, "list": []any{"a"}}
	for _, test := range []struct {
		text string
		want any
	}{
		{`12345678901234567890`, json.Number("12345678901234567890")},
		{`0.10`, json.Number("0.10")},
		{`1e5`, json.Number("1e5")},
		{`true`, true},
		{`null`, nil},
		{`DESC`, "DESC"},
		{`"a\n"`, "a\n"},
		{`"""a"""`, "a"},
		{`[1, [$one], $absent]`, []any{json.Number("1"), []any{int64(1)}, nil}},
		{`{a: $one, b: $none, c: $absent, d: null, e: {}}`, map[string]any{"a": int64(1), "b": nil, "d": nil, "e": map[string]any{}}},
		{`$list`, []any{"a"}},
		{`$absent`, nil},
		{`$default`, json.Number("7")},
		{`{a: $default}`, map[string]any{"a": json.Number("7")}},
	} {
		doc, err := gqlparser.ParseQuery(&ast.Source{Input: `query($default: Int = 7) {f(a: ` + test.text + `)}`})
		if err != nil {
			t.Fatal(err)
		}
		op := doc.Operations[0]
		value := op.SelectionSet[0].(*ast.Field).Arguments[0].Value
		linkDefault(value, op.VariableDefinitions[0])
		if diff := cmp.Diff(test.want, Literal(value, vars)); diff != "" {
			t.Errorf("Literal(%s) differs (-want +got):\n%s", test.text, diff)
		}
	}
	if got := Literal(nil, nil); got != nil {
		t.Errorf("Literal(nil) = %v, want nil", got)
	}
}

// linkDefault does what validation does.
func linkDefault(v *ast.Value, def *ast.VariableDefinition) {
	if v.Kind == ast.Variable && v.Raw == def.Variable {
		v.VariableDefinition = def
	}
	for _, child := range v.Children {
		linkDefault(child.Value, def)
	}
}
