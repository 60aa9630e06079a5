package execute_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// sales is six deals, 101 to 106, with a property of every kind.
func sales(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	options := []hubspottest.Option{{Label: "Red", Value: "red"}, {Label: "Blue", Value: "blue"}, {Label: "Green", Value: "green"}}
	for _, prop := range []hubspottest.Property{
		{Name: "signed", Type: "bool", FieldType: "booleancheckbox", Options: []hubspottest.Option{{Label: "Yes", Value: "true"}, {Label: "No", Value: "false"}}},
		{Name: "signed_on", Type: "date", FieldType: "date"},
		{Name: "tags", Type: "enumeration", FieldType: "checkbox", Options: options},
		{Name: "order_id", Type: "string", FieldType: "text"},
	} {
		p.DefineProperty("deals", prop)
	}
	for _, deal := range []map[string]string{
		{"dealname": "Alpha", "amount": "100", "closedate": "2026-01-10T08:00:00Z", "dealtype": "newbusiness", "tags": "red;blue", "signed": "true", "signed_on": "2026-01-09", "order_id": "a1"},
		{"dealname": "Beta one", "amount": "250.5", "closedate": "2026-02-01T00:00:00Z", "dealtype": "existingbusiness", "tags": "green", "signed": "false"},
		{"dealname": "gamma", "amount": "1000", "closedate": "2026-02-01T00:00:00.001Z", "dealtype": "newbusiness", "signed_on": "2026-02-28", "order_id": "B2"},
		{"dealname": "Delta alpha", "closedate": "2026-03-01T12:00:00Z", "tags": "blue", "order_id": "a1"},
		{"dealname": "beta two", "amount": "90", "dealtype": "existingbusiness", "signed": "true", "signed_on": "2026-03-01"},
		{"dealname": "Omega", "amount": "90071992547409930"},
	} {
		p.AddRecord("deals", deal)
	}
	contacts := p.AddRecords("contacts", 2)
	p.Associate("deals", "102", "contacts", contacts[0])
	p.Associate("deals", "103", "contacts", contacts[0])
	p.Associate("deals", "103", "contacts", contacts[1])
	return p
}

// deals lists deals and returns the last digits of their IDs.
func (h *harness) deals(arguments string, variables ...map[string]any) string {
	h.tb.Helper()
	var got struct {
		Deals struct{ Nodes []struct{ ID string } }
	}
	definitions := ""
	if len(variables) > 0 {
		definitions = "query($where: DealWhere, $order: DealOrder)"
	}
	h.into(&got, fmt.Sprintf(`%s { deals(%s) { nodes { id: hs_object_id } } }`, definitions, arguments), variables...)
	ids := make([]string, len(got.Deals.Nodes))
	for i, n := range got.Deals.Nodes {
		ids[i] = n.ID[2:]
	}
	return strings.Join(ids, " ")
}

