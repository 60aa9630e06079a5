package schema

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

func TestBuildErrors(t *testing.T) {
	core := coreSDL(t)
	tests := []struct {
		name    string
		core    string
		meta    portal.Metadata
		wantErr string
	}{
		{"no GraphQL", "type {", portal.Metadata{}, "parse core schema"},
		{"no schema", "type Query { a: Missing }", portal.Metadata{}, "validate core schema"},
		{"not the core", "type Query { a: Int }", portal.Metadata{}, "Undefined type"},
		{"no query", core + "type M { a: Int } schema { mutation: M }", portal.Metadata{}, "no Query type"},
		{"a type less", strings.Replace(core, "type EnumValue", "type SomeValue", 1), portal.Metadata{}, "no EnumValue type"},
		{"another query", core + "type Q { a: Int } schema { query: Q }", portal.Metadata{}, "no Query type"},
		{"taken name", core + "type Contact { a: Int }", portal.Metadata{}, "type Contact"},
		{"taken derived name", core + "input ContactWhere { a: Int }", portal.Metadata{}, "type ContactWhere"},
		{"unknown field", core + "extend interface Record { colour: String }", portal.Metadata{}, "Record.colour"},
		{"type twice", core, portal.Metadata{Types: []portal.ObjectType{{TypeID: "0-1"}, {TypeID: "0-1"}}}, `"0-1" is there twice`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Build(tt.core, &tt.meta)
			if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("Build: error %v, want one with %q", err, tt.wantErr)
			}
		})
	}
}

// TestEmptyPortal: a token that can read nothing still gets the core.
func TestEmptyPortal(t *testing.T) {
	s := build(t, &portal.Metadata{})
	checkRoundTrip(t, s)
	for _, hidden := range []string{"_records", "RecordTree", "@internal"} {
		if strings.Contains(s.SDL(), hidden) {
			t.Errorf("clients can see %s", hidden)
		}
	}
}

// TestAnyOrder: what arrives in another order makes the same schema.
func TestAnyOrder(t *testing.T) {
	want := build(t, goldenPortal(t))
	for seed := range uint64(5) {
		meta := goldenPortal(t)
		shuffle(meta, seed)
		got := build(t, meta)
		if diff := cmp.Diff(want.SDL(), got.SDL()); diff != "" {
			t.Errorf("seed %d (-want +got):\n%s", seed, diff)
		}
		if got.Version() != want.Version() {
			t.Errorf("seed %d: Version() = %s, want %s", seed, got.Version(), want.Version())
		}
	}
}

func shuffle(meta *portal.Metadata, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	mix := func(n int, swap func(i, j int)) { r.Shuffle(n, swap) }
	mix(len(meta.Types), func(i, j int) { meta.Types[i], meta.Types[j] = meta.Types[j], meta.Types[i] })
	for _, o := range meta.Types {
		a, p := o.Associates, o.Properties
		mix(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
		mix(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		for _, p := range p {
			mix(len(p.Options), func(i, j int) { p.Options[i], p.Options[j] = p.Options[j], p.Options[i] })
		}
	}
}

// TestNothingIsRenamed: what a portal gets later leaves the names alone that
// queries may already use.
func TestNothingIsRenamed(t *testing.T) {
	before := build(t, goldenPortal(t))
	tests := []struct {
		name string
		add  func(*portal.Metadata)
	}{
		{"a custom object of the same name", func(m *portal.Metadata) {
			m.Types = append(m.Types, portal.ObjectType{TypeID: "2-7654322", Name: "House", Custom: true})
			addAssociate(m, "0-1", "2-7654322")
		}},
		{"a custom object called like a property", func(m *portal.Metadata) {
			m.Types = append(m.Types, portal.ObjectType{TypeID: "2-7654322", Name: "amount", Custom: true})
			addProperty(m, "0-3", "amounts")
			addAssociate(m, "0-3", "2-7654322")
		}},
		{"a custom object called like a derived type", func(m *portal.Metadata) {
			m.Types = append(m.Types, portal.ObjectType{TypeID: "2-7654322", Name: "house_edge", Custom: true})
		}},
		{"a standard type", func(m *portal.Metadata) {
			m.Types = append(m.Types, portal.ObjectType{TypeID: "0-5", Name: "ticket"})
			addAssociate(m, "0-1", "0-5")
		}},
		{"properties that look like others", func(m *portal.Metadata) {
			for _, name := range []string{"e-mail", "email_", "Email", "companies", "__email", "1email", "p_1email"} {
				addProperty(m, "0-1", name)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			meta := goldenPortal(t)
			tt.add(meta)
			after := build(t, meta)
			checkRoundTrip(t, after)
			if after.Version() == before.Version() {
				t.Error("Version() has not changed")
			}
			for _, typ := range before.Types() {
				got := after.Type(typ.Name)
				if got == nil || got.Object.TypeID != typ.Object.TypeID {
					t.Errorf("type %s is now %v", typ.Name, got)
					continue
				}
				for _, f := range typ.Fields() {
					if g := got.Field(f.Name); g == nil || g.Kind != f.Kind {
						t.Errorf("%s.%s is now %v", typ.Name, f.Name, g)
					}
				}
			}
		})
	}
}

func addAssociate(m *portal.Metadata, from string, to ...string) {
	i := slices.IndexFunc(m.Types, func(o portal.ObjectType) bool { return o.TypeID == from })
	m.Types[i].Associates = append(m.Types[i].Associates, to...)
}

func addProperty(m *portal.Metadata, to, name string) {
	i := slices.IndexFunc(m.Types, func(o portal.ObjectType) bool { return o.TypeID == to })
	m.Types[i].Properties = append(m.Types[i].Properties, &hubspot.Property{Name: name, Type: "string"})
}

// TestStandardNames: HubSpot's own types never get in each other's way.
func TestStandardNames(t *testing.T) {
	meta := &portal.Metadata{}
	for id := range standardTypes {
		meta.Types = append(meta.Types, portal.ObjectType{TypeID: id})
	}
	addAssociate(meta, contacts, slices.Sorted(maps.Keys(standardTypes))...)
	s := build(t, meta)
	checkRoundTrip(t, s)
	for id, want := range standardTypes {
		typ := s.TypeByID(id)
		if got := (typeName{typ.Name, typ.Lookup, typ.List}); got != want {
			t.Errorf("type %s is called %v, want %v", id, got, want)
		}
	}
}
