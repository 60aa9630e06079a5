package execute

import (
	"fmt"
	"strings"
)

// String says what the page holds.
func (p *SegmentPage) String() string {
	text := "page of lists"
	if p.objectType != nil {
		text += " of " + p.objectType.Name
	}
	text += fmt.Sprintf(", first %d", p.first)
	if p.offset > 0 {
		text += ", behind a cursor"
	}
	if p.query != "" {
		text += fmt.Sprintf(", matching %q", p.query)
	}
	if p.Total {
		text += ", counted"
	}
	if !p.Items {
		text += ", without lists"
	}
	return text
}

// String says what the members field asks for.
func (m *Members) String() string {
	text := "members of any type"
	if len(m.Kinds) == 1 {
		text = "members, each a " + m.Kinds[0].Type.Name
	}
	text += fmt.Sprintf(", first %d", m.first)
	if m.after != nil {
		text += ", behind a cursor"
	}
	return text + m.shape().flags()
}

// printSegments prints what is selected below lists.
func printSegments(b *strings.Builder, segments []*Segment, indent string) {
	for _, s := range segments {
		for _, m := range s.Members {
			fmt.Fprintf(b, "%s%s: %s\n", indent, m.key, m)
			if m.err != nil {
				fmt.Fprintf(b, "%s  error: %s\n", indent, m.err.Message)
			}
			for _, kind := range m.Kinds {
				var below strings.Builder
				for _, n := range kind.Conn.Nodes {
					printBranches(&below, n, indent+"    ")
				}
				if below.Len() > 0 {
					fmt.Fprintf(b, "%s  as %s:\n%s", indent, kind.Type.Name, below.String())
				}
			}
		}
	}
}

// printPast prints the histories and the lists of a node's records.
func printPast(b *strings.Builder, n *Node, indent string) {
	for i := range n.fields {
		f := &n.fields[i]
		if h := f.history; h != nil {
			names := make([]string, len(h.Properties))
			for i, field := range h.Properties {
				names[i] = field.Property.Definition.Name
			}
			fmt.Fprintf(b, "%s%s: history of %s, first %d\n", indent, f.key.name, strings.Join(names, ", "), h.first)
			if h.err != nil {
				fmt.Fprintf(b, "%s  error: %s\n", indent, h.err.Message)
			}
		}
	}
	for _, m := range n.Memberships {
		fmt.Fprintf(b, "%s%s: lists that hold the %s\n", indent, m.key, m.Of.Name)
		printSegments(b, m.Segments, indent+"  ")
	}
}

// segments are the root's selections of lists.
func (root *Root) segments() []*Segment {
	switch {
	case root.Segment != nil:
		return []*Segment{root.Segment}
	case root.Segments != nil:
		return root.Segments.Segments
	}
	return nil
}