// TestWhere filters by every kind of property with every operator.
func TestWhere(t *testing.T) {
	h := newHarness(t, sales(t))
	cases := []struct{ where, want string }{
		{`{dealname: {eq: "ALPHA"}}`, "1"},
		{`{dealname: {neq: "alpha"}}`, "2 3 4 5 6"},
		{`{dealname: {in: ["GAMMA", "omega"]}}`, "3 6"},
		{`{dealname: {notIn: ["gamma", "Omega"]}}`, "1 2 4 5"},
		{`{dealname: {containsToken: "alpha"}}`, "1 4"},
		{`{dealname: {containsToken: "bet*"}}`, "2 5"},
		{`{dealname: {notContainsToken: "beta"}}`, "1 3 4 6"},
		{`{amount: {exists: true}}`, "1 2 3 5 6"},
		{`{amount: {exists: false}}`, "4"},
		{`{amount: {eq: 1e3}}`, "3"},
		{`{amount: {neq: 100}}`, "2 3 5 6"},
		{`{amount: {lt: 100}}`, "5"},
		{`{amount: {lte: 100}}`, "1 5"},
		{`{amount: {gt: 250.5}}`, "3 6"},
		{`{amount: {gte: 250.5}}`, "2 3 6"},
		{`{amount: {between: {from: 100, to: 1000}}}`, "1 2 3"},
		{`{amount: {in: [90, 1000]}}`, "3 5"},
		{`{amount: {notIn: [90, 1000]}}`, "1 2 6"},
		{`{amount: {gt: 90, lt: 1000}}`, "1 2"},
		{`{amount: {eq: 90071992547409930}}`, "6"},
		{`{closedate: {eq: "2026-02-01"}}`, "2"},
		{`{closedate: {gt: "2026-02-01T01:00:00+01:00"}}`, "3 4"},
		{`{closedate: {lt: "2026-02-01"}}`, "1"},
		{`{closedate: {between: {from: "2026-01-10T08:00:00Z", to: "2026-02-01T00:00:00Z"}}}`, "1 2"},
		{`{closedate: {exists: false}}`, "5 6"},
		{`{signed_on: {eq: "2026-02-28"}}`, "3"},
		{`{signed_on: {gte: "2026-02-28"}}`, "3 5"},
		{`{signed_on: {between: {from: "2026-01-01", to: "2026-02-28"}}}`, "1 3"},
		{`{signed: {eq: true}}`, "1 5"},
		{`{signed: {neq: true}}`, "2"},
		{`{signed: {exists: false}}`, "3 4 6"},
		{`{dealtype: {eq: "newbusiness"}}`, "1 3"},
		{`{dealtype: {neq: "newbusiness"}}`, "2 5"},
		{`{dealtype: {in: ["newbusiness", "existingbusiness"]}}`, "1 2 3 5"},
		{`{dealtype: {notIn: ["newbusiness"]}}`, "2 5"},
		{`{tags: {eq: "blue"}}`, "1 4"},
		{`{tags: {in: ["red", "green"]}}`, "1 2"},
		{`{order_id: {eq: "A1"}}`, "1 4"},
		{`{order_id: {in: "b2"}}`, "3"},
		{`{hs_object_id: {in: [101, "103"]}}`, "1 3"},
		{`{hs_object_id: {gt: 104}}`, "5 6"},
		{`{hs_object_id: {lte: "102"}}`, "1 2"},
		{`{amount: {gt: 90}, dealtype: {eq: "newbusiness"}}`, "1 3"},
		{`{OR: [{amount: {lt: 100}}, {dealname: {eq: "omega"}}]}`, "5 6"},
		{`{amount: {exists: true}, OR: [{tags: {eq: "green"}}, {AND: [{signed: {eq: true}}, {tags: {exists: true}}]}]}`, "1 2"},
		{`{associatedWith: {contact: 101}}`, "2 3"},
		{`{associatedWith: {contact: ["101", "0-1:102"]}, amount: {gt: 500}}`, "3"},
		{`{dealname: {in: []}}`, ""},
		{`{OR: [{dealname: {in: []}}, {amount: {lt: 100}}]}`, "5"},
	}
	for _, c := range cases {
		t.Run(c.where, func(t *testing.T) {
			if got := h.deals("where: " + c.where); got != c.want {
				t.Errorf("deals(where: %s) = %s, want %s", c.where, got, c.want)
			}
		})
	}
}

func TestWhereByVariable(t *testing.T) {
	h := newHarness(t, sales(t))
	where := map[string]any{"amount": map[string]any{"gt": 100, "lte": "1000"}, "OR": []any{map[string]any{"dealtype": map[string]any{"in": "newbusiness"}}}}
	got := h.deals("where: $where, orderBy: $order", map[string]any{"where": where, "order": map[string]any{"property": "amount", "direction": "DESC"}})
	if got != "3" {
		t.Errorf("deals(where: %v) = %s, want 3", where, got)
	}
	h.calls(counts{"search": 1})
	if got := h.deals("where: $where, orderBy: $order", map[string]any{"where": nil}); got != "1 2 3 4 5 6" {
		t.Errorf("deals(where: null) = %s, want all", got)
	}
	h.calls(counts{"list": 1})
}

