package loaders

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A part is what one call answered of what a caller asked for.
type part struct {
	seat   seat // in the batch that answered; none if the call was the caller's own
	answer any
}

// whole says whether the answer is the caller's alone.
func (p *part) whole() bool { return p.seat.batch == nil || len(p.seat.places) == p.seat.batch.live }

// left is when the call left. A call of the caller's own is the newest: it was
// made when the others had landed.
func (p *part) left() time.Time {
	if p.seat.batch == nil {
		return later
	}
	return p.seat.batch.left
}

// A batchReader reads what one caller wants by the batches of one kind.
type batchReader struct {
	batches *batches
	kind    kind
	who     *caller

	call  func(context.Context, *batch) (any, error) // makes the call of a batch
	alone func(context.Context, []slot) (any, error) // makes a call for these asks alone
	parts []part
	apart []slot // what HubSpot refused beside others' asks, and may not by itself

	seat [1]seat // where a round's seats and the parts begin: most callers have one
	part [1]part
}

// read gets all the asks answered. The caller takes no harm from those it shares
// batches with: what HubSpot refuses for one of them, it is asked again for each,
// once.
func (r *batchReader) read(ctx context.Context, asks []slot) error {
	r.parts = r.part[:0]
	for len(asks) > 0 {
		if ctx.Err() != nil {
			return gaveUp(ctx, r.kind.endpoint, false)
		}
		seats, opened := r.batches.board(ctx, r.kind, r.who, asks, r.seat[:0])
		if opened != nil {
			go opened.fly(func(ctx context.Context) (any, error) { return r.call(ctx, opened) }, func() { r.batches.landed(opened) }) //nolint:contextcheck // a shared call belongs to none of its callers
		}
		for i := range seats {
			if !seats[i].opened {
				r.batches.joined(r.kind.endpoint)
			}
		}
		var err error
		if asks, err = r.await(ctx, seats); err != nil {
			return err
		}
	}
	if len(r.apart) == 0 {
		return nil
	}
	answer, err := r.alone(ctx, r.apart)
	r.parts = append(r.parts, part{answer: answer})
	return err
}

// await waits for the batches of all seats, or until one fails the caller, and
// returns what must be asked anew.
func (r *batchReader) await(ctx context.Context, seats []seat) (again []slot, err error) {
	landed := 0
	defer func() {
		for i := range seats[landed:] {
			if s := &seats[landed+i]; !s.away {
				r.batches.leave(s, r.who, context.Canceled)
			}
		}
	}()
	for i := range seats {
		s := &seats[i]
		if err := s.batch.await(ctx, r.kind.endpoint, func(why error) (bool, bool) { return r.batches.leave(s, r.who, why) }); err != nil {
			return nil, err
		}
		landed++
		anew, err := r.take(ctx, s)
		if err != nil {
			return nil, err
		}
		again = append(again, anew...)
	}
	return again, nil
}

// take takes over what the seat's batch came to.
func (r *batchReader) take(ctx context.Context, s *seat) (again []slot, err error) {
	b := s.batch
	switch {
	case b.panicked != nil:
		panic(b.panicked)
	case b.err == nil:
		if !s.opened {
			hubspot.TraceFrom(ctx).AddAsOf(b.left)
		}
		r.parts = append(r.parts, part{*s, b.value})
	case !s.opened && b.cutShort(ctx, b.err):
		return s.asks(), nil // whoever opened that batch opens no other for it: the turns end
	case ofOne(b.err) && !s.alone(r.who):
		r.apart = append(r.apart, s.asks()...)
	default:
		return nil, b.err
	}
	return nil, nil
}

// ofOne says whether a batch may have failed for what one of its callers asked,
// of which HubSpot heard: then it has left.
func ofOne(err error) bool {
	return errors.Is(err, hubspot.ErrInvalid) || errors.Is(err, hubspot.ErrNotFound) ||
		errors.Is(err, hubspot.ErrNoAccess) || errors.Is(err, hubspot.ErrTooLarge)
}

