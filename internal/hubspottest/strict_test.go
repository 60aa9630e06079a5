package hubspottest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestRefusals holds everything the portal refuses, and beside it what comes
// close and is allowed.
func TestRefusals(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 3)
	p.AddRecords("companies", 1)
	house := p.DefineObject(hubspottest.Object{Name: "house"})
	p.AddRecords("house", 1)
	p.AddList(hubspottest.ListDefinition{Name: "News", ObjectType: "contacts", Members: []string{"101", "102"}})
	c := newClient(t, p)

	const objects = "/crm/v3/objects/"
	const recordLists = "/crm/v3/lists/records/memberships/batch/read"
	filters := func(n int) string {
		return strings.TrimSuffix(strings.Repeat(`{"propertyName":"email","operator":"HAS_PROPERTY"},`, n), ",")
	}
	groups := func(sizes ...int) string {
		var all []string
		for _, n := range sizes {
			all = append(all, `{"filters":[`+filters(n)+`]}`)
		}
		return `{"filterGroups":[` + strings.Join(all, ",") + `]}`
	}
	filter := func(property, operator, operands string) string {
		return fmt.Sprintf(`{"filters":[{"propertyName":%q,"operator":%q%s}]}`, property, operator, operands)
	}
	for _, tt := range []struct {
		name   string
		path   string
		body   string
		status int
		want   string // in the answer
	}{
		{"list", objects + "contacts", "", 200, ""},
		{"list by type ID", objects + "0-1", "", 200, ""},
		{"list by singular", objects + "contact", "", 200, ""},
		{"list in capitals", objects + "COMPANY", "", 200, ""},
		{"list custom by type ID", objects + house, "", 200, ""},
		{"list custom by qualified name", objects + "p4711_house", "", 200, ""},
		{"list custom by bare name", objects + "house", "", 400, "Unable to infer object type from: house"},
		{"list unknown type", objects + "spaceships", "", 400, "Unable to infer object type from: spaceships"},
		{"list limit 100", objects + "contacts?limit=100", "", 200, ""},
		{"list limit 101", objects + "contacts?limit=101", "", 400, "VALIDATION_ERROR"},
		{"list limit 0", objects + "contacts?limit=0", "", 400, "VALIDATION_ERROR"},
		{"list limit no number", objects + "contacts?limit=many", "", 400, "VALIDATION_ERROR"},
		{"list with history limit 50", objects + "contacts?limit=50&propertiesWithHistory=email", "", 200, ""},
		{"list with history limit 51", objects + "contacts?limit=51&propertiesWithHistory=email", "", 400, "VALIDATION_ERROR"},
		{"list after no number", objects + "contacts?after=x", "", 400, "Invalid after"},
		{"list archived no bool", objects + "contacts?archived=perhaps", "", 400, "archived"},
		{"long URL", objects + "contacts?properties=" + strings.Repeat("x", 8_000), "", 414, ""},
		{"get", objects + "contacts/101", "", 200, ""},
		{"get absent", objects + "contacts/999", "", 404, `"id":["999"]`},
		{"get no number", objects + "contacts/x", "", 404, "objectId are usually numeric"},
		{"get by property without unique values", objects + "contacts/x?idProperty=firstname", "", 400, "not a unique property"},
		{"batch 100", objects + "contacts/batch/read", `{"inputs":[` + inputs(101, 100) + `]}`, 207, ""},
		{"batch 101", objects + "contacts/batch/read", `{"inputs":[` + inputs(101, 101) + `]}`, 400, "exceeds the limit"},
		{"batch history 51", objects + "contacts/batch/read", `{"propertiesWithHistory":["email"],"inputs":[` + inputs(101, 51) + `]}`, 400, "exceeds the limit"},
		{"batch empty", objects + "contacts/batch/read", `{"inputs":[]}`, 400, "must not be empty"},
		{"batch duplicates", objects + "contacts/batch/read", `{"inputs":[{"id":"101"},{"id":"101"}]}`, 400, "Duplicate IDs found in batch input: [101]"},
		{"batch numeric ID", objects + "contacts/batch/read", `{"inputs":[{"id":101}]}`, 400, "Invalid input JSON"},
		{"batch unknown member", objects + "contacts/batch/read", `{"ids":["101"]}`, 400, "Invalid input JSON"},
		{"batch no JSON", objects + "contacts/batch/read", `{"inputs":`, 400, "Invalid input JSON"},
		{"batch two values", objects + "contacts/batch/read", `{"inputs":[{"id":"101"}]}{}`, 400, "Invalid input JSON"},
		{"batch by property without unique values", objects + "companies/batch/read", `{"idProperty":"domain","inputs":[{"id":"x"}]}`, 400, "not a unique property"},
		{"associations 1000", "/crm/v4/associations/contacts/companies/batch/read", `{"inputs":[` + inputs(1, 1_000) + `]}`, 207, ""},
		{"associations 1001", "/crm/v4/associations/contacts/companies/batch/read", `{"inputs":[` + inputs(1, 1_001) + `]}`, 400, "exceeds the limit"},
		{"associations without definition", "/crm/v4/associations/contacts/products/labels", "", 400, "No association definitions"},
		{"associations of users", "/crm/v4/associations/users/contacts/labels", "", 400, "No association definitions"},
		{"associations of unknown type", "/crm/v4/associations/contacts/house/labels", "", 400, "Unable to infer object type from: house"},
		{"associations limit 501", "/crm/v4/objects/contacts/101/associations/companies?limit=501", "", 400, "VALIDATION_ERROR"},
		{"associations of absent record", "/crm/v4/objects/contacts/999/associations/companies", "", 404, "OBJECT_NOT_FOUND"},
		{"search everything", objects + "contacts/search", `{}`, 200, `"total":3`},
		{"search limit 200", objects + "contacts/search", `{"limit":200}`, 200, ""},
		{"search limit 201", objects + "contacts/search", `{"limit":201}`, 400, "VALIDATION_ERROR"},
		{"search last row", objects + "contacts/search", `{"limit":200,"after":"9800"}`, 200, ""},
		{"search past the last row", objects + "contacts/search", `{"limit":200,"after":"9801"}`, 400, "10000"},
		{"search after no number", objects + "contacts/search", `{"after":"x"}`, 400, "after must be"},
		{"search 5 groups", objects + "contacts/search", groups(1, 1, 1, 1, 1), 200, ""},
		{"search 6 groups", objects + "contacts/search", groups(1, 1, 1, 1, 1, 1), 400, "exceeds the limit"},
		{"search 6 filters", objects + "contacts/search", groups(6, 6, 6), 200, ""},
		{"search 7 filters", objects + "contacts/search", groups(7), 400, "exceeds the limit"},
		{"search 19 filters", objects + "contacts/search", groups(6, 6, 6, 1), 400, "exceeds the limit"},
		{"search two sorts", objects + "contacts/search", `{"sorts":["email","-firstname"]}`, 400, "Only one sort"},
		{"search sort by unknown property", objects + "contacts/search", `{"sorts":["height"]}`, 400, "PROPERTY_DOESNT_EXIST"},
		{"search sort direction", objects + "contacts/search", `{"sorts":[{"propertyName":"email","direction":"DESC"}]}`, 400, "direction"},
		{"search long query", objects + "contacts/search", `{"query":"` + strings.Repeat("x", 3_001) + `"}`, 400, "exceeds the limit"},
		{"search unknown property", objects + "contacts/search", filter("height", "EQ", `,"value":"1"`), 400, "PROPERTY_DOESNT_EXIST"},
		{"search unknown operator", objects + "contacts/search", filter("email", "LIKE", `,"value":"1"`), 400, "not supported"},
		{"search text by order", objects + "contacts/search", filter("email", "GT", `,"value":"a"`), 400, "not supported"},
		{"search choice by token", objects + "contacts/search", filter("lifecyclestage", "CONTAINS_TOKEN", `,"value":"a"`), 400, "not supported"},
		{"search without value", objects + "contacts/search", filter("email", "EQ", ``), 400, "operands"},
		{"search with one value too many", objects + "contacts/search", filter("email", "HAS_PROPERTY", `,"value":"a"`), 400, "operands"},
		{"search between without end", objects + "contacts/search", filter("hubspotscore", "BETWEEN", `,"value":"1"`), 400, "operands"},
		{"search in nothing", objects + "contacts/search", filter("email", "IN", `,"values":[]`), 400, "operands"},
		{"search number with text", objects + "contacts/search", filter("hubspotscore", "GT", `,"value":"tall"`), 400, "is no value"},
		{"search date with text", objects + "contacts/search", filter("createdate", "GT", `,"value":"today"`), 400, "is no value"},
		{"search body preview", objects + "notes/search", filter("hs_body_preview_html", "HAS_PROPERTY", ``), 400, "not supported"},
		{"search HTML of emails", objects + "emails/search", filter("hs_email_html", "HAS_PROPERTY", ``), 400, "not supported"},
		{"search preview of emails", objects + "emails/search", filter("hs_body_preview", "CONTAINS_TOKEN", `,"value":"a"`), 400, "not supported"},
		{"search preview of calls", objects + "calls/search", filter("hs_body_preview", "CONTAINS_TOKEN", `,"value":"a"`), 200, ""},
		{"search number by token", objects + "contacts/search", filter("hubspotscore", "CONTAINS_TOKEN", `,"value":"1"`), 400, "not supported"},
		{"search choice by order", objects + "contacts/search", filter("lifecyclestage", "GT", `,"value":"a"`), 400, "not supported"},
		{"search yes or no by order", objects + "contacts/search", filter("hs_email_optout", "LTE", `,"value":"true"`), 400, "not supported"},
		{"search for nothing", objects + "contacts/search", filter("email", "EQ", `,"value":""`), 400, "is no value"},
		{"search value that is a number", objects + "contacts/search", filter("hubspotscore", "EQ", `,"value":1`), 400, "Invalid input JSON"},
		{"search unknown member", objects + "contacts/search", `{"archived":true}`, 400, "Invalid input JSON"},
		{"search long query of many bytes", objects + "contacts/search", `{"query":"` + strings.Repeat("é", 3_000) + `"}`, 200, ""},
		{"search body preview of communications", objects + "communications/search", filter("hs_body_preview_html", "HAS_PROPERTY", ``), 200, ""},
		{"search custom association", objects + "contacts/search", filter("associations."+house, "EQ", `,"value":"101"`), 400, "PROPERTY_DOESNT_EXIST"},
		{"search association", objects + "contacts/search", filter("associations.company", "IN", `,"values":["101"]`), 200, ""},
		{"search association by plural", objects + "contacts/search", filter("associations.companies", "EQ", `,"value":"101"`), 400, "PROPERTY_DOESNT_EXIST"},
		{"search association by type ID", objects + "contacts/search", filter("associations.0-2", "EQ", `,"value":"101"`), 400, "PROPERTY_DOESNT_EXIST"},
		{"search association of another type", objects + "contacts/search", filter("associations.note", "EQ", `,"value":"101"`), 400, "PROPERTY_DOESNT_EXIST"},
		{"search association of a type without", objects + "products/search", filter("associations.deal", "EQ", `,"value":"101"`), 400, "PROPERTY_DOESNT_EXIST"},
		{"search association known", objects + "contacts/search", filter("associations.deal", "HAS_PROPERTY", ``), 400, "not supported"},
		{"search association with text", objects + "contacts/search", filter("associations.deal", "EQ", `,"value":"x"`), 400, "is no value"},
		{"search association by order", objects + "contacts/search", filter("associations.company", "GT", `,"value":"101"`), 400, "not supported"},
		{"search contracts", objects + "contracts/search", `{}`, 404, "resource not found"},
		{"properties", "/crm/v3/properties/contacts", "", 200, ""},
		{"properties of unknown type", "/crm/v3/properties/house", "", 400, "Unable to infer object type from: house"},
		{"properties of unknown sensitivity", "/crm/v3/properties/contacts?dataSensitivity=secret", "", 400, "dataSensitivity"},
		{"property absent", "/crm/v3/properties/contacts/height", "", 404, "OBJECT_NOT_FOUND"},
		{"properties batch incomplete", "/crm/v3/properties/contacts/batch/read", `{"inputs":[{"name":"email"}]}`, 400, "required fields"},
		{"properties batch", "/crm/v3/properties/contacts/batch/read", `{"inputs":[{"name":"email"}],"archived":false,"dataSensitivity":"non_sensitive"}`, 200, `"name":"email"`},
		{"group", "/crm/v3/properties/contacts/groups/contactinformation", "", 200, ""},
		{"group absent", "/crm/v3/properties/contacts/groups/x", "", 404, ""},
		{"schema by bare name", "/crm-object-schemas/v3/schemas/house", "", 400, "Unable to infer object type"},
		{"pipelines of notes", "/crm/v3/pipelines/notes", "", 400, "does not support pipelines"},
		{"pipeline", "/crm/v3/pipelines/deals/default", "", 200, "closedwon"},
		{"pipeline absent", "/crm/v3/pipelines/deals/x", "", 404, ""},
		{"stages", "/crm/v3/pipelines/deals/default/stages", "", 200, "closedwon"},
		{"stage", "/crm/v3/pipelines/deals/default/stages/closedwon", "", 200, `"probability":"1.0"`},
		{"stage absent", "/crm/v3/pipelines/deals/default/stages/x", "", 404, ""},
		{"lists", "/crm/v3/lists/search", `{}`, 200, `"hasMore":false`},
		{"lists 500", "/crm/v3/lists/search", `{"count":500,"offset":0,"query":"","objectTypeId":"0-1","listIds":[],"processingTypes":["MANUAL"],"additionalProperties":[]}`, 200, ""},
		{"lists 501", "/crm/v3/lists/search", `{"count":501}`, 400, "count must be"},
		{"lists 0", "/crm/v3/lists/search", `{"count":0}`, 400, "count must be"},
		{"lists before the first", "/crm/v3/lists/search", `{"offset":-1}`, 400, "offset"},
		{"lists of no kind", "/crm/v3/lists/search", `{"processingTypes":["STATIC"]}`, 400, "processingTypes"},
		{"lists unknown member", "/crm/v3/lists/search", `{"limit":5}`, 400, "Invalid input JSON"},
		{"list by ID", "/crm/v3/lists/1", "", 200, `"size":2`},
		{"lists by ID", "/crm/v3/lists?listIds=1&listIds=9", "", 200, `"listId":"1"`},
		{"lists by joined IDs", "/crm/v3/lists?listIds=1,9", "", 400, "not a list ID"},
		{"lists by 101 IDs", "/crm/v3/lists?listIds=1" + strings.Repeat("&listIds=1", 100), "", 400, "exceeds the limit"},
		{"list absent", "/crm/v3/lists/9", "", 404, "List does not exist"},
		{"members 250", "/crm/v3/lists/1/memberships?limit=250", "", 200, `"total":2`},
		{"members 251", "/crm/v3/lists/1/memberships?limit=251", "", 400, "limit"},
		{"members after no cursor", "/crm/v3/lists/1/memberships?after=101", "", 400, "Invalid after"},
		{"members of no list", "/crm/v3/lists/9/memberships", "", 404, "List does not exist"},
		{"lists of a record", "/crm/v3/lists/records/0-1/101/memberships", "", 200, `"listId":"1"`},
		{"lists of no record", "/crm/v3/lists/records/0-1/999/memberships", "", 404, ""},
		{"lists of records", recordLists, `{"inputs":[{"objectTypeId":"0-1","recordId":"101"},{"objectTypeId":"0-1","recordId":"103"}]}`, 200, `"recordListMemberships":[]`},
		{"lists of records, one absent", recordLists, `{"inputs":[{"objectTypeId":"0-1","recordId":"999"}]}`, 207, "OBJECT_NOT_FOUND"},
		{"lists of records by name", recordLists, `{"inputs":[{"objectTypeId":"contacts","recordId":"101"}]}`, 400, "not an object type ID"},
		{"lists of records twice", recordLists, `{"inputs":[{"objectTypeId":"0-1","recordId":"1"},{"objectTypeId":"0-1","recordId":"1"}]}`, 400, "Duplicate IDs"},
		{"lists of no records", recordLists, `{"inputs":[]}`, 400, "must not be empty"},
		{"lists of records unknown member", recordLists, `{"inputs":[{"id":"1"}]}`, 400, "Invalid input JSON"},
		{"owner absent", "/crm/v3/owners/1", "", 404, ""},
		{"unknown path", "/crm/v3/nothing/here", "", 404, "resource not found"},
		{"old version", "/crm/v1/objects/contacts", "", 404, "resource not found"},
		{"version 4 of lists", "/crm/v4/objects/contacts", "", 404, "resource not found"},
		{"version 3 of associations", "/crm/v3/objects/contacts/101/associations/companies", "", 404, "resource not found"},
		{"version to come", "/crm/objects/2027-03/contacts", "", 404, "resource not found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &client{t, p, c.header}
			got := c.do(tt.path, tt.body)
			if got.status != tt.status || !strings.Contains(got.text, tt.want) {
				t.Errorf("%.90s = %d %.300s, want %d with %q", tt.path, got.status, got.text, tt.status, tt.want)
			}
			if id := got.header.Get("X-HubSpot-Correlation-Id"); got.status >= 400 && got.status != 414 && !strings.Contains(got.text, id) {
				t.Errorf("%.90s: body %s lacks correlation ID %s", tt.path, got.text, id)
			}
		})
	}
}

