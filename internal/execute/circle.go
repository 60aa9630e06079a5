package execute

import (
	"iter"
	"slices"
)

// Batches wait until nothing can be added to them. Where branches filter, they
// may wait in a circle: the records of a type for a branch that lies below
// another one, which waits for just these records. One of the circle then has
// to leave as it is, and a call more is the least that it costs.
//
// As long as a read that is under way may lead to more for a batch, the batch
// waits. What leads through the lists that records are in, and their members,
// counts as such a read.

// A batch is what waits to be sent: the records of a pool, or the edges that a
// branch has queued. One of the two is set.
type batch struct {
	pool  *pool
	edges *branchState
}

// A circle finds out who waits for whom. It holds for one moment of a run.
type circle struct {
	*run
	waits map[*branchState]*pool // filters whose records are held in a pool
	leads map[batch]*reach
}

// A reach is what a batch waits for, over any number of steps.
type reach struct {
	batches map[batch]bool
	reads   bool // whether a read under way is among it
}

// breakCircle sends one batch that waits for nothing but itself or others that
// wait for it; false means that there is none. Once nothing is under way, any
// batch that something waits for will do.
func (r *run) breakCircle() bool {
	if !r.filters {
		return false
	}
	c := &circle{run: r, waits: make(map[*branchState]*pool), leads: make(map[batch]*reach)}
	held := c.held()
	next, found := c.most(held, c.isClosed)
	if !found && r.pending == 0 {
		next, found = c.most(held, func(batch) bool { return true })
	}
	switch {
	case !found:
	case next.pool != nil:
		r.flushRecords(next.pool)
	default:
		r.flushEdges(next.edges)
	}
	return found
}

// most finds the batch with most behind it among those that may leave: to what
// comes after it there is most to add yet.
func (c *circle) most(held []batch, may func(batch) bool) (next batch, found bool) {
	behind := -1
	for _, b := range held {
		if n := c.behind(b); n > behind && may(b) {
			next, found, behind = b, true, n
		}
	}
	return next, found
}

// held are the batches that anything else may wait for: pools first, in the
// plan's order.
func (c *circle) held() []batch {
	var held []batch
	for _, p := range c.pools {
		if c.holdsUp(p) {
			held = append(held, batch{pool: p})
		}
	}
	for i := range c.branches {
		if b := &c.branches[i]; b.phase == branchQueued {
			held = append(held, batch{edges: b})
		}
	}
	return held
}

// holdsUp notes the filters that wait for what the pool still holds, and says
// whether there is one.
func (c *circle) holdsUp(p *pool) bool {
	if listing, _ := c.expects(p); listing || p.archived {
		return false
	}
	var held map[int32]bool
	found := false
	for i := range c.branches {
		b := &c.branches[i]
		if b.phase != branchFilters || b.plan.To != p.t {
			continue
		}
		if held == nil {
			held = p.held()
		}
		if slices.ContainsFunc(b.missing, func(place int32) bool { return held[place] }) {
			c.waits[b] = p
			found = true
		}
	}
	return found
}

// held are the records to read that have not left.
func (p *pool) held() map[int32]bool {
	held := make(map[int32]bool, len(p.wanted))
	for _, place := range p.wanted {
		held[place] = true
	}
	for _, q := range p.queued {
		for _, place := range q.places {
			held[place] = true
		}
	}
	if p.history != nil {
		for _, id := range p.history.wanted {
			held[p.place(id)] = true
		}
	}
	return held
}

// isClosed says whether a batch waits for itself, and all it waits for does so
// for it.
func (c *circle) isClosed(b batch) bool {
	own := c.reach(b)
	if own.reads || !own.batches[b] {
		return false
	}
	for other := range own.batches {
		if !c.reach(other).batches[b] {
			return false
		}
	}
	return true
}

func (c *circle) reach(b batch) *reach {
	if known := c.leads[b]; known != nil {
		return known
	}
	to := &reach{batches: make(map[batch]bool)}
	open := []batch{b}
	for len(open) > 0 {
		next := open[len(open)-1]
		open = open[:len(open)-1]
		for source := range c.sourcesOf(next) {
			front, held := c.front(source)
			if !held {
				to.reads = true
			} else if !to.batches[front] {
				to.batches[front] = true
				open = append(open, front)
			}
		}
	}
	c.leads[b] = to
	return to
}

// sourcesOf are the branches that a batch waits for, nil for what is no branch.
func (c *circle) sourcesOf(b batch) iter.Seq[*branchState] {
	if b.edges != nil {
		return c.edgeSources(b.edges.plan)
	}
	return c.sources(b.pool)
}

// front is the batch that must leave before a branch can go on; held is false
// if it, or a step above it, waits for a read under way.
func (c *circle) front(b *branchState) (front batch, held bool) {
	for ; b != nil; b = b.parent.of {
		switch b.phase {
		case branchWaits:
		case branchQueued:
			return batch{edges: b}, true
		case branchFilters:
			p := c.waits[b]
			return batch{pool: p}, p != nil
		default:
			return batch{}, false
		}
	}
	return batch{}, false
}

// behind is the longest row of batches that can only leave one after the other
// once the given one has. Edges come last: no circle is without the records of
// a filter.
func (c *circle) behind(b batch) int {
	most := 0
	for f, p := range c.waits {
		if p == b.pool {
			most = max(most, f.plan.below())
		}
	}
	return most
}

// below is the longest row of batches that the branch's records lead to.
func (b *Branch) below() int {
	most := 0
	for _, n := range b.nodes() {
		if n.Read && !b.reads() {
			most = max(most, 1)
		}
		for _, br := range n.Branches {
			if br.idle() {
				continue
			}
			row := br.below() + 1
			if br.reads() {
				row++
			}
			most = max(most, row)
		}
	}
	return most
}
