package execute

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// The GraphQL types of lists, which are the same for all portals.
const (
	listType           = "List"
	listConnectionType = "ListConnection"
	listEdgeType       = "ListEdge"
	membershipType     = "ListMembership"
)

func (w *renderer) rootSegment(root *rootState, at *step) {
	if err := root.failure(); err != nil {
		w.fail(root, at, err)
		w.raw("null")
		return
	}
	w.segment(root.plan.Segment, root.plan.SegmentID, at)
}

func (w *renderer) rootSegments(root *rootState, at *step) {
	page, result := root.plan.Segments, &root.segments
	err := root.failure()
	if err == nil {
		err = result.err
	}
	view := &connView{
		edges: result.edges(),
		more:  result.more,
		total: result.total,
		print: page.print,
	}
	w.members(len(page.fields), at,
		func(i int) *responseKey { return &page.fields[i].key },
		func(i int, at *step) {
			switch f := &page.fields[i]; {
			case f.name == typenameField:
				w.buf = appendString(w.buf, listConnectionType)
			case err != nil:
				w.fail(page, at, err) // once, whatever else is selected
				w.raw("null")
			default:
				w.segmentPageField(f, view, at)
			}
		})
}

func (w *renderer) segmentPageField(f *segmentPageField, v *connView, at *step) {
	switch f.name {
	case "nodes":
		w.each(v.items(), at, func(i int, at *step) { w.segment(f.segment, v.edges[i].id, at) })
	case "edges":
		w.each(v.items(), at, func(i int, at *step) { w.segmentEdge(f.edges, v, i, at) })
	case "pageInfo":
		w.pageInfo(v, f.sub, at)
	case "totalCount":
		w.buf = strconv.AppendInt(w.buf, int64(v.total.n), 10)
	}
}

func (w *renderer) segmentEdge(fields []segmentEdgeField, v *connView, i int, at *step) {
	w.members(len(fields), at,
		func(i int) *responseKey { return &fields[i].key },
		func(member int, at *step) {
			switch f := &fields[member]; f.name {
			case typenameField:
				w.buf = appendString(w.buf, listEdgeType)
			case "cursor":
				w.cursor(v.cursor(i))
			case "node":
				w.segment(f.segment, v.edges[i].id, at)
			}
		})
}

// segment writes a list that may be missing, as record does a record.
func (w *renderer) segment(s *Segment, id string, at *step) {
	state, have := w.run.segments.lists[id]
	switch {
	case s.Read && !have:
		state.err = errors.New("a list was not read")
	case !have:
		state.list = &hubspot.List{ID: id}
	}
	if state.err != nil {
		w.fail(s, at, state.err)
	}
	if state.list == nil {
		w.raw("null")
		return
	}
	w.members(len(s.fields), at,
		func(i int) *responseKey { return &s.fields[i].key },
		func(i int, at *step) { w.segmentField(s, &s.fields[i], state.list, at) })
}

func (w *renderer) segmentField(s *Segment, f *segmentField, list *hubspot.List, at *step) {
	switch f.name {
	case typenameField:
		w.buf = appendString(w.buf, listType)
	case "id":
		w.buf = appendString(w.buf, schema.ListID(list.ID))
	case "listId":
		w.buf = appendString(w.buf, list.ID)
	case "name":
		w.buf = appendNullable(w.buf, list.Name)
	case "objectType":
		if s.Type != nil {
			w.buf = appendString(w.buf, s.Type.Object.TypeID)
			return
		}
		w.buf = appendNullable(w.buf, list.ObjectTypeID)
	case "processingType":
		w.buf = appendNullable(w.buf, list.ProcessingType)
	case "processingStatus":
		w.buf = appendNullable(w.buf, list.ProcessingStatus)
	case "size":
		if list.Size == nil {
			w.raw("null")
			return
		}
		w.buf = strconv.AppendInt(w.buf, int64(*list.Size), 10)
	case "createdAt":
		w.instant(f, list.CreatedAt, at)
	case "updatedAt":
		w.instant(f, list.UpdatedAt, at)
	case "members":
		w.listMembers(s, f.members, list, at)
	}
}

// listMembers writes the records in a list.
func (w *renderer) listMembers(s *Segment, m *Members, list *hubspot.List, at *step) {
	if m.err != nil {
		w.failedConnection(m.shape(), at, m.err)
		return
	}
	conn := m.of(w.run.segments.typeOf(s, list.ID, w.run.engine.schema))
	if conn == nil && m.shape().Items {
		w.failedConnection(m.shape(), at, w.run.engine.unreadable(list.ObjectTypeID))
		return
	}
	read := w.run.segments.byMembers[m].lists[list.ID]
	if read == nil {
		read = &memberList{}
	}
	if read.err != nil {
		w.failedConnection(m.shape(), at, read.err)
		return
	}
	view := &connView{
		conn:  cmp.Or(conn, m.shape()),
		edges: read.edges,
		more:  read.more,
	}
	if view.conn.cursors {
		view.print = w.run.engine.membersPrint(list.ID)
	}
	if total := cmp.Or(read.total, list.Size); total != nil {
		view.total = countResult{known: true, n: *total}
	}
	w.connection(view, at)
}

// memberships writes which lists a record is in.
func (w *renderer) memberships(m *Memberships, record string, at *step) {
	result := w.run.segments.byField[m].lists[record]
	if result.err != nil {
		w.fail(m, at, result.err)
		w.raw("null")
		return
	}
	w.each(len(result.lists), at, func(i int, at *step) { w.membership(m, &result.lists[i], at) })
}

func (w *renderer) membership(m *Memberships, in *hubspot.ListMembership, at *step) {
	w.members(len(m.fields), at,
		func(i int) *responseKey { return &m.fields[i].key },
		func(i int, at *step) {
			switch f := &m.fields[i]; f.name {
			case typenameField:
				w.buf = appendString(w.buf, membershipType)
			case "list":
				w.segment(f.segment, in.ListID, at)
			case "firstAddedAt":
				w.instant(f, in.FirstAddedAt, at)
			case "lastAddedAt":
				w.instant(f, in.LastAddedAt, at)
			}
		})
}

// unreadable is why the members of a list cannot be read.
func (e *Engine) unreadable(typeID string) error {
	i := slices.IndexFunc(e.meta.Unavailable, func(u portal.Unavailable) bool { return u.TypeID == typeID })
	if i < 0 {
		return withCode(fmt.Sprintf("the list's members are records of object type %s, which this graph does not have", typeID), CodeNotFound, nil)
	}
	u := e.meta.Unavailable[i]
	extensions := make(map[string]any)
	message := fmt.Sprintf("the list's members are records of object type %s, which cannot be read: %s", typeID, u.Reason)
	if len(u.Scopes) > 0 {
		message += fmt.Sprintf("; the scopes %v would open it", u.Scopes)
		extensions["missingScopes"] = u.Scopes
	}
	return withCode(message, CodeForbidden, extensions)
}
