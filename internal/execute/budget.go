package execute

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// budget bounds the HubSpot calls of one operation.
type budget struct {
	api   API
	most  int64
	spent atomic.Int64
}

// A TooExpensiveError is an operation that needs more than it may use.
type TooExpensiveError struct {
	What    string // such as "HubSpot calls"
	Allowed int
}

func (e *TooExpensiveError) Error() string {
	return fmt.Sprintf("the operation needs more than the %d %s one request may use; ask for less with a smaller first, or page on with after", e.Allowed, e.What)
}

func newBudget(api API, most int) *budget { return &budget{api: api, most: int64(most)} }

func (b *budget) spend() error {
	if b.spent.Add(1) > b.most {
		return &TooExpensiveError{What: "HubSpot calls", Allowed: int(b.most)}
	}
	return nil
}

func (b *budget) ListFits(r hubspot.ListRequest) bool { return b.api.ListFits(r) }

func (b *budget) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.List(ctx, r)
}

func (b *budget) SearchFits(r hubspot.SearchRequest) bool { return b.api.SearchFits(r) }

func (b *budget) Search(ctx context.Context, r hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.Search(ctx, r)
}

func (b *budget) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.BatchRead(ctx, r)
}

func (b *budget) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.AssociationsBatchRead(ctx, from, to, inputs)
}

func (b *budget) AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.AssociationLabels(ctx, from, to)
}

func (b *budget) SearchLists(ctx context.Context, r hubspot.ListSearchRequest) (*hubspot.ListSearchPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.SearchLists(ctx, r)
}

func (b *budget) ListsByID(ctx context.Context, ids []string) ([]hubspot.List, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.ListsByID(ctx, ids)
}

func (b *budget) ListMembers(ctx context.Context, r hubspot.ListMembersRequest) (*hubspot.ListMembersPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.ListMembers(ctx, r)
}

func (b *budget) ListsOfRecords(ctx context.Context, objectTypeID string, ids []string) (map[string][]hubspot.ListMembership, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	return b.api.ListsOfRecords(ctx, objectTypeID, ids)
}
