package execute

import (
	"iter"
	"slices"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// branchState is how far one association step has come.
type branchState struct {
	plan     *Branch
	parent   *nodeState
	phase    branchPhase
	begun    int               // parents whose edges are asked for, from the front
	lists    []*edgeList       // of the parents begun
	counts   map[int]*edgeList // by parent: read for totalCount alone, beside a list that begins behind a cursor
	queued   []queuedPage
	embedded []embeddedEdges // what the root's list brought, by parent; nil if nothing
	missing  []int32         // records that a filter waits for, in order; the first is not there
	judged   map[string]bool // whether a record matches the filter: many parents may share it

	scratch []hubspot.Associated // for one page
	slab    []edge               // what is left of it, for lists to come
}

type branchPhase uint8

const (
	branchWaits  branchPhase = iota // for its parents' IDs
	branchQueued                    // its pages are in the loader, unsent
	branchReads
	branchFilters // its edges are there, and the records to filter by are not
	branchDone
)

// queuedPage is a page to read of one parent's edges.
type queuedPage struct {
	list *edgeList
	in   hubspot.AssociationInput
	page loaders.EdgesPage // once it is in the loader
}

// list is the edges of a parent; nil if there is none.
func (b *branchState) list(parent int) *edgeList {
	if parent < 0 || parent >= len(b.lists) {
		return nil
	}
	return b.lists[parent]
}

// queueEdges puts the pages of all branches whose parents are known into the
// loaders; they do not leave yet.
func (r *run) queueEdges() {
	// A branch that is done at once may make its children ready, which come
	// later in the list.
	for i := range r.branches {
		b := &r.branches[i]
		if !b.parent.known || b.phase != branchWaits && b.begun == len(b.parent.ids) {
			continue
		}
		if b.phase == branchFilters {
			continue // goes on with more parents when it is done with these
		}
		first := b.begun
		b.begun = len(b.parent.ids)
		if !b.plan.idle() {
			r.beginEdges(b, first)
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

// beginEdges begins with the parents from the given one on.
func (r *run) beginEdges(b *branchState, first int) {
	parents := b.parent.ids[first:]
	lists := make([]edgeList, len(parents))
	b.lists = slices.Grow(b.lists, len(parents))
	whole := b.plan.filters() || b.plan.Conn != nil && b.plan.Conn.Total
	var pages []queuedPage
	for i, parent := range parents {
		list := &lists[i]
		list.whole = whole
		b.lists = append(b.lists, list)
		after := b.plan.after
		if after != nil && after.print != b.plan.cursorPrint(parent) {
			list.err, list.done = foreignCursor(b.plan.key), true
			continue
		}
		if after != nil && after.kind == cursorEdges {
			list.token = after.page
			if list.whole && after.page != "" {
				list.whole = false
				pages = append(pages, queuedPage{list: b.count(first + i), in: hubspot.AssociationInput{ID: parent}})
			}
		} else if first+i < len(b.embedded) && b.embedded[first+i].whole {
			b.fill(list, "", b.embeddedPage(&b.embedded[first+i]))
			continue
		}
		if pages == nil {
			pages = make([]queuedPage, 0, len(parents)-i)
		}
		pages = append(pages, queuedPage{list: list, in: hubspot.AssociationInput{ID: parent, After: list.token}})
	}
	r.queuePages(b, r.takeKept(b, pages))
}

// count counts a parent's edges from the first page on: its list begins at a
// later one. Pages that both need are read once.
func (b *branchState) count(parent int) *edgeList {
	if b.counts == nil {
		b.counts = make(map[int]*edgeList)
	}
	list := &edgeList{whole: true, countOnly: true}
	b.counts[parent] = list
	return list
}

// takeKept fills the lists whose edges are kept from earlier requests, and
// returns the pages that are left to read.
func (r *run) takeKept(b *branchState, pages []queuedPage) []queuedPage {
	if r.kept == nil || len(pages) == 0 || b.parent.pool.archived {
		return pages
	}
	ids := make([]string, len(pages))
	for i := range pages {
		ids[i] = pages[i].in.ID
	}
	from, to := b.plan.From.Object.TypeID, b.plan.To.Object.TypeID
	before := r.hits.n
	r.kept.Edges(from, to, b.plan.Typed, ids, func(i int, page *hubspot.AssociationPage, asOf time.Time) {
		if q := &pages[i]; q.in.After == "" {
			b.fill(q.list, "", page)
			q.list = nil
			r.hits.add(1, asOf)
		}
	})
	if r.hits.n == before {
		return pages
	}
	return slices.DeleteFunc(pages, func(q queuedPage) bool { return q.list == nil })
}

// queuePages puts pages into the loader.
func (r *run) queuePages(b *branchState, pages []queuedPage) {
	if len(pages) == 0 {
		return
	}
	inputs := make([]hubspot.AssociationInput, len(pages))
	for i := range pages {
		inputs[i] = pages[i].in
	}
	loaded := r.edgesLoader(b).LoadAll(r.ctx, inputs, make([]loaders.EdgesPage, 0, len(pages)))
	for i := range pages {
		pages[i].page = loaded[i]
	}
	if b.queued == nil {
		b.queued = pages
	} else {
		b.queued = append(b.queued, pages...)
	}
}

func (r *run) edgesLoader(b *branchState) *loaders.Edges {
	return r.load().Edges(b.plan.From.Object.TypeID, b.plan.To.Object.TypeID)
}

// sendEdges sends the pages that wait in loaders to which nothing can be added
// from the same level or nearer to the root.
func (r *run) sendEdges() {
	for i := range r.branches {
		if b := &r.branches[i]; b.phase == branchQueued && !r.edgesExpected(b.plan) {
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
		for i := range r.branches {
			other := &r.branches[i]
			if other.phase == branchWaits && !other.plan.idle() &&
				other.plan.From == plan.From && other.plan.To == plan.To && other.plan.Depth <= plan.Depth && !yield(other) {
				return
			}
		}
	}
}

// flushEdges sends what is in the loader of a branch that is queued.
func (r *run) flushEdges(b *branchState) {
	r.edgesLoader(b).Flush()
	b.phase = branchReads
	r.awaitEdges(b)
}

func (r *run) awaitEdges(b *branchState) {
	queued := b.queued
	b.queued = nil
	r.async(func() func() {
		for i := range queued {
			_, _ = queued[i].page.Wait() // the loop asks again
		}
		return func() { r.gotPages(b, queued) }
	})
}

func (r *run) gotPages(b *branchState, queued []queuedPage) {
	var next []queuedPage
	for i := range queued {
		q := &queued[i]
		if b.gotPage(q); !q.list.done {
			next = append(next, queuedPage{list: q.list, in: hubspot.AssociationInput{ID: q.in.ID, After: q.list.token}})
		}
	}
	r.queuePages(b, next)
	if len(b.queued) > 0 {
		// The next pages of long lists: nothing else shares them.
		b.phase = branchQueued
		return
	}
	r.finishEdges(b)
}

// gotPage adds a page that was read to its list.
func (b *branchState) gotPage(q *queuedPage) {
	list := q.list
	page, err := q.page.Wait()
	if err != nil {
		list.err, list.done = err, true
		return
	}
	if page == nil {
		page = &noEdges
	}
	b.fill(list, q.in.After, page)
	if !list.done && list.token == q.in.After {
		list.err, list.done = errStuck("association"), true
	}
}

// noEdges is the page of a record without associations.
var noEdges hubspot.AssociationPage

// finishEdges settles the records on the far side, or begins to filter them.
func (r *run) finishEdges(b *branchState) {
	if b.plan.filters() {
		r.beginFilter(b)
		return
	}
	b.phase = branchDone
	r.know(b.plan.nodes(), r.ends(b))
}

// ends are the records at the ends of all edges, in order of the parents and
// none twice. Each edge is told where its own is among them.
func (r *run) ends(b *branchState) recordIDs {
	if b.plan.To == nil {
		return recordIDs{}
	}
	most := 0
	for _, list := range b.lists {
		most += len(list.edges)
	}
	p := r.pool(b.plan.To, false)
	p.grow(most)
	found := recordIDs{ids: make([]string, 0, most), places: make([]int32, 0, most)}
	// Where the records of the pool are among those found, from 1.
	at := make([]int32, len(p.records), len(p.records)+most)
	for _, list := range b.lists {
		for i := range list.edges {
			e := &list.edges[i]
			place := p.place(e.id)
			for int(place) >= len(at) {
				at = append(at, 0)
			}
			if at[place] == 0 {
				found.ids, found.places = append(found.ids, e.id), append(found.places, place)
				at[place] = int32(len(found.ids))
			}
			e.pos = at[place] - 1
		}
	}
	return found
}
