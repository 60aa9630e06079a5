package schema

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

func TestValueOf(t *testing.T) {
	staged := []hubspot.Pipeline{{ID: "default"}}
	contact := portal.ObjectType{TypeID: contacts, Pipelines: staged}
	deal := portal.ObjectType{TypeID: deals, Pipelines: staged}
	plain := portal.ObjectType{TypeID: deals}
	house := portal.ObjectType{TypeID: "2-1", Pipelines: staged}
	tests := []struct {
		name     string
		object   portal.ObjectType
		property hubspot.Property
		want     ValueKind
	}{
		{"text", contact, hubspot.Property{Name: "firstname", Type: "string", FieldType: "text"}, ValueString},
		{"number", contact, hubspot.Property{Name: "amount", Type: "number", FieldType: "number"}, ValueNumber},
		{"bool", contact, hubspot.Property{Name: "b", Type: "bool", FieldType: "booleancheckbox"}, ValueBool},
		{"date", contact, hubspot.Property{Name: "d", Type: "date", FieldType: "date"}, ValueDate},
		{"datetime is of field type date", contact, hubspot.Property{Name: "d", Type: "datetime", FieldType: "date"}, ValueDateTime},
		{"date named like an ID", contact, hubspot.Property{Name: "d_id", Type: "date"}, ValueDate},
		{"select", contact, hubspot.Property{Name: "e", Type: "enumeration", FieldType: "select"}, ValueEnum},
		{"enumeration of true and false", contact, hubspot.Property{Name: "e", Type: "enumeration", FieldType: "booleancheckbox"}, ValueEnum},
		{"enumeration named like an ID", contact, hubspot.Property{Name: "e_id", Type: "enumeration", FieldType: "select"}, ValueEnum},
		{"checkboxes", contact, hubspot.Property{Name: "e", Type: "enumeration", FieldType: "checkbox"}, ValueEnums},
		{"many owners", contact, hubspot.Property{Name: "hs_all_owner_ids", Type: "enumeration", FieldType: "checkbox", ReferencedObjectType: "OWNER"}, ValueEnums},
		{"owner", contact, hubspot.Property{Name: "hubspot_owner_id", Type: "enumeration", FieldType: "select", ReferencedObjectType: "OWNER"}, ValueOwner},
		{"owner as number", contact, hubspot.Property{Name: "o", Type: "number", ReferencedObjectType: "OWNER"}, ValueOwner},
		{"reference", contact, hubspot.Property{Name: "associatedcompanyid", Type: "number", ReferencedObjectType: "COMPANY"}, ValueID},
		{"record ID", contact, hubspot.Property{Name: "hs_object_id", Type: "number"}, ValueID},
		{"ID as number", contact, hubspot.Property{Name: "hs_product_id", Type: "number"}, ValueID},
		{"ID as text", contact, hubspot.Property{Name: "customer_id", Type: "string"}, ValueID},
		{"phone number", contact, hubspot.Property{Name: "phone_id", Type: "phone_number"}, ValueString},
		{"JSON", contact, hubspot.Property{Name: "j", Type: "json"}, ValueString},
		{"no type", contact, hubspot.Property{Name: "x"}, ValueString},
		{"deal stage", deal, hubspot.Property{Name: "dealstage", Type: "enumeration", FieldType: "radio"}, ValueStage},
		{"deal pipeline", deal, hubspot.Property{Name: "pipeline", Type: "enumeration", FieldType: "select"}, ValuePipeline},
		{"deal stage without pipelines", plain, hubspot.Property{Name: "dealstage", Type: "enumeration", FieldType: "radio"}, ValueEnum},
		{"stage", house, hubspot.Property{Name: "hs_pipeline_stage", Type: "enumeration", FieldType: "select"}, ValueStage},
		{"pipeline", house, hubspot.Property{Name: "hs_pipeline", Type: "enumeration", FieldType: "select"}, ValuePipeline},
		{"a custom object's own pipeline", house, hubspot.Property{Name: "pipeline", Type: "enumeration", FieldType: "select"}, ValueEnum},
		{"lifecycle stage", contact, hubspot.Property{Name: "lifecyclestage", Type: "enumeration", FieldType: "radio"}, ValueEnum},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := valueOf(&tt.object, &tt.property); got != tt.want {
				t.Errorf("valueOf(%s) = %d, want %d", tt.property.Name, got, tt.want)
			}
		})
	}
}

