package execute

import (
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// branchState is how far one association step has come.
type branchState struct {
	plan     *Branch
	print    uint32 // of all that makes cursors differ but the parent
	parent   *nodeState
	phase    branchPhase
	begun    int                  // parents whose edges are asked for, from the front
	lists    map[string]*edgeList // by parent ID
	counts   map[string]*edgeList // by parent ID: read for totalCount alone, beside a list that begins behind a cursor
	queued   []queuedPage
	embedded map[string]hubspot.EmbeddedAssociations // what the root's list brought; nil if nothing
	missing  []string                                // records that a filter waits for, in order; the first is not there
	judged   map[string]bool                         // whether a record matches the filter: many parents may share it
}

type branchPhase uint8

const (
	branchWaits  branchPhase = iota // for its parents' IDs
	branchQueued                    // its pages are in the loader, unsent
	branchReads
	branchFilters // its edges are there, and the records to filter by are not
	branchDone
)

type queuedPage struct {
	list   *edgeList
	parent string
	token  string // HubSpot's token of the page
	thunk  loaders.EdgesThunk
}

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
	types []hubspot.AssociationType
	at    cursor
	added string // of a list's member: when it became one
}

func newBranchState(br *Branch, portalID string) *branchState {
	query := br.Labels
	if br.filters() {
		query = append([]string{br.Where.String(), br.Order.String()}, query...)
	}
	if br.To == nil {
		return &branchState{plan: br} // its arguments named no type
	}
	parts := []string{portalID, br.From.Object.TypeID, br.To.Object.TypeID}
	return &branchState{plan: br, print: fingerprint(append(parts, query...)...)}
}

// queueEdges puts the pages of all branches whose parents are known into the
// loaders; they do not leave yet.
func (r *run) queueEdges() {
	// A branch that is done at once may make its children ready, which come
	// later in the list.
	for _, b := range r.branches {
		if !b.parent.known || b.phase != branchWaits && b.begun == len(b.parent.ids) {
			continue
		}
		if b.phase == branchFilters {
			continue // goes on with more parents when it is done with these
		}
		if b.lists == nil {
			b.lists = make(map[string]*edgeList, len(b.parent.ids))
		}
		parents := b.parent.ids[b.begun:]
		b.begun = len(b.parent.ids)
		if !b.plan.idle() {
			r.beginEdges(b, parents)
		}
		if b.phase == branchReads {
			continue // goes on with what is queued when its pages are there
		}
		b.phase = branchQueued
		if len(b.queued) == 0 {
			r.finishEdges(b)
		}
	}
}

func (r *run) beginEdges(b *branchState, parents []string) {
	for _, parent := range parents {
		list := &edgeList{whole: b.plan.filters() || b.plan.Conn != nil && b.plan.Conn.Total}
		b.lists[parent] = list
		after := b.plan.after
		if after != nil && after.print != b.fingerprint(parent) {
			list.err, list.done = foreignCursor(b.plan.key), true
			continue
		}
		if after != nil && after.kind == cursorEdges {
			list.token = after.page
			if list.whole && after.page != "" {
				list.whole = false
				r.beginCount(b, parent)
			}
		} else if brought, ok := b.embedded[parent]; ok && !brought.Cut {
			b.fill(list, parent, "", embeddedPage(brought))
			continue
		}
		r.queuePage(b, list, parent, list.token)
	}
}

// beginCount counts a parent's edges from the first page on: its list begins
// at a later one. Pages that both need are read once.
func (r *run) beginCount(b *branchState, parent string) {
	if b.counts == nil {
		b.counts = make(map[string]*edgeList)
	}
	count := &edgeList{whole: true, countOnly: true}
	b.counts[parent] = count
	r.queuePage(b, count, parent, "")
}

// embeddedPage is the page that the batch endpoint would have answered, but
// for the association types.
func embeddedPage(brought hubspot.EmbeddedAssociations) *hubspot.AssociationPage {
	page := &hubspot.AssociationPage{To: make([]hubspot.Associated, len(brought.IDs))}
	for i, id := range brought.IDs {
		page.To[i].ID = id
	}
	return page
}

func (r *run) queuePage(b *branchState, list *edgeList, parent, token string) {
	loader := r.loaders.Edges(b.plan.From.Object.TypeID, b.plan.To.Object.TypeID)
	b.queued = append(b.queued, queuedPage{list, parent, token, loader.Load(r.ctx, parent, token)})
}

// sendEdges sends the pages that wait in loaders to which nothing can be added
// from the same level or nearer to the root.
func (r *run) sendEdges() {
	for _, b := range r.branches {
		if b.phase == branchQueued && !r.edgesExpected(b.plan) {
			r.flushEdges(b)
		}
	}
}

