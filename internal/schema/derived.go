package schema

import "github.com/vektah/gqlparser/v2/ast"

// addConnection adds the type of a list of records and that of its edges.
func (b *builder) addConnection(t *Type) {
	connection, edge := t.Name+"Connection", t.Name+"Edge"
	b.addPage(t, connection, "A page of "+t.Name+" records.", edge)
	b.add(&ast.Definition{
		Kind:        ast.Object,
		Name:        edge,
		Description: "A record of type " + t.Name + " and its place in the list.",
		Fields:      ast.FieldList{b.shared.cursor, b.node(t)},
	})
}

// addAssociationConnection adds the type of a list of associated records and
// that of its edges, which know the labels of the association.
func (b *builder) addAssociationConnection(t *Type) {
	connection, edge := t.Name+"AssociationConnection", t.Name+"AssociationEdge"
	b.addPage(t, connection, "A page of associated "+t.Name+" records.", edge)
	b.add(&ast.Definition{
		Kind:        ast.Object,
		Name:        edge,
		Description: "An associated record of type " + t.Name + ", its place in the list, and what links the two.",
		Fields:      ast.FieldList{b.shared.cursor, b.node(t), b.shared.labels, b.shared.isPrimary},
	})
}

func (b *builder) addPage(t *Type, connection, description, edge string) {
	b.add(&ast.Definition{
		Kind:        ast.Object,
		Name:        connection,
		Description: description,
		Fields: ast.FieldList{
			b.field("edges", "", ast.ListType(b.nonNull(edge), b.position)),
			b.field("nodes", "The records themselves, without their edges.", ast.ListType(b.nonNull(t.Name), b.position)),
			b.shared.pageInfo,
			b.shared.totalCount,
		},
	})
}

func (b *builder) node(t *Type) *ast.FieldDefinition {
	return b.field("node", "", b.named(t.Name))
}
