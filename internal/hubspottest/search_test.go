package hubspottest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestSearch(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	for _, values := range []map[string]string{
		{"firstname": "Ann", "lastname": "Lee", "email": "ann@x.example", "hubspotscore": "9", "lifecyclestage": "lead", "hs_buying_role": "CHAMPION;END_USER", "createdate": "2026-03-03T00:00:00.000Z"},
		{"firstname": "Bob", "lastname": "Lee Young", "email": "bob@y.example", "hubspotscore": "10", "lifecyclestage": "customer", "hs_buying_role": "END_USER", "createdate": "2026-03-01T00:00:00.000Z"},
		{"firstname": "ann", "lastname": "Moe", "email": "cat@x.example", "hubspotscore": "10.5", "lifecyclestage": "lead", "phone": "+49 40 12", "createdate": "2026-03-02T00:00:00.000Z"},
		{"firstname": "Old", "email": "old@x.example", "createdate": "2026-03-01T00:00:00.000Z"},
		{"hs_object_id": "9007199254740993", "createdate": "2026-03-04T00:00:00.000Z"},
	} {
		p.AddRecord("contacts", values)
	}
	p.Archive("contacts", "104")
	p.AddRecords("companies", 1)
	p.Associate("contacts", "102", "companies", "101")
	c := newClient(t, p)
	const big = "9007199254740993"
	one := func(filter string) string { return `{"filters":[{` + filter + `}]}` }
	for _, tt := range []struct {
		name, body string
		want       []any
	}{
		{"everything, oldest first", `{}`, []any{"102", "103", "101", big}},
		{"ascending, none last", `{"sorts":[{"propertyName":"hubspotscore","direction":"ASCENDING"}]}`, []any{"101", "102", "103", big}},
		{"descending, none last", `{"sorts":["-hubspotscore"]}`, []any{"103", "102", "101", big}},
		{"choices by value, not by place", `{"sorts":["lifecyclestage"]}`, []any{"102", "101", "103", big}},
		{"choices descending, none last", `{"sorts":["-lifecyclestage"]}`, []any{"101", "103", "102", big}},
		{"text", `{"sorts":[{"propertyName":"lastname"}]}`, []any{"101", "102", "103", big}},
		{"by ID", `{"sorts":[{"propertyName":"hs_object_id","direction":"DESCENDING"}]}`, []any{big, "103", "102", "101"}},
		{"text ignores case", one(`"propertyName":"firstname","operator":"EQ","value":"ANN"`), []any{"103", "101"}},
		{"choice does not", one(`"propertyName":"lifecyclestage","operator":"EQ","value":"LEAD"`), []any{}},
		{"choice", one(`"propertyName":"lifecyclestage","operator":"EQ","value":"lead"`), []any{"103", "101"}},
		{"not equal skips unknown", one(`"propertyName":"lifecyclestage","operator":"NEQ","value":"lead"`), []any{"102"}},
		{"one of many choices", one(`"propertyName":"hs_buying_role","operator":"EQ","value":"END_USER"`), []any{"102", "101"}},
		{"in", one(`"propertyName":"lifecyclestage","operator":"IN","values":["lead","customer"]`), []any{"102", "103", "101"}},
		{"not in", one(`"propertyName":"lifecyclestage","operator":"NOT_IN","values":["lead"]`), []any{"102"}},
		{"text in, lower case", one(`"propertyName":"firstname","operator":"IN","values":["ann"]`), []any{"103", "101"}},
		{"text in, upper case", one(`"propertyName":"firstname","operator":"IN","values":["Ann"]`), []any{}},
		{"numbers are no text", one(`"propertyName":"hubspotscore","operator":"GT","value":"9"`), []any{"102", "103"}},
		{"less", one(`"propertyName":"hubspotscore","operator":"LTE","value":"10"`), []any{"102", "101"}},
		{"equal decimals", one(`"propertyName":"hubspotscore","operator":"EQ","value":"1.050e1"`), []any{"103"}},
		{"decimals finer than a float", one(`"propertyName":"hubspotscore","operator":"GT","value":"10.49999999999999999999999"`), []any{"103"}},
		{"between", one(`"propertyName":"hubspotscore","operator":"BETWEEN","value":"9","highValue":"10"`), []any{"102", "101"}},
		{"time in milliseconds", one(`"propertyName":"createdate","operator":"GTE","value":"1772496000000"`), []any{"101", big}},
		{"time in words", one(`"propertyName":"createdate","operator":"LT","value":"2026-03-02T00:00:00Z"`), []any{"102"}},
		{"big IDs", one(`"propertyName":"hs_object_id","operator":"GT","value":"9007199254740992"`), []any{big}},
		{"known", one(`"propertyName":"phone","operator":"HAS_PROPERTY"`), []any{"103"}},
		{"unknown", one(`"propertyName":"hubspotscore","operator":"NOT_HAS_PROPERTY"`), []any{big}},
		{"token", one(`"propertyName":"lastname","operator":"CONTAINS_TOKEN","value":"young"`), []any{"102"}},
		{"part of a token", one(`"propertyName":"lastname","operator":"CONTAINS_TOKEN","value":"you"`), []any{}},
		{"wildcard", one(`"propertyName":"email","operator":"CONTAINS_TOKEN","value":"*@x.example"`), []any{"103", "101"}},
		{"token of several words", one(`"propertyName":"email","operator":"CONTAINS_TOKEN","value":"X.example"`), []any{"103", "101"}},
		{"part of several words", one(`"propertyName":"email","operator":"CONTAINS_TOKEN","value":"x.exam"`), []any{}},
		{"wildcard inside", one(`"propertyName":"email","operator":"CONTAINS_TOKEN","value":"a*@*.example"`), []any{"101"}},
		{"without token", one(`"propertyName":"email","operator":"NOT_CONTAINS_TOKEN","value":"*@x.example"`), []any{"102"}},
		{"associated", one(`"propertyName":"associations.company","operator":"EQ","value":"101"`), []any{"102"}},
		{"associated with one of", one(`"propertyName":"associations.company","operator":"IN","values":["7","101"]`), []any{"102"}},
		{"all of a group", `{"filterGroups":[{"filters":[{"propertyName":"firstname","operator":"EQ","value":"ann"},{"propertyName":"lastname","operator":"EQ","value":"moe"}]}]}`, []any{"103"}},
		{"any of the groups", `{"filterGroups":[{"filters":[{"propertyName":"lastname","operator":"EQ","value":"lee"}]},{"filters":[{"propertyName":"lastname","operator":"EQ","value":"moe"}]}]}`, []any{"103", "101"}},
		{"query", `{"query":"LEE"}`, []any{"102", "101"}},
		{"query, all words", `{"query":"lee bob"}`, []any{"102"}},
		{"query, an email", `{"query":"ann@x.example"}`, []any{"101"}},
		{"query and filter", `{"query":"lee","filters":[{"propertyName":"firstname","operator":"EQ","value":"bob"}]}`, []any{"102"}},
		{"query, not a default property", `{"query":"customer"}`, []any{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &client{t, p, c.header}
			got := c.do("/crm/v3/objects/contacts/search", tt.body)
			if diff := cmp.Diff(tt.want, got.each("id")); diff != "" || got.status != 200 {
				t.Errorf("search %s = %d %.200s (-want +got):\n%s", tt.body, got.status, got.text, diff)
			}
		})
	}
}

