package execute

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
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

	most int // how many records a root's list may give
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
		if root.list != nil {
			for _, n := range root.selections() {
				r.nodes[n].most = root.list.first
			}
		}
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

// loop runs the plan to its end. Every read ends with the run's context at the
// latest, so the loop does too.
func (r *run) loop() {
	trace := hubspot.TraceFrom(r.ctx)
	r.startRoots()
	r.advance()
	for r.pending > 0 {
		trace.SetLeft(r.left())
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
