package schema

import "github.com/vektah/gqlparser/v2/ast"

// equal are the fields and enum values of properties, each once: types have
// many properties in common, and most fields of a schema are made of those.
type equal struct {
	position *ast.Position
	fields   map[fieldKey]*ast.FieldDefinition
	values   map[valueKey]*ast.EnumValueDefinition
}

type fieldKey struct {
	name, description string
	typ               *ast.Type
}

type valueKey struct{ name, description string }

func newEqual(position *ast.Position) equal {
	return equal{position, make(map[fieldKey]*ast.FieldDefinition), make(map[valueKey]*ast.EnumValueDefinition)}
}

// field returns the field of a property. It has no arguments, and nobody may
// change it: other types may have it too.
func (e *equal) field(name, description string, typ *ast.Type) *ast.FieldDefinition {
	key := fieldKey{name, description, typ}
	f := e.fields[key]
	if f == nil {
		f = &ast.FieldDefinition{Name: name, Description: description, Type: typ, Position: e.position}
		e.fields[key] = f
	}
	return f
}

// value returns the enum value of a property, which nobody may change either.
func (e *equal) value(name, description string) *ast.EnumValueDefinition {
	key := valueKey{name, description}
	v := e.values[key]
	if v == nil {
		v = &ast.EnumValueDefinition{Name: name, Description: description, Position: e.position}
		e.values[key] = v
	}
	return v
}
