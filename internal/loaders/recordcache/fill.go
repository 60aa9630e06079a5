package recordcache

import (
	"context"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A Hub is the part of HubSpot whose answers are kept.
type Hub interface {
	List(context.Context, hubspot.ListRequest) (*hubspot.Page, error)
	BatchRead(context.Context, hubspot.BatchReadRequest) ([]*hubspot.Record, error)
	ListLate(ctx context.Context, request func() hubspot.ListRequest) (*hubspot.Page, error)
	BatchReadLate(ctx context.Context, request func() hubspot.BatchReadRequest) ([]*hubspot.Record, error)
	AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error)
	AssociationsBatchReadLate(ctx context.Context, from, to string, inputs func() []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error)
}

// A Filler makes calls and stores their answers; it looks nothing up.
type Filler struct {
	hub   Hub
	cache *Cache
}

// NewFiller returns a Filler of the cache, which must not be nil, whose calls
// go to hub.
func NewFiller(hub Hub, cache *Cache) *Filler { return &Filler{hub, cache} }

// List is [hubspot.Client.List].
func (f *Filler) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	ctx, t := f.cache.ticketOf(ctx)
	page, err := f.hub.List(ctx, r)
	if err == nil {
		f.cache.storeList(*t, r, page)
	}
	return page, err
}

// BatchRead is [hubspot.Client.BatchRead].
func (f *Filler) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	ctx, t := f.cache.ticketOf(ctx)
	records, err := f.hub.BatchRead(ctx, r)
	if err == nil {
		f.cache.storeBatch(*t, r, records)
	}
	return records, err
}

// AssociationsBatchRead is [hubspot.Client.AssociationsBatchRead].
func (f *Filler) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	ctx, t := f.cache.ticketOf(ctx)
	pages, err := f.hub.AssociationsBatchRead(ctx, from, to, inputs)
	if err == nil {
		f.cache.storeAssociations(*t, from, to, inputs, pages)
	}
	return pages, err
}

// ticketOf returns the context of a call, and its ticket: of the moment when the
// call leaves, not of that when it begins to wait for the limiter.
func (c *Cache) ticketOf(ctx context.Context) (context.Context, *Ticket) {
	t := c.Ticket()
	return hubspot.OnDeparture(ctx, func() { t = c.Ticket() }), &t
}

func (c *Cache) storeList(t Ticket, r hubspot.ListRequest, page *hubspot.Page) {
	if r.Archived || !isTypeID(r.ObjectType) || !c.open() {
		return
	}
	defer c.closing.RUnlock()
	c.putPage(t, r, page)
}

// storeBatch stores the records that a batch brought and, where it tells which
// IDs were merged into them, what its other IDs stand for.
func (c *Cache) storeBatch(t Ticket, r hubspot.BatchReadRequest, records []*hubspot.Record) {
	if r.Archived || !isTypeID(r.ObjectType) || !c.open() {
		return
	}
	defer c.closing.RUnlock()
	c.putRecords(t, r.ObjectType, records)
	if r.IDProperty != "" || r.Properties.Index(mergedIDs) < 0 {
		return
	}
	byID := make(map[string]*hubspot.Record, len(records))
	for _, record := range records {
		byID[record.ID] = record
	}
	look := c.lookRecords(r.ObjectType, nil)
	var left []string
	for _, id := range r.IDs {
		if byID[id] == nil {
			left = append(left, id)
		}
	}
	for _, record := range records {
		for id := range strings.SplitSeq(record.Value(mergedIDs), ";") {
			if _, own := byID[id]; id != "" && !own {
				byID[id] = record
			}
		}
	}
	for _, id := range left {
		if record := byID[id]; record != nil {
			c.putRecord(t, &look, id, record)
		} else {
			c.putAbsent(t, &look, id)
		}
	}
}

func (c *Cache) storeAssociations(t Ticket, from, to string, inputs []hubspot.AssociationInput, pages map[string]*hubspot.AssociationPage) {
	if !isTypeID(from) || !isTypeID(to) || !c.open() {
		return
	}
	defer c.closing.RUnlock()
	c.putEdges(t, from, to, inputs, pages)
}

// isTypeID tells type IDs, such as "2-123", from the other names of object
// types: invalidations name them by their IDs, and would miss those.
func isTypeID(objectType string) bool {
	space, number, ok := strings.Cut(objectType, "-")
	return ok && isNumber(space) && isNumber(number)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
