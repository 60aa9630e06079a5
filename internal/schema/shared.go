package schema

import "github.com/vektah/gqlparser/v2/ast"

// shared are the fields and arguments that all types have in common: made
// once, they cost nothing in a portal with many types.
type shared struct {
	first        *ast.ArgumentDefinition
	firstHistory *ast.ArgumentDefinition
	after        *ast.ArgumentDefinition
	query        *ast.ArgumentDefinition
	archived     *ast.ArgumentDefinition
	labelled     *ast.ArgumentDefinition    // by which labels
	unsearchable ast.ArgumentDefinitionList // of lists of types that HubSpot cannot search

	pageInfo   *ast.FieldDefinition
	totalCount *ast.FieldDefinition
	cursor     *ast.FieldDefinition
	labels     *ast.FieldDefinition
	isPrimary  *ast.FieldDefinition

	associatedWith *ast.FieldDefinition // of Where inputs
	direction      *ast.FieldDefinition // of Order inputs
	id             *ast.Type            // of hs_object_id
	histories      *ast.Type
}

func (b *builder) share() {
	text := ast.ListType(b.nonNull("String"), b.position)
	b.shared = shared{
		first:        b.argOr("first", "How many to return, from 0 to 1,000.", "Int", ast.IntValue, "25"),
		firstHistory: b.argOr("first", "How many versions of each property to return, the newest ones.", "Int", ast.IntValue, "20"),
		after:        b.arg("after", "Where to go on: the `endCursor` of the page before.", b.named("String")),
		query:        b.arg("query", "Words to search for in HubSpot's default searchable properties.", b.named("String")),
		archived:     b.argOr("archived", "Whether to list the recycle bin instead.", "Boolean", ast.BooleanValue, "false"),
		labelled:     b.arg("labels", "Only associations with one of these labels.", text),

		pageInfo:   b.field("pageInfo", "", b.named("PageInfo")),
		totalCount: b.field("totalCount", "How many there are on all pages.", b.named("Int")),
		cursor:     b.field("cursor", "Pass it as `after` to go on behind this edge.", b.nonNull("String")),
		labels: b.field("labels", "The kinds of link between the two records.",
			ast.NonNullListType(b.nonNull("AssociationLabel"), b.position)),
		isPrimary: b.field("isPrimary", "Whether HubSpot marks this association as primary.", b.nonNull("Boolean")),

		associatedWith: b.field(whereAssociated, "Is associated with these records. In lists of the root alone: `where` of an association field cannot ask for it.", b.named("AssociatedWith")),
		direction:      b.field("direction", "", b.nonNull("OrderDirection")),
		id:             b.nonNull("ID"),
		histories:      ast.ListType(b.nonNull("PropertyHistory"), b.position),
	}
	b.shared.unsearchable = ast.ArgumentDefinitionList{b.shared.first, b.shared.after, b.shared.archived}
	b.shared.direction.DefaultValue = &ast.Value{Kind: ast.EnumValue, Raw: "ASC", Position: b.position}
}

// argOr makes an argument of a named type that has a default value.
func (b *builder) argOr(name, description, typ string, kind ast.ValueKind, value string) *ast.ArgumentDefinition {
	a := b.arg(name, description, b.named(typ))
	a.DefaultValue = &ast.Value{Kind: kind, Raw: value, Position: b.position}
	return a
}
