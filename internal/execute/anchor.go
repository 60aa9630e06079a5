package execute

import "github.com/hubgraph/hubgraph/internal/hubspot"

// anchored are the groups for the records behind the one with ID last, in
// order of their IDs. Paging so goes on for ever, and holds while records come
// and go: HubSpot's own pages end after 10,000 rows and shift.
//
// A bound that a group has already is joined with the new one, so that it
// takes no filter more.
func anchored(groups []hubspot.FilterGroup, last string, descending bool) []hubspot.FilterGroup {
	if len(groups) == 0 {
		groups = make([]hubspot.FilterGroup, 1)
	}
	out := make([]hubspot.FilterGroup, len(groups))
	for i, g := range groups {
		out[i] = anchoredGroup(g, last, descending)
	}
	return out
}

func anchoredGroup(g hubspot.FilterGroup, last string, descending bool) hubspot.FilterGroup {
	strict, inclusive := "GT", "GTE"
	if descending {
		strict, inclusive = "LT", "LTE"
	}
	bound := hubspot.Filter{Property: recordIDProperty, Operator: strict, Value: last}
	filters := make([]hubspot.Filter, 0, len(g.Filters)+1)
	for _, f := range g.Filters {
		if f.Property != recordIDProperty || f.Operator != strict && f.Operator != inclusive || !isRecordID(f.Value) {
			filters = append(filters, f)
			continue
		}
		beyond := compareIDs(f.Value, bound.Value)
		if descending {
			beyond = -beyond
		}
		if beyond > 0 {
			bound = f
		}
	}
	return hubspot.FilterGroup{Filters: append(filters, bound)}
}

// anchorFits says whether HubSpot takes the groups with an anchor in each.
func anchorFits(groups []hubspot.FilterGroup, descending bool) bool {
	total := 0
	for _, g := range anchored(groups, "0", descending) {
		if len(g.Filters) > hubspot.MaxFiltersPerGroup {
			return false
		}
		total += len(g.Filters)
	}
	return total <= hubspot.MaxFilters
}
