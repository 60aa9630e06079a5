package hubspottest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestProperties(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefineProperty("deals", hubspottest.Property{Name: "iban", DataSensitivity: "sensitive"})
	p.DefineProperty("deals", hubspottest.Property{Name: "illness", DataSensitivity: "highly_sensitive"})
	p.DefineProperty("deals", hubspottest.Property{Name: "fax"})
	p.ArchiveProperty("deals", "fax")
	c := newClient(t, p)
	const path = "/crm/v3/properties/deals"
	for _, tt := range []struct {
		query string
		want  []any // of iban, illness, fax and amount, those that are listed
	}{
		{"", []any{"amount"}},
		{"?dataSensitivity=sensitive", []any{"iban"}},
		{"?dataSensitivity=highly_sensitive", []any{"illness"}},
		{"?archived=true", []any{"fax"}},
	} {
		listed := slices.DeleteFunc(c.do(path+tt.query, "").each("name"), func(name any) bool {
			return !slices.Contains([]any{"iban", "illness", "fax", "amount"}, name)
		})
		if diff := cmp.Diff(tt.want, listed); diff != "" {
			t.Errorf("properties%s (-want +got):\n%s", tt.query, diff)
		}
	}
	if got := c.do(path+"/fax", ""); got.status != 404 {
		t.Errorf("archived property = %d, want 404", got.status)
	}
	if got := c.do(path+"/fax?archived=true", ""); got.status != 200 {
		t.Errorf("archived property, asked for = %d, want 200", got.status)
	}
	amount := c.do(path+"/amount", "")
	for key, want := range map[string]any{
		"type": "number", "fieldType": "number", "groupName": "dealinformation", "hubspotDefined": true,
		"showCurrencySymbol": true, "currencyPropertyName": "deal_currency_code", "options": []any{},
	} {
		if diff := cmp.Diff(want, amount.get(key)); diff != "" {
			t.Errorf("amount's %s (-want +got):\n%s", key, diff)
		}
	}
}

func TestPadProperties(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	house := p.DefineObject(hubspottest.Object{Name: "house"})
	p.PadProperties(300)
	c := newClient(t, p)
	for _, objectType := range []string{"contacts", "contracts", house} {
		if n := len(c.do("/crm/v3/properties/"+objectType, "").each("name")); n != 300 {
			t.Errorf("%s has %d properties, want 300", objectType, n)
		}
	}
}

func TestSchemas(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	id := p.DefineObject(hubspottest.Object{
		Name: "house", TypeID: "2-99", Display: "address", Associations: []string{"contacts"},
		Properties: []hubspottest.Property{{Name: "rooms", Type: "number"}},
	})
	c := newClient(t, p)
	got := c.do("/crm-object-schemas/v3/schemas", "")
	for key, want := range map[string]any{
		"objectTypeId": "2-99", "fullyQualifiedName": "p4711_house", "name": "house", "primaryDisplayProperty": "address",
		"labels": map[string]any{"singular": "House", "plural": "Houses"}, "searchableProperties": []any{"address"},
	} {
		if diff := cmp.Diff(want, got.get("results", 0, key)); diff != "" || id != "2-99" {
			t.Errorf("schema %s, %s (-want +got):\n%s", id, key, diff)
		}
	}
	directions := map[string]bool{}
	associations, _ := got.get("results", 0, "associations").([]any)
	for i := range associations {
		directions[got.get("results", 0, "associations", i, "name").(string)] = true
	}
	for _, want := range []string{"house_to_contact", "contact_to_house", "house_to_note", "call_to_house"} {
		if !directions[want] {
			t.Errorf("associations %v lack %s", directions, want)
		}
	}
	bare := c.do("/crm-object-schemas/v3/schemas?includePropertyDefinitions=false&includeAssociationDefinitions=false", "")
	if diff := cmp.Diff([]any{}, bare.get("results", 0, "associations")); diff != "" {
		t.Errorf("associations when not included (-want +got):\n%s", diff)
	}
}

func TestOwners(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	first := p.AddOwner(hubspottest.Owner{Email: "a@x.example", UserID: 7, Teams: []hubspottest.Team{{ID: "1", Name: "Sales", Primary: true}}})
	p.AddOwner(hubspottest.Owner{Email: "b@x.example"})
	p.AddOwner(hubspottest.Owner{Email: "c@x.example", Type: "QUEUE"})
	p.AddOwner(hubspottest.Owner{Email: "gone@x.example", UserID: 9, Archived: true})
	c := newClient(t, p)
	const path = "/crm/v3/owners"

	page := c.do(path+"?limit=2", "")
	after, _ := page.get("paging", "next", "after").(string)
	rest := c.do(path+"?limit=2&after="+after, "")
	emails := append(page.each("email"), rest.each("email")...)
	if diff := cmp.Diff([]any{"a@x.example", "b@x.example", "c@x.example"}, emails); diff != "" || rest.get("paging") != nil {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
	if queue := rest.get("results", 0, "userId"); queue != nil {
		t.Errorf("userId of a queue = %v, want null", queue)
	}
	gone := c.do(path+"?archived=true", "")
	if diff := cmp.Diff([]any{json.Number("9")}, gone.each("userIdIncludingInactive")); diff != "" || gone.get("results", 0, "userId") != nil {
		t.Errorf("archived owner %s (-want +got):\n%s", gone.text, diff)
	}
	for _, query := range []string{"/" + first, "/7?idProperty=userId"} {
		if got := c.do(path+query, ""); got.get("email") != "a@x.example" || got.get("userId") != json.Number("7") || got.get("teams", 0, "name") != "Sales" {
			t.Errorf("%s = %s, want the first owner", query, got.text)
		}
	}
	if got := c.do(path+"?email=B@x.example", "").each("email"); len(got) != 1 {
		t.Errorf("owners by email = %v, want one", got)
	}
}

func TestAccount(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{PortalID: 42})
	got := newClient(t, p).do("/account-info/v3/details", "")
	if got.get("portalId") != json.Number("42") || got.get("timeZone") == nil || got.get("companyCurrency") != "EUR" {
		t.Errorf("account = %s, want portal 42 with time zone and currency", got.text)
	}
}

func TestPipelines(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefinePipeline("deals", hubspottest.Pipeline{ID: "9", Label: "Renewals", Stages: []hubspottest.Stage{{ID: "91", Label: "Due"}}})
	c := newClient(t, p)
	if diff := cmp.Diff([]any{"default", "9"}, c.do("/crm/v3/pipelines/deals", "").each("id")); diff != "" {
		t.Errorf("pipelines (-want +got):\n%s", diff)
	}
	stages := c.do("/crm/v3/properties/deals/dealstage", "")
	options, _ := stages.get("options").([]any)
	if len(options) != 8 {
		t.Errorf("dealstage has %d options, want the 8 stages of both pipelines", len(options))
	}
	if diff := cmp.Diff([]any{"contacts-lifecycle-pipeline"}, c.do("/crm/v3/pipelines/contacts", "").each("id")); diff != "" {
		t.Errorf("pipelines of contacts (-want +got):\n%s", diff)
	}
}
