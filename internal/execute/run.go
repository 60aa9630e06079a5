package execute

import (
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A run answers one plan, breadth first.
//
// One goroutine, the loop, owns all state below. Reads run in goroutines of
// their own and hand their results back as events, functions that the loop
// applies. After each event the loop sends every batch that is known to be
// complete:
//
//   - Edges leave as soon as no other branch over the same pair of types, as
//     near to the root or nearer, can still add a parent. They are the critical
//     path: IDs are enough to go on.
//   - Records leave when they fill a call, and the rest when no step of the
//     operation can add another one of their type. They lie beside the edges
//     of deeper levels and wait for nothing else, so that waiting costs no
//     round and saves a call. Those whose history is wanted as well leave apart,
//     with it.
//   - A branch that filters or sorts does wait for records, and what lies below
//     it with it. Where that makes batches wait for each other in a circle, one
//     of them leaves as it is: see circle.go.
type run struct {
	ctx     context.Context
	engine  *Engine
	plan    *Plan
	api     API
	loaders *loaders.Loaders

	roots    []*rootState
	nodes    map[*Node]*nodeState
	branches []*branchState
	states   map[*Branch]*branchState
	pools    []*pool
	segments *segmentRun
	filters  bool // whether any branch waits for records before it goes on

	events  chan func()
	pending int // events that are still to come

	rendered atomic.Int64 // records written so far, over all roots
	written  atomic.Int64 // bytes written so far, over all roots, in steps
}

// rootState is what a root field came to.
type rootState struct {
	plan  *Root
	done  bool  // the IDs of the root's records are known
	err   error // the root's own read failed
	list  listResult
	total countResult

	segments segmentsResult  // of a root that gives lists
	found    *hubspot.Record // of a look-up by property; nil if there is none

	reading  bool         // whether the root reads its list itself
	twins    []*rootState // later roots that ask for the very same page
	counting bool         // whether the root counts its list by a search of its own
	counted  []*rootState // later roots over the same records, to count with this one
}

// nodeState is which records a selection is on.
type nodeState struct {
	known bool // all IDs are known
	// ids only grows, and only at its end: a branch remembers how far it came.
	ids []string
	of  *branchState // the branch whose records they are; nil for those of a root
}

// A pool is the records of one type over the whole operation, live or archived
// ones.
type pool struct {
	t        *schema.Type
	archived bool

	records map[string]recordState // by the ID asked for and, after a merge, by the record's own
	wanted  []string               // IDs to read, in order of discovery
	asked   map[string]bool        // IDs that are or were in wanted
	thunks  []queuedRecord
	history *historyPool // nil if no selection wants histories
}

type queuedRecord struct {
	id    string
	thunk loaders.RecordThunk
}

// recordState is a record that was read. Both nil: HubSpot does not have it.
type recordState struct {
	record *hubspot.Record
	err    error
}

func newRun(ctx context.Context, e *Engine, plan *Plan) *run {
	api := newBudget(e.api, e.limits.MaxCalls)
	r := &run{
		ctx:      ctx,
		engine:   e,
		plan:     plan,
		api:      api,
		loaders:  loaders.New(api, e.pairs),
		nodes:    make(map[*Node]*nodeState, len(plan.nodes)),
		states:   make(map[*Branch]*branchState, len(plan.Branches)),
		segments: newSegmentRun(plan),
		// A buffer, so that a burst of answers does not wait for the loop.
		events: make(chan func(), 16),
	}
	for _, n := range plan.nodes {
		r.nodes[n] = &nodeState{}
	}
	for _, root := range plan.Roots {
		r.roots = append(r.roots, &rootState{plan: root})
	}
	for _, br := range plan.Branches {
		state := newBranchState(br, e.meta.Account.PortalID)
		r.states[br] = state
		r.branches = append(r.branches, state)
	}
	for _, n := range plan.nodes {
		if p := r.pool(n.Type, n.Archived); n.History && p.history == nil {
			p.history = newHistoryPool()
		}
		for _, br := range n.Branches {
			r.states[br].parent = r.nodes[n]
		}
		r.segments.follow(n, r.nodes[n])
	}
	for _, b := range r.branches {
		r.filters = r.filters || b.plan.reads()
		for _, n := range b.plan.nodes() {
			r.nodes[n].of = b
		}
	}
	return r
}

// pool returns the pool of a type's records. Only the loop makes new ones.
func (r *run) pool(t *schema.Type, archived bool) *pool {
	for _, p := range r.pools {
		if p.t == t && p.archived == archived {
			return p
		}
	}
	p := &pool{t: t, archived: archived, records: make(map[string]recordState), asked: make(map[string]bool)}
	r.pools = append(r.pools, p)
	return p
}

// grow makes room for n more records: growing step by step would be a good
// part of the time between two rounds.
func (p *pool) grow(n int) {
	if len(p.asked) > 0 || len(p.records) > 0 {
		return
	}
	p.asked = make(map[string]bool, n)
	p.records = make(map[string]recordState, n)
	p.wanted = slices.Grow(p.wanted, n)
	p.thunks = slices.Grow(p.thunks, n)
}

// loop runs the plan to its end. Every read ends with the run's context at the
// latest, so the loop does too.
func (r *run) loop() {
	r.startRoots()
	r.advance()
	for r.pending > 0 {
		event := <-r.events
		r.pending--
		event()
		r.advance()
	}
}

// async reads something beside the loop; read returns what the loop is to do
// with the result.
func (r *run) async(read func() (apply func())) {
	r.pending++
	go func() {
		apply := func() {}
		defer func() {
			if v := recover(); v != nil {
				trace := debug.Stack()
				apply = func() { panic(fmt.Sprintf("%v\n%s", v, trace)) }
			}
			r.events <- apply
		}()
		apply = read()
	}()
}

// abandon waits for all that is under way, with the run's context cancelled.
func (r *run) abandon() {
	r.loaders.Flush()
	for ; r.pending > 0; r.pending-- {
		<-r.events
	}
}

// advance starts all that can start now.
func (r *run) advance() {
	for {
		r.settleFilters()
		r.queueEdges()
		if r.settleSegments() {
			continue
		}
		r.sendEdges()
		r.sendSegments()
		r.sendRecords()
		if !r.breakCircle() {
			return
		}
	}
}

// know settles which records the selections are on: their branches can start,
// and the records that must be read are wanted.
func (r *run) know(nodes []*Node, ids []string) {
	for _, n := range nodes {
		state := r.nodes[n]
		state.known = true
		state.ids = ids
		if !n.Read {
			continue
		}
		p := r.pool(n.Type, n.Archived)
		if n.History {
			p.wantHistory(ids)
		}
		p.want(ids)
	}
}

// want asks for records that were not asked for yet.
func (p *pool) want(ids []string) {
	p.grow(len(ids))
	for _, id := range ids {
		if _, have := p.records[id]; have || p.asked[id] {
			continue
		}
		p.asked[id] = true
		p.wanted = append(p.wanted, id)
	}
}

// merged follows an ID that a client gave to the record that it was merged
// into: the edges of that record are the ones to answer with.
func (r *run) merged(p *pool, id string, into recordState) {
	winner := into.record.ID
	if _, have := p.records[winner]; !have {
		p.records[winner] = into
		p.asked[winner] = true
	}
	for _, root := range r.roots {
		if root.plan.Conn != nil {
			continue
		}
		for _, n := range root.plan.selections() {
			state := r.nodes[n]
			if n.Type == p.t && slices.Contains(state.ids, id) && !slices.Contains(state.ids, winner) {
				state.ids = append(slices.Clip(state.ids), winner)
			}
		}
	}
}

// sendRecords sends the batches of records that are known to be complete.
func (r *run) sendRecords() {
	for _, p := range r.pools {
		if !p.holds() {
			continue
		}
		listing, open := r.expects(p)
		if listing {
			continue // the list may bring the very records that are wanted
		}
		r.queueRecords(p, open)
		switch n := len(p.thunks); {
		case !open:
			r.flushRecords(p)
		case r.filters && n >= hubspot.MaxBatchInputs:
			// The loader has sent all full batches, and a filter may wait for just those.
			r.awaitRecords(p, n-n%hubspot.MaxBatchInputs)
		}
	}
}

// holds says whether there are records that were not sent for yet.
func (p *pool) holds() bool {
	return len(p.wanted) > 0 || len(p.thunks) > 0 || p.history != nil && len(p.history.wanted) > 0
}

// queueRecords puts the wanted records into their loader. Batches that are
// full leave at once.
func (r *run) queueRecords(p *pool, open bool) {
	if len(p.wanted) > 0 {
		loader := r.recordsLoader(p)
		for _, id := range p.takePlain(open) {
			p.thunks = append(p.thunks, queuedRecord{id, loader.Load(r.ctx, id)})
		}
	}
	r.sendHistories(p, open)
}

// flushRecords sends all that the pool holds.
func (r *run) flushRecords(p *pool) {
	r.queueRecords(p, false)
	if len(p.thunks) == 0 {
		return
	}
	r.recordsLoader(p).Flush()
	r.awaitRecords(p, len(p.thunks))
}

func (r *run) recordsLoader(p *pool) *loaders.Records {
	return r.loaders.Records(loaders.RecordsKey{ObjectType: p.t.Object.TypeID, Archived: p.archived}, r.plan.sets[p.t])
}

// expects says whether more records of a pool may come: listing, if a list or
// look-up that brings records along is under way; open, if any step is that
// can add an ID to read.
func (r *run) expects(p *pool) (listing, open bool) {
	for _, root := range r.roots {
		if !root.done && root.plan.Type == p.t && root.archived() == p.archived {
			return true, true
		}
	}
	for range r.sources(p) {
		return false, true
	}
	return false, false
}

// sources are the steps that can still add an ID to a pool: branches, and nil
// for what is no branch.
func (r *run) sources(p *pool) iter.Seq[*branchState] {
	return func(yield func(*branchState) bool) {
		for n, state := range r.nodes {
			if n.Type != p.t || n.Archived != p.archived || !n.Read || state.known {
				continue
			}
			if state.of != nil && state.of.plan.reads() {
				continue // the branch itself reads them, to filter
			}
			if !yield(state.of) {
				return
			}
		}
		if !r.filters || p.archived {
			return
		}
		for _, b := range r.branches {
			if b.plan.To == p.t && b.plan.reads() && b.phase < branchFilters && !yield(b) {
				return
			}
		}
	}
}

// awaitRecords takes the first n records out of the queue, which have left.
func (r *run) awaitRecords(p *pool, n int) {
	thunks := p.thunks[:n:n]
	p.thunks = p.thunks[n:]
	r.async(func() func() {
		results := make([]recordState, len(thunks))
		for i, q := range thunks {
			record, err := q.thunk()
			results[i] = recordState{record: record, err: err}
		}
		return func() {
			for i, q := range thunks {
				p.records[q.id] = results[i]
			}
			r.followMerges(p, thunks, results)
		}
	})
}

func (r *run) followMerges(p *pool, thunks []queuedRecord, results []recordState) {
	for i, q := range thunks {
		if record := results[i].record; record != nil && record.ID != q.id {
			r.merged(p, q.id, results[i])
		}
	}
}
