package execute

import (
	"strconv"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A connView is a connection ready to be written, wherever it comes from: list
// is a root's records, edges are any others.
type connView struct {
	conn  *Connection
	list  []listItem
	edges []edge
	more  bool
	total countResult
	print uint32 // of its cursors
}

func (v *connView) items() int { return len(v.list) + len(v.edges) }

// pos is where a record of the connection is among those of the selections on
// it.
func (v *connView) pos(i int) int {
	if v.list != nil {
		return i
	}
	return int(v.edges[i].pos)
}

func (v *connView) cursor(i int) cursor {
	var at cursor
	if v.list != nil {
		at = v.list[i].at
	} else {
		at = v.edges[i].at
	}
	at.print = v.print
	return at
}

func (w *renderer) association(b *Branch, r *row, at *step) {
	if b.err != nil {
		w.failedConnection(b.Conn, at, b.err)
		return
	}
	state := &w.run.branches[b.place]
	view := connView{conn: b.Conn, total: state.total(r.pos)}
	if list := state.list(r.pos); list != nil {
		if list.err != nil {
			w.failedConnection(b.Conn, at, list.err)
			return
		}
		view.edges, view.more = list.edges, list.more
	}
	if b.Conn.cursors {
		view.print = b.cursorPrint(r.id)
	}
	w.connection(&view, at)
}

// total is how many edges of a parent match.
func (b *branchState) total(parent int) countResult {
	list := b.list(parent)
	if count := b.counts[parent]; count != nil {
		list = count
	}
	if list == nil {
		return countResult{known: true}
	}
	return countResult{known: true, n: list.total, err: list.err}
}

func (w *renderer) primary(b *Branch, r *row, at *step) {
	list := w.run.branches[b.place].list(r.pos)
	switch {
	case list == nil:
		w.raw("null")
	case list.err != nil:
		w.fail(b, at, list.err)
		w.raw("null")
	case len(list.edges) == 0:
		w.raw("null")
	default:
		w.record(b.Primary, int(list.edges[0].pos), at)
	}
}

func (w *renderer) connection(v *connView, at *step) {
	fields := v.conn.fields
	w.members(len(fields), at,
		func(i int) *responseKey { return &fields[i].key },
		func(i int, at *step) { w.connectionField(v, &fields[i], at) })
}

func (w *renderer) connectionField(v *connView, f *connField, at *step) {
	switch f.name {
	case typenameField:
		w.buf = appendString(w.buf, v.conn.typeName)
	case "nodes":
		w.nodes(v, f, at)
	case "edges":
		w.each(v.items(), at, func(i int, at *step) { w.edge(v, f, i, at) })
	case "pageInfo":
		w.pageInfo(v, f.sub, at)
	case "totalCount":
		w.totalCount(v, f, at)
	}
}

// nodes writes the records that are there; the others are gone from HubSpot
// since their edges were read. One that could not be read makes the list null,
// since its elements never are.
func (w *renderer) nodes(v *connView, f *connField, at *step) {
	here := w.below(at)
	here.index = 0
	for i := range v.items() {
		row, err := w.lookup(f.node, v.pos(i))
		if err != nil {
			w.fail(f, here, err)
			w.raw("null")
			return
		}
		if row.id != "" {
			here.index++
		}
	}
	here.index = 0
	start := len(w.buf)
	w.raw("[")
	for i := range v.items() {
		row, _ := w.lookup(f.node, v.pos(i))
		if row.id == "" {
			continue
		}
		if here.index > 0 {
			w.raw(",")
		}
		w.object(f.node, row, here)
		here.index++
		if w.full() {
			return
		}
		w.reserve(start, i+1, v.items())
	}
	w.raw("]")
}

func (w *renderer) edge(v *connView, edges *connField, i int, at *step) {
	fields := edges.edges
	w.members(len(fields), at,
		func(i int) *responseKey { return &fields[i].key },
		func(member int, at *step) {
			f := &fields[member]
			switch f.name {
			case typenameField:
				w.buf = appendString(w.buf, edges.edge)
			case "cursor":
				w.cursor(v.cursor(i))
			case "addedAt":
				w.instant(f, v.edges[i].added, at)
			case "isPrimary":
				w.buf = appendBool(w.buf, isPrimary(v.edges[i].types))
			case "labels":
				w.labels(f.sub, v.edges[i].types, at)
			case "node":
				w.record(f.node, v.pos(i), at)
			}
		})
}

func (w *renderer) cursor(c cursor) {
	w.raw(`"`)
	w.buf = c.appendTo(w.buf)
	w.raw(`"`)
}

// labels writes what people called the link: the unlabelled type that every
// link has says nothing.
func (w *renderer) labels(sub *selection, types []hubspot.AssociationType, at *step) {
	named := 0
	for _, t := range types {
		if t.Label != "" {
			named++
		}
	}
	next := 0
	w.each(named, at, func(_ int, at *step) {
		for types[next].Label == "" {
			next++
		}
		t := &types[next]
		next++
		w.coreObject(sub, at, func(f *selectedField, _ *step) {
			switch f.name {
			case "category":
				w.buf = appendString(w.buf, t.Category)
			case "typeId":
				w.buf = strconv.AppendInt(w.buf, int64(t.TypeID), 10)
			case "label":
				w.buf = appendString(w.buf, t.Label)
			}
		})
	})
}

func (w *renderer) pageInfo(v *connView, sub *selection, at *step) {
	w.coreObject(sub, at, func(f *selectedField, _ *step) {
		switch f.name {
		case "hasNextPage":
			w.buf = appendBool(w.buf, v.more)
		case "hasPreviousPage":
			w.raw("false")
		case "startCursor", "endCursor":
			if v.items() == 0 {
				w.raw("null")
				return
			}
			i := 0
			if f.name == "endCursor" {
				i = v.items() - 1
			}
			w.cursor(v.cursor(i))
		}
	})
}

func (w *renderer) totalCount(v *connView, f *connField, at *step) {
	if v.total.err != nil {
		w.fail(f, at, v.total.err)
		w.raw("null")
		return
	}
	if !v.total.known {
		w.raw("null")
		return
	}
	w.buf = strconv.AppendInt(w.buf, int64(v.total.n), 10)
}

// failedConnection writes a connection that could not be read. It is never
// null itself: what it holds is, with one error at the first place. Where nothing
// of it is asked for, nothing is null, and no error says so.
func (w *renderer) failedConnection(c *Connection, at *step, err error) {
	told := false
	w.members(len(c.fields), at,
		func(i int) *responseKey { return &c.fields[i].key },
		func(i int, at *step) {
			if c.fields[i].name == typenameField {
				w.buf = appendString(w.buf, c.typeName)
				return
			}
			if !told {
				told = true
				w.fail(c, at, err)
			}
			w.raw("null")
		})
}
