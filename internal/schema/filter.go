package schema

import "github.com/vektah/gqlparser/v2/ast"

// filterTypes are the inputs that compare values of each kind.
var filterTypes = [...]string{
	ValueString:   "StringFilter",
	ValueNumber:   "NumberFilter",
	ValueID:       "IDFilter",
	ValueBool:     "BooleanFilter",
	ValueDate:     "DateFilter",
	ValueDateTime: "DateTimeFilter",
	ValueEnum:     "EnumFilter",
	ValueEnums:    "EnumFilter",
	ValueOwner:    "IDFilter",
	ValuePipeline: "IDFilter",
	ValueStage:    "IDFilter",
}

// addWhere adds the input that chooses records: a filter for each property, by
// the name of the property's field. A type without properties has one too,
// for its associations and for `AND` and `OR` of those.
func (b *builder) addWhere(t *Type) {
	name := t.Name + "Where"
	nested := ast.ListType(b.nonNull(name), b.position)
	def := &ast.Definition{
		Kind:        ast.InputObject,
		Name:        name,
		Description: "A condition on " + t.Name + " records. All that is given must hold.",
		Fields:      make(ast.FieldList, 0, 3+len(t.properties)),
	}
	def.Fields = append(def.Fields,
		b.field(whereAll, "All of these must hold.", nested),
		b.field(whereAny, "One of these must hold.", nested))
	if b.shared.associatedWith != nil {
		def.Fields = append(def.Fields, b.shared.associatedWith)
	}
	for _, f := range t.properties {
		def.Fields = append(def.Fields, b.equal.field(f.Name, b.describe.label(f), b.filters[f.Property.Value]))
	}
	b.add(def)
}

// addProperty adds the enum of the type's properties, by the names of their
// fields.
func (b *builder) addProperty(t *Type) {
	def := &ast.Definition{
		Kind:        ast.Enum,
		Name:        t.Name + "Property",
		Description: "A property of " + t.Name + " records.",
		EnumValues:  make(ast.EnumValueList, len(t.properties)),
	}
	for i, f := range t.properties {
		def.EnumValues[i] = b.equal.value(f.Name, b.describe.label(f))
	}
	b.add(def)
}

// addOrder adds the input that orders records.
func (b *builder) addOrder(t *Type) {
	b.add(&ast.Definition{
		Kind:        ast.InputObject,
		Name:        t.Name + "Order",
		Description: "How " + t.Name + " records are ordered: by one property.",
		Fields:      ast.FieldList{b.field("property", "", b.nonNull(t.Name+"Property")), b.shared.direction},
	})
}

// history makes the field of what properties held over time.
func (b *builder) history(t *Type) *ast.FieldDefinition {
	f := b.field(history, "What properties of the record held over time, newest first.", b.shared.histories)
	f.Arguments = ast.ArgumentDefinitionList{
		b.arg("properties", "Which properties.", ast.NonNullListType(b.nonNull(t.Name+"Property"), b.position)),
		b.shared.firstHistory,
	}
	return f
}
