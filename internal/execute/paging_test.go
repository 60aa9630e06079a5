package execute_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A page is a connection as these tests select it.
type page struct {
	TotalCount int
	Edges      []struct {
		Cursor string
		Node   *struct{ ID string }
	}
	Nodes    []struct{ ID string }
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
}

const pageFields = `edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`

// ids checks that the page agrees with itself and returns its records.
func (p page) ids(t *testing.T) []string {
	t.Helper()
	ids := make([]string, 0, len(p.Edges))
	for i, e := range p.Edges {
		if e.Node == nil || i >= len(p.Nodes) || p.Nodes[i].ID != e.Node.ID {
			t.Fatalf("edge %d is %v, nodes are %v", i, e, p.Nodes)
		}
		ids = append(ids, e.Node.ID)
	}
	info := p.PageInfo
	if n := len(p.Edges); n == 0 {
		if info.StartCursor != nil || info.EndCursor != nil {
			t.Errorf("empty page has cursors: %+v", info)
		}
	} else if *info.StartCursor != p.Edges[0].Cursor || *info.EndCursor != p.Edges[n-1].Cursor || info.HasPreviousPage {
		t.Errorf("pageInfo %+v does not fit the edges", info)
	}
	return ids
}

// all pages through a connection: get reads the page behind a cursor.
func all(t *testing.T, get func(after any) page) (ids []string, pages int) {
	t.Helper()
	var after any
	for {
		p := get(after)
		pages++
		ids = append(ids, p.ids(t)...)
		if !p.PageInfo.HasNextPage {
			return ids, pages
		}
		if p.PageInfo.EndCursor == nil || pages > 1000 {
			t.Fatalf("page %d has a next one and cursor %v", pages, p.PageInfo.EndCursor)
		}
		after = *p.PageInfo.EndCursor
	}
}

func globals(typeID string, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = typeID + ":" + id
	}
	return out
}

