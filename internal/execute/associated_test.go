package execute_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// buyer is a portal of one contact, 101, with the deals 101 to 106, of which
// the last has no amount, and contact 102 with the deal 102.
func buyer(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	p.DefineObject(hubspottest.Object{Name: "house", TypeID: "2-77", Associations: []string{"contacts"}})
	p.AddRecords("contacts", 2)
	p.DefineLabel("contacts", "deals", "Buyer")
	for i, amount := range []string{"50", "1000", "90", "50", "200", ""} {
		deal := p.AddRecord("deals", map[string]string{"dealname": fmt.Sprintf("Deal %c", 'F'-i), "amount": amount})
		var labels []string
		if i%2 == 0 {
			labels = []string{"Buyer"}
		}
		p.Associate("contacts", "101", "deals", deal, labels...)
	}
	p.Associate("contacts", "102", "deals", "102")
	return p
}

// TestAssociatedWhere filters and orders associated records.
func TestAssociatedWhere(t *testing.T) {
	h := newHarness(t, buyer(t))
	calls := func(edges, reads int) counts {
		c := counts{"associations": edges, "batch_read": reads + 1} // and that of the contact
		return c
	}
	cases := []struct {
		args, want string // IDs, "/" and totalCount, "+" if more follow
		calls      counts
	}{
		{`where: {amount: {gte: 90}}`, "102 103 105/3", calls(1, 1)},
		{`where: {amount: {exists: false}}`, "106/1", calls(1, 1)},
		{`where: {dealname: {eq: "dEAL f"}}`, "101/1", calls(1, 1)},
		{`where: {OR: [{dealname: {containsToken: "A"}}, {amount: {gt: 500}}]}`, "102 106/2", calls(1, 1)},
		{`where: {hs_object_id: {in: [106, 102, 999]}}`, "102 106/2", calls(1, 0)},
		{`where: {hs_object_id: {gt: 102}}, orderBy: {property: hs_object_id, direction: DESC}`, "106 105 104 103/4", calls(1, 0)},
		{`where: {amount: {in: []}}`, "/0", calls(0, 0)},
		{`where: null, orderBy: null`, "101 102 103 104 105 106/6", calls(1, 0)},
		{`orderBy: {property: amount}`, "101 104 103 105 102 106/6", calls(1, 1)},
		{`orderBy: {property: amount, direction: DESC}`, "102 105 103 101 104 106/6", calls(1, 1)},
		{`orderBy: {property: dealname}, first: 2`, "106 105/6+", calls(1, 1)},
		{`orderBy: {property: dealname}, first: 0`, "/6+", calls(1, 0)},
		{`orderBy: {property: amount}, labels: ["Buyer"]`, "101 103 105/3", calls(1, 1)},
		{`where: {amount: {lt: 100}}, orderBy: {property: amount, direction: DESC}, labels: "Buyer", first: 1`, "103/2+", calls(1, 1)},
		{`where: {amount: {lt: 100}}, labels: ["Seller"]`, "/0", calls(1, 0)},
		{`where: {amount: {lt: 100}}, labels: []`, "/0", calls(0, 0)},
		{`where: {amount: {lt: 100}}, first: 0`, "/3+", calls(1, 1)},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			var got struct {
				Contact struct {
					Deals struct {
						TotalCount int
						Nodes      []struct{ Hs_object_id string }
						PageInfo   struct{ HasNextPage bool }
					}
				}
			}
			h.into(&got, `{ contact(by: {id: 101}) { deals(`+c.args+`) { totalCount nodes { hs_object_id } pageInfo { hasNextPage } } } }`)
			deals := got.Contact.Deals
			ids := make([]string, len(deals.Nodes))
			for i, n := range deals.Nodes {
				ids[i] = n.Hs_object_id
			}
			text := fmt.Sprintf("%s/%d", strings.Join(ids, " "), deals.TotalCount)
			if deals.PageInfo.HasNextPage {
				text += "+"
			}
			if text != c.want {
				t.Errorf("deals(%s) = %s, want %s", c.args, text, c.want)
			}
			h.calls(c.calls)
		})
	}
}

// TestAssociatedCount asks for no records: an order then costs nothing.
func TestAssociatedCount(t *testing.T) {
	h := newHarness(t, buyer(t))
	got := h.data(`{ contact(by: {id: 101}) { deals(orderBy: {property: amount}) { totalCount } } }`)
	if want := `{"contact":{"deals":{"totalCount":6}}}`; got != want {
		t.Errorf("ordered count = %s, want %s", got, want)
	}
	h.calls(counts{"associations": 1, "batch_read": 1})
	got = h.data(`{ contacts { nodes { deals(where: {amount: {gt: 100}}) { totalCount } } } }`)
	if want := `{"contacts":{"nodes":[{"deals":{"totalCount":2}},{"deals":{"totalCount":1}}]}}`; got != want {
		t.Errorf("filtered count = %s, want %s", got, want)
	}
	h.calls(counts{"list": 1, "batch_read": 1})
}

