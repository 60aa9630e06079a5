package hubspottest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const contactsOfCompanies = "/crm/v4/associations/companies/contacts/batch/read"

func TestAssociationShape(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 2)
	p.AddRecords("companies", 2)
	p.Associate("contacts", "101", "companies", "102", "Primary", "Billing contact")
	got := newClient(t, p).do("/crm/v4/associations/contacts/companies/batch/read", `{"inputs":[{"id":"102"},{"id":"101"},{"id":"999"}]}`)

	number := func(n int) json.Number { return json.Number(fmt.Sprint(n)) }
	assocType := func(category string, id int, label any) any {
		return map[string]any{"category": category, "typeId": number(id), "label": label}
	}
	labels := newClient(t, p).do("/crm/v4/associations/contacts/companies/labels", "")
	custom := labels.get("results", 2, "typeId")
	want := []any{map[string]any{
		"from": map[string]any{"id": "101"},
		"to": []any{map[string]any{"toObjectId": number(102), "associationTypes": []any{
			assocType("HUBSPOT_DEFINED", 279, nil), assocType("HUBSPOT_DEFINED", 1, "Primary"),
			map[string]any{"category": "USER_DEFINED", "typeId": custom, "label": "Billing contact"},
		}}},
	}}
	if diff := cmp.Diff(want, got.get("results")); diff != "" || got.status != 207 || custom == nil {
		t.Errorf("%d, labels %s, results (-want +got):\n%s", got.status, labels.text, diff)
	}
	var without []any
	errors, _ := got.get("errors").([]any)
	for i := range errors {
		without = append(without, got.get("errors", i, "context", "fromObjectId", 0))
		if code := got.get("errors", i, "subCategory"); code != "crm.associations.NO_ASSOCIATIONS_FOUND" {
			t.Errorf("error %d has sub-category %v", i, code)
		}
	}
	if diff := cmp.Diff([]any{"102", "999"}, without); diff != "" {
		t.Errorf("parents without associations (-want +got):\n%s", diff)
	}
}

func TestAssociationPages(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 1_203)
	p.AddRecords("companies", 2)
	for i := range 1_203 {
		p.Associate("contacts", fmt.Sprint(101+i), "companies", "101")
	}
	p.Associate("contacts", "101", "companies", "102")
	c := newClient(t, p)

	seen := map[any]bool{}
	body := `{"inputs":[{"id":"101"},{"id":"102"}]}`
	sizes := []int{}
	for body != "" {
		got := c.do(contactsOfCompanies, body)
		body = ""
		results, _ := got.get("results").([]any)
		for i := range results {
			to, _ := got.get("results", i, "to").([]any)
			if got.get("results", i, "from", "id") == "102" {
				continue
			}
			sizes = append(sizes, len(to))
			for k := range to {
				seen[got.get("results", i, "to", k, "toObjectId")] = true
			}
			if after, ok := got.get("results", i, "paging", "next", "after").(string); ok {
				body = fmt.Sprintf(`{"inputs":[{"id":"101","after":%q}]}`, after)
			}
		}
	}
	if diff := cmp.Diff([]int{500, 500, 203}, sizes); diff != "" || len(seen) != 1_203 {
		t.Errorf("%d contacts, want 1203; page sizes (-want +got):\n%s", len(seen), diff)
	}
	one := c.do("/crm/v4/objects/companies/101/associations/contacts", "")
	if n := len(one.each("toObjectId")); n != 500 || one.get("paging", "next", "after") == nil {
		t.Errorf("page of one record has %d contacts, want 500 and a next page", n)
	}
	none := c.do("/crm/v4/objects/contacts/101/associations/deals", "")
	if none.status != 200 || none.text != `{"results":[]}` {
		t.Errorf("record without associations = %d %s, want 200 and none", none.status, none.text)
	}
}

func TestPrimaryIsOne(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 2)
	p.AddRecords("companies", 2)
	p.Associate("contacts", "101", "companies", "101", "Primary")
	p.Associate("contacts", "101", "companies", "102", "Primary") // takes over
	p.Associate("companies", "102", "contacts", "102", "Primary") // a company is primary to many
	c := newClient(t, p)
	for _, tt := range []struct {
		path string
		want int
	}{
		{"/crm/v4/objects/contacts/101/associations/companies", 1},
		{"/crm/v4/objects/companies/101/associations/contacts", 0},
		{"/crm/v4/objects/companies/102/associations/contacts", 2},
	} {
		if got := c.do(tt.path, ""); strings.Count(got.text, `"Primary"`) != tt.want {
			t.Errorf("%s = %s, want %d primary", tt.path, got.text, tt.want)
		}
	}
}

func TestLabels(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefineLabel("contacts", "contacts", "Manager", "Report")
	p.DefineLabel("contacts", "deals", "Decision maker")
	p.AddRecords("contacts", 2)
	p.Associate("contacts", "101", "contacts", "102", "Manager")
	c := newClient(t, p)
	for _, tt := range []struct {
		pair string
		want []any
	}{
		{"contacts/companies", []any{"Primary", nil}},
		{"contacts/contacts", []any{nil, "Manager", "Report"}},
		{"contacts/deals", []any{nil, "Decision maker"}},
		{"deals/contacts", []any{nil, "Decision maker"}},
		{"companies/companies", []any{nil, "Child Company", "Parent Company"}},
	} {
		got := c.do("/crm/v4/associations/"+tt.pair+"/labels", "")
		if diff := cmp.Diff(tt.want, got.each("label")); diff != "" {
			t.Errorf("labels of %s (-want +got):\n%s", tt.pair, diff)
		}
	}
	back := c.do("/crm/v4/objects/contacts/102/associations/contacts", "")
	if !strings.Contains(back.text, `"Report"`) || strings.Contains(back.text, `"Manager"`) {
		t.Errorf("from the other side = %s, want the label Report", back.text)
	}
}

func TestArchiveCutsAssociations(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 2)
	p.AddRecords("companies", 1)
	p.AssociateEach("companies", "contacts", 2)
	p.Archive("contacts", "101")
	got := newClient(t, p).do(contactsOfCompanies, `{"inputs":[{"id":"101"}]}`)
	if got.status != 200 || got.get("results", 0, "to", 0, "toObjectId") != json.Number("102") || got.get("results", 0, "to", 1) != nil {
		t.Errorf("associations = %d %s, want contact 102 alone", got.status, got.text)
	}
}