// TestModel follows GraphQL's names back to HubSpot's.
func TestModel(t *testing.T) {
	s := build(t, goldenPortal(t))

	var ids []string
	for _, typ := range s.Types() {
		ids = append(ids, typ.Object.TypeID)
		if s.TypeByID(typ.Object.TypeID) != typ || s.Type(typ.Name) != typ {
			t.Errorf("type %s is not found by its ID or its name", typ.Name)
		}
	}
	if diff := cmp.Diff([]string{"0-1", "0-2", "0-3", "0-8", "2-7654321"}, ids); diff != "" {
		t.Errorf("Types() (-want +got):\n%s", diff)
	}

	contact, deal, house := s.Type("Contact"), s.Type("Deal"), s.Type("House")
	roots := map[string]Root{
		"contact":  {"contact", RootLookup, contact},
		"contacts": {"contacts", RootList, contact},
		"houses":   {"houses", RootList, house},
		"node":     {"node", RootNode, nil},
		"nodes":    {"nodes", RootNodes, nil},
		"record":   {"record", RootRecord, nil},
		"records":  {"records", RootRecords, nil},
		"list":     {"list", RootSegment, nil},
		"lists":    {"lists", RootSegments, nil},
	}
	for name, want := range roots {
		if got := s.Root(name); got == nil || *got != want {
			t.Errorf("Root(%q) = %v, want %v", name, got, want)
		}
	}
	if got := s.Root("objectTypes"); got != nil {
		t.Errorf("Root(objectTypes) = %v, want nil: the core answers it", got)
	}

	for name, kind := range map[string]FieldKind{"history": KindHistory, "associated": KindAssociated, "lists": KindLists} {
		if f := contact.Field(name); f == nil || f.Kind != kind || f.Target != nil {
			t.Errorf("Contact.%s = %+v, want kind %d without a target", name, f, kind)
		}
	}
	if f := contact.Field("primaryCompany"); f == nil || f.Kind != KindPrimary || f.Target != s.Type("Company") {
		t.Errorf("Contact.primaryCompany = %+v", f)
	}
	if f := contact.Field("houses"); f == nil || f.Kind != KindAssociation || f.Target != house {
		t.Errorf("Contact.houses = %+v", f)
	}
	if f := house.Field("primaryCompany"); f != nil {
		t.Errorf("House.primaryCompany = %+v, want none", f)
	}
	if f := deal.Field("retired"); f != nil {
		t.Errorf("Deal.retired = %+v, want none: the property is archived", f)
	}
	if got := deal.Field("dealstage").Property.Pipeline; got != "pipeline" {
		t.Errorf("pipeline of dealstage = %q, want pipeline", got)
	}
	if got := house.PropertyField("hs_pipeline_stage").Property.Pipeline; got != "hs_pipeline" {
		t.Errorf("pipeline of hs_pipeline_stage = %q, want hs_pipeline", got)
	}
	if got, ok := contact.Field("lifecyclestage").Property.Label("evangelist"); !ok || got != "Evangelist" {
		t.Errorf("Label(evangelist) = %q, %t, want Evangelist, although hidden", got, ok)
	}
	if got, ok := contact.Field("lifecyclestage").Property.Label("gone"); ok {
		t.Errorf("Label(gone) = %q, want none", got)
	}
	if got, ok := contact.Field("email").Property.Label("x"); ok {
		t.Errorf("Label of a string = %q, want none", got)
	}
	for field, want := range map[string]string{"id": "", "email": "email", "customer_id": "customer_id"} {
		if got, ok := contact.Key(field); !ok || got != want {
			t.Errorf("Key(%q) = %q, %t, want %q", field, got, ok, want)
		}
	}
	if _, ok := contact.Key("hs_object_id"); ok {
		t.Error("ContactKey has hs_object_id beside id")
	}
}

// TestFieldsFollowAST: the model has the fields of the AST, in its order.
func TestFieldsFollowAST(t *testing.T) {
	s := build(t, goldenPortal(t))
	for _, typ := range s.Types() {
		var want, got []string
		for _, f := range s.AST.Types[typ.Name].Fields {
			want = append(want, f.Name)
		}
		for _, f := range typ.Fields() {
			got = append(got, f.Name)
			if typ.Field(f.Name) != f {
				t.Errorf("%s.Field(%q) is not the field", typ.Name, f.Name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s.Fields() (-AST +model):\n%s", typ.Name, diff)
		}
	}
}

// TestEmailKey: contacts are found by e-mail even if HubSpot does not say so.
func TestEmailKey(t *testing.T) {
	with := []*hubspot.Property{{Name: "email", Type: "string"}}
	for _, properties := range [][]*hubspot.Property{nil, with} {
		s := build(t, &portal.Metadata{Types: []portal.ObjectType{{TypeID: contacts, Properties: properties}}})
		if got, ok := s.Type("Contact").Key("email"); ok != (properties != nil) || ok && got != "email" {
			t.Errorf("with %d properties Key(email) = %q, %t", len(properties), got, ok)
		}
	}
}

func TestTypeNamed(t *testing.T) {
	s := build(t, goldenPortal(t))
	tests := []struct{ name, want string }{ // want is the type's ID; "" for none
		{"0-1", "0-1"},
		{"contact", "0-1"},
		{"Contacts", "0-1"},
		{"LINE_ITEM", "0-8"},
		{"line_items", "0-8"},
		{"2-7654321", "2-7654321"},
		{"house", "2-7654321"},
		{"P42_house", "2-7654321"},
		{"0-5", ""},
		{"nothing", ""},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got string
			if typ := s.TypeNamed(tt.name); typ != nil {
				got = typ.Object.TypeID
			}
			if got != tt.want {
				t.Errorf("TypeNamed(%q) = %q, want %q", tt.name, got, tt.want)
			}
		})
	}
}
