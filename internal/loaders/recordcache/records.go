package recordcache

import (
	"strings"
	"time"
	"unsafe"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A recordEntry is what one record ID stands for.
type recordEntry struct {
	origin

	objectType string
	asked      string         // the record's own ID, unless that was merged into it
	record     hubspot.Record // without an ID if HubSpot has none
}

// mergedIDs is the property that holds the IDs merged into a record, joined by
// ";". Without it an answer does not tell an ID that was merged from one that
// HubSpot does not know, which is then kept as neither.
const mergedIDs = "hs_merged_object_ids"

// Records looks up records by their IDs, and tells found those of ids[i] that
// hold all properties of set, with the instant at which HubSpot was asked for
// them. The record's own Set may be wider, and its ID another one if the one
// asked for was merged into it: set need not hold hs_merged_object_ids for that.
// A nil record means that HubSpot had none then. Nobody may change a record.
// Found must not call the cache.
func (c *Cache) Records(objectType string, set *hubspot.PropertySet, ids []string, found func(i int, r *hubspot.Record, asOf time.Time)) {
	if c == nil || len(ids) == 0 || !c.open() {
		return
	}
	defer c.closing.RUnlock()
	hits := 0
	look := c.lookRecords(objectType, set)
	for i, id := range ids {
		e := look.find(id)
		if e == nil {
			continue
		}
		hits++
		if e.record.ID == "" {
			found(i, nil, c.at(&e.origin))
		} else {
			found(i, &e.record, c.at(&e.origin))
		}
	}
	c.counted.look(KindRecord, hits, len(ids)-hits)
}

// A recordLook is a look-up of many records.
type recordLook struct {
	view

	objectType string
	base       uint64
	set        *hubspot.PropertySet

	// Records that were read together share their set, which is compared once.
	last   *hubspot.PropertySet
	covers bool
}

func (c *Cache) lookRecords(objectType string, set *hubspot.PropertySet) recordLook {
	return recordLook{view: c.view(), objectType: objectType, base: c.base(kindRecord, objectType, ""), set: set, covers: set.Len() == 0}
}

// find returns the entry of an ID if it may be served and answers what is asked.
func (l *recordLook) find(id string) *recordEntry {
	e := l.valid(l.key(l.base, id), id)
	if e == nil {
		return nil
	}
	if e.record.ID == "" {
		return e
	}
	if e.record.Set != l.last {
		l.last, l.covers = e.record.Set, covers(e.record.Set, l.set)
	}
	if !l.covers {
		return nil
	}
	return e
}

// valid returns the entry of an ID if it may be served.
func (l *recordLook) valid(key uint64, id string) *recordEntry {
	v, _ := l.entries.Get(key)
	e, ok := v.(*recordEntry)
	if !ok || e.asked != id || e.objectType != l.objectType || !l.holds(&e.origin) || !l.fresh(&e.origin, key) {
		return nil
	}
	if own := e.record.ID; own != "" && own != id && !l.fresh(&e.origin, l.key(l.base, own)) {
		return nil
	}
	return e
}

// putRecords stores what a read of live records brought.
func (c *Cache) putRecords(t Ticket, objectType string, records []*hubspot.Record) {
	look := c.lookRecords(objectType, nil)
	for _, r := range records {
		c.putRecord(t, &look, r.ID, r)
	}
}

// putRecord stores a record under the ID that it was asked for.
func (c *Cache) putRecord(t Ticket, look *recordLook, id string, r *hubspot.Record) {
	key := look.key(look.base, id)
	e := &recordEntry{origin: t.origin, objectType: look.objectType}
	prev := look.valid(key, id)
	switch {
	case prev == nil || prev.record.ID != r.ID || prev.oldest < look.horizon+c.opts.TTL/2, // what would expire soon must not take with it what was just read
		covers(r.Set, prev.record.Set) && prev.newest <= e.newest:
		e.record = owned(r, c.sets.canonical(r.Set))
	case covers(prev.record.Set, r.Set) && prev.oldest >= e.oldest:
		return
	default:
		c.unite(e, r, prev)
	}
	e.asked = e.record.ID
	if id != r.ID {
		e.asked = strings.Clone(id)
	}
	c.set(key, e, e.bytes())
}

// putAbsent stores that HubSpot does not know an ID.
func (c *Cache) putAbsent(t Ticket, look *recordLook, id string) {
	e := &recordEntry{origin: t.origin, objectType: look.objectType, asked: strings.Clone(id)}
	c.set(look.key(look.base, id), e, e.bytes())
}

// unite makes e hold the properties of both r, just read, and prev. Where both
// have one, the newer goes; the whole is as old as its older part.
func (c *Cache) unite(e *recordEntry, r *hubspot.Record, prev *recordEntry) {
	newer, older := r, &prev.record
	if prev.newest > e.newest {
		newer, older = older, newer
	}
	e.clock, e.oldest, e.newest = min(e.clock, prev.clock), min(e.oldest, prev.oldest), max(e.newest, prev.newest)
	both := *newer
	both.Set = c.sets.union(newer.Set, older.Set)
	both.Values = make([]string, both.Set.Len())
	for i, name := range both.Set.Names() {
		if at := newer.Set.Index(name); at >= 0 {
			both.Values[i] = newer.Values[at]
		} else {
			both.Values[i] = older.Value(name)
		}
	}
	e.record = owned(&both, both.Set)
}

// owned copies a record into memory of its own: the text of one that was read
// may be a part of a whole answer's, which must not be kept for it.
func owned(r *hubspot.Record, set *hubspot.PropertySet) hubspot.Record {
	var text strings.Builder
	text.Grow(textLen(r))
	take := func(s string) string {
		from := text.Len()
		text.WriteString(s)
		return text.String()[from:] // stays as it is: there is room for all
	}
	out := hubspot.Record{
		ID: take(r.ID), Set: set,
		CreatedAt: take(r.CreatedAt), UpdatedAt: take(r.UpdatedAt), URL: take(r.URL),
	}
	if len(r.Values) > 0 {
		out.Values = make([]string, len(r.Values))
		for i, v := range r.Values {
			out.Values[i] = take(v)
		}
	}
	return out
}

func textLen(r *hubspot.Record) int {
	n := len(r.ID) + len(r.CreatedAt) + len(r.UpdatedAt) + len(r.URL)
	for _, v := range r.Values {
		n += len(v)
	}
	return n
}

func (e *recordEntry) bytes() int64 {
	n := int(unsafe.Sizeof(*e)) + textLen(&e.record) + len(e.record.Values)*int(unsafe.Sizeof(""))
	if e.asked != e.record.ID {
		n += len(e.asked)
	}
	return int64(n)
}
