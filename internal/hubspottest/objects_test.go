package hubspottest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestListPages(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	want := p.AddRecords("contacts", 23)
	p.Archive("contacts", want[4])
	want = slices.Delete(want, 4, 5)
	c := newClient(t, p)

	got := []string{}
	pages := 0
	for after := ""; ; pages++ {
		page := c.do("/crm/v3/objects/contacts?after="+url.QueryEscape(after), "")
		for _, id := range page.each("id") {
			got = append(got, id.(string))
		}
		next, ok := page.get("paging", "next", "after").(string)
		if !ok {
			break
		}
		after = next
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 2 {
		t.Errorf("%d further pages, IDs (-want +got):\n%s", pages, diff)
	}
	archived := c.do("/crm/v3/objects/contacts?archived=true", "")
	if diff := cmp.Diff([]any{"105"}, archived.each("id")); diff != "" || archived.get("results", 0, "archivedAt") == nil {
		t.Errorf("archived list %s (-want +got):\n%s", archived.text, diff)
	}
}

func TestRecordShape(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecord("contacts", map[string]string{"email": "a@x.example", "firstname": "Zoë \"Z\"\n", "createdate": "2026-01-05T10:00:00.000Z", "lastmodifieddate": "2026-01-06T10:00:00.000Z"})
	p.DefineProperty("contacts", hubspottest.Property{Name: "gone"})
	p.ArchiveProperty("contacts", "gone")
	c := newClient(t, p)
	always := map[string]any{"hs_object_id": "101", "createdate": "2026-01-05T10:00:00.000Z", "lastmodifieddate": "2026-01-06T10:00:00.000Z"}
	with := func(more map[string]any) map[string]any {
		all := map[string]any{}
		for _, m := range []map[string]any{always, more} {
			for k, v := range m {
				all[k] = v
			}
		}
		return all
	}
	for _, tt := range []struct {
		query string
		want  map[string]any
	}{
		{"", with(map[string]any{"firstname": "Zoë \"Z\"\n", "lastname": nil, "email": "a@x.example"})},
		{"?properties=email", with(map[string]any{"email": "a@x.example"})},
		{"?properties=email,phone", with(map[string]any{"email": "a@x.example", "phone": nil})},
		{"?properties=email&properties=phone", with(map[string]any{"email": "a@x.example", "phone": nil})},
		{"?properties=height,gone", always},
		{"?propertiesWithHistory=email", with(map[string]any{"email": "a@x.example"})},
	} {
		got := c.do("/crm/v3/objects/contacts/101"+tt.query, "")
		if diff := cmp.Diff(tt.want, got.get("properties")); diff != "" {
			t.Errorf("get 101%s (-want +got):\n%s", tt.query, diff)
		}
	}
	got := c.do("/crm/v3/objects/0-1/101", "")
	delete(got.body, "properties")
	want := map[string]any{
		"id": "101", "archived": false, "createdAt": "2026-01-05T10:00:00.000Z", "updatedAt": "2026-01-06T10:00:00.000Z",
		"url": "https://app.hubspot.com/contacts/4711/record/0-1/101",
	}
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("get 101 beside properties (-want +got):\n%s", diff)
	}
}

