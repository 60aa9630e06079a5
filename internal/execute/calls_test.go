package execute_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// crm is 100 contacts at 100 companies with 10 deals each.
func crm(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	contacts := p.AddRecords("contacts", 100)
	companies := p.AddRecords("companies", 100)
	deals := p.AddRecords("deals", 1000)
	for i := range contacts {
		p.Associate("contacts", contacts[i], "companies", companies[i], "Primary")
		for _, deal := range deals[10*i : 10*i+10] {
			p.Associate("companies", companies[i], "deals", deal)
		}
	}
	return p
}

func TestCalls(t *testing.T) {
	lookups := func(n int) string {
		var b strings.Builder
		b.WriteString("{")
		for i := range n {
			fmt.Fprintf(&b, ` c%d: contact(by: {email: "MAIL%d@x.org"}) { id email }`, i, i)
		}
		return b.String() + "}"
	}
	people := func(tb testing.TB) *hubspottest.Portal {
		p := unlimited(tb)
		for i := range 150 {
			p.AddRecord("contacts", map[string]string{"email": fmt.Sprintf("mail%d@x.org", i)})
		}
		return p
	}
	cases := []struct {
		name   string
		portal func(testing.TB) *hubspottest.Portal
		query  string
		want   counts
	}{
		{"list", crm, `{ contacts(first: 100) { nodes { email firstname } } }`, counts{"list": 1}},
		{"primary", crm, `{ contacts(first: 100) { nodes { primaryCompany { name } } } }`, counts{"list": 1, "associations": 1, "batch_read": 1}},
		{"three levels", crm, `{ contacts(first: 100) { nodes { companies { nodes { name deals { nodes { dealname } } } } } } }`, counts{"list": 1, "associations": 1, "batch_read": 11}},
		{"three levels with labels", crm, `{ contacts(first: 100) { nodes { companies { edges { isPrimary node { name deals { nodes { dealname } } } } } } } }`, counts{"list": 1, "associations": 2, "batch_read": 11}},
		{"ids need no reading", crm, `{ contacts(first: 100) { nodes { companies { nodes { id deals { nodes { id } } } } } } }`, counts{"list": 1, "associations": 1}},
		{"one record in five places", crm, `{
			a: contact(by: {id: "101"}) { email }
			b: contact(by: {id: 101}) { firstname }
			c: node(id: "0-1:101") { ... on Contact { lastname } }
			d: nodes(ids: ["0-1:101", "0-1:0101"]) { ... on Contact { phone } }
			e: company(by: {id: "101"}) { id contacts { nodes { displayName } } } }`, counts{"associations": 1, "batch_read": 2}},
		{"list brings what a look-up wants", crm, `{ contacts(first: 100) { nodes { email } } contact(by: {id: "150"}) { email } }`, counts{"list": 1}},
		{"50 look-ups", people, lookups(50), counts{"batch_read": 1}},
		{"150 look-ups", people, lookups(150), counts{"batch_read": 2}},
		{"look-up by id, id only", crm, `{ contact(by: {id: "101"}) { id } }`, counts{"batch_read": 1}},
		{"there and back", crm, `{ contacts(first: 100) { nodes { email companies { nodes { name contacts { nodes { email phone } } } } } } }`, counts{"list": 1, "associations": 1, "batch_read": 1}},
		{"late records share batches", crm, `{
			a: company(by: {id: "101"}) { name }
			b: contact(by: {id: "102"}) { companies { nodes { name } } }
			c: deal(by: {id: "125"}) { companies { nodes { name contacts { nodes { companies { nodes { domain } } } } } } } }`,
			counts{"associations": 4, "batch_read": 3}},
		{"two roots share association calls", crm, `{
			a: contact(by: {id: "101"}) { companies { nodes { id } } }
			b: contact(by: {id: "102"}) { x: companies { totalCount } y: companies(labels: "Primary") { nodes { id } } } }`,
			counts{"associations": 1, "batch_read": 1}},
		{"branches with and without labels share edges", crm, `{ contacts(first: 100) { nodes { a: companies { nodes { id } } b: companies { edges { labels { label } } } } } }`, counts{"list": 1, "associations": 1}},
		{"filtered", crm, `{ contacts(first: 100) { nodes { companies(where: {name: {exists: true}}) { nodes { name domain } } } } }`, counts{"list": 1, "batch_read": 1}},
		{"children of what a filter leaves", crm, `{ contacts(first: 100) { nodes { companies(where: {hs_object_id: {lte: 110}}, orderBy: {property: name}) { nodes { name deals { nodes { dealname } } } } } } }`,
			counts{"list": 1, "associations": 1, "batch_read": 2}},
		{"filtered and plain", crm, `{ contacts(first: 100) { nodes { a: companies(where: {name: {exists: true}}) { nodes { deals { nodes { id } } } } b: companies { nodes { domain deals { nodes { id } } } } } } }`,
			counts{"list": 1, "associations": 1, "batch_read": 1}},
		{"typed and generic", crm, `{ contacts(first: 100) { nodes { companies { nodes { name } } associated(to: "companies") { nodes { ... on Company { domain } } } } } }`, counts{"list": 1, "batch_read": 1}},
		{"typed and generic with labels", crm, `{ contacts(first: 100) { nodes { companies { edges { isPrimary } } associated(to: "company") { edges { labels { label } } } } } }`, counts{"list": 1, "associations": 1}},
		{"a filter below itself", crm, `{ contact(by: {id: 101}) { companies(where: {name: {exists: true}}) { nodes { contacts(where: {email: {exists: true}}) { nodes { companies { nodes { domain contacts { nodes { email } } } } } } } } } }`,
			counts{"associations": 2, "batch_read": 2}},
		{"a filter waits for all that it can share", crm, `{
			a: contact(by: {id: 101}) { id companies(where: {name: {exists: true}}) { nodes { deals { nodes { id } } } } }
			b: deal(by: {id: 115}) { id companies { nodes { contacts { nodes { companies { nodes { domain } } } } } } } }`,
			counts{"associations": 5, "batch_read": 3}},
		{"filters that wait for each other", crm, `{
			a: contact(by: {id: 101}) { id companies(where: {name: {exists: true}}) { nodes { deals { nodes { dealname } } } } }
			b: contact(by: {id: 102}) { id companies { nodes { deals(where: {dealname: {exists: true}}) { nodes { companies { nodes { name } } } } } } } }`,
			counts{"associations": 3, "batch_read": 4}},
		{"count alone", crm, `{ contacts { totalCount } }`, counts{"search": 1}},
		{"nothing but names", crm, `{ contacts { __typename } }`, counts{}},
		{"first 0", crm, `{ contacts(first: 0) { nodes { id } pageInfo { hasNextPage endCursor } } }`, counts{"list": 1}},
		{"unknown types and IDs", crm, `{ a: node(id: "9-9:1") { id } b: contact(by: {id: "99999"}) { id email companies { nodes { id } } } }`, counts{"batch_read": 1, "associations": 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, c.portal(t))
			if got := h.data(c.query); strings.HasPrefix(c.name, "unknown") && got != `{"a":null,"b":null}` {
				t.Errorf("query %s = %s, want nulls", c.query, got)
			}
			h.calls(c.want)
		})
	}
}

