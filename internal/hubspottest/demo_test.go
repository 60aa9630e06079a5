package hubspottest_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestDemoIsTheSame compares two demos answer by answer.
func TestDemoIsTheSame(t *testing.T) {
	one, two := hubspottest.Demo(hubspottest.Options{Unlimited: true}), hubspottest.Demo(hubspottest.Options{Unlimited: true})
	for _, path := range []string{
		"/crm/v3/objects/contacts?limit=100&associations=companies,deals,contacts&properties=email,iban,heating_type,hubspot_owner_id",
		"/crm/v3/objects/deals?limit=100&properties=dealname,amount,dealstage",
		"/crm/v3/objects/quotes?limit=100&properties=hs_title,hs_terms,hs_expiration_date",
		"/crm/v3/objects/p4711_site?limit=100&properties=site_name,position&associations=companies",
		"/crm/v3/objects/contacts?archived=true",
		"/crm/v3/objects/deals?limit=50&propertiesWithHistory=dealstage",
		"/crm/v3/lists?listIds=1&listIds=5",
		"/crm/v3/lists/1/memberships",
		"/crm/v3/properties/contacts",
		"/crm/v3/owners",
		"/crm-object-schemas/v3/schemas",
	} {
		res, first := call(t, one, path, "")
		_, second := call(t, two, path, "")
		if first != second || res.StatusCode != 200 {
			t.Errorf("%s = %d, differs between two demos", path, res.StatusCode)
		}
	}
}

// TestDemoHasEverything counts the demo's records by searching each type.
func TestDemoHasEverything(t *testing.T) {
	p := hubspottest.Demo(hubspottest.Options{Unlimited: true})
	for objectType, least := range map[string]int{
		"contacts": 2_900, "companies": 790, "deals": 1_490, "tickets": 600, "products": 10, "line_items": 1_500, "quotes": 300,
		"communications": 50, "feedback_submissions": 5, "tasks": 500, "notes": 1_000, "meetings": 400, "calls": 500, "emails": 1_000,
		"invoices": 100, "subscriptions": 5, "goal_targets": 5, "discounts": 5, "fees": 5, "taxes": 5, "commerce_payments": 100,
		"users": 5, "postal_mail": 5, "orders": 100, "leads": 100, "carts": 5, "services": 5, "courses": 5, "listings": 5,
		"appointments": 5, "projects": 5, "p4711_site": 400, "p4711_subscription_plan": 40,
	} {
		_, text := call(t, p, "/crm/v3/objects/"+objectType+"/search", `{"limit":1}`)
		var got struct{ Total int }
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Total < least {
			t.Errorf("%d %s, want at least %d: %.200s", got.Total, objectType, least, text)
		}
	}
}

// TestDemoLists checks that there is something to see in lists and histories.
func TestDemoLists(t *testing.T) {
	p := hubspottest.Demo(hubspottest.Options{Unlimited: true})
	_, text := call(t, p, "/crm/v3/lists/search", `{"count":500}`)
	var got struct {
		Lists []struct {
			Name, ProcessingType string
			AdditionalProperties map[string]string
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || len(got.Lists) < 8 {
		t.Fatalf("lists = %v %s, want at least 8", err, text)
	}
	kinds := map[string]int{}
	for _, l := range got.Lists {
		kinds[l.ProcessingType]++
		if l.Name != "Leads without an owner" && len(l.AdditionalProperties["hs_list_size"]) < 2 {
			t.Errorf("%s has %s members, want at least 10", l.Name, l.AdditionalProperties["hs_list_size"])
		}
	}
	if len(kinds) != 3 {
		t.Errorf("lists are of the kinds %v, want three kinds", kinds)
	}
	_, text = call(t, p, "/crm/v3/objects/deals?limit=50&propertiesWithHistory=dealstage", "")
	if n := strings.Count(text, `"sourceType":"CRM_UI"`); n < 50 {
		t.Errorf("%d changes by users in the stages of 50 deals, want at least 50", n)
	}
}

// TestDemoIsConsistent checks that what refers to something finds it.
func TestDemoIsConsistent(t *testing.T) {
	p := hubspottest.Demo(hubspottest.Options{Unlimited: true})
	hubspottest.Serve(t, p)
	c := newClient(t, p)
	owners := map[any]bool{nil: true}
	for _, archived := range []string{"false", "true"} {
		for _, id := range c.do("/crm/v3/owners?archived="+archived, "").each("id") {
			owners[id] = true
		}
	}
	stages := map[[2]any]bool{}
	pipelines := c.do("/crm/v3/pipelines/deals", "")
	for i, id := range pipelines.each("id") {
		all, _ := pipelines.get("results", i, "stages").([]any)
		for k := range all {
			stages[[2]any{id, pipelines.get("results", i, "stages", k, "id")}] = true
		}
	}
	deals := c.do("/crm/v3/objects/deals?limit=100&properties=pipeline,dealstage,hubspot_owner_id", "")
	for i := range deals.each("id") {
		at := func(name string) any { return deals.get("results", i, "properties", name) }
		if !stages[[2]any{at("pipeline"), at("dealstage")}] || !owners[at("hubspot_owner_id")] {
			t.Errorf("deal %v has stage %v of pipeline %v and owner %v, which do not exist", deals.get("results", i, "id"), at("dealstage"), at("pipeline"), at("hubspot_owner_id"))
		}
	}
	contacts := c.do("/crm/v3/objects/contacts?limit=100&properties=associatedcompanyid&associations=companies", "")
	for i, id := range contacts.each("id") {
		primary := ""
		rows, _ := contacts.get("results", i, "associations", "companies", "results").([]any)
		for k := range rows {
			if contacts.get("results", i, "associations", "companies", "results", k, "type") == "contact_to_company" {
				primary = contacts.get("results", i, "associations", "companies", "results", k, "id").(string)
			}
		}
		if diff := cmp.Diff(contacts.get("results", i, "properties", "associatedcompanyid"), any(primary)); diff != "" {
			t.Errorf("primary company of contact %v (-property +association):\n%s", id, diff)
		}
	}
}

// TestCompression checks that bodies are compressed when the client can take
// it and the body is worth it.
func TestCompression(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 100)
	c := newClient(t, p)
	plain := c.do(listPath+"?limit=100", "")
	c.header.Set("Accept-Encoding", "gzip")
	packed, small := c.do(listPath+"?limit=100", ""), c.do(listPath+"?limit=1", "")
	if packed.header.Get("Content-Encoding") != "gzip" || !bytes.HasPrefix([]byte(packed.text), []byte{0x1f, 0x8b}) {
		t.Errorf("100 records as %q, want gzip", packed.header.Get("Content-Encoding"))
	}
	if small.header.Get("Content-Encoding") != "" || len(plain.body) == 0 {
		t.Errorf("one record as %q, want it plain", small.header.Get("Content-Encoding"))
	}
}
