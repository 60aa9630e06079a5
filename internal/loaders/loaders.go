// Package loaders batches and dedupes the reads of one request: of records, of
// associations and of lists.
//
// A loader never guesses when a batch is complete. Keys are queued with Load or,
// at less cost, many at a time with LoadAll,
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
	AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error)
	ListsByID(ctx context.Context, ids []string) ([]hubspot.List, error)
	ListMembers(context.Context, hubspot.ListMembersRequest) (*hubspot.ListMembersPage, error)
	ListsOfRecords(ctx context.Context, objectTypeID string, ids []string) (map[string][]hubspot.ListMembership, error)
}

// Loaders are the loaders of one request. They are safe for concurrent use.
type Loaders struct {
	api   API
	pairs *Pairs

	mu          sync.Mutex
	segments    *Segments // what follows is made when it is needed
	members     *Members
	records     map[RecordsKey]*Records
	edges       map[edgesKey]*Edges
	memberships map[string]*Memberships // by object type
}

// A RecordsKey names one loader of records.
type RecordsKey struct {
	ObjectType string
	IDProperty string // the unique property that keys are values of; "" for record IDs
	Archived   bool   // whether archived records are looked for, instead of live ones
	Bare       bool   // whether the records come without properties: just for their history

	// History are the properties that come with what they held over time; nil
	// for none. All callers must pass the same set, not an equal one.
	History *hubspot.PropertySet
}

type edgesKey struct{ from, to string }

// New returns the loaders of one request; pairs is shared by many.
func New(api API, pairs *Pairs) *Loaders {
	return &Loaders{
		api:         api,
		pairs:       pairs,
		records:     make(map[RecordsKey]*Records),
		edges:       make(map[edgesKey]*Edges),
		memberships: make(map[string]*Memberships),
	}
}

// Records returns the request's loader of one object type's records. All
// callers of one loader must pass the same set: the union of what the request
// needs, so that a record is read once whoever selects it.
func (l *Loaders) Records(key RecordsKey, set *hubspot.PropertySet) *Records {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.records[key]
	if !ok {
		r = newRecords(l.api, key, set)
		l.records[key] = r
	}
	return r
}

// Segments returns the request's loader of lists.
func (l *Loaders) Segments() *Segments {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.segments == nil {
		l.segments = newSegments(l.api)
	}
	return l.segments
}

// Members returns the request's loader of lists' members.
func (l *Loaders) Members() *Members {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.members == nil {
		l.members = newMembers(l.api)
	}
	return l.members
}

// Memberships returns the request's loader of the lists that records of one
// object type, given by its type ID, are members of.
func (l *Loaders) Memberships(objectType string) *Memberships {
	l.mu.Lock()
	defer l.mu.Unlock()
	m, ok := l.memberships[objectType]
	if !ok {
		m = newMemberships(l.api, objectType)
		l.memberships[objectType] = m
	}
	return m
}

// Edges returns the request's loader of the associations from one object type
// to another.
func (l *Loaders) Edges(from, to string) *Edges {
	key := edgesKey{from, to}
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.edges[key]
	if !ok {
		e = newEdges(l.api, l.pairs, key)
		l.edges[key] = e
	}
	return e
}

// Flush sends what is queued in any loader, so that nothing of an abandoned
// request waits for ever.
func (l *Loaders) Flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.records {
		r.Flush()
	}
	for _, e := range l.edges {
		e.Flush()
	}
	for _, m := range l.memberships {
		m.Flush()
	}
	if l.segments != nil {
		l.segments.Flush()
	}
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
