package where

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// Literal is the value of an argument with its variables filled in. Numbers
// come as [json.Number], with their digits as they were written; enum values
// and texts as string, objects as map[string]any, lists as []any. What a
// variable holds comes as it is. A field of an object whose variable was not
// given is not there. Nothing makes it panic.
func Literal(v *ast.Value, vars map[string]any) any {
	if v == nil {
		return nil
	}
	switch v.Kind {
	case ast.Variable:
		value, _ := variable(v, vars)
		return value
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw)
	case ast.StringValue, ast.BlockValue, ast.EnumValue:
		return v.Raw
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.ListValue:
		list := make([]any, len(v.Children))
		for i, child := range v.Children {
			list[i] = Literal(child.Value, vars)
		}
		return list
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, child := range v.Children {
			if value, given := field(child.Value, vars); given {
				object[child.Name] = value
			}
		}
		return object
	}
	return nil
}

// field is the value of an object's field; given is false where that is a
// variable that nothing was given for, which is not the same as null.
func field(v *ast.Value, vars map[string]any) (value any, given bool) {
	if v != nil && v.Kind == ast.Variable {
		return variable(v, vars)
	}
	return Literal(v, vars), true
}

func variable(v *ast.Value, vars map[string]any) (value any, given bool) {
	if value, given = vars[v.Raw]; given {
		return value, true
	}
	if def := v.VariableDefinition; def != nil && def.DefaultValue != nil {
		return Literal(def.DefaultValue, nil), true
	}
	return nil, false
}
