package execute

import (
	"math"
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// An edgeList is what one parent's connection came to.
type edgeList struct {
	edges []edge
	more  bool   // whether edges follow the last one
	total int    // edges that match; counted to the end only if totalCount is asked for
	token string // of the next page to read, if the list is not done
	done  bool
	err   error

	whole     bool            // whether all pages are read, from the first on
	filtered  bool            // whether edges are what the branch's filter left
	countOnly bool            // whether the edges themselves are of no interest
	seen      map[string]bool // IDs given or counted on earlier pages; nil while there was one page only
}

type edge struct {
	id    string
	pos   int32 // of the record among those of the selections on it
	types []hubspot.AssociationType
	at    cursor
	added string // of a list's member: when it became one
}

// embeddedEdges are the edges that a root's list brought along with a record.
type embeddedEdges struct {
	ids   []string
	page  *hubspot.AssociationPage // in place of ids, if it is kept from an earlier request
	whole bool                     // whether these are all
}

// embeddedPage is the page that the batch endpoint would have answered, but
// for the association types. It holds until the next one.
func (b *branchState) embeddedPage(brought *embeddedEdges) *hubspot.AssociationPage {
	if brought.page != nil {
		return brought.page
	}
	page := &hubspot.AssociationPage{To: b.scratch[:0]}
	for _, id := range brought.ids {
		page.To = append(page.To, hubspot.Associated{ID: id})
	}
	return page
}

// fill adds one page of HubSpot's to a parent's list. HubSpot gives a page's
// edges no order that means anything, so they are put in order of their IDs:
// then a cursor that names a page and an ID holds even if edges come and go.
func (b *branchState) fill(list *edgeList, token string, page *hubspot.AssociationPage) {
	matching := b.matching(list, page)
	list.total += len(matching)
	list.token = page.After
	if list.countOnly {
		list.done = page.After == ""
		return
	}
	first := b.plan.first
	switch {
	case b.plan.Primary != nil:
		first = 1
	case b.plan.filters():
		first = math.MaxInt // the page is cut behind the filter
	}
	full := false
	edges := b.fromCursor(token, matching)
	list.edges = b.room(list.edges, min(len(edges), first-len(list.edges)))
	for i, to := range edges {
		if len(list.edges) == first {
			full, list.more = true, true
			break
		}
		e := edge{id: to.ID, types: to.Types, at: cursor{kind: cursorEdges, page: token, id: to.ID}}
		if i == len(edges)-1 && page.After != "" {
			e.at.page, e.at.id = page.After, ""
		}
		list.edges = append(list.edges, e)
	}
	if !full && len(list.edges) == first && page.After != "" && !b.mustLookOn(list) {
		full, list.more = true, true
	}
	list.done = page.After == "" || full && !list.whole
}

// room returns edges with room for n more: lists are many and mostly short.
func (b *branchState) room(edges []edge, n int) []edge {
	if len(edges) > 0 {
		return slices.Grow(edges, n)
	}
	if n > len(b.slab) {
		const most = 256 // in advance: a last slab is hardly ever used up
		b.slab = make([]edge, max(n, min(2*len(b.parent.ids), most)))
	}
	edges, b.slab = b.slab[:0:n], b.slab[n:]
	return edges
}

// mustLookOn says whether only later pages can tell if more edges follow: they
// may hold none with the right labels.
func (b *branchState) mustLookOn(list *edgeList) bool {
	return list.whole || b.plan.Labels != nil && b.plan.Conn.More
}

// matching are the page's edges that the branch is about, in order, without
// those of earlier pages. They hold until the next page.
func (b *branchState) matching(list *edgeList, page *hubspot.AssociationPage) []hubspot.Associated {
	matching := b.scratch[:0]
	for _, to := range page.To {
		if b.wants(to) && !list.seen[to.ID] {
			matching = append(matching, to)
		}
	}
	b.scratch = matching[:0]
	slices.SortFunc(matching, func(x, y hubspot.Associated) int { return compareIDs(x.ID, y.ID) })
	matching = slices.CompactFunc(matching, func(x, y hubspot.Associated) bool { return x.ID == y.ID })
	if page.After != "" || list.seen != nil {
		if list.seen == nil {
			list.seen = make(map[string]bool, 2*len(matching))
		}
		for _, to := range matching {
			list.seen[to.ID] = true
		}
	}
	return matching
}

func (b *branchState) wants(to hubspot.Associated) bool {
	if b.plan.Primary != nil {
		return isPrimary(to.Types)
	}
	if b.plan.Labels == nil {
		return true
	}
	for _, t := range to.Types {
		if t.Label != "" && slices.Contains(b.plan.Labels, t.Label) {
			return true
		}
	}
	return false
}

// fromCursor drops what stands before the branch's cursor.
func (b *branchState) fromCursor(token string, edges []hubspot.Associated) []hubspot.Associated {
	after := b.plan.after
	if after == nil || after.kind != cursorEdges || token != after.page || after.id == "" {
		return edges // behind the cursor's page, or all of it
	}
	i := slices.IndexFunc(edges, func(to hubspot.Associated) bool { return compareIDs(to.ID, after.id) > 0 })
	if i < 0 {
		return nil
	}
	return edges[i:]
}

// primaryLabel marks the one edge that HubSpot shows as primary.
const primaryLabel = "Primary"

func isPrimary(types []hubspot.AssociationType) bool {
	for _, t := range types {
		if t.Category == "HUBSPOT_DEFINED" && t.Label == primaryLabel {
			return true
		}
	}
	return false
}
