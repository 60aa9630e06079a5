package loaders

import (
	"context"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A Hub is all of HubSpot that requests read.
type Hub interface {
	API
	ListFits(hubspot.ListRequest) bool
	SearchFits(hubspot.SearchRequest) bool
	List(context.Context, hubspot.ListRequest) (*hubspot.Page, error)
	Search(context.Context, hubspot.SearchRequest) (*hubspot.SearchPage, error)
	SearchLists(context.Context, hubspot.ListSearchRequest) (*hubspot.ListSearchPage, error)
	ListsByID(ctx context.Context, ids []string) ([]hubspot.List, error)
	ListMembers(context.Context, hubspot.ListMembersRequest) (*hubspot.ListMembersPage, error)
	ListsOfRecords(ctx context.Context, objectTypeID string, ids []string) (map[string][]hubspot.ListMembership, error)
}

// An Upstream is a Hub whose calls can say what they read when they leave.
type Upstream interface {
	Hub
	ListLate(ctx context.Context, request func() hubspot.ListRequest) (*hubspot.Page, error)
	SearchLate(ctx context.Context, request func() hubspot.SearchRequest) (*hubspot.SearchPage, error)
	BatchReadLate(ctx context.Context, request func() hubspot.BatchReadRequest) ([]*hubspot.Record, error)
	AssociationsBatchReadLate(ctx context.Context, from, to string, inputs func() []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error)
}

// Shared is a [Hub] in which calls that ask for the same thing at the same time
// are one: a call that finds its like under way waits for that one's answer, and
// so does each record of a batch. Batches that wait for the limiter, moreover,
// are filled up with what others want. Nothing is held back for that: a call
// that need not wait leaves at once. Shared is of one portal and one token, whose
// requests may see the same records.
//
// A shared call belongs to none of its callers. It ends when the last of them
// has given up, and not before: its deadline is that of the caller with the most
// time, and its turn at the limiter that of the caller who is due first. It is
// counted in the [hubspot.Trace] of the one that opened it alone. If the limiter
// refuses it, as the wait would be too long for that one, others that have more
// time begin anew. What comes back is everybody's: callers must not change it.
// It may have been read a moment before a caller asked, so that a write to
// HubSpot in between does not show, unless the caller will have it fresh
// ([WithFresh]) or the change was told ([Shared.Apply]).
type Shared struct {
	hub     Upstream
	flights flights
	batches batches
}

// NewShared shares the calls to hub. joined is told whenever a caller waits for
// another's call, instead of making its own, from many goroutines at once.
func NewShared(hub Upstream, joined func(hubspot.Endpoint)) *Shared {
	return &Shared{
		hub:     hub,
		flights: flights{joined: joined, byKey: make(map[string]*keyedFlight)},
		batches: batches{joined: joined, groups: make(map[kind]*group)},
	}
}

// ListFits calls nobody.
func (s *Shared) ListFits(r hubspot.ListRequest) bool { return s.hub.ListFits(r) }

// SearchFits calls nobody.
func (s *Shared) SearchFits(r hubspot.SearchRequest) bool { return s.hub.SearchFits(r) }

// AssociationLabels shares [hubspot.Client.AssociationLabels].
func (s *Shared) AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error) {
	k := newKey(hubspot.EndpointAssociationLabels, len(from)+len(to)).text(from).text(to)
	return share(ctx, &s.flights, hubspot.EndpointAssociationLabels, k, func(ctx context.Context) ([]hubspot.AssociationType, error) {
		return s.hub.AssociationLabels(ctx, from, to)
	})
}

// SearchLists shares [hubspot.Client.SearchLists].
func (s *Shared) SearchLists(ctx context.Context, r hubspot.ListSearchRequest) (*hubspot.ListSearchPage, error) {
	return share(ctx, &s.flights, hubspot.EndpointSegments, listSearchKey(r), func(ctx context.Context) (*hubspot.ListSearchPage, error) {
		return s.hub.SearchLists(ctx, r)
	})
}

// ListsByID shares [hubspot.Client.ListsByID].
func (s *Shared) ListsByID(ctx context.Context, ids []string) ([]hubspot.List, error) {
	return share(ctx, &s.flights, hubspot.EndpointSegments, listsByIDKey(ids), func(ctx context.Context) ([]hubspot.List, error) {
		return s.hub.ListsByID(ctx, ids)
	})
}

// ListMembers shares [hubspot.Client.ListMembers].
func (s *Shared) ListMembers(ctx context.Context, r hubspot.ListMembersRequest) (*hubspot.ListMembersPage, error) {
	return share(ctx, &s.flights, hubspot.EndpointSegmentMembers, listMembersKey(r), func(ctx context.Context) (*hubspot.ListMembersPage, error) {
		return s.hub.ListMembers(ctx, r)
	})
}

// ListsOfRecords shares [hubspot.Client.ListsOfRecords].
func (s *Shared) ListsOfRecords(ctx context.Context, objectTypeID string, ids []string) (map[string][]hubspot.ListMembership, error) {
	k := newKey(hubspot.EndpointRecordSegments, size(ids)).text(objectTypeID).texts(ids)
	return share(ctx, &s.flights, hubspot.EndpointRecordSegments, k, func(ctx context.Context) (map[string][]hubspot.ListMembership, error) {
		return s.hub.ListsOfRecords(ctx, objectTypeID, ids)
	})
}
