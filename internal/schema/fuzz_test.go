package schema

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// TestAnyMetadata: whatever HubSpot sends, the schema is valid, reads back
// from its SDL as it was, and does not depend on the order of arrival.
func TestAnyMetadata(t *testing.T) {
	core := coreSDL(t)
	rapid.Check(t, func(t *rapid.T) { checkMetadata(t, core) })
}

func FuzzAnyMetadata(f *testing.F) {
	core := coreSDL(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkMetadata(t, core) }))
}

func checkMetadata(t *rapid.T, core string) {
	meta := drawMetadata(t)
	s, err := Build(core, meta)
	if err != nil {
		t.Fatalf("Build: %v", err)
	}
	checkVersion(t, s)
	checkDescriptions(t, s)
	for _, typ := range s.Types() {
		checkFields(t, typ)
		checkInputs(t, s, typ)
	}
	sdl := s.SDL()
	shuffle(meta, rapid.Uint64().Draw(t, "seed"))
	shuffled, err := Build(core, meta)
	if err != nil {
		t.Fatalf("Build after shuffling: %v", err)
	}
	if shuffled.SDL() != sdl || shuffled.Version() != s.Version() {
		t.Fatalf("another order of arrival makes another schema:\n%s", shuffled.SDL())
	}
}

// checkFields follows every property to its field and back.
func checkFields(t *rapid.T, typ *Type) {
	for i := range typ.Object.Properties {
		name := typ.Object.Properties[i].Name
		f := typ.PropertyField(name)
		if f == nil || f.Property.Definition.Name != name || typ.Field(f.Name) != f {
			t.Fatalf("property %q of %s has no field of its own", name, typ.Name)
		}
		if back := PropertyName(f.Name); back != name {
			t.Fatalf("PropertyName(%q) = %q, want %q", f.Name, back, name)
		}
	}
}

// anyName draws the names that are most likely to make trouble.
func anyName() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"contact", "Contact", "contacts", "owner", "house", "houses", "House", "house_edge", "node", "nodes",
			"query", "record", "records", "sheep", "property", "properties", "purchase", "purchase_order", "id",
			"url", "email", "hs_object_id", "hs_pipeline", "hs_pipeline_stage", "pipeline", "dealstage",
			"houses_2_1", "primaryCompany", "__type", "1st", "history",
			"associated", "lists", "list", "AND", "OR", "associatedWith", "true", "false", "null", "null_", "list_member",
			"house_where", "house_order", "house_property", "property_history", "record_where",
		}),
		rapid.StringMatching(`[_xp0-9A-Fa-z -]{0,8}`),
		rapid.String(),
	)
}

func drawMetadata(t *rapid.T) *portal.Metadata {
	ids := rapid.SliceOfNDistinct(rapid.OneOf(
		rapid.SampledFrom([]string{"0-1", "0-2", "0-3", "0-5", "0-69", "contracts", "0-998", "0-999"}),
		rapid.Map(rapid.IntRange(1, 12), func(n int) string { return fmt.Sprintf("2-%d", n) }),
		rapid.String(),
	), 0, 5, rapid.ID[string]).Draw(t, "type IDs")
	meta := &portal.Metadata{Types: make([]portal.ObjectType, len(ids))}
	for i, id := range ids {
		meta.Types[i] = portal.ObjectType{
			TypeID:        id,
			Name:          anyName().Draw(t, "name"),
			PluralName:    anyName().Draw(t, "plural name"),
			SingularLabel: rapid.String().Draw(t, "singular label"),
			PluralLabel:   rapid.String().Draw(t, "plural label"),
			Description:   anyText().Draw(t, "description"),
			Properties:    rapid.SliceOfNDistinct(anyProperty(), 0, 6, propertyName).Draw(t, "properties"),
			Associates:    rapid.SliceOfN(rapid.SampledFrom(append(ids, "0-4040")), 0, 6).Draw(t, "associates"),
			Pipelines:     make([]hubspot.Pipeline, rapid.IntRange(0, 1).Draw(t, "pipelines")),
			Searchable:    rapid.Bool().Draw(t, "searchable"),
		}
	}
	return meta
}

func propertyName(p *hubspot.Property) string { return p.Name }

func anyProperty() *rapid.Generator[*hubspot.Property] {
	return rapid.Custom(func(t *rapid.T) *hubspot.Property {
		return &hubspot.Property{
			Name:                 anyName().Draw(t, "name"),
			Label:                anyText().Draw(t, "label"),
			Description:          anyText().Draw(t, "description"),
			GroupName:            rapid.String().Draw(t, "group"),
			Type:                 rapid.SampledFrom([]string{"string", "number", "enumeration", "date", "datetime", "bool", "new"}).Draw(t, "type"),
			FieldType:            rapid.SampledFrom([]string{"checkbox", "select"}).Draw(t, "field type"),
			HasUniqueValue:       rapid.Bool().Draw(t, "unique"),
			ReferencedObjectType: rapid.SampledFrom([]string{"", "OWNER", "COMPANY"}).Draw(t, "reference"),
			Options:              rapid.SliceOfN(anyOption(), 0, 3).Draw(t, "options"),
		}
	})
}

func anyOption() *rapid.Generator[hubspot.PropertyOption] {
	return rapid.Custom(func(t *rapid.T) hubspot.PropertyOption {
		return hubspot.PropertyOption{
			Value:        anyText().Draw(t, "value"),
			Label:        anyText().Draw(t, "label"),
			DisplayOrder: rapid.IntRange(-1, 2).Draw(t, "order"),
		}
	})
}

// anyText draws what is hard to quote.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringMatching("[\"\\\\ \t\r\n#a`]{0,12}"), rapid.String())
}
