package schema

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// TestDescriptions: nobody has to guess what a type or a root field is.
func TestDescriptions(t *testing.T) {
	checkDescriptions(t, build(t, goldenPortal(t)))
}

// checkDescriptions reports each type, input, enum, scalar and root field that
// has no description, and each property without one wherever it is named.
func checkDescriptions(t rapid.TB, s *Schema) {
	t.Helper()
	for name, def := range s.AST.Types {
		if def.Description == "" && !strings.HasPrefix(name, "__") {
			t.Errorf("type %s has no description", name)
		}
	}
	for _, f := range s.AST.Query.Fields {
		if f.Description == "" && !strings.HasPrefix(f.Name, "__") {
			t.Errorf("Query.%s has no description", f.Name)
		}
	}
	for _, typ := range s.Types() {
		for _, suffix := range []string{"", "Where", "Key"} {
			for _, f := range s.AST.Types[typ.Name+suffix].Fields {
				if f.Description == "" {
					t.Errorf("%s%s.%s has no description", typ.Name, suffix, f.Name)
				}
			}
		}
		if def := s.AST.Types[typ.Name+"Property"]; def != nil {
			for _, v := range def.EnumValues {
				if v.Description == "" {
					t.Errorf("%sProperty.%s has no description", typ.Name, v.Name)
				}
			}
		}
	}
}

// TestManyOptions: HubSpot allows more options than anybody reads.
func TestManyOptions(t *testing.T) {
	property := hubspot.Property{Name: "city", Type: "enumeration", FieldType: "select"}
	for i := range 1000 {
		property.Options = append(property.Options, hubspot.PropertyOption{Value: fmt.Sprintf("%03d", i), Label: "A city"})
	}
	s := build(t, &portal.Metadata{Types: []portal.ObjectType{{TypeID: companies, Properties: []*hubspot.Property{&property}}}})
	checkRoundTrip(t, s)
	got := s.AST.Types["Company"].Fields.ForName("city").Description
	if lines := strings.Count(got, "\n- `"); lines != maxOptions || !strings.HasSuffix(got, "\n- … and 980 more") {
		t.Errorf("description lists %d options, want %d and how many more:\n%s", lines, maxOptions, got)
	}
	if label, ok := s.Type("Company").Field("city").Property.Label("999"); !ok || label != "A city" {
		t.Errorf("Label(999) = %q, %t, want the one of the last option", label, ok)
	}
}

func TestLabel(t *testing.T) {
	tests := []struct {
		name     string
		property hubspot.Property
		want     string
	}{
		{"as it is", hubspot.Property{Name: "hs_size", Label: "Size – größe 😀"}, "Size – größe 😀"},
		{"in one line", hubspot.Property{Name: "hs_size", Label: " Size\r\n\tof it\xff "}, "Size of it"},
		{"blank", hubspot.Property{Name: "hs_size", Label: " \n"}, "hs_size"},
		{"none", hubspot.Property{Name: "hs_size"}, "hs_size"},
		{"no name either", hubspot.Property{}, "p_"},
	}
	var d describer
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &Field{Name: FieldName(tt.property.Name), Property: &Property{Definition: &tt.property}}
			if got := d.label(f); got != tt.want {
				t.Errorf("label(%q, %q) = %q, want %q", tt.property.Name, tt.property.Label, got, tt.want)
			}
		})
	}
}

// TestLabelIsShared: a label costs no memory where it is used again.
func TestLabelIsShared(t *testing.T) {
	var d describer
	f := &Field{Name: "size", Property: &Property{Definition: &hubspot.Property{Name: "size", Label: "Size of the house"}}}
	if n := testing.AllocsPerRun(10, func() { d.label(f) }); n > 0 {
		t.Errorf("label makes %v allocations, want none", n)
	}
}
