package gate

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxVariableDepth is how deep a variable's lists and objects may stand in one
// another. Conditions, the deepest inputs there are, take less.
const maxVariableDepth = 128

// checkVariables refuses a variable's value that is none of its type's, by the
// rules that literals follow. gqlparser, which coerces variables afterwards,
// takes a JSON number for text and text for a number: the argument would then
// seem to be absent, and the answer hold what nobody asked for.
//
// Source: https://spec.graphql.org/September2025/#sec-Coercing-Variable-Values
func (g *gate) checkVariables(doc *ast.QueryDocument, params *graphql.RawParams) *gqlerror.Error {
	op := doc.Operations.ForName(params.OperationName)
	if op == nil {
		return &gqlerror.Error{Message: noOperation(doc, params.OperationName), Extensions: map[string]any{"code": CodeValidationFailed}}
	}
	for _, v := range op.VariableDefinitions {
		if err := g.checkVariable(v, params.Variables); err != nil {
			return &gqlerror.Error{
				Message:    "variable " + err.Error(),
				Path:       ast.Path{ast.PathName("variable"), ast.PathName(v.Variable)},
				Extensions: map[string]any{"code": CodeValidationFailed},
			}
		}
	}
	return nil
}

// noOperation says which operations there are to run.
func noOperation(doc *ast.QueryDocument, name string) string {
	var names []string
	for _, op := range doc.Operations {
		if op.Name != "" {
			names = append(names, strconv.Quote(op.Name))
		}
	}
	listed := strings.Join(names, ", ")
	switch {
	case name == "":
		return "the document has several operations: say in operationName which one is to run, of " + listed
	case len(names) == 0:
		return fmt.Sprintf("the document has no operation %q, but one without a name: leave operationName out", name)
	}
	return fmt.Sprintf("the document has no operation %q: operationName must be of %s", name, listed)
}

func (g *gate) checkVariable(v *ast.VariableDefinition, values map[string]any) error {
	value, given := values[v.Variable]
	if !given && v.DefaultValue == nil && v.Type.NonNull {
		return fmt.Errorf("$%s of type %s is missing: give it in variables", v.Variable, v.Type)
	}
	if !given {
		return nil
	}
	return g.checkValue(v.Type, value, "$"+v.Variable, 0)
}

// checkValue checks a value and all in it.
func (g *gate) checkValue(t *ast.Type, value any, at string, depth int) error {
	if value == nil {
		if t.NonNull {
			return fmt.Errorf("%s is null, which is no %s", at, t)
		}
		return nil
	}
	if depth > maxVariableDepth {
		return fmt.Errorf("%s… is nested more than %d deep; write it flatter", at[:min(len(at), 64)], maxVariableDepth)
	}
	if t.Elem != nil {
		list, ok := value.([]any)
		if !ok {
			return g.checkValue(t.Elem, value, at, depth+1) // one value stands for a list of one
		}
		for i, element := range list {
			if err := g.checkValue(t.Elem, element, at+"["+strconv.Itoa(i)+"]", depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	def := g.schema.Types[t.NamedType]
	if def == nil {
		return nil
	}
	if def.Kind == ast.InputObject {
		return g.checkObject(def, value, at, depth)
	}
	if fits(def, value) {
		return nil
	}
	return fmt.Errorf("%s is %s, which is no %s", at, shown(value), def.Name)
}

func (g *gate) checkObject(def *ast.Definition, value any, at string, depth int) error {
	fields, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is %s, which is no %s: an object is wanted", at, shown(value), def.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f := def.Fields.ForName(name)
		if f == nil {
			return fmt.Errorf("%s has a field %q, which %s does not have", at, name, def.Name)
		}
		if err := g.checkValue(f.Type, fields[name], at+"."+name, depth+1); err != nil {
			return err
		}
	}
	for _, f := range def.Fields {
		if _, given := fields[f.Name]; !given && f.Type.NonNull && f.DefaultValue == nil {
			return fmt.Errorf("%s has no field %q, which %s must have", at, f.Name, def.Name)
		}
	}
	return nil
}

// fits says whether a JSON value is one of a scalar's or enum's. Of what the
// schema's own scalars take their readers know.
func fits(def *ast.Definition, value any) bool {
	number, isNumber := value.(json.Number)
	text, isText := value.(string)
	switch def.Name {
	case "String":
		return isText
	case "Boolean":
		_, ok := value.(bool)
		return ok
	case "Float":
		return isNumber
	case "Int":
		n, ok := integer(number)
		return ok && n.IsInt64() && n.Int64() == int64(int32(n.Int64()))
	case "ID":
		_, ok := integer(number)
		return isText || ok
	}
	if def.Kind == ast.Enum {
		return isText && def.EnumValues.ForName(text) != nil
	}
	return true
}

// integer reads a JSON number without a fraction.
func integer(number json.Number) (*big.Int, bool) {
	return new(big.Int).SetString(string(number), 10)
}

// shown is a value as a message shows it.
func shown(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%T", value)
	}
	const most = 64
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
