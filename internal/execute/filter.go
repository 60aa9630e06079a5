package execute

import (
	"cmp"
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A branch with a condition or an order takes a round more than others: all
// edges of its parents are read first, then the records at their ends, with
// what the condition and the order compare. Only then it is known which records
// are on the page, and what lies below them can start.

// beginFilter waits for the records to filter, if it takes more than their IDs.
func (r *run) beginFilter(b *branchState) {
	b.phase = branchFilters
	if b.plan.reads() {
		b.missing = r.ends(b).places
		r.want(r.pool(b.plan.To, false), b.missing)
	}
	r.settleFilter(b)
}

// settleFilters goes on with the branches whose records have come.
func (r *run) settleFilters() {
	if !r.filters {
		return
	}
	for i := range r.branches {
		if b := &r.branches[i]; b.phase == branchFilters {
			r.settleFilter(b)
		}
	}
}

func (r *run) settleFilter(b *branchState) {
	p := r.pool(b.plan.To, false)
	for len(b.missing) > 0 {
		if !p.records[b.missing[0]].read {
			return
		}
		b.missing = b.missing[1:]
	}
	b.missing = nil
	if b.judged == nil {
		b.judged = make(map[string]bool)
	}
	for _, list := range b.lists {
		switch {
		case list.filtered, list.err != nil:
		case r.ctx.Err() != nil: // nobody waits any more for what this would take
			list.err = r.ctx.Err()
		default:
			b.filter(list, p)
		}
	}
	b.phase = branchDone
	r.know(b.plan.nodes(), r.ends(b))
}

// A match is an edge whose record the branch is about.
type match struct {
	edge  edge
	value string // of the property to order by
}

// filter turns the edges of one parent into its page. A record that is gone
// from HubSpot since its edge was read is left out; one that could not be read
// fails the whole list, of which nothing true can be said without it.
func (b *branchState) filter(list *edgeList, p *pool) {
	list.filtered = true
	page := make([]match, 0, len(list.edges))
	for _, e := range list.edges {
		var record *hubspot.Record
		if b.plan.reads() {
			state := &p.records[p.place(e.id)]
			if state.err != nil {
				list.err = state.err
				return
			}
			if record = state.record; record == nil {
				continue
			}
		}
		value := func(property string) string { return compared(e.id, record, property) }
		matches, judged := b.judged[e.id]
		if !judged {
			matches = b.plan.Where.Match(value)
			b.judged[e.id] = matches
		}
		if !matches {
			continue
		}
		m := match{edge: e}
		if b.plan.sorts() {
			m.value = value(b.plan.Order.Property)
		}
		page = append(page, m)
	}
	if b.plan.sorts() {
		slices.SortFunc(page, func(x, y match) int {
			return cmp.Or(b.plan.Order.Compare(x.value, y.value), compareIDs(x.edge.id, y.edge.id))
		})
	}
	b.cut(list, page)
}

// compared is the text that a condition or an order compares. That of the ID is
// known without the record.
func compared(id string, record *hubspot.Record, property string) string {
	if property == recordIDProperty {
		return id
	}
	return record.Value(property)
}

// cut makes the page of the matches.
func (b *branchState) cut(list *edgeList, matches []match) {
	list.total = len(matches)
	start := b.start(matches)
	end := min(start+b.plan.first, len(matches))
	list.more = end < len(matches)
	list.edges = make([]edge, 0, end-start)
	for i := start; i < end; i++ {
		e := matches[i].edge
		e.at = cursor{kind: cursorFiltered, row: i + 1, id: e.id}
		list.edges = append(list.edges, e)
	}
}

// start is where the page begins: behind the cursor's record, wherever that has
// moved to, or where the record stood if it is gone from the list.
func (b *branchState) start(matches []match) int {
	after := b.plan.after
	if after == nil {
		return 0
	}
	if i := slices.IndexFunc(matches, func(m match) bool { return m.edge.id == after.id }); i >= 0 {
		return i + 1
	}
	return min(after.row-1, len(matches))
}
