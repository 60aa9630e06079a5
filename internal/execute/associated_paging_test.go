package execute_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// richContact is one contact with 2,500 deals whose amounts are 0 to 99 in
// turns, and the deals in order of falling amount.
func richContact(tb testing.TB) (p *hubspottest.Portal, byAmount []string) {
	p = unlimited(tb)
	p.AddRecords("contacts", 1)
	p.DefineLabel("contacts", "deals", "Buyer")
	deals := make(map[int][]string)
	for i := range 2500 {
		amount := i * 7 % 100
		deal := p.AddRecord("deals", map[string]string{"amount": fmt.Sprint(amount)})
		p.Associate("contacts", "101", "deals", deal, "Buyer")
		deals[amount] = append(deals[amount], "0-3:"+deal)
	}
	for amount := 99; amount >= 0; amount-- {
		byAmount = append(byAmount, deals[amount]...)
	}
	return p, byAmount
}

// deals reads a page of the deals of contact 101.
func (h *harness) dealsOf(arguments string, first int, after any) page {
	h.tb.Helper()
	var got struct{ Contact struct{ Deals page } }
	h.into(&got, `query($first: Int, $after: String) {
		contact(by: {id: 101}) { deals(first: $first, after: $after, `+arguments+`) { totalCount `+pageFields+` } } }`,
		map[string]any{"first": first, "after": after})
	return got.Contact.Deals
}

func TestAssociatedPaging(t *testing.T) {
	p, byAmount := richContact(t)
	h := newHarness(t, p)
	cases := []struct {
		name, arguments string
		want            []string
		first, reads    int
	}{
		{"filtered and ordered", `where: {amount: {gte: 50}}, orderBy: {property: amount, direction: DESC}, labels: "Buyer"`, byAmount[:1250], 500, 25},
		{"filtered", `where: {amount: {in: [3, 5]}}`, sortedIDs(byAmount[94*25:95*25], byAmount[96*25:97*25]), 20, 25},
		{"ordered", `orderBy: {property: amount, direction: DESC}`, byAmount, 1000, 25},
		{"by ID alone", `orderBy: {property: hs_object_id}, where: {hs_object_id: {lte: 2000}}`, sortedIDs(byAmount)[:1900], 1000, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.portal.ResetCalls()
			got, pages := all(t, func(after any) page {
				p := h.dealsOf(c.arguments, c.first, after)
				if p.TotalCount != len(c.want) {
					t.Errorf("totalCount = %d, want %d", p.TotalCount, len(c.want))
				}
				return p
			})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("deals (-want +got):\n%s", diff)
			}
			if n := (len(c.want) + c.first - 1) / c.first; pages != n {
				t.Errorf("%d pages, want %d", pages, n)
			}
			h.calls(counts{"associations": 5 * pages, "batch_read": (1 + c.reads) * pages})
		})
	}
}

func sortedIDs(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b string) int {
		return number(strings.TrimPrefix(a, "0-3:")) - number(strings.TrimPrefix(b, "0-3:"))
	})
	return all
}

