package execute

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
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
//
// What is kept from earlier requests is looked up before it is queued, and
// never leaves.
type run struct {
	ctx    context.Context
	engine *Engine
	plan   *Plan
	api    API
	kept   *recordcache.Cache // nil if nothing that is kept may be given
	reads  *loaders.Loaders   // nil until something is read
	hits   hits

	roots    []rootState   // as in the plan
	nodes    []nodeState   // as in the plan
	branches []branchState // as in the plan
	pools    []*pool
	segments segmentRun
	filters  bool // whether any branch waits for records before it goes on
	grown    bool // whether a selection of which the records were known has more

	events  chan func() // nil until something is read
	pending int         // events that are still to come

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

	targets  []int32         // of node and nodes: where each target is among the records of its type
	segments segmentsResult  // of a root that gives lists
	found    *hubspot.Record // of a look-up by property; nil if there is none

	reading  bool         // whether the root reads its list itself
	twins    []*rootState // later roots that ask for the very same page
	counting bool         // whether the root counts its list by a search of its own
	counted  []*rootState // later roots over the same records, to count with this one
}

// recordIDs are records, each by its ID and its place in the pool of its type.
// Where both are needed and one is not given, places are nil.
type recordIDs struct {
	ids    []string
	places []int32
}

// nodeState is which records a selection is on.
type nodeState struct {
	known bool // all IDs are known
	pool  *pool
	// recordIDs only grow, and only at their end: a branch remembers how far it
	// came.
	recordIDs
	of *branchState // the branch whose records they are; nil for those of a root

	most int // how many records a root's list may give
}

// replace adds the record that one of the selection's was merged into; false if
// it is not among them, or that is there already.
func (s *nodeState) replace(place, winner int32, id string) bool {
	if !slices.Contains(s.places, place) || slices.Contains(s.places, winner) {
		return false
	}
	s.places = append(slices.Clip(s.places), winner)
	s.ids = append(slices.Clip(s.ids), id)
	return true
}

func newRun(ctx context.Context, e *Engine, plan *Plan) *run {
	r := &run{
		ctx:      ctx,
		engine:   e,
		plan:     plan,
		api:      newBudget(ctx, e.api, e.limits),
		roots:    make([]rootState, len(plan.Roots)),
		nodes:    make([]nodeState, len(plan.nodes)),
		branches: make([]branchState, len(plan.Branches)),
	}
	if !loaders.Fresh(ctx) {
		r.kept = e.kept
	}
	r.segments.init(plan)
	for i, root := range plan.Roots {
		r.roots[i].plan = root
		if root.list != nil {
			for _, n := range root.selections() {
				r.nodes[n.place].most = root.list.first
			}
		}
	}
	for i, br := range plan.Branches {
		r.branches[i].plan = br
	}
	for i, n := range plan.nodes {
		state := &r.nodes[i]
		state.pool = r.pool(n.Type, n.Archived)
		if n.History && state.pool.history == nil {
			state.pool.history = newHistoryPool()
		}
		for _, br := range n.Branches {
			r.branches[br.place].parent = state
		}
		r.segments.follow(n, state)
	}
	for i := range r.branches {
		b := &r.branches[i]
		r.filters = r.filters || b.plan.reads()
		for _, n := range b.plan.nodes() {
			r.nodes[n.place].of = b
		}
	}
	return r
}

// load are the loaders of the run.
func (r *run) load() *loaders.Loaders {
	if r.reads == nil {
		r.reads = loaders.New(r.api, r.engine.pairs)
	}
	return r.reads
}

// loop runs the plan to its end. Every read ends with the run's context at the
// latest, so the loop does too.
func (r *run) loop() {
	gate := r.engine.limits.Compute
	gate.Enter()
	defer gate.Leave()
	trace := hubspot.TraceFrom(r.ctx)
	r.startRoots()
	r.advance()
	for r.pending > 0 {
		trace.SetLeft(r.left())
		event := r.next()
		r.pending--
		event()
		r.advance()
	}
	r.hits.tell(r.ctx)
}

// next is the next event. Others compute while it is waited for.
func (r *run) next() func() {
	select {
	case event := <-r.events:
		return event
	default:
	}
	r.engine.limits.Compute.Leave()
	event := <-r.events
	r.engine.limits.Compute.Enter()
	return event
}

// async reads something beside the loop; read returns what the loop is to do
// with the result.
func (r *run) async(read func() (apply func())) {
	if r.events == nil {
		// A buffer, so that a burst of answers does not wait for the loop.
		r.events = make(chan func(), 16)
	}
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
	if r.reads != nil {
		r.reads.Flush()
	}
	for ; r.pending > 0; r.pending-- {
		<-r.events
	}
}

// advance starts all that can start now.
func (r *run) advance() {
	for {
		r.grown = false
		r.settleFilters()
		r.queueEdges()
		if r.settleSegments() || r.grown {
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

// know settles which records the selections, all of one type, are on: their
// branches can start, and the records that must be read are wanted.
func (r *run) know(nodes []*Node, records recordIDs) {
	for _, n := range nodes {
		state := &r.nodes[n.place]
		p := state.pool
		if records.places == nil {
			records.places = p.places(records.ids)
		}
		state.known, state.recordIDs = true, records
		if !n.Read {
			continue
		}
		if n.History {
			p.wantHistory(records.ids)
		}
		r.want(p, records.places)
	}
}