func TestLookups(t *testing.T) {
	p := unlimited(t)
	p.DefineProperty("contacts", hubspottest.Property{Name: "badge", HasUniqueValue: true})
	a := p.AddRecord("contacts", map[string]string{"email": "ada@x.org", "badge": "A-1"})
	b := p.AddRecord("contacts", map[string]string{"email": "bob@x.org", "badge": "b-2"})
	p.Merge("contacts", a, b) // Bob's address is now Ada's second one
	h := newHarness(t, p)
	got := h.data(`{
		a: contact(by: {email: "Ada@X.org"}) { id } b: contact(by: {email: " bob@x.org "}) { id } c: contact(by: {email: "nobody@x.org"}) { id }
		d: contact(by: {badge: "A-1"}) { id } e: contact(by: {badge: "a-1"}) { id } f: contact(by: {badge: "b-2"}) { id } }`)
	want := `{"a":{"id":"0-1:101"},"b":{"id":"0-1:101"},"c":null,"d":{"id":"0-1:101"},"e":{"id":"0-1:101"},"f":null}`
	if got != want {
		t.Errorf("look-ups = %s, want %s", got, want)
	}
	h.calls(counts{"batch_read": 2})
}

// TestMergedRecords asks for records that were merged away: the answer is the
// record they were merged into, its edges and what lies behind them.
func TestMergedRecords(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 4)
	p.AddRecords("companies", 3)
	p.AddRecords("deals", 2)
	p.Associate("contacts", "101", "companies", "101", "Primary")
	p.Associate("contacts", "102", "companies", "102")
	p.Associate("companies", "102", "deals", "102")
	p.Merge("contacts", "103", "104")
	p.Merge("contacts", "101", "103")
	p.Merge("contacts", "101", "102")
	h := newHarness(t, p)
	const fields = `{ id ... on Contact { primaryCompany { id name } companies { totalCount nodes { id deals { nodes { id dealname } } } } } }`
	want := h.data(`{ node(id: "0-1:101") ` + fields + ` }`)
	for _, id := range []string{"102", "103", "104"} {
		got := h.data(`query($id: ID!) { node(id: $id) `+fields+` }`, map[string]any{"id": "0-1:" + id})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("contact %s, merged into 101 (-want +got):\n%s", id, diff)
		}
	}
	h.portal.ResetCalls()
	all := h.data(`{ nodes(ids: ["0-1:104", "0-1:101", "0-1:102"]) ` + fields + ` contact(by: {id: 103}) { id } }`)
	if n := strings.Count(all, `"0-1:101"`); n != 4 {
		t.Errorf("merged records = %s, want the record 0-1:101 four times", all)
	}
	var batches []hubspottest.Call
	for _, c := range h.portal.Calls() {
		if c.Endpoint == hubspottest.BatchRead {
			batches = append(batches, c)
		}
	}
	if n := len(batches); n != 3 {
		t.Errorf("%d batch reads, want one a type: %v", n, batches)
	}
}