func TestOrderBy(t *testing.T) {
	h := newHarness(t, sales(t))
	cases := []struct{ arguments, want string }{
		{`orderBy: {property: amount}`, "5 1 2 3 6 4"},
		{`orderBy: {property: amount, direction: DESC}`, "6 3 2 1 5 4"},
		{`orderBy: {property: dealname}`, "1 2 5 4 3 6"},
		{`orderBy: {property: dealname, direction: DESC}`, "6 3 4 5 2 1"},
		{`orderBy: {property: closedate}`, "1 2 3 4 5 6"},
		{`orderBy: {property: closedate, direction: DESC}`, "4 3 2 1 5 6"},
		{`orderBy: {property: signed_on, direction: DESC}, first: 3`, "5 3 1"},
		{`orderBy: {property: dealtype}, first: 2`, "2 5"},
		{`orderBy: {property: hs_object_id}`, "1 2 3 4 5 6"},
		{`orderBy: {property: hs_object_id, direction: DESC}`, "6 5 4 3 2 1"},
		{`orderBy: {property: amount}, query: "beta"`, "5 2"},
		{`orderBy: {property: amount, direction: DESC}, query: "beta", where: {amount: {gt: 90}}`, "2"},
		{`query: "alpha", where: {tags: {eq: "blue"}}, orderBy: {property: hs_object_id, direction: DESC}`, "4 1"},
	}
	for _, c := range cases {
		t.Run(c.arguments, func(t *testing.T) {
			h.portal.ResetCalls()
			if got := h.deals(c.arguments); got != c.want {
				t.Errorf("deals(%s) = %s, want %s", c.arguments, got, c.want)
			}
			h.calls(counts{"search": 1})
		})
	}
}

// TestSearchCalls counts what searches cost.
func TestSearchCalls(t *testing.T) {
	cases := []struct {
		name, query string
		want        counts
	}{
		{"with total", `{ deals(where: {amount: {gt: 90}}) { totalCount nodes { dealname } } }`, counts{"search": 1}},
		{"total alone", `{ deals(where: {amount: {gt: 90}}, orderBy: {property: amount}) { totalCount } }`, counts{"search": 1}},
		{"nothing can match", `{ deals(where: {dealname: {in: []}}) { totalCount nodes { dealname } pageInfo { hasNextPage } } }`, counts{}},
		{"the same list twice", `{ a: deals(where: {amount: {gt: 90}}) { totalCount nodes { dealname } } b: deals(where: {amount: {gt: 90}}) { nodes { amount } } }`, counts{"search": 1}},
		{"the same plain list twice", `{ a: deals { nodes { dealname contacts { nodes { id } } } } b: deals(first: 25) { nodes { amount contacts { nodes { id } } } } }`, counts{"list": 1}},
		{"other edges", `{ a: deals { nodes { dealname contacts { nodes { id } } } } b: deals { nodes { amount } } }`, counts{"list": 2}},
		{"other pages", `{ a: deals(first: 1) { nodes { dealname } } b: deals(first: 2) { nodes { amount } } }`, counts{"list": 2}},
		{"other orders", `{ a: deals(orderBy: {property: amount}) { nodes { dealname } } b: deals(orderBy: {property: amount, direction: DESC}) { nodes { amount } } }`, counts{"search": 2}},
		{"the same count twice", `{ a: deals(first: 1) { totalCount nodes { dealname } } b: deals(first: 2) { totalCount } c: deals(where: {amount: {gt: 1}}) { totalCount } }`, counts{"list": 1, "search": 2}},
		{"a count that another field's page tells", `{ a: deals(where: {amount: {gt: 90}}) { totalCount } b: deals(where: {amount: {gt: 90}}, orderBy: {property: amount}, first: 1) { nodes { amount } } }`, counts{"search": 1}},
		{"list and search", `{ deals(where: {hs_object_id: {in: [101, 102]}}) { nodes { dealname } } a: deal(by: {id: 101}) { amount } b: deal(by: {id: 102}) { amount } }`, counts{"search": 1}},
		{"deals of a contact", `{ deals(where: {associatedWith: {contact: "101"}, amount: {gt: 500}}) { nodes { dealname } } }`, counts{"search": 1}},
		{"edges of what was found", `{ deals(where: {amount: {gt: 500}}) { nodes { dealname contacts { nodes { email } } } } }`, counts{"search": 1, "associations": 1, "batch_read": 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, sales(t))
			h.data(c.query)
			h.calls(c.want)
		})
	}
}

