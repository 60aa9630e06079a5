package schema

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// valueTypes are the named GraphQL types of values; that of ValueEnums is a list.
var valueTypes = [...]string{
	ValueString:   "String",
	ValueNumber:   "Float",
	ValueID:       "ID",
	ValueBool:     "Boolean",
	ValueDate:     "Date",
	ValueDateTime: "DateTime",
	ValueEnum:     "EnumValue",
	ValueEnums:    "EnumValue",
	ValueOwner:    "Owner",
	ValuePipeline: "Pipeline",
	ValueStage:    "PipelineStage",
}

// addRecord adds the type of an object type's records: the gateway's fields,
// the associations, the properties.
func (b *builder) addRecord(t *Type) {
	record := b.schema.AST.Types["Record"]
	size := len(record.Fields) + len(t.Object.Associates) + 2 + len(t.properties)
	t.order = make([]*Field, 0, size)
	def := &ast.Definition{
		Kind:        ast.Object,
		Name:        t.Name,
		Description: b.describe.objectType(t.Object),
		Interfaces:  []string{record.Name, "Node"},
		Fields:      make(ast.FieldList, 0, size),
	}
	for _, f := range record.Fields {
		t.addField(&Field{Name: f.Name, Kind: gatewayFields[f.Name]})
		def.Fields = append(def.Fields, f)
	}
	if len(t.properties) > 0 {
		t.addField(&Field{Name: history, Kind: KindHistory})
		def.Fields = append(def.Fields, b.history(t))
	}
	b.addAssociations(t, def)
	b.addProperties(t, def)
	b.add(def)
}

// nameProperties makes the field of each property, in the order of HubSpot's
// names, without a place in t.order: associations come before them there, and
// give way to their names.
func (t *Type) nameProperties() {
	properties := sortedProperties(t.Object.Properties)
	t.fields = make(map[string]*Field, len(properties))
	t.properties = make([]*Field, len(properties))
	made := make([]struct { // one allocation for all
		field    Field
		property Property
	}, len(properties))
	for i, p := range properties {
		f := &made[i].field
		made[i].property = newProperty(t, p)
		*f = Field{Name: FieldName(p.Name), Kind: KindProperty, Property: &made[i].property}
		t.properties[i] = f
		t.fields[f.Name] = f
	}
	if stage := t.PropertyField(stageProperty(t.Object)); stage != nil && stage.Property.Value == ValueStage {
		if pipeline := pipelineProperty(t.Object); t.PropertyField(pipeline) != nil {
			stage.Property.Pipeline = pipeline
		}
	}
}

// addProperties adds the fields that nameProperties has made.
func (b *builder) addProperties(t *Type, def *ast.Definition) {
	for _, f := range t.properties {
		p := f.Property.Definition
		t.order = append(t.order, f)
		typ := b.values[f.Property.Value]
		if p.Name == objectID {
			typ = b.shared.id
		}
		def.Fields = append(def.Fields, b.equal.field(f.Name, b.describe.property(p, f.Name), typ))
	}
}

// sortedProperties returns the properties by name, without the archived ones.
// Of several with one name the first stands.
func sortedProperties(all []*hubspot.Property) []*hubspot.Property {
	properties := make([]*hubspot.Property, 0, len(all))
	for _, p := range all {
		if !p.Archived {
			properties = append(properties, p)
		}
	}
	slices.SortStableFunc(properties, func(a, b *hubspot.Property) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(properties, func(a, b *hubspot.Property) bool { return a.Name == b.Name })
}

func newProperty(t *Type, definition *hubspot.Property) Property {
	p := Property{Definition: definition, Value: valueOf(t.Object, definition)}
	if p.Value == ValueEnum || p.Value == ValueEnums {
		p.labels = new(labels)
	}
	return p
}

func (t *Type) addField(f *Field) {
	t.fields[f.Name] = f
	t.order = append(t.order, f)
}

// addAssociations adds a connection for each type that t can be associated
// with, and the shortcut to the primary company.
func (b *builder) addAssociations(t *Type, def *ast.Definition) {
	for _, to := range b.associates(t) {
		f := &Field{Name: t.associationName(to), Kind: KindAssociation, Target: to}
		t.addField(f)
		d := b.field(f.Name, b.describe.plural(to)+" associated with this record.", b.nonNull(to.Name+"AssociationConnection"))
		d.Arguments = b.edgeArgs(to)
		def.Fields = append(def.Fields, d)
	}
	switch t.Object.TypeID {
	case contacts, deals, tickets:
		if to := b.schema.byID[companies]; to != nil && slices.Contains(t.Object.Associates, companies) {
			t.addField(&Field{Name: primaryCompany, Kind: KindPrimary, Target: to})
			def.Fields = append(def.Fields,
				b.field(primaryCompany, "The associated company that HubSpot marks as primary.", b.named(to.Name)))
		}
	}
}

// associates returns the types that t can be associated with, in the
// schema's order.
func (b *builder) associates(t *Type) []*Type {
	var types []*Type
	for _, id := range t.Object.Associates {
		if to := b.schema.byID[id]; to != nil {
			types = append(types, to)
		}
	}
	slices.SortFunc(types, func(a, b *Type) int { return compareTypes(a.Object, b.Object) })
	return slices.Compact(types)
}

// associationName names the field of t that leads to another type. A custom
// object gives way to properties and to the gateway's names: it may be newer
// than the queries that use them.
func (t *Type) associationName(to *Type) string {
	name := to.List
	if _, standard := standardTypes[to.Object.TypeID]; standard {
		return name
	}
	suffix := idSuffix(to.Object.TypeID)
	for t.fields[name] != nil || reservedFields[name] {
		name += suffix
		suffix = "_"
	}
	return name
}
