package execute

import (
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// membersState is how far the members of a selection's lists have come.
type membersState struct {
	plan    *Members
	segment *Segment
	parent  *segmentIDs
	begun   int // lists whose members are asked for, from the front
	reading int // pages under way
	settled bool
	done    int                    // lists whose members were settled, from the front
	lists   map[string]*memberList // by list ID
}

// A memberList is what one list's connection came to.
type memberList struct {
	edges []edge
	more  bool
	total *int // as the pages said; nil if they did not, or none was read
	err   error
}

// readMembers starts to read the members of the lists that came to be known,
// and settles the selections on them when all are read.
func (r *run) readMembers(m *membersState) (settled bool) {
	if !m.parent.known || m.settled && m.done == len(m.parent.ids) {
		return false
	}
	for ; m.begun < len(m.parent.ids); m.begun++ {
		if !r.beginMembers(m, m.parent.ids[m.begun]) {
			return false
		}
	}
	if m.reading > 0 || !r.typesKnown(m) {
		return false
	}
	r.finishMembers(m)
	return true
}

// beginMembers begins with one list; false if it takes the list itself to know
// what to read.
func (r *run) beginMembers(m *membersState, id string) bool {
	shape, token := m.plan.shape(), ""
	switch after := m.plan.after; {
	case m.plan.err != nil:
		return true
	case after != nil && after.print != r.engine.membersPrint(id):
		m.lists[id] = &memberList{err: foreignCursor(m.plan.key)}
		return true
	case after != nil:
		token = after.page
	}
	if !shape.Items {
		state, have := r.segments.lists[id]
		switch {
		case !shape.Total:
			return true
		case !have:
			return false
		case state.list == nil || state.list.Size != nil:
			return true
		}
		token = "" // any page counts
	}
	list := &memberList{}
	m.lists[id] = list
	r.readMemberPage(m, list, id, token)
	return true
}

// readMemberPage reads a page of a list, and the next ones if it takes them.
func (r *run) readMemberPage(m *membersState, list *memberList, id, token string) {
	m.reading++
	thunk := r.load().Members().Load(r.ctx, id, token)
	r.async(func() func() {
		page, err := thunk()
		return func() {
			m.reading--
			if err != nil {
				list.err = err
				return
			}
			next := m.fill(list, cursor{kind: cursorMembers, page: token}, page)
			switch next {
			case "":
			case token:
				list.err = errStuck("list membership")
			default:
				r.readMemberPage(m, list, id, next)
			}
		}
	})
}

// fill adds one page of HubSpot's to a list's members, and says which page to
// read next, if any. They are put in the order of their IDs, as HubSpot gives
// them, so that a cursor holds even if members come and go.
func (m *membersState) fill(list *memberList, at cursor, page *hubspot.ListMembersPage) (next string) {
	if page.Total != nil {
		list.total = page.Total
	}
	if !m.plan.shape().Items {
		return ""
	}
	members := m.fromCursor(at.page, byRecordID(page.Members))
	for i, member := range members {
		if len(list.edges) == m.plan.first {
			list.more = true
			return ""
		}
		e := edge{id: member.RecordID, at: at, added: member.AddedAt}
		e.at.id = member.RecordID
		if i == len(members)-1 && page.After != "" {
			e.at.page, e.at.id = page.After, "" // straight on with the next page
		}
		list.edges = append(list.edges, e)
	}
	if len(list.edges) == m.plan.first {
		list.more = page.After != ""
		return ""
	}
	return page.After
}

func byRecordID(members []hubspot.ListMember) []hubspot.ListMember {
	sorted := slices.Clone(members)
	slices.SortFunc(sorted, func(x, y hubspot.ListMember) int { return compareIDs(x.RecordID, y.RecordID) })
	return sorted
}

// fromCursor drops what stands before the field's cursor.
func (m *membersState) fromCursor(token string, members []hubspot.ListMember) []hubspot.ListMember {
	after := m.plan.after
	if after == nil || after.page != token || after.id == "" {
		return members
	}
	i := slices.IndexFunc(members, func(member hubspot.ListMember) bool { return compareIDs(member.RecordID, after.id) > 0 })
	if i < 0 {
		return nil
	}
	return members[i:]
}

// typesKnown says whether it is known of what type all the members are.
func (r *run) typesKnown(m *membersState) bool {
	if m.segment.Type != nil {
		return true
	}
	return !slices.ContainsFunc(m.parent.ids, func(id string) bool {
		_, have := r.segments.lists[id]
		return !have
	})
}

// finishMembers settles the selections on the members.
func (r *run) finishMembers(m *membersState) {
	m.settled, m.done = true, len(m.parent.ids)
	ids := make(map[*schema.Type][]string, 1)
	seen := make(map[Target]int32)
	for _, id := range m.parent.ids {
		list := m.lists[id]
		t := r.segments.typeOf(m.segment, id, r.engine.schema)
		if list == nil || list.err != nil || t == nil {
			continue
		}
		for i := range list.edges {
			e := &list.edges[i]
			target := Target{Type: t, ID: e.id}
			pos, known := seen[target]
			if !known {
				pos = int32(len(ids[t]))
				seen[target] = pos
				ids[t] = append(ids[t], e.id)
			}
			e.pos = pos
		}
	}
	for _, kind := range m.plan.Kinds {
		r.know(kind.Conn.Nodes, recordIDs{ids: ids[kind.Type]})
	}
}

// membersPrint is the fingerprint of the cursors of a list's members.
func (e *Engine) membersPrint(id string) uint32 {
	return fingerprint(e.meta.Account.PortalID, "members", id)
}
