package execute

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

func TestAnchored(t *testing.T) {
	filter := func(property, operator, value string) hubspot.Filter {
		return hubspot.Filter{Property: property, Operator: operator, Value: value}
	}
	id := func(operator, value string) hubspot.Filter { return filter("hs_object_id", operator, value) }
	name := filter("name", "EQ", "x")
	cases := []struct {
		name       string
		groups     [][]hubspot.Filter
		descending bool
		want       [][]hubspot.Filter // behind the ID 50
	}{
		{"no groups", nil, false, [][]hubspot.Filter{{id("GT", "50")}}},
		{"no groups, descending", nil, true, [][]hubspot.Filter{{id("LT", "50")}}},
		{"each group", [][]hubspot.Filter{{name}, {name, name}}, false, [][]hubspot.Filter{{name, id("GT", "50")}, {name, name, id("GT", "50")}}},
		{"a bound passed", [][]hubspot.Filter{{id("GT", "7"), name}}, false, [][]hubspot.Filter{{name, id("GT", "50")}}},
		{"a bound not reached", [][]hubspot.Filter{{id("GT", "100")}}, false, [][]hubspot.Filter{{id("GT", "100")}}},
		{"an inclusive bound", [][]hubspot.Filter{{id("GTE", "50")}, {id("GTE", "51")}}, false, [][]hubspot.Filter{{id("GT", "50")}, {id("GTE", "51")}}},
		{"two bounds", [][]hubspot.Filter{{id("GT", "60"), id("GTE", "70")}}, false, [][]hubspot.Filter{{id("GTE", "70")}}},
		{"descending bounds", [][]hubspot.Filter{{id("LT", "60")}, {id("LT", "40")}, {id("LTE", "50")}}, true, [][]hubspot.Filter{{id("LT", "50")}, {id("LT", "40")}, {id("LT", "50")}}},
		{"a bound the other way", [][]hubspot.Filter{{id("LT", "60")}}, false, [][]hubspot.Filter{{id("LT", "60"), id("GT", "50")}}},
		{"no ID", [][]hubspot.Filter{{id("GT", "1e9")}}, false, [][]hubspot.Filter{{id("GT", "1e9"), id("GT", "50")}}},
	}
	group := func(all [][]hubspot.Filter) []hubspot.FilterGroup {
		var groups []hubspot.FilterGroup
		for _, filters := range all {
			groups = append(groups, hubspot.FilterGroup{Filters: filters})
		}
		return groups
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			groups := group(c.groups)
			before := fmt.Sprint(groups)
			if diff := cmp.Diff(group(c.want), anchored(groups, "50", c.descending)); diff != "" {
				t.Errorf("anchored(%v) (-want +got):\n%s", c.groups, diff)
			}
			if after := fmt.Sprint(groups); after != before {
				t.Errorf("anchored changed its input from %s to %s", before, after)
			}
		})
	}
}

func TestAnchorFits(t *testing.T) {
	groups := func(sizes ...int) []hubspot.FilterGroup {
		out := make([]hubspot.FilterGroup, len(sizes))
		for i, n := range sizes {
			for range n {
				out[i].Filters = append(out[i].Filters, hubspot.Filter{Property: "name", Operator: "HAS_PROPERTY"})
			}
		}
		return out
	}
	for _, c := range []struct {
		sizes []int
		want  bool
	}{{nil, true}, {[]int{5}, true}, {[]int{6}, false}, {[]int{5, 5, 5}, true}, {[]int{4, 4, 4, 4}, false}, {[]int{3, 3, 3, 2, 2}, true}, {[]int{3, 3, 3, 3, 2}, false}} {
		if got := anchorFits(groups(c.sizes...), false); got != c.want {
			t.Errorf("anchorFits of groups of %v filters = %v, want %v", c.sizes, got, c.want)
		}
	}
	bounded := groups(5)
	bounded[0].Filters = append(bounded[0].Filters, hubspot.Filter{Property: "hs_object_id", Operator: "GT", Value: "1"})
	if !anchorFits(bounded, false) || anchorFits(bounded, true) {
		t.Error("six filters with a bound of IDs: want an anchor to fit upwards only")
	}
}
