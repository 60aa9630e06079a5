package loaders

import (
	"context"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Segments loads lists, which HubSpot's users know as segments, by their IDs.
type Segments struct {
	loader *dataloader.Loader[string, *hubspot.List]
}

// A SegmentThunk waits for a list; nil without an error means that HubSpot has
// no such list.
type SegmentThunk = dataloader.Thunk[*hubspot.List]

func newSegments(api API) *Segments {
	batch := func(ctx context.Context, ids []string) []*dataloader.Result[*hubspot.List] {
		lists, err := api.ListsByID(ctx, ids)
		if err != nil {
			return failed[string, *hubspot.List](ids, err)
		}
		byID := make(map[string]*hubspot.List, len(lists))
		for i := range lists {
			byID[lists[i].ID] = &lists[i]
		}
		return found(ids, byID)
	}
	return &Segments{loader: newLoader(batch, hubspot.MaxListsByID)}
}

// Load queues one list ID.
func (s *Segments) Load(ctx context.Context, id string) SegmentThunk { return s.loader.Load(ctx, id) }

// Flush sends what is queued.
func (s *Segments) Flush() { s.loader.Flush() }

// Memberships loads the lists that records of one object type are members of.
type Memberships struct {
	loader *dataloader.Loader[string, []hubspot.ListMembership]
}

// A MembershipsThunk waits for one record's lists.
type MembershipsThunk = dataloader.Thunk[[]hubspot.ListMembership]

func newMemberships(api API, objectType string) *Memberships {
	batch := func(ctx context.Context, ids []string) []*dataloader.Result[[]hubspot.ListMembership] {
		lists, err := api.ListsOfRecords(ctx, objectType, ids)
		if err != nil {
			return failed[string, []hubspot.ListMembership](ids, err)
		}
		return found(ids, lists)
	}
	return &Memberships{loader: newLoader(batch, hubspot.MaxListsOfRecordsInputs)}
}

// Load queues one record ID.
func (m *Memberships) Load(ctx context.Context, id string) MembershipsThunk {
	return m.loader.Load(ctx, id)
}

// Flush sends what is queued.
func (m *Memberships) Flush() { m.loader.Flush() }

// Members loads pages of lists' members. HubSpot has no batch of them: a page
// is read as soon as it is asked for, and once.
type Members struct {
	loader *dataloader.Loader[memberPage, *hubspot.ListMembersPage]
}

// A MembersThunk waits for a page.
type MembersThunk = dataloader.Thunk[*hubspot.ListMembersPage]

type memberPage struct{ list, after string }

func newMembers(api API) *Members {
	read := func(ctx context.Context, pages []memberPage) []*dataloader.Result[*hubspot.ListMembersPage] {
		results := make([]*dataloader.Result[*hubspot.ListMembersPage], len(pages))
		for i, p := range pages {
			// Pages are as long as they can be, however few members a selection
			// wants, so that all selections share them.
			page, err := api.ListMembers(ctx, hubspot.ListMembersRequest{ListID: p.list, After: p.after, Limit: hubspot.MaxListMembersPageSize})
			results[i] = &dataloader.Result[*hubspot.ListMembersPage]{Data: page, Error: err}
		}
		return results
	}
	return &Members{loader: newLoader(read, 1)}
}

// Load reads one page of a list; after is "" for the first.
func (m *Members) Load(ctx context.Context, list, after string) MembersThunk {
	return m.loader.Load(ctx, memberPage{list, after})
}

// found answers every key with what was found under it, if anything was.
func found[V any](keys []string, byKey map[string]V) []*dataloader.Result[V] {
	results := make([]*dataloader.Result[V], len(keys))
	slab := make([]dataloader.Result[V], len(keys))
	for i, key := range keys {
		slab[i].Data = byKey[key]
		results[i] = &slab[i]
	}
	return results
}
