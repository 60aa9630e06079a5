package execute

import (
	"iter"
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/schema"
)

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