// TestVanishedRecords has records that are gone between edge and read: nodes
// leaves them out, edges say so.
func TestVanishedRecords(t *testing.T) {
	p := unlimited(t)
	contact := p.AddRecords("contacts", 1)[0]
	companies := p.AddRecords("companies", 3)
	for _, company := range companies {
		p.Associate("contacts", contact, "companies", company)
	}
	h := newHarness(t, p)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.BatchRead, ObjectType: "companies", Status: 207, Body: `{"status":"COMPLETE","results":[` +
		`{"id":"103","properties":{"name":"C"},"createdAt":"2026-01-05T10:00:00.000Z","updatedAt":"2026-01-05T10:00:00.000Z","archived":false},` +
		`{"id":"101","properties":{"name":"A"},"createdAt":"2026-01-05T10:00:00.000Z","updatedAt":"2026-01-05T10:00:00.000Z","archived":false}],` +
		`"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","message":"gone","context":{"ids":["102"]}}]}`})
	got := h.data(`{ contact(by: {id: 101}) { companies { totalCount nodes { name } edges { node { name } } } primaryCompany { name } } }`)
	want := `{"contact":{"companies":{"totalCount":3,"nodes":[{"name":"A"},{"name":"C"}],"edges":[{"node":{"name":"A"}},{"node":null},{"node":{"name":"C"}}]},"primaryCompany":null}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a vanished company (-want +got):\n%s", diff)
	}
}

func TestArchived(t *testing.T) {
	p := unlimited(t)
	widen(p)
	ids := p.AddRecords("contacts", 5)
	p.Archive("contacts", ids[1])
	p.Archive("contacts", ids[3])
	h := newHarness(t, p)
	type answer struct {
		Contacts struct {
			Nodes []struct {
				ID         string
				Archived   bool
				ArchivedAt *string
				Email      string
			}
		}
		Live *struct{ ID string }
	}
	var got answer
	h.into(&got, `{ contacts(archived: true) { nodes { id archived archivedAt email } } live: contact(by: {id: 102}) { id } }`)
	if got.Live != nil {
		t.Errorf("look-up of an archived record = %v, want null", got.Live)
	}
	check := func(got answer) {
		t.Helper()
		var ids []string
		for _, n := range got.Contacts.Nodes {
			ids = append(ids, n.ID)
			if !n.Archived || n.ArchivedAt == nil || n.Email == "" {
				t.Errorf("archived record = %+v", n)
			}
		}
		if diff := cmp.Diff([]string{"0-1:102", "0-1:104"}, ids); diff != "" {
			t.Errorf("archived records (-want +got):\n%s", diff)
		}
	}
	check(got)
	h.calls(counts{"list": 1, "batch_read": 1})

	// So many properties that the list's URL does not hold them.
	var wide answer
	h.into(&wide, `{ contacts(archived: true) { nodes { id archived archivedAt email `+h.allFields("Contact")+` } } }`)
	check(wide)
	h.calls(counts{"list": 1, "batch_read": 1})
}

// allFields selects every text property of a type under aliases.
func (h *harness) allFields(typeName string) string {
	var b strings.Builder
	for i, f := range h.schema.Type(typeName).Fields() {
		if f.Property != nil {
			fmt.Fprintf(&b, " a%d: property(name: %q) { raw }", i, f.Property.Definition.Name)
		}
	}
	return b.String()
}

// widen gives contacts more properties than a URL or a search's body holds.
func widen(p *hubspottest.Portal) {
	for i := range 200 {
		p.DefineProperty("contacts", hubspottest.Property{Name: fmt.Sprintf("a_property_with_quite_a_long_name_%03d", i)})
	}
}

func TestWidePortal(t *testing.T) {
	p := unlimited(t)
	widen(p)
	p.AddRecords("contacts", 130)
	h := newHarness(t, p)
	var got struct {
		Contacts struct {
			Nodes []struct{ ID, Email string }
		}
	}
	h.into(&got, `{ contacts(first: 130) { nodes { id email `+h.allFields("Contact")+` } } }`)
	if n := len(got.Contacts.Nodes); n != 130 || got.Contacts.Nodes[129].Email == "" {
		t.Errorf("%d contacts, the last %v, want 130", n, got.Contacts.Nodes[n-1])
	}
	h.calls(counts{"list": 2, "batch_read": 2})

	h.into(&got, `{ contacts(query: "example", first: 130) { nodes { id email `+h.allFields("Contact")+` } } }`)
	if !slices.IsSortedFunc(got.Contacts.Nodes, func(a, b struct{ ID, Email string }) int { return strings.Compare(a.ID, b.ID) }) {
		t.Errorf("search is not in order of IDs: %v", got.Contacts.Nodes)
	}
	for _, c := range h.portal.Calls() {
		if c.Status != 200 {
			t.Errorf("call failed: %v", c)
		}
	}
	h.portal.ResetCalls()

	// What a search leaves to batch reads is read once, whoever wants it.
	h.data(`{ contacts(where: {hs_object_id: {lte: 200}}, orderBy: {property: email}, first: 100) { nodes { email ` + h.allFields("Contact") + ` } }
		a: contact(by: {id: 150}) { email } nodes(ids: ["0-1:101", "0-1:160"]) { ... on Contact { email } } }`)
	h.calls(counts{"search": 1, "batch_read": 1})
}
