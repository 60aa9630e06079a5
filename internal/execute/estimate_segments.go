package execute

import (
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

func (e *estimator) rootSegments(root *Root) {
	switch {
	case len(root.errs) > 0:
	case root.Segment != nil:
		e.readSegments(root.Key, e.start(), root.SegmentID, 1, 0)
		e.segments([]*Segment{root.Segment}, &origin{path: root.Key, n: 1, said: 1})
	case root.Segments.Items || root.Segments.Total:
		e.segmentPage(root)
	}
}

// segmentPage adds a page of the portal's lists. One that another tells takes no
// call of its own: see startSegmentPages.
func (e *estimator) segmentPage(root *Root) {
	page := root.Segments
	for i, other := range e.plan.Roots {
		if other.Segments == nil || other == root || len(other.errs) > 0 || !other.Segments.tells(page) {
			continue
		}
		earlier := i < slices.Index(e.plan.Roots, root)
		if !page.Items && (other.Segments.Items || earlier) {
			return // it only counts
		}
		if page.Items && earlier {
			e.pages[page] = e.pages[other.Segments]
			e.segments(page.Segments, e.pages[page])
			return
		}
	}
	s := Step{Endpoint: hubspot.EndpointSegments, What: "search lists", Records: page.first, Each: hubspot.MaxListSearchPageSize, Calls: 1}
	if page.Items {
		s.Calls = max(1, portions(page.first, s.Each))
	}
	d := e.alone(root.Key, s)
	o := &origin{path: root.Key, round: 1, n: page.first, said: page.first, by: []*draft{d}, batch: d}
	e.pages[page] = o
	e.segments(page.Segments, o)
}

// readSegments adds lists of which only the IDs are known.
func (e *estimator) readSegments(path string, o *origin, same string, n, round int) {
	d := e.draft(draftKey{endpoint: hubspot.EndpointSegments}, hubspot.MaxListsByID, "read lists by id")
	d.apart = true
	d.rank = nested
	d.add(path, inputs{of: o, same: same, n: n})
	d.wait(o)
	d.Round = max(d.Round, round+1)
}

// segments adds what is behind lists whose IDs are known.
func (e *estimator) segments(segments []*Segment, o *origin) {
	for _, s := range segments {
		for _, m := range s.Members {
			e.members(m, o)
		}
	}
}

// members adds the members of an origin's lists, page by page of each list.
func (e *estimator) members(m *Members, o *origin) {
	shape := m.shape()
	if m.err != nil || !shape.Items && !shape.Total {
		return
	}
	pages := 1
	if shape.Items {
		pages = max(1, portions(m.first, hubspot.MaxListMembersPageSize))
		if m.after != nil && m.after.id != "" {
			pages++
		}
	}
	path := o.path + "." + m.key
	d := e.draft(draftKey{endpoint: hubspot.EndpointSegmentMembers, depth: o.round}, 1, "members of lists")
	token := ""
	if m.after != nil {
		token = m.after.page
	}
	d.add(path, inputs{of: o, same: token, n: o.n})
	d.wait(o)
	d.pages = max(d.pages, pages)
	if !shape.Items {
		return
	}
	below := &origin{path: path, round: o.round + 1, n: times(o.n, m.first), said: times(o.said, m.first), by: []*draft{d}, batch: d}
	if len(m.Kinds) == 1 {
		e.know(m.Kinds[0].Conn.Nodes, below, inputs{of: o, same: path, n: below.n}, true, true)
		return
	}
	// The lists say of what type their members are. The estimate takes the type
	// with most to read behind it, and that a batch is lost to each type.
	kind := slices.MaxFunc(m.Kinds, func(a, b MemberKind) int { return a.Conn.steps() - b.Conn.steps() })
	e.holds(below, len(kind.Conn.Nodes))
	for _, n := range kind.Conn.Nodes {
		e.known[n] = below
	}
	if !slices.ContainsFunc(kind.Conn.Nodes, func(n *Node) bool { return n.Read }) {
		return
	}
	key := draftKey{endpoint: hubspot.EndpointBatchRead, depth: below.round}
	d = e.draft(key, hubspot.MaxBatchInputs, "read members, whatever their type")
	d.add(path, inputs{of: below, n: below.n, types: min(o.n, len(m.Kinds))})
	d.wait(below)
}

// steps is how many association fields are below the connection.
func (c *Connection) steps() int {
	n := 0
	for _, node := range c.Nodes {
		if node.Read {
			n++
		}
		for _, br := range node.Branches {
			n++
			if br.Conn != nil {
				n += br.Conn.steps()
			}
		}
	}
	return n
}

// memberships adds the lists that an origin's records are in.
func (e *estimator) memberships(o *origin, m *Memberships) {
	path := o.path + "." + m.key
	key := draftKey{endpoint: hubspot.EndpointRecordSegments, from: m.Of}
	if m.leads() {
		key.depth = m.Depth
	}
	d := e.draft(key, hubspot.MaxListsOfRecordsInputs, "lists that hold "+m.Of.Object.PluralName)
	d.apart = true
	d.add(path, inputs{of: o, n: o.n})
	d.wait(o)
	below := &origin{path: path, round: o.round + 1, n: times(o.n, unsaidLists), said: o.said, by: []*draft{d}, batch: d}
	if slices.ContainsFunc(m.Segments, func(s *Segment) bool { return s.Read }) {
		e.readSegments(path, below, "", below.n, below.round)
	}
	e.segments(m.Segments, below)
}
