package execute

import (
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// A historyPool is the histories of a pool's records. A read with history
// brings the record's properties too, but takes only half as many IDs: so a
// record is read with history where that is wanted, and else without.
type historyPool struct {
	states map[string]historyState // by the record's own ID, or the ID asked for if there is no record
	wanted []string                // IDs to read, in order of discovery
	asked  map[string]bool         // IDs that are or were in wanted, or that a list brought
}

// historyState is a history that was read. Both nil: HubSpot does not have the
// record any more.
type historyState struct {
	record *hubspot.Record
	err    error
}

func newHistoryPool() *historyPool {
	return &historyPool{states: make(map[string]historyState), asked: make(map[string]bool)}
}

// wantHistory wants the histories of records, which may be read already.
func (p *pool) wantHistory(ids []string) {
	for _, id := range ids {
		state, have := p.records[id]
		if have && state.record == nil {
			continue // not there, or not to be had
		}
		if have {
			id = state.record.ID // after a merge
		}
		if !p.history.asked[id] {
			p.history.asked[id] = true
			p.history.wanted = append(p.history.wanted, id)
		}
	}
}

// brought keeps a record that came with its history.
func (h *historyPool) brought(record *hubspot.Record) {
	h.asked[record.ID] = true
	h.states[record.ID] = historyState{record: record}
}

// takePlain takes from what is wanted the IDs to read without history now.
// While more selections may come, those that do not fill a call stay: one that
// wants their history would read them once more.
func (p *pool) takePlain(open bool) []string {
	plain := make([]string, 0, len(p.wanted))
	for _, id := range p.wanted {
		if _, have := p.records[id]; !have && (p.history == nil || !p.history.asked[id]) {
			plain = append(plain, id)
		}
	}
	p.wanted = nil
	if open && p.history != nil {
		full := len(plain) - len(plain)%hubspot.MaxBatchInputs
		plain, p.wanted = plain[:full], plain[full:]
	}
	return plain
}

// sendHistories reads the histories that fill a call, and the rest when no
// selection can add to them.
func (r *run) sendHistories(p *pool, open bool) {
	h := p.history
	if h == nil {
		return
	}
	rest := !open || !r.historyExpected(p)
	for len(h.wanted) >= hubspot.MaxHistoryInputs || rest && len(h.wanted) > 0 {
		n := min(len(h.wanted), hubspot.MaxHistoryInputs)
		r.readHistories(p, h.wanted[:n])
		h.wanted = h.wanted[n:]
	}
}

func (r *run) historyExpected(p *pool) bool {
	for n, state := range r.nodes {
		if n.Type == p.t && n.Archived == p.archived && n.History && !state.known {
			return true
		}
	}
	return false
}

// readHistories reads one call's worth of records with their histories, and
// without their properties if those are all known.
func (r *run) readHistories(p *pool, ids []string) {
	key := loaders.RecordsKey{ObjectType: p.t.Object.TypeID, Archived: p.archived, History: r.plan.histories[p.t], Bare: true}
	for _, id := range ids {
		if p.records[id].record == nil {
			key.Bare = false
		}
	}
	loader := r.loaders.Records(key, r.plan.sets[p.t])
	thunks := make([]queuedRecord, len(ids))
	for i, id := range ids {
		thunks[i] = queuedRecord{id, loader.Load(r.ctx, id)}
	}
	loader.Flush()
	r.async(func() func() {
		results := make([]recordState, len(thunks))
		for i, q := range thunks {
			record, err := q.thunk()
			results[i] = recordState{record: record, err: err}
		}
		return func() { r.gotHistories(p, thunks, results) }
	})
}

func (r *run) gotHistories(p *pool, thunks []queuedRecord, results []recordState) {
	for i, q := range thunks {
		if results[i].record != nil {
			p.history.brought(results[i].record)
		} else {
			p.history.states[q.id] = historyState{err: results[i].err}
		}
		if p.records[q.id].record == nil {
			p.records[q.id] = results[i]
		}
	}
	r.followMerges(p, thunks, results)
}