// TestSearchBodyLimit holds the portal to the length that HubSpot documents.
func TestSearchBodyLimit(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true, SearchBodyLimit: 3_000})
	c := newClient(t, p)
	for length, want := range map[int]int{3_000: 200, 3_001: 400} {
		body := `{"query":"` + strings.Repeat("é", length-12) + `"}`
		if got := c.do("/crm/v3/objects/contacts/search", body); got.status != want {
			t.Errorf("search of %d characters = %d %.100s, want %d", length, got.status, got.text, want)
		}
	}
}

func TestSearchPages(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("companies", 25)
	c := newClient(t, p)
	search := func(after string) answer {
		return c.do("/crm/v3/objects/companies/search", `{"limit":10`+after+`}`)
	}
	first, last := search(""), search(`,"after":"20"`)
	if first.get("paging", "next", "after") != "10" || first.get("total").(interface{ String() string }).String() != "25" {
		t.Errorf("first page = %s, want total 25 and the next page at 10", first.text)
	}
	if len(last.each("id")) != 5 || last.get("paging") != nil {
		t.Errorf("last page = %s, want 5 results and no paging", last.text)
	}
	p.AddRecords("companies", 1)
	if got := search(""); got.get("total").(interface{ String() string }).String() != "26" {
		t.Errorf("total after another record = %v, want 26", got.get("total"))
	}
}
