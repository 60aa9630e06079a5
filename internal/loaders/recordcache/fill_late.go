package recordcache

import (
	"context"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// BatchReadLate is [hubspot.Client.BatchReadLate].
func (f *Filler) BatchReadLate(ctx context.Context, request func() (hubspot.BatchReadRequest, error)) ([]*hubspot.Record, error) {
	ctx, t := f.cache.ticketOf(ctx)
	var r hubspot.BatchReadRequest
	records, err := f.hub.BatchReadLate(ctx, func() (_ hubspot.BatchReadRequest, err error) {
		r, err = request()
		return r, err
	})
	if err == nil {
		f.cache.storeBatch(*t, r, records)
	}
	return records, err
}

// AssociationsBatchReadLate is [hubspot.Client.AssociationsBatchReadLate].
func (f *Filler) AssociationsBatchReadLate(ctx context.Context, from, to string, inputs func() ([]hubspot.AssociationInput, error)) (map[string]*hubspot.AssociationPage, error) {
	ctx, t := f.cache.ticketOf(ctx)
	var list []hubspot.AssociationInput
	pages, err := f.hub.AssociationsBatchReadLate(ctx, from, to, func() (_ []hubspot.AssociationInput, err error) {
		list, err = inputs()
		return list, err
	})
	if err == nil {
		f.cache.storeAssociations(*t, from, to, list, pages)
	}
	return pages, err
}
