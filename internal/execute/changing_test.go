package execute_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A changing portal changes before each of its searches.
type changing struct {
	*hubspot.Client
	change func()
}

func (c *changing) Search(ctx context.Context, r hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	c.change()
	return c.Client.Search(ctx, r)
}

// TestChangesWhilePaging adds, changes and archives records between pages. By
// ID no record comes twice, and none is missed that is there all the time. By
// another order HubSpot's rows shift: none comes twice in one answer.
func TestChangesWhilePaging(t *testing.T) {
	for _, c := range []struct {
		name, arguments string
		keyed           bool
	}{
		{"by ID", `where: {dealname: {eq: "x"}}`, true},
		{"by ID, last first", `where: {dealname: {eq: "x"}}, orderBy: {property: hs_object_id, direction: DESC}`, true},
		{"by amount", `where: {dealname: {eq: "x"}}, orderBy: {property: amount}`, false},
	} {
		for _, first := range []int{1000, 90} {
			t.Run(fmt.Sprintf("%s, %d a page", c.name, first), func(t *testing.T) {
				r := rand.New(rand.NewPCG(7, uint64(first)))
				p := unlimited(t)
				deal := func() string {
					return p.AddRecord("deals", map[string]string{"dealname": "x", "amount": fmt.Sprint(r.IntN(1000))})
				}
				var there []string
				for range 900 {
					there = append(there, deal())
				}
				h := newHarness(t, p)
				h.engine = execute.New(h.schema, h.meta, &changing{h.client, func() {
					for range 7 {
						deal()
						i := r.IntN(len(there))
						p.Archive("deals", there[i])
						there = slices.Delete(there, i, i+1)
						p.Update("deals", there[r.IntN(len(there))], map[string]string{"amount": fmt.Sprint(r.IntN(1000))})
					}
				}}, execute.Limits{})
				given := make(map[string]bool)
				var after any
				for range 200 {
					got := h.searchPage(c.arguments, first, after)
					ids := got.ids(t)
					here := make(map[string]bool)
					for _, id := range ids {
						if here[id] || c.keyed && given[id] {
							t.Errorf("%s is there twice", id)
						}
						here[id], given[id] = true, true
					}
					if !got.PageInfo.HasNextPage {
						break
					}
					after = *got.PageInfo.EndCursor
				}
				for _, id := range there {
					if c.keyed && !given["0-3:"+id] {
						t.Errorf("deal %s was there all the time and is missing", id)
					}
				}
				if len(given) < 800 {
					t.Errorf("%d deals, want most of 900: %.100s", len(given), strings.Join(there, " "))
				}
			})
		}
	}
}