func TestListPaging(t *testing.T) {
	p := unlimited(t)
	want := globals("0-1", p.AddRecords("contacts", 250))
	h := newHarness(t, p)
	get := func(first int, after any) page {
		var got struct{ Contacts page }
		h.into(&got, `query($first: Int, $after: String) { contacts(first: $first, after: $after) { `+pageFields+` } }`,
			map[string]any{"first": first, "after": after})
		return got.Contacts
	}
	for _, c := range []struct{ first, pages, lists int }{{1000, 1, 3}, {100, 3, 3}, {7, 36, 36}, {250, 1, 3}, {125, 2, 4}} {
		t.Run(fmt.Sprintf("first %d", c.first), func(t *testing.T) {
			h.portal.ResetCalls()
			got, pages := all(t, func(after any) page { return get(c.first, after) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("contacts (-want +got):\n%s", diff)
			}
			if pages != c.pages {
				t.Errorf("%d pages, want %d", pages, c.pages)
			}
			h.calls(counts{"list": c.lists})
		})
	}
	t.Run("every cursor", func(t *testing.T) {
		whole := get(1000, nil)
		for _, i := range []int{0, 1, 50, 98, 99, 100, 101, 199, 200, 248} {
			next := get(30, whole.Edges[i].Cursor)
			if diff := cmp.Diff(want[i+1:min(i+31, 250)], next.ids(t)); diff != "" {
				t.Errorf("behind edge %d (-want +got):\n%s", i, diff)
			}
			if more := i+31 < 250; next.PageInfo.HasNextPage != more {
				t.Errorf("behind edge %d hasNextPage = %v, want %v", i, next.PageInfo.HasNextPage, more)
			}
		}
		if last := get(30, whole.Edges[249].Cursor); len(last.Edges) != 0 || last.PageInfo.HasNextPage {
			t.Errorf("behind the last edge = %+v, want nothing", last)
		}
	})
	t.Run("cursor of a record that is gone", func(t *testing.T) {
		whole := get(1000, nil)
		h.portal.Archive("contacts", "151")
		next := get(5, whole.Edges[50].Cursor)
		if diff := cmp.Diff(want[51:56], next.ids(t)); diff != "" {
			t.Errorf("behind the gone record (-want +got):\n%s", diff)
		}
	})
}

func TestSearchPaging(t *testing.T) {
	p := unlimited(t)
	var want []string
	for i := range 460 {
		name := "other"
		if i%2 == 0 {
			name = "Zebra"
		}
		id := p.AddRecord("companies", map[string]string{"name": fmt.Sprintf("%s %d", name, i)})
		if i%2 == 0 {
			want = append(want, "0-2:"+id)
		}
	}
	h := newHarness(t, p)
	get := func(first int, after any) page {
		var got struct{ Companies page }
		h.into(&got, `query($first: Int, $after: String) { companies(query: "zebra", first: $first, after: $after) { totalCount `+pageFields+` } }`,
			map[string]any{"first": first, "after": after})
		if n := got.Companies.TotalCount; n != len(want) {
			t.Errorf("totalCount = %d, want %d", n, len(want))
		}
		return got.Companies
	}
	for _, first := range []int{1000, 230, 229, 46} {
		got, pages := all(t, func(after any) page { return get(first, after) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("first %d (-want +got):\n%s", first, diff)
		}
		if n := (len(want) + first - 1) / first; pages != n {
			t.Errorf("first %d: %d pages, want %d", first, pages, n)
		}
	}
	whole := get(1000, nil)
	for _, i := range []int{0, 199, 200, 229} {
		if diff := cmp.Diff(want[i+1:], get(1000, whole.Edges[i].Cursor).ids(t), cmp.Transformer("list", func(s []string) string { return strings.Join(s, " ") })); diff != "" {
			t.Errorf("behind edge %d (-want +got):\n%s", i, diff)
		}
	}
	h.portal.ResetCalls()
	get(0, nil)
	h.calls(counts{"search": 1})
}

// manyDeals is one contact with 2,500 deals, every third a labelled one.
func manyDeals(tb testing.TB) (p *hubspottest.Portal, deals, labelled []string) {
	p = unlimited(tb)
	p.AddRecords("contacts", 1)
	p.DefineLabel("contacts", "deals", "Buyer")
	for i, deal := range p.AddRecords("deals", 2500) {
		var labels []string
		if i%3 == 0 || i == 2499 {
			labels = []string{"Buyer"}
			labelled = append(labelled, "0-3:"+deal)
		}
		p.Associate("contacts", "101", "deals", deal, labels...)
		deals = append(deals, "0-3:"+deal)
	}
	return p, deals, labelled
}

func TestAssociationPaging(t *testing.T) {
	p, deals, labelled := manyDeals(t)
	h := newHarness(t, p)
	type arguments struct {
		labels any
		first  int
		total  bool
	}
	get := func(t *testing.T, a arguments, after any) page {
		t.Helper()
		total := ""
		if a.total {
			total = "totalCount "
		}
		var got struct{ Contact struct{ Deals page } }
		h.into(&got, `query($first: Int, $after: String, $labels: [String!]) {
			contact(by: {id: 101}) { deals(first: $first, after: $after, labels: $labels) { `+total+pageFields+` } } }`,
			map[string]any{"first": a.first, "after": after, "labels": a.labels})
		return got.Contact.Deals
	}
	for _, first := range []int{25, 834, 1000} {
		for _, total := range []bool{false, true} {
			for _, c := range []struct {
				labels any
				want   []string
			}{{nil, deals}, {[]any{"Buyer"}, labelled}, {[]any{"Buyer", "nobody"}, labelled}, {[]any{"nobody"}, nil}} {
				if first == 25 && (total || c.labels != nil) || first == 834 && c.labels == nil {
					continue // slow, and says nothing new
				}
				t.Run(fmt.Sprintf("first %d, total %v, labels %v", first, total, c.labels), func(t *testing.T) {
					got, pages := all(t, func(after any) page {
						p := get(t, arguments{c.labels, first, total}, after)
						if total && p.TotalCount != len(c.want) {
							t.Fatalf("totalCount = %d, want %d", p.TotalCount, len(c.want))
						}
						return p
					})
					if diff := cmp.Diff(c.want, got); diff != "" {
						t.Errorf("deals (-want +got):\n%s", diff)
					}
					if want := max(1, (len(c.want)+first-1)/first); pages != want {
						t.Errorf("%d pages, want %d: hasNextPage has to be false right at the end", pages, want)
					}
				})
			}
		}
	}
	t.Run("cursors of any edge", func(t *testing.T) {
		whole := get(t, arguments{nil, 1000, false}, nil)
		for _, i := range []int{0, 498, 499, 500, 999} {
			for _, total := range []bool{false, true} {
				next := get(t, arguments{nil, 700, total}, whole.Edges[i].Cursor)
				if diff := cmp.Diff(deals[i+1:i+701], next.ids(t)); diff != "" {
					t.Errorf("behind edge %d (-want +got):\n%s", i, diff)
				}
			}
		}
	})
	t.Run("first 0", func(t *testing.T) {
		got := get(t, arguments{nil, 0, true}, nil)
		if len(got.Edges) != 0 || !got.PageInfo.HasNextPage || got.TotalCount != 2500 {
			t.Errorf("first 0 = %+v", got)
		}
		if got := get(t, arguments{[]any{"nobody"}, 0, false}, nil); got.PageInfo.HasNextPage {
			t.Errorf("first 0 of nothing has a next page")
		}
	})
	t.Run("calls", func(t *testing.T) {
		h.portal.ResetCalls()
		get(t, arguments{nil, 25, false}, nil)
		h.calls(counts{"associations": 1, "batch_read": 1})
		h.data(`{ contact(by: {id: 101}) { deals { totalCount } } }`)
		h.calls(counts{"associations": 5, "batch_read": 1})
		h.data(`{ contact(by: {id: 101}) { deals(first: 1000) { nodes { dealname } } } }`)
		h.calls(counts{"associations": 2, "batch_read": 11})
	})
	t.Run("a record went and page borders moved", func(t *testing.T) {
		cursor := *get(t, arguments{nil, 600, false}, nil).PageInfo.EndCursor // on HubSpot's second page
		h.portal.Archive("deals", strings.TrimPrefix(deals[3], "0-3:"))
		got := get(t, arguments{nil, 10, true}, cursor)
		if diff := cmp.Diff(deals[600:610], got.ids(t)); diff != "" || got.TotalCount != 2499 {
			t.Errorf("totalCount %d, want 2499; deals (-want +got):\n%s", got.TotalCount, diff)
		}
	})
}

// TestEmbeddedAssociations lists parents of which the list call brings all
// edges, and one that it cuts.
func TestEmbeddedAssociations(t *testing.T) {
	p := unlimited(t)
	contacts := p.AddRecords("contacts", 3)
	companies := p.AddRecords("companies", 150)
	for i, company := range companies {
		p.Associate("contacts", contacts[0], "companies", company)
		if i < 100 {
			p.Associate("contacts", contacts[1], "companies", company)
		}
	}
	h := newHarness(t, p)
	var got struct {
		Contacts struct {
			Nodes []struct{ Companies page }
		}
	}
	h.into(&got, `{ contacts { nodes { companies(first: 1000) { totalCount `+pageFields+` } } } }`)
	h.calls(counts{"list": 1, "associations": 1})
	for i, n := range []int{150, 100, 0} {
		c := got.Contacts.Nodes[i].Companies
		if diff := cmp.Diff(globals("0-2", companies[:n]), c.ids(t)); diff != "" || c.TotalCount != n || c.PageInfo.HasNextPage {
			t.Errorf("contact %d: totalCount %d, want %d; companies (-want +got):\n%s", i, c.TotalCount, n, diff)
		}
	}
	// A cursor out of embedded edges leads on at the batch endpoint.
	h.into(&got, `{ contacts(first: 2) { nodes { companies(first: 40) { `+pageFields+` } } } }`)
	for i, n := range []int{150, 100} {
		var rest struct{ Contact struct{ Companies page } }
		h.into(&rest, `query($id: ID!, $after: String) { contact(by: {id: $id}) { companies(first: 1000, after: $after) { `+pageFields+` } } }`,
			map[string]any{"id": contacts[i], "after": *got.Contacts.Nodes[i].Companies.PageInfo.EndCursor})
		both := slices.Concat(got.Contacts.Nodes[i].Companies.ids(t), rest.Contact.Companies.ids(t))
		if diff := cmp.Diff(globals("0-2", companies[:n]), both); diff != "" {
			t.Errorf("contact %d in two pages (-want +got):\n%s", i, diff)
		}
	}
}

// TestForeignCursors passes cursors where they do not belong.
func TestForeignCursors(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 30)
	p.AddRecords("companies", 30)
	p.AssociateEach("contacts", "companies", 3)
	h := newHarness(t, p)
	var got struct {
		Contacts  struct{ PageInfo struct{ EndCursor string } }
		Companies struct{ PageInfo struct{ EndCursor string } }
		Contact   struct {
			Companies struct{ PageInfo struct{ EndCursor string } }
		}
	}
	h.into(&got, `{ contacts(first: 2) { pageInfo { endCursor } } companies(first: 2, query: "a") { pageInfo { endCursor } }
		contact(by: {id: 101}) { companies(first: 2) { pageInfo { endCursor } } } }`)
	list, search, edges := got.Contacts.PageInfo.EndCursor, got.Companies.PageInfo.EndCursor, got.Contact.Companies.PageInfo.EndCursor
	cases := []struct {
		name, query, cursor string
		want                []string
	}{
		{"another list", `companies(after: $c) { nodes { id } }`, list, []string{"companies.nodes BAD_USER_INPUT"}},
		{"another kind of list", `contacts(after: $c, archived: true) { nodes { id } }`, list, []string{"contacts.nodes BAD_USER_INPUT"}},
		{"a search's cursor in a list", `companies(after: $c) { nodes { id } }`, search, []string{"companies.nodes BAD_USER_INPUT"}},
		{"another search", `companies(after: $c, query: "b") { nodes { id } }`, search, []string{"companies.nodes BAD_USER_INPUT"}},
		{"edges' cursor in a list", `contacts(after: $c) { nodes { id } }`, edges, []string{"contacts.nodes BAD_USER_INPUT"}},
		{"another parent", `contact(by: {id: 102}) { companies(after: $c) { nodes { id } } }`, edges, []string{"contact.companies.nodes BAD_USER_INPUT"}},
		{"other labels", `contact(by: {id: 101}) { companies(after: $c, labels: "Primary") { nodes { id } } }`, edges, []string{"contact.companies.nodes BAD_USER_INPUT"}},
		{"several parents", `contacts(first: 3) { nodes { companies(after: $c) { nodes { id } totalCount } } }`, edges, []string{"contacts.nodes.1.companies.nodes BAD_USER_INPUT"}},
		{"no cursor", `contacts(after: $c) { nodes { id } }`, "bm9uc2Vuc2U", []string{"contacts.nodes BAD_USER_INPUT"}},
		{"no base64", `contacts(after: $c) { __typename totalCount }`, "\x00ü", []string{"contacts.totalCount BAD_USER_INPUT"}},
		{"nothing asked for", `contacts(after: $c) { __typename }`, "nonsense", []string{}},
		{"the right place", `contact(by: {id: 101}) { companies(after: $c) { nodes { id } } }`, edges, []string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := h.query(`query($c: String) { `+c.query+` }`, map[string]any{"c": c.cursor})
			if diff := cmp.Diff(c.want, r.codes()); diff != "" {
				t.Errorf("errors of %s (-want +got):\n%s\n%s", c.query, diff, r.json())
			}
		})
	}
}
