package execute

import (
	"iter"
	"slices"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A pool is the records of one type over the whole operation, live or archived
// ones. Each record ID that the operation meets has a place in it, so that all
// else can be found by counting.
type pool struct {
	t        *schema.Type
	archived bool

	index   map[string]int32 // places by ID
	records []recordState    // by place
	wanted  []int32          // records to read, in order of discovery
	queued  []queuedRecords
	history *historyPool // nil if no selection wants histories
}

// queuedRecords are records that leave in one call.
type queuedRecords struct {
	places []int32
	batch  loaders.Portion[*hubspot.Record]
}

// recordState is what came of a record ID.
type recordState struct {
	id    string // as it was asked for
	asked bool   // whether it is or was wanted
	read  bool   // whether what follows is known

	// Both nil: HubSpot does not have it. After a merge the record has an ID of
	// its own, and the place of that ID holds it too.
	record *hubspot.Record
	err    error
}

// pool returns the pool of a type's records. Only the loop makes new ones.
func (r *run) pool(t *schema.Type, archived bool) *pool {
	for _, p := range r.pools {
		if p.t == t && p.archived == archived {
			return p
		}
	}
	p := &pool{t: t, archived: archived}
	r.pools = append(r.pools, p)
	return p
}

// grow makes room for n more records: growing step by step would be a good
// part of the time between two rounds.
func (p *pool) grow(n int) {
	if p.index == nil {
		p.index = make(map[string]int32, n)
	}
	p.records = slices.Grow(p.records, n)
}

// place is where the record of an ID is.
func (p *pool) place(id string) int32 {
	place, known := p.index[id]
	if !known {
		place = int32(len(p.records))
		p.index[id] = place
		p.records = append(p.records, recordState{id: id})
	}
	return place
}

// places are those of several IDs.
func (p *pool) places(ids []string) []int32 {
	if len(ids) == 0 {
		return nil
	}
	p.grow(len(ids))
	places := make([]int32, len(ids))
	for i, id := range ids {
		places[i] = p.place(id)
	}
	return places
}

// brought keeps a record that was read, under its own ID.
func (p *pool) brought(record *hubspot.Record) {
	p.grow(1)
	state := &p.records[p.place(record.ID)]
	state.asked, state.read, state.record, state.err = true, true, record, nil
}

// want asks for records that were not asked for yet: those that are kept from
// earlier requests are there at once.
func (r *run) want(p *pool, places []int32) {
	first := len(p.wanted)
	p.wanted = slices.Grow(p.wanted, len(places))
	for _, place := range places {
		if state := &p.records[place]; !state.asked {
			state.asked = true
			p.wanted = append(p.wanted, place)
		}
	}
	r.wantKept(p, first)
}

// wantKept takes those of the records wanted from the given one on that are kept.
func (r *run) wantKept(p *pool, first int) {
	wanted := p.wanted[first:]
	if r.kept == nil || p.archived || len(wanted) == 0 {
		return
	}
	ids := r.idsOf(p, wanted)
	before := r.hits.n
	r.kept.Records(p.t.Object.TypeID, r.plan.answers[p.t], ids, func(i int, record *hubspot.Record, asOf time.Time) {
		state := &p.records[wanted[i]]
		state.read, state.record = true, record
		r.hits.add(1, asOf)
	})
	if r.hits.n == before {
		return
	}
	for _, place := range wanted {
		r.followMerge(p, place)
	}
	p.wanted = append(p.wanted[:first], slices.DeleteFunc(wanted, func(place int32) bool { return p.records[place].read })...)
}

// idsOf are the IDs of places.
func (r *run) idsOf(p *pool, places []int32) []string {
	ids := make([]string, len(places))
	for i, place := range places {
		ids[i] = p.records[place].id
	}
	return ids
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
		switch {
		case !open:
			r.flushRecords(p)
		case r.filters:
			// The loader has sent all full batches, and a filter may wait for just those.
			r.awaitFull(p)
		}
	}
}

// holds says whether there are records that were not sent for yet.
func (p *pool) holds() bool {
	return len(p.wanted) > 0 || len(p.queued) > 0 || p.history != nil && len(p.history.wanted) > 0
}

// queueRecords puts the wanted records into their loader. Batches that are
// full leave at once.
func (r *run) queueRecords(p *pool, open bool) {
	if len(p.wanted) > 0 {
		places := p.takePlain(open)
		for _, batch := range r.recordsLoader(p).LoadAll(r.ctx, r.idsOf(p, places)) {
			p.queued = append(p.queued, queuedRecords{places[:batch.Len], batch})
			places = places[batch.Len:]
		}
	}
	r.sendHistories(p, open)
}

// flushRecords sends all that the pool holds.
func (r *run) flushRecords(p *pool) {
	r.queueRecords(p, false)
	if len(p.queued) == 0 {
		return
	}
	r.recordsLoader(p).Flush()
	r.awaitRecords(p, len(p.queued))
}

func (r *run) recordsLoader(p *pool) *loaders.Records {
	return r.load().Records(loaders.RecordsKey{ObjectType: p.t.Object.TypeID, Archived: p.archived}, r.plan.sets[p.t])
}

// expects says whether more records of a pool may come: listing, if a list or
// look-up that brings records along is under way; open, if any step is that
// can add an ID to read.
func (r *run) expects(p *pool) (listing, open bool) {
	for i := range r.roots {
		root := &r.roots[i]
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
		for i, n := range r.plan.nodes {
			state := &r.nodes[i]
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
		for i := range r.branches {
			b := &r.branches[i]
			if b.plan.To == p.t && b.plan.reads() && b.phase < branchFilters && !yield(b) {
				return
			}
		}
	}
}

// awaitFull waits for the calls that have left because they were full.
func (r *run) awaitFull(p *pool) {
	n, full, records := 0, 0, 0
	for i := range p.queued {
		if records += len(p.queued[i].places); records%hubspot.MaxBatchInputs == 0 {
			n, full = i+1, records
		}
	}
	if full > 0 {
		r.awaitRecords(p, n)
	}
}

// awaitRecords takes the first n batches out of the queue, which have left.
func (r *run) awaitRecords(p *pool, n int) {
	batches := p.queued[:n:n]
	p.queued = p.queued[n:]
	r.async(func() func() {
		for i := range batches {
			_, _ = batches[i].batch.Wait() // the loop asks again
		}
		return func() {
			for i := range batches {
				p.got(&batches[i])
			}
			for i := range batches {
				for _, place := range batches[i].places {
					r.followMerge(p, place)
				}
			}
		}
	})
}

// got keeps what a batch brought.
func (p *pool) got(q *queuedRecords) {
	records, err := q.batch.Wait()
	for i, place := range q.places {
		state := &p.records[place]
		state.read, state.err = true, err
		if err == nil {
			state.record = records[i]
		}
	}
}

// followMerge follows an ID that a client gave to the record that it was merged
// into: the edges of that record are the ones to answer with.
func (r *run) followMerge(p *pool, place int32) {
	into := p.records[place]
	if into.record == nil || into.record.ID == into.id {
		return
	}
	winner := p.place(into.record.ID)
	if state := &p.records[winner]; !state.read {
		state.asked, state.read, state.record = true, true, into.record
	}
	for i := range r.roots {
		root := &r.roots[i]
		if root.plan.Conn != nil {
			continue
		}
		for _, n := range root.plan.selections() {
			if n.Type == p.t && r.nodes[n.place].replace(place, winner, into.record.ID) {
				r.grown = true
			}
		}
	}
}
