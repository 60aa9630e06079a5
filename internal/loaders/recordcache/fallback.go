package recordcache

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A Reader is the part of HubSpot in whose place a [Fallback] can answer.
type Reader interface {
	List(context.Context, hubspot.ListRequest) (*hubspot.Page, error)
	BatchRead(context.Context, hubspot.BatchReadRequest) ([]*hubspot.Record, error)
	AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error)
}

// A Fallback makes calls and answers those that fail because HubSpot is
// unavailable, or the day's calls are used up, with what is kept, though it be
// older than the TTL: as old as [Options.Stale]. What an invalidation made stale
// stays so, since that is known to be wrong and not just old. A call is answered
// as a whole or not at all, and the trace of its context is told.
type Fallback struct {
	reader Reader
	cache  *Cache
	fresh  func(context.Context) bool
}

// NewFallback returns a Fallback that calls reader. fresh says whether a request
// will not have what was read before it, whatever happens.
func NewFallback(reader Reader, cache *Cache, fresh func(context.Context) bool) *Fallback {
	return &Fallback{reader, cache, fresh}
}

// List is [hubspot.Client.List].
func (f *Fallback) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	call := func(ctx context.Context) (*hubspot.Page, error) { return f.reader.List(ctx, r) }
	if r.Archived || r.History.Len() > 0 {
		return call(ctx)
	}
	return fallBack(ctx, f, call, func(k *keeping) *hubspot.Page { return k.list(r) })
}

// BatchRead is [hubspot.Client.BatchRead].
func (f *Fallback) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	call := func(ctx context.Context) ([]*hubspot.Record, error) { return f.reader.BatchRead(ctx, r) }
	if r.Archived || r.IDProperty != "" || r.History.Len() > 0 {
		return call(ctx)
	}
	return fallBack(ctx, f, call, func(k *keeping) []*hubspot.Record { return k.batch(r) })
}

// AssociationsBatchRead is [hubspot.Client.AssociationsBatchRead].
func (f *Fallback) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	call := func(ctx context.Context) (map[string]*hubspot.AssociationPage, error) {
		return f.reader.AssociationsBatchRead(ctx, from, to, inputs)
	}
	return fallBack(ctx, f, call, func(k *keeping) map[string]*hubspot.AssociationPage { return k.edges(from, to, inputs) })
}

// fallBack makes a call and answers in its place if it fails for want of HubSpot.
// A HubSpot that does not answer at all would use up the request's time, and
// leave none for what is kept: where that would do, half of what is left
// of it is waited for, at each step anew.
func fallBack[T any](ctx context.Context, f *Fallback, call func(context.Context) (T, error), gather func(*keeping) T) (T, error) {
	if f.fresh(ctx) {
		return call(ctx)
	}
	shorter, cancel, shortened := ctx, func() {}, false
	if deadline, ok := ctx.Deadline(); ok {
		if _, kept := keptInstead(context.Background(), f.cache, gather); kept { //nolint:contextcheck // the request's trace is not told: HubSpot may answer
			shorter, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
			shortened = true
		}
	}
	defer cancel()
	answer, err := call(shorter)
	if shortened && errors.Is(err, hubspot.ErrRateLimited) && !isDaily(err) {
		// The limiter would wait for as long as there is time, and there is more.
		answer, err = call(ctx)
	}
	if err != nil && ctx.Err() == nil && isOutage(err) {
		if kept, ok := keptInstead(ctx, f.cache, gather); ok {
			return kept, nil
		}
		if shortened && errors.Is(err, hubspot.ErrTimeout) {
			// What was kept is known to be wrong by now, so that nothing is gained by
			// the time that was left to it.
			return call(ctx)
		}
	}
	return answer, err
}

// isOutage says whether what is kept is better than err.
func isOutage(err error) bool {
	return errors.Is(err, hubspot.ErrUnavailable) || errors.Is(err, hubspot.ErrTimeout) || isDaily(err)
}

