package schema

import "github.com/vektah/gqlparser/v2/ast"

// shareFields makes the fields and arguments that all types have in common:
// made once, they cost nothing in a portal with many types.
func (b *builder) shareFields() {
	first := b.arg("first", "How many to return, from 0 to 1,000.", b.named("Int"))
	first.DefaultValue = &ast.Value{Kind: ast.IntValue, Raw: "25", Position: b.position}
	after := b.arg("after", "Where to go on: the `endCursor` of the page before.", b.named("String"))
	query := b.arg("query", "Words to search for in HubSpot's default searchable properties.", b.named("String"))
	archived := b.arg("archived", "Whether to list the recycle bin instead.", b.named("Boolean"))
	archived.DefaultValue = &ast.Value{Kind: ast.BooleanValue, Raw: "false", Position: b.position}
	labels := b.arg("labels", "Only associations with one of these labels.",
		ast.ListType(b.nonNull("String"), b.position))

	b.listArgs = ast.ArgumentDefinitionList{first, after, archived}
	b.searchArgs = ast.ArgumentDefinitionList{first, after, query, archived}
	b.edgeArgs = ast.ArgumentDefinitionList{first, after, labels}

	b.pageInfo = b.field("pageInfo", "", b.named("PageInfo"))
	b.totalCount = b.field("totalCount", "How many there are on all pages.", b.named("Int"))
	b.cursor = b.field("cursor", "Pass it as `after` to go on behind this edge.", b.nonNull("String"))
	b.labels = b.field("labels", "The kinds of link between the two records.",
		ast.NonNullListType(b.nonNull("AssociationLabel"), b.position))
	b.isPrimary = b.field("isPrimary", "Whether HubSpot marks this association as primary.", b.nonNull("Boolean"))
}

// addConnection adds the type of a list of records and that of its edges.
func (b *builder) addConnection(t *Type) {
	b.addPage(t, t.Name+"Connection", t.Name+"Edge", b.cursor, b.node(t))
}

// addAssociationConnection adds the type of a list of associated records and
// that of its edges, which know the labels of the association.
func (b *builder) addAssociationConnection(t *Type) {
	b.addPage(t, t.Name+"AssociationConnection", t.Name+"AssociationEdge",
		b.cursor, b.node(t), b.labels, b.isPrimary)
}

func (b *builder) addPage(t *Type, connection, edge string, edgeFields ...*ast.FieldDefinition) {
	b.add(&ast.Definition{
		Kind: ast.Object,
		Name: connection,
		Fields: ast.FieldList{
			b.field("edges", "", ast.ListType(b.nonNull(edge), b.position)),
			b.field("nodes", "The records themselves, without their edges.", ast.ListType(b.nonNull(t.Name), b.position)),
			b.pageInfo,
			b.totalCount,
		},
	})
	b.add(&ast.Definition{Kind: ast.Object, Name: edge, Fields: edgeFields})
}

func (b *builder) node(t *Type) *ast.FieldDefinition {
	return b.field("node", "", b.named(t.Name))
}

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
	if t.Object.TypeID == contacts { // HubSpot does not mark it as unique
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
