package execute_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// village has contacts, companies and houses, a custom object with a unique
// property.
func village(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	p.DefineObject(hubspottest.Object{
		Name: "house", TypeID: "2-77", Associations: []string{"contacts"},
		Properties: []hubspottest.Property{{Name: "plot_number", HasUniqueValue: true}, {Name: "rooms", Type: "number", FieldType: "number"}},
	})
	for i := range 60 {
		p.AddRecord("contacts", map[string]string{"email": fmt.Sprintf("c%d@x.org", i), "firstname": fmt.Sprintf("C%d", i)})
	}
	p.AddRecords("companies", 3)
	for i := range 3 {
		p.AddRecord("house", map[string]string{"name": fmt.Sprintf("H%d", i), "plot_number": fmt.Sprintf("P-%d", i), "rooms": fmt.Sprint(5 - i)})
	}
	p.Associate("house", "101", "contacts", "102")
	return p
}

func TestRecord(t *testing.T) {
	h := newHarness(t, village(t))
	cases := []struct{ name, field, want string }{
		{"by name", `record(objectType: "contact", by: {id: 101}) { id __typename }`, `{"id":"0-1:101","__typename":"Contact"}`},
		{"by plural, any case", `record(objectType: "CONTACTS", by: {id: "0-1:101"}) { id }`, `{"id":"0-1:101"}`},
		{"by type ID", `record(objectType: "2-77", by: {id: 102}) { displayName objectType }`, `{"displayName":"H1","objectType":"2-77"}`},
		{"by qualified name", `record(objectType: "p4711_house", by: {id: 102}) { id }`, `{"id":"2-77:102"}`},
		{"by e-mail", `record(objectType: "contacts", by: {unique: {property: "email", value: "C7@x.org"}}) { id property(name: "firstname") { raw } }`, `{"id":"0-1:108","property":{"raw":"C7"}}`},
		{"by a unique property", `record(objectType: "house", by: {unique: {property: "plot_number", value: "P-2"}}) { ... on House { name rooms } }`, `{"name":"H2","rooms":3}`},
		{"none", `record(objectType: "house", by: {id: 999}) { id createdAt }`, `null`},
		{"no such value", `record(objectType: "house", by: {unique: {property: "plot_number", value: "x"}}) { id }`, `null`},
		{"fragments", `record(objectType: "house", by: {id: 101}) { ...F ... on Contact { email } ... on Node { i: id } ... on House { contacts { nodes { email } } } }`,
			`{"n":"H0","i":"2-77:101","contacts":{"nodes":[{"email":"c1@x.org"}]}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			query := `{ record: ` + c.field + ` }`
			if strings.Contains(query, "...F") {
				query += ` fragment F on House { n: name }`
			}
			if got, want := h.data(query), `{"record":`+c.want+`}`; got != want {
				t.Errorf("query %s = %s, want %s", query, got, want)
			}
		})
	}
}

func TestRecords(t *testing.T) {
	h := newHarness(t, village(t))
	cases := []struct{ name, field, want string }{
		{"list", `records(objectType: "house") { __typename edges { __typename node { id __typename } } nodes { displayName ... on House { rooms } } totalCount pageInfo { hasNextPage } }`,
			`{"__typename":"RecordConnection","edges":[{"__typename":"RecordEdge","node":{"id":"2-77:101","__typename":"House"}},{"__typename":"RecordEdge","node":{"id":"2-77:102","__typename":"House"}},{"__typename":"RecordEdge","node":{"id":"2-77:103","__typename":"House"}}],` +
				`"nodes":[{"displayName":"H0","rooms":5},{"displayName":"H1","rooms":4},{"displayName":"H2","rooms":3}],"totalCount":3,"pageInfo":{"hasNextPage":false}}`},
		{"where", `records(objectType: "2-77", where: {property: {name: "rooms", gt: "3"}}, orderBy: {property: "rooms"}) { nodes { id } }`, `{"nodes":[{"id":"2-77:102"},{"id":"2-77:101"}]}`},
		{"combined", `records(objectType: "house", where: {OR: [{property: {name: "rooms", eq: "3"}}, {AND: [{property: {name: "name", eq: "h0"}}]}]}, orderBy: {property: "hs_object_id", direction: DESC}) { nodes { id } }`, `{"nodes":[{"id":"2-77:103"},{"id":"2-77:101"}]}`},
		{"associated", `records(objectType: "house", where: {associatedWith: {contact: 102}}) { nodes { ... on House { contacts { nodes { id } } } } }`, `{"nodes":[{"contacts":{"nodes":[{"id":"0-1:102"}]}}]}`},
		{"query", `records(objectType: "contacts", query: "c59") { totalCount nodes { id } }`, `{"totalCount":1,"nodes":[{"id":"0-1:160"}]}`},
		{"archived", `records(objectType: "contacts", archived: true) { nodes { id } }`, `{"nodes":[]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			query := `{ records: ` + c.field + ` }`
			if got, want := h.data(query), `{"records":`+c.want+`}`; got != want {
				t.Errorf("query %s = %s, want %s", query, got, want)
			}
		})
	}
}