func TestBatchRead(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	ids := p.AddRecords("contacts", 50)
	p.Archive("contacts", "110")
	c := newClient(t, p)
	const path = "/crm/v3/objects/contacts/batch/read"

	got := c.do(path, `{"inputs":[`+inputs(101, 52)+`],"properties":["email"]}`)
	order := []string{}
	for _, id := range got.each("id") {
		order = append(order, id.(string))
	}
	if got.status != 207 || got.get("numErrors") != json.Number("1") {
		t.Errorf("batch with missing IDs = %d %s, want 207 with one error", got.status, got.text)
	}
	missing := got.get("errors", 0, "context", "ids")
	if diff := cmp.Diff([]any{"110", "151", "152"}, missing); diff != "" {
		t.Errorf("missing IDs (-want +got):\n%s", diff)
	}
	if slices.IsSorted(order) {
		t.Errorf("results come in order of ID, want them scattered: %v", order)
	}
	slices.Sort(order)
	if diff := cmp.Diff(slices.DeleteFunc(ids, func(id string) bool { return id == "110" }), order); diff != "" {
		t.Errorf("found IDs (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		name, query, body string
		status            int
		want              []any
	}{
		{"all there", "", `{"inputs":[{"id":"101"}]}`, 200, []any{"101"}},
		{"none there", "", `{"inputs":[{"id":"7"},{"id":"x"}]}`, 207, []any{}},
		{"archived", "?archived=true", `{"inputs":[{"id":"101"},{"id":"110"}]}`, 207, []any{"110"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &client{t, p, c.header}
			got := c.do(path+tt.query, tt.body)
			if diff := cmp.Diff(tt.want, got.each("id")); diff != "" || got.status != tt.status {
				t.Errorf("%d, want %d; (-want +got):\n%s", got.status, tt.status, diff)
			}
		})
	}
}

func TestUniqueProperties(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefineProperty("companies", hubspottest.Property{Name: "vat", HasUniqueValue: true})
	p.AddRecord("contacts", map[string]string{"email": "Ann@x.example", "hs_additional_emails": "ann@home.example;a@old.example"})
	p.AddRecord("companies", map[string]string{"vat": "DE1"})
	c := newClient(t, p)
	for _, tt := range []struct {
		objectType, property, value string
		found                       bool
	}{
		{"contacts", "email", "ann@X.example", true},
		{"contacts", "email", "a@old.example", true},
		{"contacts", "email", "101", false},
		{"contacts", "hs_object_id", "101", true},
		{"companies", "vat", "de1", true},
		{"companies", "vat", "de2", false},
	} {
		one := c.do(fmt.Sprintf("/crm/v3/objects/%s/%s?idProperty=%s", tt.objectType, tt.value, tt.property), "")
		many := c.do("/crm/v3/objects/"+tt.objectType+"/batch/read", fmt.Sprintf(`{"idProperty":%q,"inputs":[{"id":%q}]}`, tt.property, tt.value))
		if (one.status == 200) != tt.found || (many.get("results", 0, "id") == "101") != tt.found {
			t.Errorf("%s by %s %s = %s and %s, want found %v", tt.objectType, tt.property, tt.value, one.text, many.text, tt.found)
		}
	}
	p.Update("companies", "101", map[string]string{"vat": "DE2"})
	if got := c.do("/crm/v3/objects/companies/DE1?idProperty=vat", ""); got.status != 404 {
		t.Errorf("company by its former VAT number = %d, want 404", got.status)
	}
}

func TestHistory(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecord("deals", map[string]string{"amount": "1"})
	p.Update("deals", "101", map[string]string{"amount": "2"})
	p.Update("deals", "101", map[string]string{"amount": ""})
	got := newClient(t, p).do("/crm/v3/objects/deals/batch/read", `{"inputs":[{"id":"101"}],"propertiesWithHistory":["amount"]}`)
	var values []any
	for i := range 3 {
		values = append(values, got.get("results", 0, "propertiesWithHistory", "amount", i, "value"))
	}
	if diff := cmp.Diff([]any{"", "2", "1"}, values); diff != "" || got.get("results", 0, "properties", "amount") != nil {
		t.Errorf("history in %s (-want +got):\n%s", got.text, diff)
	}
}

// TestSources tells what set each value.
func TestSources(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecord("deals", map[string]string{"amount": "1", "dealname": "Roof"})
	workflow := hubspottest.Source{Type: "AUTOMATION_PLATFORM", ID: "enrollmentId:7", Label: "Raise prices"}
	p.UpdateFrom(workflow, "deals", "101", map[string]string{"amount": "2", "dealname": "Roof"})
	p.UpdateFrom(hubspottest.UserSource(7), "deals", "101", map[string]string{"amount": "3"})
	got := newClient(t, p).do("/crm/v3/objects/deals/batch/read", `{"inputs":[{"id":"101"}],"propertiesWithHistory":["amount","dealname","hs_lastmodifieddate"]}`)
	history := func(property, member string) []any {
		versions, _ := got.get("results", 0, "propertiesWithHistory", property).([]any)
		values := []any{}
		for i := range versions {
			values = append(values, got.get("results", 0, "propertiesWithHistory", property, i, member))
		}
		return values
	}
	want := map[string][]any{
		"amount sourceType":              {"CRM_UI", "AUTOMATION_PLATFORM", "INTEGRATION"},
		"amount sourceId":                {"userId:7", "enrollmentId:7", "27182818"},
		"amount sourceLabel":             {nil, "Raise prices", "ERP connector"},
		"dealname value":                 {"Roof"},
		"hs_lastmodifieddate sourceType": {"CALCULATED", "CALCULATED", "INTEGRATION"},
	}
	for key, want := range want {
		property, member, _ := strings.Cut(key, " ")
		if diff := cmp.Diff(want, history(property, member)); diff != "" {
			t.Errorf("%s in %s (-want +got):\n%s", key, got.text, diff)
		}
	}
	if user := got.get("results", 0, "propertiesWithHistory", "amount", 0, "updatedByUserId"); fmt.Sprint(user) != "7" {
		t.Errorf("user = %v, want 7", user)
	}
}

func TestMerge(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecord("contacts", map[string]string{"email": "a@x.example"})
	p.AddRecord("contacts", map[string]string{"email": "b@x.example"})
	p.AddRecords("companies", 2)
	p.Associate("contacts", "101", "companies", "101", "Primary")
	p.Associate("contacts", "102", "companies", "102", "Primary")
	p.Merge("contacts", "101", "102")
	c := newClient(t, p)

	if got := c.do("/crm/v3/objects/contacts/102?properties=hs_merged_object_ids", ""); got.get("id") != "101" || got.get("properties", "hs_merged_object_ids") != "102" {
		t.Errorf("get of the loser = %s, want the winner", got.text)
	}
	if got := c.do("/crm/v3/objects/contacts/batch/read", `{"inputs":[{"id":"102"}]}`); got.get("results", 0, "id") != "101" {
		t.Errorf("batch read of the loser = %s, want the winner", got.text)
	}
	if got := c.do("/crm/v3/objects/contacts/b@x.example?idProperty=email", ""); got.get("id") != "101" {
		t.Errorf("get by the loser's email = %s, want the winner", got.text)
	}
	if diff := cmp.Diff([]any{"101"}, c.do("/crm/v3/objects/contacts", "").each("id")); diff != "" {
		t.Errorf("list after the merge (-want +got):\n%s", diff)
	}
	got := c.do("/crm/v4/objects/contacts/101/associations/companies", "")
	if n := strings.Count(got.text, `"Primary"`); len(got.each("toObjectId")) != 2 || n != 1 {
		t.Errorf("associations after the merge = %s, want two companies, one of them primary", got.text)
	}
}

func TestEmbeddedAssociations(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 130)
	p.AddRecords("companies", 2)
	p.AddRecords("deals", 1)
	house := p.DefineObject(hubspottest.Object{Name: "house", Associations: []string{"contacts"}})
	p.AddRecords("house", 1)
	p.Associate("contacts", "101", "companies", "101", "Primary", "Billing contact")
	p.Associate("contacts", "101", "companies", "102")
	p.Associate("contacts", "101", "deals", "101")
	p.Associate("house", "101", "contacts", "101")
	for i := range 130 {
		p.Associate("companies", "102", "contacts", fmt.Sprint(101+i))
	}
	c := newClient(t, p)

	got := c.do("/crm/v3/objects/contacts/101?associations=0-2,DEALS,"+house+",planets,products,tickets", "")
	row := func(id, name string) any { return map[string]any{"id": id, "type": name} }
	want := map[string]any{
		"companies": map[string]any{"results": []any{
			row("101", "contact_to_company_unlabeled"), row("101", "contact_to_company"), row("101", "billing_contact"), row("102", "contact_to_company_unlabeled"),
		}},
		"deals":       map[string]any{"results": []any{row("101", "contact_to_deal")}},
		"p4711_house": map[string]any{"results": []any{row("101", "contact_to_house")}},
	}
	if diff := cmp.Diff(want, got.get("associations")); diff != "" {
		t.Errorf("associations (-want +got):\n%s", diff)
	}
	list := c.do("/crm/v3/objects/companies?associations=contacts", "")
	rows, _ := list.get("results", 1, "associations", "contacts", "results").([]any)
	if next := list.get("results", 1, "associations", "contacts", "paging", "next", "after"); len(rows) != 100 || next == nil {
		t.Errorf("%d rows and next page %v, want 100 rows and a next page", len(rows), next)
	}
}