// TestAssociatedErrors makes mistakes: each is the error of its own field.
func TestAssociatedErrors(t *testing.T) {
	h := newHarness(t, buyer(t))
	cases := []struct{ field, want string }{
		{`deals(where: {associatedWith: {company: 1}}) { nodes { id } }`, "contact.deals.nodes BAD_USER_INPUT deals: "},
		{`sales: deals(where: {amount: {}}) { totalCount }`, "contact.sales.totalCount BAD_USER_INPUT sales: "},
		{`deals(after: "x", where: {amount: {gt: 1}}) { __typename edges { cursor } }`, "contact.deals.edges BAD_USER_INPUT deals: "},
		{`associated(to: "hose") { nodes { id } }`, `contact.associated.nodes BAD_USER_INPUT associated: to "hose" is no object type of this portal; `},
		{`associated(to: "") { nodes { id } }`, `contact.associated.nodes BAD_USER_INPUT associated: to "" is no object type of this portal; `},
		{`associated(to: "products") { edges { isPrimary } }`, `contact.associated.edges BAD_USER_INPUT associated: to is "products", but HubSpot has no associations of contacts with products; it can be contacts, companies, `},
		{`associated(to: "deal", where: {property: {name: "amonut", gt: "1"}}) { nodes { id } }`, "contact.associated.nodes BAD_USER_INPUT associated: "},
		{`associated(to: "deal", where: {property: {name: "amount", gt: "many"}}) { nodes { id } }`, "contact.associated.nodes BAD_USER_INPUT associated: "},
		{`associated(to: "deal", orderBy: {property: "amonut"}) { nodes { id } }`, "contact.associated.nodes BAD_USER_INPUT associated: "},
		{`associated(to: "deal", first: -1) { nodes { id } }`, "contact.associated.nodes BAD_USER_INPUT associated: first is -1"},
	}
	for _, c := range cases {
		t.Run(c.field, func(t *testing.T) {
			r := h.query(`{ contact(by: {id: 101}) { id ` + c.field + ` } }`)
			if got := strings.Join(r.errors(), "\n"); !strings.HasPrefix(got, c.want) || len(r.Errs) != 1 {
				t.Errorf("errors = %s, want %s", got, c.want)
			}
			if !strings.Contains(r.json(), `"id":"0-1:101"`) {
				t.Errorf("data = %s, want the rest of the contact", r.json())
			}
			h.calls(counts{"batch_read": 1})
		})
	}
	r := h.query(`{ contacts(first: 1) { nodes { associated(to: "2-77") { totalCount } } } products(first: 1) { nodes { associated(to: "deals") { totalCount } } } }`)
	if len(r.Errs) > 0 {
		t.Errorf("errors = %v, want none: the portal has no products", r.errors())
	}
	h.portal.AddRecords("products", 1)
	r = h.query(`{ products { nodes { associated(to: "deals") { totalCount } } } }`)
	want := []string{`products.nodes.0.associated.totalCount BAD_USER_INPUT associated: to is "deals", but HubSpot has no associations of products with anything`}
	if diff := cmp.Diff(want, r.errors()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// TestAssociatedGeneric selects through associated what typed fields give.
func TestAssociatedGeneric(t *testing.T) {
	h := newHarness(t, buyer(t))
	h.portal.Associate("house", h.portal.AddRecord("house", map[string]string{"name": "Hill"}), "contacts", "101", "Owner")
	cases := []struct{ name, query, want string }{
		{"names", `{ contact(by: {id: 102}) { associated(to: "DEAL") { __typename edges { __typename isPrimary labels { label } node { __typename id } } nodes { ... on Deal { amount } } totalCount } } }`,
			`{"contact":{"associated":{"__typename":"RecordAssociationConnection","edges":[{"__typename":"RecordAssociationEdge","isPrimary":false,"labels":[],"node":{"__typename":"Deal","id":"0-3:102"}}],"nodes":[{"amount":1000}],"totalCount":1}}}`},
		{"custom object", `{ contact(by: {id: 101}) { associated(to: "p4711_house", labels: "Owner") { edges { labels { label } node { displayName } } } } }`,
			`{"contact":{"associated":{"edges":[{"labels":[{"label":"Owner"}],"node":{"displayName":"Hill"}}]}}}`},
		{"in fragments", `{ node(id: "2-77:101") { ... on Record { a: associated(to: "contacts") { nodes { ...R } } } } } fragment R on Record { associated(to: "0-3", first: 1, orderBy: {property: "amount", direction: DESC}) { nodes { id } } }`,
			`{"node":{"a":{"nodes":[{"associated":{"nodes":[{"id":"0-3:102"}]}}]}}}`},
		{"below generic roots", `{ records(objectType: "house") { nodes { associated(to: "contact") { nodes { associated(to: "deals", where: {property: {name: "amount", lt: "90"}}) { nodes { id } } ... on Contact { deals(first: 1) { nodes { id } } } } } } } }`,
			`{"records":{"nodes":[{"associated":{"nodes":[{"associated":{"nodes":[{"id":"0-3:101"},{"id":"0-3:104"}]},"deals":{"nodes":[{"id":"0-3:101"}]}}]}}]}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, h.data(c.query)); diff != "" {
				t.Errorf("query %s (-want +got):\n%s", c.query, diff)
			}
		})
	}
	h.portal.ResetCalls()
	typed := h.data(`{ contacts { nodes { deals { nodes { dealname } } x: deals(where: {amount: {gt: 90}}) { nodes { id } } } } }`)
	h.calls(counts{"list": 1, "batch_read": 1})
	both := h.data(`query($to: String!) { contacts { nodes { deals { nodes { dealname } } x: associated(to: $to, where: {property: {name: "amount", gt: "90"}}) { nodes { id } }
		y: associated(to: "deals") { nodes { id } } } } }`, map[string]any{"to": "deal"})
	h.calls(counts{"list": 1, "batch_read": 1})
	for _, part := range []string{`"x":{"nodes":[{"id":"0-3:102"},{"id":"0-3:105"}]}`, `{"dealname":"Deal A"}]}`} {
		if !strings.Contains(typed, part) || !strings.Contains(both, part) {
			t.Errorf("typed = %s,\ngeneric = %s,\nwant %s in both", typed, both, part)
		}
	}
}

// TestPairedLabels reads labels that differ by direction, from both ends.
func TestPairedLabels(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 3)
	p.AddRecords("companies", 2)
	p.DefineLabel("contacts", "contacts", "Manager", "Report") // 101 has the manager 102
	p.DefineLabel("contacts", "companies", "Adviser of", "Advised by")
	p.Associate("contacts", "101", "contacts", "102", "Manager")
	p.Associate("contacts", "101", "contacts", "103", "Report")
	p.Associate("contacts", "101", "companies", "101", "Adviser of")
	p.Associate("contacts", "101", "companies", "102", "Primary")
	h := newHarness(t, p)
	const edges = `{ edges { isPrimary labels { label category } node { id } } }`
	cases := []struct{ name, query, want string }{
		{"one way", `{ contact(by: {id: 101}) { contacts(labels: "Manager") ` + edges + ` } }`,
			`{"contact":{"contacts":{"edges":[{"isPrimary":false,"labels":[{"label":"Manager","category":"USER_DEFINED"}],"node":{"id":"0-1:102"}}]}}}`},
		{"the other way", `{ contact(by: {id: 102}) { contacts(labels: ["Report", "Nobody"]) ` + edges + ` } }`,
			`{"contact":{"contacts":{"edges":[{"isPrimary":false,"labels":[{"label":"Report","category":"USER_DEFINED"}],"node":{"id":"0-1:101"}}]}}}`},
		{"of the other direction", `{ contact(by: {id: 102}) { contacts(labels: "Manager") ` + edges + ` } }`, `{"contact":{"contacts":{"edges":[]}}}`},
		{"between types", `{ contact(by: {id: 101}) { associated(to: "companies", labels: "Adviser of") ` + edges + ` primaryCompany { id } } }`,
			`{"contact":{"associated":{"edges":[{"isPrimary":false,"labels":[{"label":"Adviser of","category":"USER_DEFINED"}],"node":{"id":"0-2:101"}}]},"primaryCompany":{"id":"0-2:102"}}}`},
		{"and back", `{ companies { nodes { contacts(labels: "Advised by", where: {hs_object_id: {gt: 1}}) ` + edges + ` } } }`,
			`{"companies":{"nodes":[{"contacts":{"edges":[{"isPrimary":false,"labels":[{"label":"Advised by","category":"USER_DEFINED"}],"node":{"id":"0-1:101"}}]}},{"contacts":{"edges":[]}}]}}`},
		{"on no pair", `{ contact(by: {id: 101}) { companies(labels: ["Manager"]) { totalCount nodes { id } } } }`, `{"contact":{"companies":{"totalCount":0,"nodes":[]}}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, h.data(c.query)); diff != "" {
				t.Errorf("query %s (-want +got):\n%s", c.query, diff)
			}
		})
	}
}