// TestGenericCalls has generic fields share the calls of typed ones.
func TestGenericCalls(t *testing.T) {
	var lookups strings.Builder
	for i := range 50 {
		fmt.Fprintf(&lookups, ` r%d: record(objectType: "contacts", by: {unique: {property: "email", value: "c%d@x.org"}}) { id displayName }`, i, i)
		fmt.Fprintf(&lookups, ` t%d: contact(by: {email: "c%d@x.org"}) { firstname }`, i, i+5)
	}
	cases := []struct {
		name, query string
		want        counts
	}{
		{"look-ups by e-mail", `{` + lookups.String() + ` }`, counts{"batch_read": 1}},
		{"look-ups by ID", `{ a: record(objectType: "contact", by: {id: 101}) { displayName } b: contact(by: {id: 102}) { email } c: node(id: "0-1:103") { ... on Contact { phone } } }`, counts{"batch_read": 1}},
		{"the same list", `{ records(objectType: "contacts") { nodes { displayName } } contacts { nodes { phone } } }`, counts{"list": 1}},
		{"a list brings what a look-up wants", `{ records(objectType: "contacts") { nodes { displayName } } record(objectType: "contacts", by: {id: 110}) { displayName } }`, counts{"list": 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, village(t))
			h.data(c.query)
			h.calls(c.want)
		})
	}
}

func TestGenericCursors(t *testing.T) {
	h := newHarness(t, village(t))
	var first struct{ Contacts page }
	h.into(&first, `{ contacts(first: 7) { `+pageFields+` } }`)
	var next struct{ Records page }
	h.into(&next, `query($after: String) { records(objectType: "0-1", first: 2, after: $after) { `+pageFields+` } }`, map[string]any{"after": *first.Contacts.PageInfo.EndCursor})
	if diff := cmp.Diff([]string{"0-1:108", "0-1:109"}, next.Records.ids(t)); diff != "" {
		t.Errorf("records behind a page of contacts (-want +got):\n%s", diff)
	}
	r := h.query(`query($after: String) { records(objectType: "companies", after: $after) { nodes { id } } }`, map[string]any{"after": *first.Contacts.PageInfo.EndCursor})
	if diff := cmp.Diff([]string{"records.nodes BAD_USER_INPUT"}, r.codes()); diff != "" {
		t.Errorf("errors of another type's cursor (-want +got):\n%s", diff)
	}
}

func TestGenericErrors(t *testing.T) {
	p := village(t)
	p.RemoveScope("crm.objects.quotes.read", "crm.schemas.quotes.read", "e-commerce")
	h := newHarness(t, p)
	cases := []struct{ name, field, code, message, data string }{
		{"unknown type", `record(objectType: "hose", by: {id: 1}) { id }`, "BAD_USER_INPUT", `record: objectType "hose" is no object type of this portal`, `{"it":null}`},
		{"unknown type of a list", `records(objectType: "hose") { __typename totalCount nodes { id ... on House { contacts { nodes { id } } } } edges { node { id } } }`,
			"BAD_USER_INPUT", `{ objectTypes {`, `{"it":{"__typename":"RecordConnection","totalCount":null,"nodes":null,"edges":null}}`},
		{"no access", `record(objectType: "quote", by: {id: 1}) { id }`, "FORBIDDEN", `the scopes [crm.objects.quotes.read`, `{"it":null}`},
		{"no access, by plural", `records(objectType: "QUOTES") { totalCount }`, "FORBIDDEN", `records: objectType "QUOTES"`, `{"it":{"totalCount":null}}`},
		{"no unique property", `record(objectType: "contacts", by: {unique: {property: "firstname", value: "x"}}) { id }`, "BAD_USER_INPUT", `use one of email`, `{"it":null}`},
		{"no unique properties at all", `record(objectType: "companies", by: {unique: {property: "domain", value: "x"}}) { id }`, "BAD_USER_INPUT", `use by.id`, `{"it":null}`},
		{"empty value", `record(objectType: "contacts", by: {unique: {property: "email", value: " "}}) { id }`, "BAD_USER_INPUT", `by.unique.value is empty`, `{"it":null}`},
		{"no ID", `record(objectType: "contacts", by: {id: "x"}) { id }`, "BAD_USER_INPUT", `by.id "x" is no record ID`, `{"it":null}`},
		{"another type's ID", `record(objectType: "contacts", by: {id: "0-2:5"}) { id }`, "BAD_USER_INPUT", `record of object type 0-2, not of 0-1`, `{"it":null}`},
		{"unknown property", `records(objectType: "contacts", where: {property: {name: "nope", eq: "1"}}) { nodes { id } }`, "BAD_USER_INPUT", `nope`, `{"it":{"nodes":null}}`},
		{"unknown order", `records(objectType: "contacts", orderBy: {property: "nope"}) { nodes { id } }`, "BAD_USER_INPUT", `nope`, `{"it":{"nodes":null}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := h.query(`{ it: ` + c.field + ` }`)
			if len(r.Errs) != 1 || r.Errs[0].Extensions["code"] != c.code || !strings.Contains(r.Errs[0].Message, c.message) {
				t.Errorf("errors of %s = %q, want one %s with %q", c.field, r.errors(), c.code, c.message)
			}
			if scopes, _ := r.Errs[0].Extensions["missingScopes"].([]string); c.code == "FORBIDDEN" && !slices.Contains(scopes, "crm.objects.quotes.read") {
				t.Errorf("missingScopes of %s = %v, want that of quotes among them", c.field, scopes)
			}
			if got := r.json(); got != c.data {
				t.Errorf("%s = %s, want %s", c.field, got, c.data)
			}
			h.calls(nil)
		})
	}
	for _, by := range []map[string]any{{}, {"id": "1", "unique": nil}, {"unique": nil}, {"id": nil}} {
		r := h.query(`query($by: RecordKey!) { record(objectType: "contacts", by: $by) { id } }`, map[string]any{"by": by})
		if diff := cmp.Diff([]string{"record BAD_USER_INPUT"}, r.codes()); diff != "" {
			t.Errorf("errors of by: %v (-want +got):\n%s", by, diff)
		}
	}
}
