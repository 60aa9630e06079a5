package schema

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// TestFilterTypes: each kind of property has the filter that can compare it.
func TestFilterTypes(t *testing.T) {
	s := build(t, &portal.Metadata{Types: []portal.ObjectType{{
		TypeID:    deals,
		Pipelines: []hubspot.Pipeline{{ID: "default"}},
		Properties: []*hubspot.Property{
			{Name: "dealname", Type: "string"},
			{Name: "amount", Type: "number"},
			{Name: "hs_object_id", Type: "number"},
			{Name: "customer_id", Type: "string"},
			{Name: "company", Type: "number", ReferencedObjectType: "COMPANY"},
			{Name: "won", Type: "bool"},
			{Name: "paid", Type: "date"},
			{Name: "closedate", Type: "datetime"},
			{Name: "dealtype", Type: "enumeration", FieldType: "select"},
			{Name: "tags", Type: "enumeration", FieldType: "checkbox"},
			{Name: "hubspot_owner_id", Type: "enumeration", ReferencedObjectType: "OWNER"},
			{Name: "pipeline", Type: "enumeration", FieldType: "select"},
			{Name: "dealstage", Type: "enumeration", FieldType: "radio"},
			{Name: "address", Type: "json"},
		},
	}}})
	want := map[string]string{
		"AND": "[DealWhere!]", "OR": "[DealWhere!]", "associatedWith": "AssociatedWith",
		"dealname": "StringFilter", "address": "StringFilter",
		"amount":       "NumberFilter",
		"hs_object_id": "IDFilter", "customer_id": "IDFilter", "company": "IDFilter",
		"hubspot_owner_id": "IDFilter", "pipeline": "IDFilter", "dealstage": "IDFilter",
		"won": "BooleanFilter", "paid": "DateFilter", "closedate": "DateTimeFilter",
		"dealtype": "EnumFilter", "tags": "EnumFilter",
	}
	got := make(map[string]string)
	for _, f := range s.AST.Types["DealWhere"].Fields {
		got[f.Name] = f.Type.String()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("DealWhere (-want +got):\n%s", diff)
	}
}

// TestWithoutProperties: GraphQL has no empty enums, so what is made of one is
// left out with it.
func TestWithoutProperties(t *testing.T) {
	archived := []*hubspot.Property{{Name: "old", Type: "string", Archived: true}}
	for name, properties := range map[string][]*hubspot.Property{"none": nil, "archived ones only": archived} {
		t.Run(name, func(t *testing.T) {
			s := build(t, &portal.Metadata{Types: []portal.ObjectType{
				{TypeID: companies, Searchable: true, Associates: []string{companies}, Properties: properties},
			}})
			checkRoundTrip(t, s)
			for _, name := range []string{"CompanyOrder", "CompanyProperty"} {
				if s.AST.Types[name] != nil {
					t.Errorf("there is a type %s", name)
				}
			}
			company := s.AST.Types["Company"]
			if company.Fields.ForName("history") != nil || s.Type("Company").Field("history") != nil {
				t.Error("there is a field Company.history")
			}
			for of, f := range map[string]*ast.FieldDefinition{
				"Query.companies": s.AST.Query.Fields.ForName("companies"), "Company.companies": company.Fields.ForName("companies"),
			} {
				if f.Arguments.ForName("orderBy") != nil || f.Arguments.ForName("where") == nil {
					t.Errorf("%s has an argument orderBy, or none called where", of)
				}
			}
		})
	}
}

// checkInputs: what clients name a property by is the name of its field.
func checkInputs(t rapid.TB, s *Schema, typ *Type) {
	t.Helper()
	var want, where, enum []string
	for _, f := range typ.Fields() {
		if f.Kind == KindProperty {
			want = append(want, f.Name)
		}
	}
	for _, f := range s.AST.Types[typ.Name+"Where"].Fields {
		switch f.Name {
		case whereAll, whereAny, whereAssociated:
		default:
			where = append(where, f.Name)
		}
	}
	if def := s.AST.Types[typ.Name+"Property"]; def != nil {
		for _, v := range def.EnumValues {
			enum = append(enum, v.Name)
			if v.Name == "true" || v.Name == "false" || v.Name == "null" {
				t.Errorf("%sProperty has a value %s, which GraphQL does not allow", typ.Name, v.Name)
			}
		}
	}
	if diff := cmp.Diff(want, where); diff != "" {
		t.Errorf("%sWhere (-properties +fields):\n%s", typ.Name, diff)
	}
	if diff := cmp.Diff(want, enum); diff != "" {
		t.Errorf("%sProperty (-properties +values):\n%s", typ.Name, diff)
	}
}
