// Package loaders batches and dedupes the record and association reads of one
// request.
//
// A loader never guesses when a batch is complete. Keys are queued with Load,
// a batch leaves by itself when HubSpot takes no more ids in it, and the rest
// leaves with Flush, which the caller says when nothing else can add a key.
// What was loaded once in a request is never asked for again.
package loaders

import (
	"context"
	"sync"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// API is the part of HubSpot that loaders call.
type API interface {
	BatchRead(context.Context, hubspot.BatchReadRequest) ([]*hubspot.Record, error)
	AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error)
}

// Loaders are the loaders of one request. They are safe for concurrent use.
type Loaders struct {
	api API

	mu      sync.Mutex
	records map[recordsKey]*Records
	edges   map[edgesKey]*Edges
}

type recordsKey struct {
	objectType string
	idProperty string
}

type edgesKey struct{ from, to string }

// New returns the loaders of one request.
func New(api API) *Loaders {
	return &Loaders{
		api:     api,
		records: make(map[recordsKey]*Records),
		edges:   make(map[edgesKey]*Edges),
	}
}

// Records returns the request's loader of one object type, keyed by record ID,
// or by the unique property idProperty if that is not "". All callers of one
// loader must pass the same set: the union of what the request needs, so that
// a record is read once whoever selects it.
func (l *Loaders) Records(objectType, idProperty string, set *hubspot.PropertySet) *Records {
	key := recordsKey{objectType, idProperty}
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.records[key]
	if !ok {
		r = newRecords(l.api, objectType, idProperty, set)
		l.records[key] = r
	}
	return r
}

// Edges returns the request's loader of the associations from one object type
// to another.
func (l *Loaders) Edges(from, to string) *Edges {
	key := edgesKey{from, to}
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.edges[key]
	if !ok {
		e = newEdges(l.api, from, to)
		l.edges[key] = e
	}
	return e
}

// never outlives any request: batches leave when they are full or flushed, and
// dataloader's timer, which cannot be switched off, must not cut one short.
const never = 24 * time.Hour

func newLoader[K comparable, V any](batch dataloader.BatchFunc[K, V], capacity int) *dataloader.Loader[K, V] {
	return dataloader.NewBatchedLoader(batch,
		dataloader.WithBatchCapacity[K, V](capacity),
		dataloader.WithInputCapacity[K, V](capacity),
		dataloader.WithWait[K, V](never),
	)
}

// failed answers every key of a batch with the same error.
func failed[K comparable, V any](keys []K, err error) []*dataloader.Result[V] {
	// The loader lives as long as the request, and so may the error: a batch
	// that failed after the client's retries is not tried again for a field
	// that comes later.
	result := &dataloader.Result[V]{Error: err}
	results := make([]*dataloader.Result[V], len(keys))
	for i := range results {
		results[i] = result
	}
	return results
}