func isDaily(err error) bool {
	e, ok := errors.AsType[*hubspot.Error](err)
	return ok && e.Daily()
}

// keeping gathers one answer from what is kept.
type keeping struct {
	*Cache

	lacks  bool // something that the answer needs
	n      int  // what it has
	oldest time.Duration
}

// keptInstead returns an answer if the cache has all of it.
func keptInstead[T any](ctx context.Context, c *Cache, gather func(*keeping) T) (answer T, ok bool) {
	if !c.open() {
		return answer, false
	}
	defer c.closing.RUnlock()
	k := &keeping{Cache: c}
	answer = gather(k)
	if k.lacks {
		var none T
		return none, false
	}
	if k.n > 0 {
		trace := hubspot.TraceFrom(ctx)
		trace.AddCacheHits(k.n)
		trace.AddAsOf(c.begun.Add(k.oldest))
		trace.AddStale()
	}
	return answer, true
}

func (k *keeping) add(o *origin) {
	if k.n == 0 || o.oldest < k.oldest {
		k.oldest = o.oldest
	}
	k.n++
}

// list is a page with the associations that come along. Where those of a record
// are not kept, it says that they are cut short, so that they are asked for by
// themselves.
func (k *keeping) list(r hubspot.ListRequest) *hubspot.Page {
	r.Properties = withoutMerged(r.Properties)
	page, oldest := k.page(r, true)
	if page == nil {
		k.lacks = true
		return nil
	}
	k.add(oldest)
	if len(r.Associations) == 0 {
		return page
	}
	for i, record := range page.Records {
		own := *record
		for _, to := range r.Associations {
			look := k.lookEdges(r.ObjectType, to)
			look.stale()
			edges := hubspot.EmbeddedAssociations{Name: to, Cut: true}
			if e := look.find(own.ID, false); e != nil {
				k.add(&e.origin)
				edges.Cut = false
				for _, end := range e.page.To {
					edges.IDs = append(edges.IDs, end.ID)
				}
			}
			own.Associations = append(own.Associations, edges)
		}
		page.Records[i] = &own
	}
	return page
}

func (k *keeping) batch(r hubspot.BatchReadRequest) []*hubspot.Record {
	look := k.lookRecords(r.ObjectType, withoutMerged(r.Properties))
	look.stale()
	records := make([]*hubspot.Record, 0, len(r.IDs))
	given := make(map[string]bool, len(r.IDs))
	for _, id := range r.IDs {
		e := look.find(id)
		switch {
		case e == nil, e.record.ID != "" && e.record.ID != id && !answersTo(&e.record, id):
			k.lacks = true
			return nil
		case e.record.ID != "" && !given[e.record.ID]:
			given[e.record.ID] = true
			records = append(records, &e.record)
		}
		k.add(&e.origin)
	}
	return records
}

func (k *keeping) edges(from, to string, inputs []hubspot.AssociationInput) map[string]*hubspot.AssociationPage {
	look := k.lookEdges(from, to)
	look.stale()
	pages := make(map[string]*hubspot.AssociationPage, len(inputs))
	for _, in := range inputs {
		e := look.find(in.ID, true)
		if e == nil || in.After != "" {
			k.lacks = true
			return nil
		}
		k.add(&e.origin)
		if len(e.page.To) > 0 {
			pages[in.ID] = &e.page
		}
	}
	return pages
}

// answersTo says whether a record says of itself that another ID was merged into
// it, by which callers find it.
func answersTo(r *hubspot.Record, id string) bool {
	return slices.Contains(strings.Split(r.Value(mergedIDs), ";"), id)
}

// withoutMerged is what a record must hold that is found by its own ID.
func withoutMerged(set *hubspot.PropertySet) *hubspot.PropertySet {
	if set.Index(mergedIDs) < 0 {
		return set
	}
	return hubspot.NewPropertySet(slices.DeleteFunc(slices.Clone(set.Names()), func(name string) bool { return name == mergedIDs })...)
}