// TestAssociatedCursors goes on where a list changed meanwhile, and in other
// lists than the cursor's own.
func TestAssociatedCursors(t *testing.T) {
	h := newHarness(t, buyer(t))
	const lasting = `orderBy: {property: amount}` // 101 104 103 105 102 106
	next := func(t *testing.T, arguments string, after string) string {
		t.Helper()
		p := h.dealsOf(arguments, 2, after)
		return strings.ReplaceAll(strings.Join(p.ids(t), " "), "0-3:", "")
	}
	ordered := h.dealsOf(lasting, 6, nil)
	filtered := h.dealsOf(`where: {amount: {lt: 500}}`, 6, nil) // 101 103 104 105
	t.Run("every cursor", func(t *testing.T) {
		for i, want := range []string{"104 103", "103 105", "105 102", "102 106", "106", ""} {
			if got := next(t, lasting, ordered.Edges[i].Cursor); got != want {
				t.Errorf("behind edge %d = %q, want %q", i, got, want)
			}
		}
		if got := next(t, `where: {amount: {lt: 500}}`, filtered.Edges[1].Cursor); got != "104 105" {
			t.Errorf("behind the second of a filtered list = %q", got)
		}
	})
	for _, c := range []struct{ name, arguments, cursor string }{
		{"unordered", `labels: null`, ordered.Edges[0].Cursor},
		{"another order", `orderBy: {property: amount, direction: DESC}`, ordered.Edges[0].Cursor},
		{"a condition more", lasting + `, where: {amount: {gt: 0}}`, ordered.Edges[0].Cursor},
		{"labels", lasting + `, labels: "Buyer"`, ordered.Edges[0].Cursor},
		{"another condition", `where: {amount: {lt: 501}}`, filtered.Edges[0].Cursor},
		{"edges' own cursor", lasting, h.dealsOf(`labels: null`, 1, nil).Edges[0].Cursor},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := h.query(`query($c: String) { contact(by: {id: 101}) { deals(after: $c, `+c.arguments+`) { nodes { id } } } }`, map[string]any{"c": c.cursor})
			if diff := cmp.Diff([]string{"contact.deals.nodes BAD_USER_INPUT"}, r.codes()); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("another parent", func(t *testing.T) {
		r := h.query(`query($c: String) { contacts { nodes { deals(after: $c, orderBy: {property: amount}) { totalCount } } } }`, map[string]any{"c": ordered.Edges[0].Cursor})
		if diff := cmp.Diff([]string{"contacts.nodes.1.deals.totalCount BAD_USER_INPUT"}, r.codes()); diff != "" {
			t.Errorf("errors (-want +got):\n%s", diff)
		}
	})
	t.Run("spelled generically", func(t *testing.T) {
		var got struct{ Contact struct{ Associated page } }
		h.into(&got, `query($c: String) { contact(by: {id: 101}) { associated(to: "deals", first: 1, after: $c, orderBy: {property: "amount"}) { `+pageFields+` } } }`, map[string]any{"c": ordered.Edges[0].Cursor})
		if diff := cmp.Diff([]string{"0-3:104"}, got.Contact.Associated.ids(t)); diff != "" {
			t.Errorf("deals (-want +got):\n%s", diff)
		}
	})
	t.Run("the record has moved", func(t *testing.T) {
		h.portal.Update("deals", "101", map[string]string{"amount": "150"}) // 104 103 101 105 102 106
		if got := next(t, lasting, ordered.Edges[0].Cursor); got != "105 102" {
			t.Errorf("behind the moved record = %q", got)
		}
	})
	t.Run("the record is gone", func(t *testing.T) {
		h.portal.Archive("deals", "103") // 104 101 105 102 106
		if got := next(t, lasting, ordered.Edges[2].Cursor); got != "105 102" {
			t.Errorf("where the gone record was = %q", got)
		}
	})
	t.Run("the list is shorter", func(t *testing.T) {
		h.portal.Archive("deals", "106")
		h.portal.Archive("deals", "102")
		if got := next(t, lasting, ordered.Edges[5].Cursor); got != "" {
			t.Errorf("behind the end = %q", got)
		}
	})
}

// TestAssociatedGone has candidates that are gone between edge and read, and
// some that cannot be read.
func TestAssociatedGone(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 3)
	p.AddRecords("deals", 3)
	for i := range 3 {
		p.Associate("contacts", "101", "deals", fmt.Sprint(101+i))
	}
	p.Associate("contacts", "102", "deals", "103")
	h := newHarness(t, p)
	const query = `{ contacts { nodes { id deals(orderBy: {property: amount}) { totalCount nodes { id contacts { nodes { id } } } } } } }`
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.BatchRead, ObjectType: "deals", Times: 1, Status: 207, Body: `{"status":"COMPLETE","results":[` +
		`{"id":"103","properties":{"amount":"5"},"createdAt":"2026-01-05T10:00:00.000Z","updatedAt":"2026-01-05T10:00:00.000Z","archived":false}],` +
		`"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","message":"gone","context":{"ids":["101","102"]}}]}`})
	want := `{"contacts":{"nodes":[` +
		`{"id":"0-1:101","deals":{"totalCount":1,"nodes":[{"id":"0-3:103","contacts":{"nodes":[{"id":"0-1:101"},{"id":"0-1:102"}]}}]}},` +
		`{"id":"0-1:102","deals":{"totalCount":1,"nodes":[{"id":"0-3:103","contacts":{"nodes":[{"id":"0-1:101"},{"id":"0-1:102"}]}}]}},` +
		`{"id":"0-1:103","deals":{"totalCount":0,"nodes":[]}}]}}`
	if diff := cmp.Diff(want, h.data(query)); diff != "" {
		t.Errorf("records that are gone (-want +got):\n%s", diff)
	}
	p.Fail(broken(hubspottest.BatchRead, "deals"))
	r := h.query(query)
	if diff := cmp.Diff([]string{"contacts.nodes.0.deals.totalCount UPSTREAM_UNAVAILABLE"}, r.codes()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	want = `{"contacts":{"nodes":[{"id":"0-1:101","deals":{"totalCount":null,"nodes":null}},{"id":"0-1:102","deals":{"totalCount":null,"nodes":null}},` +
		`{"id":"0-1:103","deals":{"totalCount":0,"nodes":[]}}]}}`
	if diff := cmp.Diff(want, r.json()); diff != "" {
		t.Errorf("records that cannot be read (-want +got):\n%s", diff)
	}
}
