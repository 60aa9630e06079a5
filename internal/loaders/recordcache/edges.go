package recordcache

import (
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// An edgesEntry is all associations of one record with the records of a type.
type edgesEntry struct {
	origin

	from, to, id string
	bare         bool // whether the association types are not known
	page         hubspot.AssociationPage
}

// Edges looks up the associations of records of type from with those of type
// to, and tells found those of ids[i], all of them, with the instant at which
// HubSpot was asked for them. Without labels the association types may be
// missing: what a list brought along has none. A record that has no
// associations, or does not exist, has an empty page. Nobody may change a page.
// Found must not call the cache.
func (c *Cache) Edges(from, to string, labels bool, ids []string, found func(i int, page *hubspot.AssociationPage, asOf time.Time)) {
	if c == nil || len(ids) == 0 || !c.open() {
		return
	}
	defer c.closing.RUnlock()
	hits := 0
	look := c.lookEdges(from, to)
	for i, id := range ids {
		e := look.find(id, labels)
		if e == nil {
			continue
		}
		hits++
		found(i, &e.page, c.at(&e.origin))
	}
	c.counted.look(KindEdges, hits, len(ids)-hits)
}

// An edgesLook is a look-up of many records' associations.
type edgesLook struct {
	view

	from, to                string
	base, bare, all, labels uint64
}

func (c *Cache) lookEdges(from, to string) edgesLook {
	return edgesLook{
		view: c.view(c.base(kindEdgesTo, to, "")),
		from: from, to: to,
		base: c.base(kindEdges, from, to), bare: c.base(kindBareEdges, from, to),
		all: c.base(kindAllEdges, "", ""), labels: c.base(kindLabels, "", ""),
	}
}

func (l *edgesLook) find(id string, labels bool) *edgesEntry {
	key := l.key(l.base, id)
	if e := l.valid(key, key, id); e != nil || labels {
		return e
	}
	return l.valid(l.key(l.bare, id), key, id)
}

// valid returns the entry at a key if it may be served; stamp is the key of
// what makes it stale.
func (l *edgesLook) valid(key, stamp uint64, id string) *edgesEntry {
	v, _ := l.entries.Get(key)
	e, ok := v.(*edgesEntry)
	if !ok || e.id != id || e.from != l.from || e.to != l.to || e.bare != (key != stamp) ||
		!l.holds(&e.origin) || !l.fresh(&e.origin, stamp) || !l.fresh(&e.origin, l.key(l.all, id)) {
		return nil
	}
	for _, to := range e.page.To {
		if isLabelled(to.Types) && !l.fresh(&e.origin, l.key(l.labels, to.ID)) {
			return nil
		}
	}
	return e
}

func isLabelled(types []hubspot.AssociationType) bool {
	return slices.ContainsFunc(types, func(t hubspot.AssociationType) bool { return t.Label != "" })
}

// putEdges stores what a read of associations brought: the lists that came
// whole.
func (c *Cache) putEdges(t Ticket, from, to string, inputs []hubspot.AssociationInput, pages map[string]*hubspot.AssociationPage) {
	look := c.lookEdges(from, to)
	shared := make(map[*hubspot.AssociationType][]hubspot.AssociationType)
	for _, in := range inputs {
		page := pages[in.ID]
		if in.After != "" || page != nil && page.After != "" {
			continue
		}
		e := &edgesEntry{origin: t.origin, from: from, to: to}
		if page != nil {
			e.own(in.ID, len(page.To), func(i int) string { return page.To[i].ID })
			for i, to := range page.To {
				e.page.To[i].Types = c.labels.share(shared, to.Types)
			}
		} else {
			e.own(in.ID, 0, nil)
		}
		c.set(look.key(look.base, e.id), e, e.bytes())
	}
}

// putBareEdges stores the associations that a list brought along with a record.
func (c *Cache) putBareEdges(t Ticket, look *edgesLook, id string, ids []string) {
	e := &edgesEntry{origin: t.origin, from: look.from, to: look.to, bare: true}
	e.own(id, len(ids), func(i int) string { return ids[i] })
	c.set(look.key(look.bare, e.id), e, e.bytes())
}

// own gives an entry n edges, with texts in memory of its own.
func (e *edgesEntry) own(id string, n int, to func(i int) string) {
	size := len(id)
	for i := range n {
		size += len(to(i))
	}
	var text strings.Builder
	text.Grow(size)
	text.WriteString(id)
	e.id = text.String()
	if n == 0 {
		return
	}
	e.page.To = make([]hubspot.Associated, n)
	for i := range n {
		from := text.Len()
		text.WriteString(to(i))
		e.page.To[i].ID = text.String()[from:]
	}
}

func (e *edgesEntry) bytes() int64 {
	n := int(unsafe.Sizeof(*e)) + len(e.id) + len(e.page.To)*int(unsafe.Sizeof(hubspot.Associated{}))
	for _, to := range e.page.To {
		n += len(to.ID)
	}
	return int64(n)
}