func TestSearchErrors(t *testing.T) {
	h := newHarness(t, sales(t))
	cases := []struct{ name, field, want string }{
		{"archived and where", `deals(archived: true, where: {amount: {gt: 1}}) { nodes { id } }`, "deals: where and archived: true do not go together"},
		{"archived and query", `deals(archived: true, query: "x") { nodes { id } }`, "deals: query and archived: true do not go together"},
		{"archived and all", `deals(archived: true, query: "x", where: {amount: {gt: 1}}, orderBy: {property: amount}) { nodes { id } }`, "deals: where and query and orderBy and archived: true"},
		{"too many groups", `deals(where: {OR: [{amount: {gt: 1}} {signed: {eq: true}} {dealname: {eq: "x"}} {closedate: {exists: false}} {tags: {eq: "red"}} {order_id: {eq: "1"}}]}) { nodes { id } }`, "takes 6 filter groups"},
		{"too many filters", `deals(where: {amount: {gt: 1}, signed: {eq: true}, dealname: {eq: "x"}, closedate: {exists: false}, tags: {eq: "red"}, order_id: {eq: "1"}, signed_on: {exists: false}}) { nodes { id } }`, "7 comparisons"},
		{"a value of another kind", `deals(where: {closedate: {gt: "soon"}}) { nodes { id } }`, "closedate"},
		{"a type without search", `records(objectType: "contracts", query: "x") { nodes { id } }`, "records: HubSpot has no search for contracts; leave out query"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := h.query(`{ ` + c.field + ` }`)
			if len(r.Errs) != 1 || r.Errs[0].Extensions["code"] != "BAD_USER_INPUT" || !strings.Contains(r.Errs[0].Message, c.want) {
				t.Errorf("errors of %s = %q, want one BAD_USER_INPUT with %q", c.field, r.errors(), c.want)
			}
			h.calls(nil)
		})
	}
}

// TestHugeNumbers writes numbers beyond 64 bits.
func TestHugeNumbers(t *testing.T) {
	h := newHarness(t, sales(t))
	const huge = "123456789012345678901234567890"
	for _, where := range []map[string]any{
		{"hs_object_id": map[string]any{"lt": huge}, "amount": map[string]any{"gt": json.Number("250.5")}},
		{"amount": map[string]any{"gt": json.Number("250.5"), "lt": json.Number(huge)}},
	} {
		if got := h.deals("where: $where, orderBy: $order", map[string]any{"where": where}); got != "3 6" {
			t.Errorf("deals(where: %v) = %s, want 3 6", where, got)
		}
	}
}

// searchPages goes through deals in pages.
func (h *harness) searchPages(t *testing.T, arguments string, first int) (ids []string, pages int) {
	t.Helper()
	return all(t, func(after any) page {
		return h.searchPage(arguments, first, after)
	})
}

func (h *harness) searchPage(arguments string, first int, after any) page {
	h.tb.Helper()
	var got struct{ Deals page }
	h.into(&got, fmt.Sprintf(`query($first: Int, $after: String) { deals(%s, first: $first, after: $after) { %s } }`, arguments, pageFields),
		map[string]any{"first": first, "after": after})
	return got.Deals
}

// TestSearchBeyondTheWindow pages through more records than HubSpot's own
// pages of a search hold.
func TestSearchBeyondTheWindow(t *testing.T) {
	const many = 25_000
	p := unlimited(t)
	var want []string
	for i := range many {
		id := p.AddRecord("deals", map[string]string{"dealname": "x", "amount": fmt.Sprint(many - i)})
		want = append(want, "0-3:"+id)
	}
	h := newHarness(t, p)
	backwards := slices.Clone(want)
	slices.Reverse(backwards)

	for _, c := range []struct {
		name, arguments string
		want            []string
	}{
		{"unordered", `where: {dealname: {eq: "x"}}`, want},
		{"by ID, last first", `where: {amount: {lte: 11000}}, orderBy: {property: hs_object_id, direction: DESC}`, backwards[:11_000]},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.portal.ResetCalls()
			got, _ := h.searchPages(t, c.arguments, 1000)
			if !slices.Equal(got, c.want) {
				t.Errorf("%d records, want %d in order", len(got), len(c.want))
			}
			h.calls(counts{"search": len(c.want) / hubspot.MaxSearchPageSize})
		})
	}

	const byAmount = `where: {dealname: {eq: "x"}}, orderBy: {property: amount}`
	for _, first := range []int{1000, 300} {
		t.Run(fmt.Sprintf("by amount, %d a page", first), func(t *testing.T) {
			var after any
			var got []string
			for range (hubspot.MaxSearchRows + first - 1) / first {
				p := h.searchPage(byAmount, first, after)
				if !p.PageInfo.HasNextPage {
					t.Fatalf("no next page after %d records of %d", len(got), many)
				}
				got = append(got, p.ids(t)...)
				after = *p.PageInfo.EndCursor
			}
			if !slices.Equal(got, backwards[:hubspot.MaxSearchRows]) {
				t.Errorf("%d records, want the first %d by amount", len(got), hubspot.MaxSearchRows)
			}
			h.portal.ResetCalls()
			r := h.query(`query($after: String) { deals(`+byAmount+`, after: $after) { nodes { id } } }`, map[string]any{"after": after})
			if len(r.Errs) != 1 || !strings.Contains(r.Errs[0].Message, "amount gte the value of the last record") {
				t.Errorf("errors of the page behind row 10,000 = %q, want one that says how to go on", r.errors())
			}
			h.calls(nil)
		})
	}

	t.Run("just the window", func(t *testing.T) {
		got, pages := h.searchPages(t, `where: {amount: {lte: 10000}}, orderBy: {property: amount}`, 1000)
		if !slices.Equal(got, backwards[:hubspot.MaxSearchRows]) || pages != 10 {
			t.Errorf("%d records on %d pages, want 10,000 on 10", len(got), pages)
		}
	})

	t.Run("without room for an anchor", func(t *testing.T) {
		const full = `where: {amount: {lte: 12000}, dealname: {eq: "x"}, dealtype: {exists: false}, description: {exists: false}, hs_next_step: {exists: false}, closedate: {exists: false}}`
		var after any
		for range 10 {
			after = *h.searchPage(full, 1000, after).PageInfo.EndCursor
		}
		r := h.query(`query($after: String) { deals(`+full+`, after: $after) { nodes { id } } }`, map[string]any{"after": after})
		if len(r.Errs) != 1 || !strings.Contains(r.Errs[0].Message, "make where simpler") {
			t.Errorf("errors of the page behind row 10,000 = %q, want one that says how to go on", r.errors())
		}
	})
}

