package schema

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// fullPortal has five custom objects among its types, each of which is linked
// to a third of the others.
func fullPortal(types, properties int) *portal.Metadata {
	meta := &portal.Metadata{}
	for _, id := range slices.Sorted(maps.Keys(standardTypes))[:types-5] {
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
		t.Properties = manyProperties(properties)
		for j := range meta.Types {
			if (i+j)%3 == 0 {
				t.Associates = append(t.Associates, meta.Types[j].TypeID)
			}
		}
	}
	return meta
}

func manyProperties(n int) []*hubspot.Property {
	kinds := []hubspot.Property{
		{Type: "string", FieldType: "text"},
		{Type: "datetime", FieldType: "date"},
		{Type: "number", FieldType: "number", ShowCurrencySymbol: true},
		{Type: "bool", FieldType: "booleancheckbox"},
		{Type: "enumeration", FieldType: "select"},
		{Type: "string", FieldType: "textarea", Hidden: true},
	}
	properties := make([]*hubspot.Property, n)
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
		properties[i] = &p
	}
	return properties
}

// portalSizes are what the benchmarks measure: as many properties as the large
// portals have, and a portal of 4,000.
var portalSizes = []struct{ types, properties int }{{10, 400}, {35, 300}, {35, 400}}

// benchmarkSizes runs f once per operation on a portal of each size.
func benchmarkSizes(b *testing.B, f func(b *testing.B, meta *portal.Metadata, s *Schema)) {
	for _, size := range portalSizes {
		b.Run(fmt.Sprintf("%dx%d", size.types, size.properties), func(b *testing.B) {
			meta := fullPortal(size.types, size.properties)
			s := build(b, meta)
			b.ReportAllocs()
			for b.Loop() {
				f(b, meta, s)
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	core := coreSDL(b)
	benchmarkSizes(b, func(b *testing.B, meta *portal.Metadata, _ *Schema) {
		if _, err := Build(core, meta); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkVersion(b *testing.B) {
	benchmarkSizes(b, func(_ *testing.B, _ *portal.Metadata, s *Schema) { versionOf(s.AST) })
}

func BenchmarkSDL(b *testing.B) {
	benchmarkSizes(b, func(b *testing.B, _ *portal.Metadata, s *Schema) { b.SetBytes(int64(len(printSDL(s.AST)))) })
}
