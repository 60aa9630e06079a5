package recordcache

import "github.com/hubgraph/hubgraph/internal/hubspot"

// Apply forgets what events have made stale. When it returns, nothing that was
// asked for before it is served any more, whatever is still under way. It waits
// for nobody. Events may come in any order, and more than once. An event that
// does not say what it is about makes all go that it might be about. A nil
// Cache has nothing to forget.
func (c *Cache) Apply(events []hubspot.WebhookEvent) {
	if c == nil || len(events) == 0 {
		return
	}
	// Calls that leave from here on have a ticket of this number or a higher
	// one: HubSpot made the changes before it told them.
	now := c.clock.Add(1)
	for i := range events {
		c.apply(&events[i], now)
	}
}

func (c *Cache) apply(e *hubspot.WebhookEvent, now uint64) {
	ids := e.RecordIDs()
	known := e.ObjectTypeID != "" && len(ids) > 0
	switch {
	case e.Kind == hubspot.WebhookAssociationChange:
		c.forgetEdges(e.FromTypeID, e.FromID, e.ToTypeID, now)
		c.forgetEdges(e.ToTypeID, e.ToID, e.FromTypeID, now)
		c.forgetPrimary(e, now)
	case e.Kind == hubspot.WebhookOther && !known:
		// Not about a record.
	case !known:
		raise(&c.everything, now)
	case e.Kind == hubspot.WebhookPropertyChange:
		for _, id := range ids {
			c.forgetRecord(e.ObjectTypeID, id, now)
		}
	default:
		for _, id := range ids {
			c.forgetRecord(e.ObjectTypeID, id, now)
			c.forgetEdges("", id, "", now)
		}
		c.types.raise(c.base(kindPagesOf, e.ObjectTypeID, ""), now)
		c.types.raise(c.base(kindEdgesTo, e.ObjectTypeID, ""), now)
	}
}

// company is the object type whose records can be the primary ones of others.
//
// Source: the association types of HubSpot's associations v4 guide, read 2026-08.
const company = "0-2"

// forgetPrimary forgets how others' associations with a record are labelled: a
// company that becomes its primary one takes that from another, of which there
// is no event.
func (c *Cache) forgetPrimary(e *hubspot.WebhookEvent, now uint64) {
	labels := c.base(kindLabels, "", "")
	if e.ToTypeID == company || e.ToTypeID == "" {
		c.things.raise(c.key(labels, e.FromID), now)
	}
	if e.FromTypeID == company || e.FromTypeID == "" {
		c.things.raise(c.key(labels, e.ToID), now)
	}
}

func (c *Cache) forgetRecord(objectType, id string, now uint64) {
	c.things.raise(c.key(c.base(kindRecord, objectType, ""), id), now)
}

// forgetEdges forgets the associations of a record with those of one type, or
// with those of all if either type is not known; if the record is not known,
// those of all records that it may be.
func (c *Cache) forgetEdges(from, id, to string, now uint64) {
	switch {
	case id != "" && from != "" && to != "":
		c.things.raise(c.key(c.base(kindEdges, from, to), id), now)
	case id != "":
		c.things.raise(c.key(c.base(kindAllEdges, "", ""), id), now)
	case to != "":
		c.types.raise(c.base(kindEdgesTo, to, ""), now)
	default:
		raise(&c.everything, now)
	}
}