func (r *run) edgesExpected(plan *Branch) bool {
	for range r.edgeSources(plan) {
		return true
	}
	return false
}

// edgeSources are the branches that can still add a parent to the pages that a
// branch is to read, and that it lets add them.
func (r *run) edgeSources(plan *Branch) iter.Seq[*branchState] {
	return func(yield func(*branchState) bool) {
		for _, other := range r.branches {
			if other.phase == branchWaits && !other.plan.idle() &&
				other.plan.From == plan.From && other.plan.To == plan.To && other.plan.Depth <= plan.Depth && !yield(other) {
				return
			}
		}
	}
}

// flushEdges sends what is in the loader of a branch that is queued.
func (r *run) flushEdges(b *branchState) {
	r.loaders.Edges(b.plan.From.Object.TypeID, b.plan.To.Object.TypeID).Flush()
	b.phase = branchReads
	r.awaitEdges(b)
}

func (r *run) awaitEdges(b *branchState) {
	queued := b.queued
	b.queued = nil
	r.async(func() func() {
		pages := make([]*hubspot.AssociationPage, len(queued))
		errs := make([]error, len(queued))
		for i, q := range queued {
			pages[i], errs[i] = q.thunk()
		}
		return func() {
			for i, q := range queued {
				r.gotPage(b, q, pages[i], errs[i])
			}
			if len(b.queued) > 0 {
				// The next pages of long lists: nothing else shares them.
				b.phase = branchQueued
				return
			}
			r.finishEdges(b)
		}
	})
}

func (r *run) gotPage(b *branchState, q queuedPage, page *hubspot.AssociationPage, err error) {
	list := q.list
	if err != nil {
		list.err, list.done = err, true
		return
	}
	if page == nil {
		page = &hubspot.AssociationPage{}
	}
	b.fill(list, q.parent, q.token, page)
	if list.done {
		return
	}
	if list.token == q.token {
		list.err, list.done = errStuck("association"), true
		return
	}
	r.queuePage(b, list, q.parent, list.token)
}

// finishEdges settles the records on the far side, or begins to filter them.
func (r *run) finishEdges(b *branchState) {
	if b.plan.filters() {
		r.beginFilter(b)
		return
	}
	b.phase = branchDone
	r.know(b.plan.nodes(), b.found())
}

// found are the records at the ends of all edges, in order of the parents and
// none twice.
func (b *branchState) found() []string {
	most := 0
	for _, list := range b.lists {
		most += len(list.edges)
	}
	seen := make(map[string]bool, most)
	ids := make([]string, 0, most)
	for _, parent := range b.parent.ids {
		list := b.lists[parent]
		if list == nil {
			continue
		}
		for _, e := range list.edges {
			if !seen[e.id] {
				seen[e.id] = true
				ids = append(ids, e.id)
			}
		}
	}
	return ids
}

// fingerprint is that of a parent's cursors. The condition of the branch may be
// long, and parents many: it is hashed once.
func (b *branchState) fingerprint(parent string) uint32 {
	return fingerprint(strconv.FormatUint(uint64(b.print), 36), parent)
}

// fill adds one page of HubSpot's to a parent's list. HubSpot gives a page's
// edges no order that means anything, so they are put in order of their IDs:
// then a cursor that names a page and an ID holds even if edges come and go.
func (b *branchState) fill(list *edgeList, parent, token string, page *hubspot.AssociationPage) {
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
	at := cursor{kind: cursorEdges, page: token}
	if b.plan.Conn != nil && !b.plan.filters() {
		at.print = b.fingerprint(parent)
	}
	full := false
	edges := b.fromCursor(token, matching)
	for i, to := range edges {
		if len(list.edges) == first {
			full, list.more = true, true
			break
		}
		e := edge{id: to.ID, types: to.Types, at: at}
		e.at.id = to.ID
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

// mustLookOn says whether only later pages can tell if more edges follow: they
// may hold none with the right labels.
func (b *branchState) mustLookOn(list *edgeList) bool {
	return list.whole || b.plan.Labels != nil && b.plan.Conn.More
}

// matching are the page's edges that the branch is about, in order, without
// those of earlier pages.
func (b *branchState) matching(list *edgeList, page *hubspot.AssociationPage) []hubspot.Associated {
	matching := make([]hubspot.Associated, 0, len(page.To))
	for _, to := range page.To {
		if b.wants(to) && !list.seen[to.ID] {
			matching = append(matching, to)
		}
	}
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
