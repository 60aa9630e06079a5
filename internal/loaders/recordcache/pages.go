package recordcache

import (
	"strings"
	"time"
	"unsafe"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A pageEntry is which records one page of a list has. The records themselves
// are entries of their own, and so are their associations.
type pageEntry struct {
	origin

	objectType string
	limit      int
	after      string
	ids        []string
	next       string
}

// List looks up a page of a list: it is there if all its records are, with all
// properties that r asks for. The records do not carry the associations that r
// asks for: look them up with [Cache.Edges]. Nobody may change a record. asOf
// is when HubSpot was asked, for the oldest of what the page is made of.
func (c *Cache) List(r hubspot.ListRequest) (page *hubspot.Page, asOf time.Time, ok bool) {
	if c == nil || r.Archived || r.History.Len() > 0 || !c.open() {
		return nil, time.Time{}, false
	}
	defer c.closing.RUnlock()
	page, oldest := c.page(r, false)
	if page == nil {
		c.counted.look(KindList, 0, 1)
		return nil, time.Time{}, false
	}
	c.counted.look(KindList, 1, 0)
	return page, c.at(oldest), true
}

func (c *Cache) page(r hubspot.ListRequest, stale bool) (*hubspot.Page, *origin) {
	v := c.view(c.base(kindPagesOf, r.ObjectType, ""))
	look := c.lookRecords(r.ObjectType, r.Properties)
	if stale {
		v.stale()
		look.stale()
	}
	found, _ := c.entries.Get(c.pageKey(r))
	e, ok := found.(*pageEntry)
	if !ok || e.objectType != r.ObjectType || e.limit != pageLimit(r) || e.after != r.After || !v.holds(&e.origin) {
		return nil, nil
	}
	page := &hubspot.Page{Records: make([]*hubspot.Record, len(e.ids)), After: e.next}
	oldest := &e.origin
	for i, id := range e.ids {
		record := look.find(id)
		if record == nil || record.record.ID != id {
			return nil, nil
		}
		page.Records[i] = &record.record
		if record.oldest < oldest.oldest {
			oldest = &record.origin
		}
	}
	return page, oldest
}

// putPage stores a page of a list of live records, with all it brought.
func (c *Cache) putPage(t Ticket, r hubspot.ListRequest, page *hubspot.Page) {
	c.putRecords(t, r.ObjectType, page.Records)
	c.putEmbedded(t, r, page.Records)
	e := &pageEntry{origin: t.origin, objectType: r.ObjectType, limit: pageLimit(r), ids: make([]string, len(page.Records))}
	size := len(r.After) + len(page.After)
	for _, record := range page.Records {
		size += len(record.ID)
	}
	var text strings.Builder
	text.Grow(size)
	take := func(s string) string {
		from := text.Len()
		text.WriteString(s)
		return text.String()[from:]
	}
	e.after, e.next = take(r.After), take(page.After)
	for i, record := range page.Records {
		e.ids[i] = take(record.ID)
	}
	c.set(c.pageKey(r), e, int64(int(unsafe.Sizeof(*e))+size+len(e.ids)*int(unsafe.Sizeof(""))))
}

// putEmbedded stores the associations that a list brought along, if the names
// that it calls their types by are all known: a type that was asked for and is
// not named has none.
func (c *Cache) putEmbedded(t Ticket, r hubspot.ListRequest, records []*hubspot.Record) {
	for _, record := range records {
		for _, e := range record.Associations {
			if c.opts.TypeID(e.Name) == "" {
				return
			}
		}
	}
	for _, to := range r.Associations {
		look := c.lookEdges(r.ObjectType, to)
		for _, record := range records {
			var edges hubspot.EmbeddedAssociations
			for _, e := range record.Associations {
				if c.opts.TypeID(e.Name) == to {
					edges = e
				}
			}
			if !edges.Cut {
				c.putBareEdges(t, &look, record.ID, edges.IDs)
			}
		}
	}
}

func (c *Cache) pageKey(r hubspot.ListRequest) uint64 {
	return c.key(mix(c.base(kindPage, r.ObjectType, ""), uint64(pageLimit(r))), r.After)
}

// pageLimit is how many records a page may have.
func pageLimit(r hubspot.ListRequest) int {
	switch {
	case r.Limit != 0:
		return r.Limit
	case r.History.Len() > 0:
		return hubspot.MaxHistoryInputs
	default:
		return hubspot.MaxPageSize
	}
}
