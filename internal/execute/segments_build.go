package execute

import (
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/schema"
)

// rootSegment plans a list by its ID.
func (b *builder) rootSegment(root *Root, f graphql.CollectedField) {
	text, err := graphql.UnmarshalID(b.arguments(f)["id"])
	local, global := schema.SplitListID(text)
	if !global {
		local = text
	}
	id, ok := parseRecordID(local)
	if err != nil || !ok {
		root.errs = append(root.errs, badInput("%s: id %q is no list ID; it is a number such as \"12\", or \"list:12\"", f.Name, clip(text)))
	}
	root.SegmentID = id
	root.Segment = b.segment(nil, f.Selections, 1)
	root.Segment.Read = true // to know whether there is such a list
}

// rootSegments plans a page of the portal's lists.
func (b *builder) rootSegments(root *Root, f graphql.CollectedField) {
	page := &SegmentPage{}
	root.Segments = page
	if err := b.segmentPageArgs(page, f); err != nil {
		root.errs = append(root.errs, err)
	}
	for _, inner := range graphql.CollectFields(b.op, f.Selections, nil) {
		pf := segmentPageField{key: b.key(inner.Field), name: inner.Name}
		switch inner.Name {
		case "nodes":
			pf.segment = b.listed(page, inner.Selections)
		case "edges":
			pf.edges = b.segmentEdges(page, inner.Selections)
		case "pageInfo":
			pf.sub = b.sub(inner)
		case "totalCount":
			page.Total = true
		}
		page.Items = page.Items || inner.Name != "totalCount" && inner.Name != typenameField
		page.fields = append(page.fields, pf)
	}
}

func (b *builder) segmentPageArgs(page *SegmentPage, f graphql.CollectedField) *gqlerror.Error {
	args := b.arguments(f)
	if name, ok := args["objectType"].(string); ok {
		var err *gqlerror.Error
		if page.objectType, err = b.typeNamed(f.Name, "objectType", name); err != nil {
			return err
		}
	}
	query, _ := args["query"].(string)
	page.query = strings.TrimSpace(query)
	parts := []string{b.meta.Account.PortalID, f.Name, page.query}
	if page.objectType != nil {
		parts = append(parts, page.objectType.Object.TypeID)
	}
	page.print = fingerprint(parts...)
	var err *gqlerror.Error
	if page.first, err = b.firstArg(f.Name, args); err != nil {
		return err
	}
	after, err := afterArg(f.Name, args, cursorSegments)
	if err != nil || after == nil {
		return err
	}
	if after.print != page.print {
		return foreignCursor(f.Name)
	}
	offset, fault := strconv.ParseUint(after.page, 10, 31)
	if fault != nil {
		return foreignCursor(f.Name)
	}
	page.offset = int(offset)
	return nil
}

func (b *builder) segmentEdges(page *SegmentPage, sel ast.SelectionSet) []segmentEdgeField {
	var fields []segmentEdgeField
	for _, f := range graphql.CollectFields(b.op, sel, nil) {
		ef := segmentEdgeField{key: b.key(f.Field), name: f.Name}
		if f.Name == "node" {
			ef.segment = b.listed(page, f.Selections)
		}
		fields = append(fields, ef)
	}
	return fields
}

// listed plans a selection on the lists of a page.
func (b *builder) listed(page *SegmentPage, sel ast.SelectionSet) *Segment {
	s := b.segment(page.objectType, sel, 2)
	s.Read = false // the page brings the lists along
	page.Segments = append(page.Segments, s)
	return s
}

// segment plans a selection on lists of records of type t, or of any type if t
// is nil; the members have the given depth.
func (b *builder) segment(t *schema.Type, sel ast.SelectionSet, depth int) *Segment {
	s := &Segment{Type: t}
	b.plan.segments = append(b.plan.segments, s)
	for _, f := range graphql.CollectFields(b.op, sel, nil) {
		sf := segmentField{key: b.key(f.Field), name: f.Name}
		switch f.Name {
		case "members":
			sf.members = b.members(s, f, depth)
		case "id", "listId", typenameField:
		case "objectType":
			s.Read = s.Read || t == nil
		default:
			s.Read = true
		}
		s.fields = append(s.fields, sf)
	}
	return s
}

func (b *builder) members(s *Segment, f graphql.CollectedField, depth int) *Members {
	m := &Members{Depth: depth, key: f.Alias}
	s.Members = append(s.Members, m)
	args := b.arguments(f)
	if m.first, m.err = b.firstArg(m.key, args); m.err == nil {
		m.after, m.err = afterArg(m.key, args, cursorMembers)
	}
	types := b.schema.Types()
	if s.Type != nil {
		types = []*schema.Type{s.Type}
	}
	for _, t := range types {
		m.Kinds = append(m.Kinds, MemberKind{Type: t, Conn: b.connection(t, f, depth)})
	}
	if shape := m.shape(); shape.Total && !shape.Items {
		s.Read = true // the list knows its size
	}
	return m
}

// memberships plans which lists a node's records are in.
func (b *builder) memberships(n *Node, f graphql.CollectedField, depth int) *Memberships {
	m := &Memberships{Of: n.Type, Depth: depth, key: f.Alias}
	n.Memberships = append(n.Memberships, m)
	for _, inner := range graphql.CollectFields(b.op, f.Selections, nil) {
		mf := membershipField{key: b.key(inner.Field), name: inner.Name}
		if inner.Name == "list" {
			mf.segment = b.segment(n.Type, inner.Selections, depth+2)
			m.Segments = append(m.Segments, mf.segment)
		}
		m.fields = append(m.fields, mf)
	}
	return m
}
