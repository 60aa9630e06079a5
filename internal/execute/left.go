package execute

import "github.com/hubgraph/hubgraph/internal/hubspot"

// typicalEdges is how many associated records a record is taken to have, while
// nobody knows.
const typicalEdges = 3

// left is about how many calls the run has still to make: what is under way,
// what is known to be wanted, and for the levels below as much as their parents
// make likely. It decides whose calls go first where many wait, and nothing else,
// so that it need not be right.
func (r *run) left() int {
	calls := r.pending
	for _, p := range r.pools {
		waiting := len(p.wanted)
		for i := range p.queued {
			waiting += len(p.queued[i].places)
		}
		calls += batches(waiting)
	}
	for i := range r.branches {
		b := &r.branches[i]
		if b.phase == branchDone || b.plan.idle() {
			continue
		}
		if b.phase <= branchQueued && !b.plan.Embedded {
			calls++
		}
		for _, n := range b.plan.nodes() {
			if n.Read {
				calls += batches(typicalEdges * r.likely(b.parent, 0))
				break // the selections of one branch share its records
			}
		}
	}
	return calls
}

// likely is about how many records a selection is on.
func (r *run) likely(n *nodeState, depth int) int {
	const deepest = 8 // beyond it the guess says nothing
	switch {
	case n.known || depth == deepest:
		return len(n.ids)
	case n.of == nil:
		return max(n.most, 1)
	}
	return typicalEdges * r.likely(n.of.parent, depth+1)
}

// batches is the number of calls that read n records.
func batches(n int) int {
	return (n + hubspot.MaxBatchInputs - 1) / hubspot.MaxBatchInputs
}
