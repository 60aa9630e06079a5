package schema

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// fullPortal is as large as portals get: 30 standard types and five custom
// objects, each with 300 properties and linked to a third of the others.
func fullPortal() *portal.Metadata {
	meta := &portal.Metadata{}
	for _, id := range slices.Sorted(maps.Keys(standardTypes))[:30] {
		n := standardTypes[id]
		meta.Types = append(meta.Types, portal.ObjectType{TypeID: id, Name: n.Lookup, PluralName: n.List})
	}
	for i := range 5 {
		name := fmt.Sprintf("thing_%d", i)
		meta.Types = append(meta.Types, portal.ObjectType{TypeID: fmt.Sprintf("2-%d", 1000+i), Name: name, Custom: true})
	}
	for i := range meta.Types {
		t := &meta.Types[i]
		t.Searchable = true
		t.Pipelines = []hubspot.Pipeline{{ID: "default"}}
		t.Properties = manyProperties(300)
		for j := range meta.Types {
			if (i+j)%3 == 0 {
				t.Associates = append(t.Associates, meta.Types[j].TypeID)
			}
		}
	}
	return meta
}

func manyProperties(n int) []hubspot.Property {
	kinds := []hubspot.Property{
		{Type: "string", FieldType: "text"},
		{Type: "datetime", FieldType: "date"},
		{Type: "number", FieldType: "number", ShowCurrencySymbol: true},
		{Type: "bool", FieldType: "booleancheckbox"},
		{Type: "enumeration", FieldType: "select"},
		{Type: "string", FieldType: "textarea", Hidden: true},
	}
	properties := make([]hubspot.Property, n)
	for i := range properties {
		p := kinds[i%len(kinds)]
		p.Name = fmt.Sprintf("hs_analytics_property_%d", n-i)
		p.Label = fmt.Sprintf("Analytics property %d", n-i)
		p.GroupName = "contactinformation"
		p.Description = "The date and time of the last e-mail that was sent to the contact. Set automatically — by HubSpot."
		if p.Type == "enumeration" {
			for o := range 30 {
				p.Options = append(p.Options, hubspot.PropertyOption{
					Value: fmt.Sprintf("OPTION_%d", o), Label: fmt.Sprintf("Option number %d", o), DisplayOrder: 30 - o,
				})
			}
		}
		properties[i] = p
	}
	return properties
}

func BenchmarkBuild(b *testing.B) {
	core, meta := coreSDL(b), fullPortal()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Build(core, meta); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVersion(b *testing.B) {
	s, err := Build(coreSDL(b), fullPortal())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		versionOf(s.AST)
	}
}

func BenchmarkSDL(b *testing.B) {
	s, err := Build(coreSDL(b), fullPortal())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		printSDL(s.AST)
	}
}
