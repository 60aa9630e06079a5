package execute

import (
	"strconv"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A connView is a connection ready to be written, wherever it comes from.
type connView struct {
	conn  *Connection
	items int
	edge  func(i int) edge
	more  bool
	total countResult
}

func (w *renderer) association(b *Branch, parent string, at *step) {
	state := w.run.states[b]
	if b.err != nil {
		w.failedConnection(b.Conn, at, b.err)
		return
	}
	list := state.lists[parent]
	if list == nil {
		list = &edgeList{}
	}
	if list.err != nil {
		w.failedConnection(b.Conn, at, list.err)
		return
	}
	w.connection(&connView{
		conn:  b.Conn,
		items: len(list.edges),
		edge:  func(i int) edge { return list.edges[i] },
		more:  list.more,
		total: state.total(parent),
	}, at)
}

// total is how many edges of a parent match.
func (b *branchState) total(parent string) countResult {
	list := b.lists[parent]
	if count := b.counts[parent]; count != nil {
		list = count
	}
	if list == nil {
		return countResult{known: true}
	}
	return countResult{known: true, n: list.total, err: list.err}
}

func (w *renderer) primary(b *Branch, parent string, at *step) {
	list := w.run.states[b].lists[parent]
	switch {
	case list == nil:
		w.raw("null")
	case list.err != nil:
		w.fail(b, at, list.err)
		w.raw("null")
	case len(list.edges) == 0:
		w.raw("null")
	default:
		w.record(b.Primary, list.edges[0].id, at)
	}
}

func (w *renderer) connection(v *connView, at *step) {
	w.raw("{")
	here := &step{parent: at}
	for i := range v.conn.fields {
		if w.full() {
			return
		}
		if i > 0 {
			w.raw(",")
		}
		f := &v.conn.fields[i]
		w.buf = append(w.buf, f.key.json...)
		here.name = f.key.name
		switch f.name {
		case typenameField:
			w.buf = appendString(w.buf, v.conn.typeName)
		case "nodes":
			w.nodes(v, f, here)
		case "edges":
			w.edges(v, f, here)
		case "pageInfo":
			w.pageInfo(v, f.sub)
		case "totalCount":
			w.totalCount(v, f, here)
		}
	}
	w.raw("}")
}

// nodes writes the records that are there; the others are gone from HubSpot
// since their edges were read. One that could not be read makes the list null,
// since its elements never are.
func (w *renderer) nodes(v *connView, f *connField, at *step) {
	n := 0
	for i := range v.items {
		record, err := w.lookup(f.node, v.edge(i).id)
		if err != nil {
			w.fail(f, &step{parent: at, index: n}, err)
			w.raw("null")
			return
		}
		if record != nil {
			n++
		}
	}
	w.raw("[")
	here := &step{parent: at}
	n = 0
	for i := range v.items {
		record, _ := w.lookup(f.node, v.edge(i).id)
		if record == nil {
			continue
		}
		if n > 0 {
			w.raw(",")
		}
		here.index = n
		w.object(f.node, record, here)
		n++
		if w.full() {
			return
		}
	}
	w.raw("]")
}

func (w *renderer) edges(v *connView, f *connField, at *step) {
	w.raw("[")
	here := &step{parent: at}
	for i := range v.items {
		if w.full() {
			return
		}
		if i > 0 {
			w.raw(",")
		}
		here.index = i
		w.edge(f, v.edge(i), here)
	}
	w.raw("]")
}

func (w *renderer) edge(edges *connField, e edge, at *step) {
	w.raw("{")
	for i := range edges.edges {
		if i > 0 {
			w.raw(",")
		}
		f := &edges.edges[i]
		w.buf = append(w.buf, f.key.json...)
		switch f.name {
		case typenameField:
			w.buf = appendString(w.buf, edges.edge)
		case "cursor":
			w.cursor(e.at)
		case "addedAt":
			w.instant(f, e.added, &step{parent: at, name: f.key.name})
		case "isPrimary":
			w.buf = appendBool(w.buf, isPrimary(e.types))
		case "labels":
			w.labels(f.sub, e.types)
		case "node":
			w.record(f.node, e.id, &step{parent: at, name: f.key.name})
		}
	}
	w.raw("}")
}

func (w *renderer) cursor(c cursor) {
	w.raw(`"`)
	w.buf = c.appendTo(w.buf)
	w.raw(`"`)
}

// labels writes what people called the link: the unlabelled type that every
// link has says nothing.
func (w *renderer) labels(sub *selection, types []hubspot.AssociationType) {
	w.raw("[")
	n := 0
	for _, t := range types {
		if t.Label == "" {
			continue
		}
		if n > 0 {
			w.raw(",")
		}
		n++
		w.coreObject(sub, func(name string, _ *selection) {
			switch name {
			case "category":
				w.buf = appendString(w.buf, t.Category)
			case "typeId":
				w.buf = strconv.AppendInt(w.buf, int64(t.TypeID), 10)
			case "label":
				w.buf = appendString(w.buf, t.Label)
			}
		})
	}
	w.raw("]")
}

func (w *renderer) pageInfo(v *connView, sub *selection) {
	w.coreObject(sub, func(name string, _ *selection) {
		switch name {
		case "hasNextPage":
			w.buf = appendBool(w.buf, v.more)
		case "hasPreviousPage":
			w.raw("false")
		case "startCursor", "endCursor":
			if v.items == 0 {
				w.raw("null")
				return
			}
			i := 0
			if name == "endCursor" {
				i = v.items - 1
			}
			w.cursor(v.edge(i).at)
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
// null itself: what it holds is, with one error at the first place.
func (w *renderer) failedConnection(c *Connection, at *step, err error) {
	w.raw("{")
	told := false
	for i := range c.fields {
		if i > 0 {
			w.raw(",")
		}
		f := &c.fields[i]
		w.buf = append(w.buf, f.key.json...)
		if f.name == typenameField {
			w.buf = appendString(w.buf, c.typeName)
			continue
		}
		if !told {
			told = true
			w.fail(c, &step{parent: at, name: f.key.name}, err)
		}
		w.raw("null")
	}
	w.raw("}")
	if !told {
		w.fail(c, at, err)
	}
}
