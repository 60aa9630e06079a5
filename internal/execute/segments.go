package execute

import (
	"slices"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// asksLists says whether the plan has anything to do with lists.
func (p *Plan) asksLists() bool {
	return len(p.segments) > 0 ||
		slices.ContainsFunc(p.Roots, func(root *Root) bool { return root.Segments != nil }) ||
		slices.ContainsFunc(p.nodes, func(n *Node) bool { return len(n.Memberships) > 0 })
}

// A Segment is one selection on lists of records, which HubSpot's users know
// as segments: the plan calls them so, because a list is a page of records
// everywhere else.
type Segment struct {
	// Type is what the members are, where the plan knows it: the lists that a
	// record is in hold records of its own type. Nil where the list says it.
	Type    *schema.Type
	Read    bool // whether the lists themselves are needed: their IDs are known from elsewhere
	Members []*Members
	fields  []segmentField
}

type segmentField struct {
	key     responseKey
	name    string
	members *Members // of members
}

// Members are one members field of a Segment: the records in its lists. Each
// list's members are of one type, which may be known only when the list was
// read: the selection is planned for every type that they can be of.
type Members struct {
	Depth int // as a Branch's
	Kinds []MemberKind

	key   string
	first int
	after *cursor
	err   *gqlerror.Error // arguments that make no sense; no path yet
}

// A MemberKind is a members field, should its list be of the type.
type MemberKind struct {
	Type *schema.Type
	Conn *Connection
}

// shape is what is selected of the connection whatever its records are.
func (m *Members) shape() *Connection { return m.Kinds[0].Conn }

// of is the connection to members of the type; nil if they cannot be of it.
func (m *Members) of(t *schema.Type) *Connection {
	i := slices.IndexFunc(m.Kinds, func(k MemberKind) bool { return k.Type == t })
	if i < 0 {
		return nil
	}
	return m.Kinds[i].Conn
}

// Memberships are one lists field of a Node: which lists its records are in.
type Memberships struct {
	Of       *schema.Type
	Depth    int        // as a Branch's
	Segments []*Segment // the selections of `list`, one each

	key    string
	fields []membershipField
}

// leads says whether there is more to read behind the lists.
func (m *Memberships) leads() bool {
	return slices.ContainsFunc(m.Segments, func(s *Segment) bool { return len(s.Members) > 0 })
}

type membershipField struct {
	key     responseKey
	name    string
	segment *Segment // of list
}

// A SegmentPage is the connection of a root field that gives the portal's lists.
type SegmentPage struct {
	Segments []*Segment // the selections of `nodes` and `edges { node }`, one each
	Items    bool       // as a Connection's
	Total    bool       // as a Connection's

	fields []segmentPageField

	objectType *schema.Type // only lists of it; nil for all
	query      string
	first      int
	offset     int    // how many lists stand before the page
	print      uint32 // fingerprint of the query, which its cursors carry
}

type segmentPageField struct {
	key     responseKey
	name    string
	segment *Segment // of nodes
	edges   []segmentEdgeField
	sub     *selection // of pageInfo
}

type segmentEdgeField struct {
	key     responseKey
	name    string
	segment *Segment // of node
}

// request asks for the given number of lists behind an offset.
func (p *SegmentPage) request(limit, offset int) hubspot.ListSearchRequest {
	request := hubspot.ListSearchRequest{Query: p.query, Limit: limit, Offset: offset}
	if p.objectType != nil {
		request.ObjectTypeID = p.objectType.Object.TypeID
	}
	return request
}