// TestSearchCursors goes on behind every kind of place of a page by offset.
func TestSearchCursors(t *testing.T) {
	p := unlimited(t)
	var want []string
	for i := range 450 {
		want = append(want, "0-3:"+p.AddRecord("deals", map[string]string{"amount": fmt.Sprint(1000 - i)}))
	}
	h := newHarness(t, p)
	const arguments = `orderBy: {property: amount, direction: DESC}`
	for _, first := range []int{1000, 449, 200, 67} {
		got, pages := h.searchPages(t, arguments, first)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("first %d (-want +got):\n%s", first, diff)
		}
		if n := (len(want) + first - 1) / first; pages != n {
			t.Errorf("first %d: %d pages, want %d", first, pages, n)
		}
	}
	whole := h.searchPage(arguments, 1000, nil)
	for _, i := range []int{0, 1, 198, 199, 200, 201, 399, 400, 448} {
		next := h.searchPage(arguments, 30, whole.Edges[i].Cursor)
		if diff := cmp.Diff(want[i+1:min(i+31, 450)], next.ids(t)); diff != "" {
			t.Errorf("behind edge %d (-want +got):\n%s", i, diff)
		}
		if more := i+31 < 450; next.PageInfo.HasNextPage != more {
			t.Errorf("behind edge %d hasNextPage = %v, want %v", i, next.PageInfo.HasNextPage, more)
		}
	}
	p.Archive("deals", strings.TrimPrefix(want[50], "0-3:"))
	next := h.searchPage(arguments, 5, whole.Edges[50].Cursor)
	if diff := cmp.Diff(want[51:56], next.ids(t)); diff != "" {
		t.Errorf("behind a record that is gone (-want +got):\n%s", diff)
	}
	for _, c := range []struct{ name, field string }{
		{"no order", `deals(after: $c) { nodes { id } }`},
		{"another direction", `deals(after: $c, orderBy: {property: amount}) { nodes { id } }`},
		{"another property", `deals(after: $c, orderBy: {property: dealname, direction: DESC}) { nodes { id } }`},
		{"a condition", `deals(after: $c, where: {amount: {gt: 1}}, ` + arguments + `) { nodes { id } }`},
		{"words", `deals(after: $c, query: "x", ` + arguments + `) { nodes { id } }`},
		{"another type", `contacts(after: $c, orderBy: {property: hs_object_id}) { nodes { id } }`},
	} {
		r := h.query(`query($c: String) { `+c.field+` }`, map[string]any{"c": whole.Edges[3].Cursor})
		if len(r.Errs) != 1 || r.Errs[0].Extensions["code"] != "BAD_USER_INPUT" || !strings.Contains(r.Errs[0].Message, "another query") {
			t.Errorf("%s: errors = %q, want one about the cursor", c.name, r.errors())
		}
	}
}
