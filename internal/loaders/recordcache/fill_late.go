package recordcache

import (
	"context"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// ListLate is [hubspot.Client.ListLate].
func (f *Filler) ListLate(ctx context.Context, request func() hubspot.ListRequest) (*hubspot.Page, error) {
	ctx, t := f.cache.ticketOf(ctx)
	var r hubspot.ListRequest
	page, err := f.hub.ListLate(ctx, func() hubspot.ListRequest {
		r = request()
		return r
	})
	if err == nil {
		f.cache.storeList(*t, r, page)
	}
	return page, err
}

// BatchReadLate is [hubspot.Client.BatchReadLate].
func (f *Filler) BatchReadLate(ctx context.Context, request func() hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	ctx, t := f.cache.ticketOf(ctx)
	var r hubspot.BatchReadRequest
	records, err := f.hub.BatchReadLate(ctx, func() hubspot.BatchReadRequest {
		r = request()
		return r
	})
	if err == nil {
		f.cache.storeBatch(*t, r, records)
	}
	return records, err
}

// AssociationsBatchReadLate is [hubspot.Client.AssociationsBatchReadLate].
func (f *Filler) AssociationsBatchReadLate(ctx context.Context, from, to string, inputs func() []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	ctx, t := f.cache.ticketOf(ctx)
	var list []hubspot.AssociationInput
	pages, err := f.hub.AssociationsBatchReadLate(ctx, from, to, func() []hubspot.AssociationInput {
		list = inputs()
		return list
	})
	if err == nil {
		f.cache.storeAssociations(*t, from, to, list, pages)
	}
	return pages, err
}