func TestVerbsAndContentTypes(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 1)
	const batch = "/crm/v3/objects/contacts/batch/read"
	for _, tt := range []struct {
		method, path, contentType string
		want                      int
	}{
		{"POST", batch, "application/json", 200},
		{"POST", batch, "Application/JSON; charset=utf-8", 200},
		{"POST", batch, "text/plain", 415},
		{"POST", batch, "", 415},
		{"GET", batch, "application/json", 405},
		{"POST", "/crm/v3/objects/contacts", "application/json", 405},
		{"DELETE", "/crm/v3/objects/contacts/101", "application/json", 405},
		{"PUT", "/crm/v4/associations/contacts/companies/batch/read", "application/json", 405},
	} {
		c := newClient(t, p)
		c.header.Set("Content-Type", tt.contentType)
		if got := c.send(tt.method, tt.path, `{"inputs":[{"id":"101"}]}`); got.status != tt.want {
			t.Errorf("%s %s as %q = %d, want %d", tt.method, tt.path, tt.contentType, got.status, tt.want)
		}
	}
}

// TestVersions asks for the same thing in every version's path.
func TestVersions(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 2)
	p.AddRecords("companies", 1)
	p.AssociateEach("contacts", "companies", 1)
	p.AddOwner(hubspottest.Owner{Email: "a@example.org"})
	house := p.DefineObject(hubspottest.Object{Name: "house"})
	p.AddList(hubspottest.ListDefinition{Name: "News", ObjectType: "contacts", Members: []string{"101", "102"}})
	c := newClient(t, p)
	for _, tt := range []struct{ v3, dated, body string }{
		{"/crm/v3/objects/contacts", "/crm/objects/V/contacts", ""},
		{"/crm/v3/objects/contacts/101", "/crm/objects/V/contacts/101", ""},
		{"/crm/v3/objects/contacts/search", "/crm/objects/V/contacts/search", "{}"},
		{"/crm/v4/objects/contacts/101/associations/companies", "/crm/objects/V/contacts/101/associations/companies", ""},
		{"/crm/v4/associations/contacts/companies/labels", "/crm/associations/V/contacts/companies/labels", ""},
		{"/crm/v3/properties/contacts", "/crm/properties/V/contacts", ""},
		{"/crm/v3/properties/contacts/groups", "/crm/properties/V/contacts/groups", ""},
		{"/crm/v3/pipelines/deals", "/crm/pipelines/V/deals", ""},
		{"/crm/v3/owners", "/crm/owners/V", ""},
		{"/crm/v3/lists/search", "/crm/lists/V/search", "{}"},
		{"/crm/v3/lists?listIds=1", "/crm/lists/V?listIds=1", ""},
		{"/crm/v3/lists/1/memberships", "/crm/lists/V/1/memberships", ""},
		{"/crm/v3/lists/records/0-1/101/memberships", "/crm/lists/V/records/0-1/101/memberships", ""},
		{"/crm-object-schemas/v3/schemas", "/crm-object-schemas/V/schemas", ""},
		{"/crm-object-schemas/v3/schemas/" + house, "/crm-object-schemas/V/schemas/p4711_house", ""},
		{"/account-info/v3/details", "/account-info/V/details", ""},
		{"/crm/v3/objects/contacts", "/crm/objects/v3/contacts", ""},
		{"/crm-object-schemas/v3/schemas", "/crm/v3/schemas", ""},
		{"/crm/v4/associations/contacts/companies/labels", "/crm/associations/v4/contacts/companies/labels", ""},
	} {
		want := c.do(tt.v3, tt.body)
		if want.status != 200 {
			t.Errorf("%s = %d %s, want 200", tt.v3, want.status, want.text)
		}
		for _, version := range []string{"2026-03", "2026-09"} {
			path := strings.Replace(tt.dated, "/V", "/"+version, 1)
			if got := c.do(path, tt.body); got.text != want.text {
				t.Errorf("%s = %.200s, want %.200s", path, got.text, want.text)
			}
		}
	}
}
