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
		state := &p.records[p.place(id)]
		if state.read && state.record == nil {
			continue // not there, or not to be had
		}
		if state.read {
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
func (p *pool) takePlain(open bool) []int32 {
	plain := p.wanted[:0]
	for _, place := range p.wanted {
		if state := &p.records[place]; !state.read && (p.history == nil || !p.history.asked[state.id]) {
			plain = append(plain, place)
		}
	}
	p.wanted = nil
	if open && p.history != nil {
		full := len(plain) - len(plain)%hubspot.MaxBatchInputs
		plain, p.wanted = plain[:full:full], plain[full:]
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
	for i, n := range r.plan.nodes {
		if n.Type == p.t && n.Archived == p.archived && n.History && !r.nodes[i].known {
			return true
		}
	}
	return false
}

// readHistories reads one call's worth of records with their histories, and
// without their properties if those are all known: then by their own IDs, for the
// property that tells of a merge does not come along.
func (r *run) readHistories(p *pool, wanted []string) {
	key := loaders.RecordsKey{ObjectType: p.t.Object.TypeID, Archived: p.archived, History: r.plan.histories[p.t], Bare: true}
	ids := make([]string, 0, len(wanted))
	for _, id := range wanted {
		record := p.records[p.place(id)].record
		switch {
		case record == nil:
			key.Bare = false
		case record.ID != id && p.history.asked[record.ID]:
			continue
		case record.ID != id:
			id = record.ID
			p.history.asked[id] = true
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return
	}
	loader := r.load().Records(key, r.plan.sets[p.t])
	thunks := make([]loaders.RecordThunk, len(ids))
	for i, id := range ids {
		thunks[i] = loader.Load(r.ctx, id)
	}
	loader.Flush()
	r.async(func() func() {
		for _, thunk := range thunks {
			_, _ = thunk() // the loop asks again
		}
		return func() { r.gotHistories(p, ids, thunks) }
	})
}

func (r *run) gotHistories(p *pool, ids []string, thunks []loaders.RecordThunk) {
	places := p.places(ids)
	for i, place := range places {
		record, err := thunks[i]()
		if record != nil {
			p.history.brought(record)
		} else {
			p.history.states[ids[i]] = historyState{err: err}
		}
		if state := &p.records[place]; state.record == nil {
			state.asked, state.read, state.record, state.err = true, true, record, err
		}
	}
	for _, place := range places {
		r.followMerge(p, place)
	}
}
