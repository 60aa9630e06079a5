package schema

import "github.com/vektah/gqlparser/v2/ast"

// addKey adds the input that names one record: its ID, or the value of a
// property that no two records share.
func (b *builder) addKey(t *Type) {
	id := b.describe.text.reset().raw("The record ID, such as `51` or `").line(t.Object.TypeID).raw(":51`.").String()
	t.keys = map[string]string{"id": ""}
	fields := ast.FieldList{b.field("id", id, b.named("ID"))}
	add := func(field, property, description string, kind ValueKind) {
		t.keys[field] = property
		fields = append(fields, b.field(field, description, b.values[keyKind(kind)]))
	}
	if t.Object.TypeID == contacts && t.PropertyField("email") != nil { // HubSpot does not mark it as unique
		add("email", "email", "The e-mail address.", ValueString)
	}
	for _, f := range t.order {
		if _, there := t.keys[f.Name]; !there && isKey(f) {
			p := f.Property.Definition
			add(f.Name, p.Name, b.describe.property(p, f.Name), f.Property.Value)
		}
	}
	b.add(&ast.Definition{
		Kind:        ast.InputObject,
		Name:        t.Name + "Key",
		Description: "Names one record, by exactly one of these.",
		Directives: ast.DirectiveList{{
			Name:       "oneOf",
			Position:   b.position,
			Definition: b.schema.AST.Directives["oneOf"],
		}},
		Fields: fields,
	})
}

// isKey reports whether a field is a property that no two records share.
func isKey(f *Field) bool {
	return f.Kind == KindProperty && f.Property.Definition.HasUniqueValue && f.Property.Definition.Name != objectID
}

// keyKind is the kind of value that finds a record by a property. What is not
// text by nature is an ID, which takes numbers and text and changes neither.
func keyKind(kind ValueKind) ValueKind {
	switch kind {
	case ValueString, ValueDate, ValueDateTime:
		return kind
	default:
		return ValueID
	}
}