// BatchRead is [hubspot.Client.BatchRead] in which records are shared one by
// one: those that are under way with the properties asked for are not asked for
// again, and those that wait for the limiter are read in one call with others'.
// So more records may come than were asked for, and with more properties: what
// is wanted must be looked up by ID, and by the record's own set.
func (s *Shared) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	most := hubspot.MaxBatchInputs
	if r.History.Len() > 0 {
		most = hubspot.MaxHistoryInputs
	}
	if len(r.IDs) == 0 || len(r.IDs) > most {
		return s.hub.BatchRead(ctx, r) // no call
	}
	reader := batchReader{
		batches: &s.batches,
		kind: kind{
			endpoint: hubspot.EndpointBatchRead, from: r.ObjectType, to: r.IDProperty,
			history: namesKey(r.History), archived: r.Archived, most: most,
		},
		who: newCaller(ctx, r.Properties),
		call: func(ctx context.Context, b *batch) (any, error) {
			return s.hub.BatchReadLate(ctx, func() hubspot.BatchReadRequest {
				late := r
				late.IDs = seal(&s.batches, b, func(a ask) string { return a.text })
				late.Properties = b.set
				return late
			})
		},
		alone: func(ctx context.Context, asks []slot) (any, error) {
			mine := r
			mine.IDs = make([]string, len(asks))
			for i := range asks {
				mine.IDs[i] = asks[i].text
			}
			return share(ctx, &s.flights, hubspot.EndpointBatchRead, batchReadKey(mine), func(ctx context.Context) ([]*hubspot.Record, error) {
				return s.hub.BatchRead(ctx, mine)
			})
		},
	}
	asks := make([]slot, len(r.IDs))
	for i, id := range r.IDs {
		key := id
		if r.IDProperty != "" {
			key = strings.ToLower(id)
		}
		asks[i] = slot{ask{key, id}, 1}
	}
	if err := reader.read(ctx, asks); err != nil {
		return nil, err
	}
	return recordsOf(reader.parts), nil
}

// namesKey makes sets of the same names the same.
func namesKey(set *hubspot.PropertySet) string {
	if set.Len() == 0 {
		return ""
	}
	return string(key(nil).texts(set.Names()))
}

// recordsOf are the records of all parts. Of one that several batches brought,
// the newest stays.
func recordsOf(parts []part) []*hubspot.Record {
	if len(parts) == 1 {
		records, _ := parts[0].answer.([]*hubspot.Record)
		return records
	}
	slices.SortStableFunc(parts, func(a, b part) int { return b.left().Compare(a.left()) })
	seen := make(map[string]struct{})
	var all []*hubspot.Record
	for i := range parts {
		records, _ := parts[i].answer.([]*hubspot.Record)
		for _, record := range records {
			if _, older := seen[record.ID]; !older {
				seen[record.ID] = struct{}{}
				all = append(all, record)
			}
		}
	}
	return all
}

// AssociationsBatchRead is [hubspot.Client.AssociationsBatchRead] in which
// inputs are shared one by one, as records are by [Shared.BatchRead].
func (s *Shared) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	if len(inputs) == 0 || len(inputs) > hubspot.MaxAssociationInputs {
		return s.hub.AssociationsBatchRead(ctx, from, to, inputs) // no call
	}
	reader := batchReader{
		batches: &s.batches,
		kind:    kind{endpoint: hubspot.EndpointAssociations, from: from, to: to, pages: true, most: hubspot.MaxAssociationInputs},
		who:     newCaller(ctx, nil),
		call: func(ctx context.Context, b *batch) (any, error) {
			return s.hub.AssociationsBatchReadLate(ctx, from, to, func() []hubspot.AssociationInput {
				return seal(&s.batches, b, ask.input)
			})
		},
		alone: func(ctx context.Context, asks []slot) (any, error) {
			mine := make([]hubspot.AssociationInput, len(asks))
			for i := range asks {
				mine[i] = asks[i].input()
			}
			return share(ctx, &s.flights, hubspot.EndpointAssociations, associationsKey(from, to, mine), func(ctx context.Context) (map[string]*hubspot.AssociationPage, error) {
				return s.hub.AssociationsBatchRead(ctx, from, to, mine)
			})
		},
	}
	asks := make([]slot, len(inputs))
	for i, in := range inputs {
		asks[i] = slot{ask{in.ID, in.After}, 1}
	}
	if err := reader.read(ctx, asks); err != nil {
		return nil, err
	}
	return pagesOf(reader.parts, len(inputs)), nil
}

func (a ask) input() hubspot.AssociationInput {
	return hubspot.AssociationInput{ID: a.key, After: a.text}
}

// pagesOf are the pages that one caller asked for.
func pagesOf(parts []part, n int) map[string]*hubspot.AssociationPage {
	if len(parts) == 1 && parts[0].whole() {
		pages, _ := parts[0].answer.(map[string]*hubspot.AssociationPage)
		return pages
	}
	mine := make(map[string]*hubspot.AssociationPage, n)
	for i := range parts {
		pages, _ := parts[i].answer.(map[string]*hubspot.AssociationPage)
		if parts[i].whole() {
			maps.Copy(mine, pages)
			continue
		}
		s := &parts[i].seat
		for _, at := range s.places {
			id := s.batch.slots[at].key
			if page := pages[id]; page != nil {
				mine[id] = page
			}
		}
	}
	return mine
}
