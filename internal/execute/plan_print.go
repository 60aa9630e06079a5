package execute

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/where"
)

// String prints the plan for people: the tree of what is selected, the steps of
// its estimate in rounds, and the properties asked for. Steps of one round run
// side by side, and each round waits for the one before.
func (p *Plan) String() string {
	var b strings.Builder
	for _, root := range p.Roots {
		fmt.Fprintf(&b, "%s: %s\n", root.Key, root)
		for _, err := range root.errs {
			fmt.Fprintf(&b, "  error: %s\n", err.Message)
		}
		for _, n := range root.selections() {
			printBranches(&b, n, "  ")
		}
		printSegments(&b, root.segments(), "  ")
	}
	for _, s := range p.estimate.Steps {
		fmt.Fprintf(&b, "round %d: %s: %s (%s)\n", s.Round, s.What, number(s.Calls, "call"), s.Why())
	}
	fmt.Fprintf(&b, "%s at most\n", number(p.estimate.Calls, "call"))
	for _, t := range slices.SortedFunc(maps.Keys(p.sets), byName) {
		fmt.Fprintf(&b, "%s properties: %s\n", t.Name, cmp.Or(strings.Join(p.sets[t].Names(), ", "), "none"))
	}
	for _, t := range slices.SortedFunc(maps.Keys(p.histories), byName) {
		fmt.Fprintf(&b, "%s histories: %s\n", t.Name, strings.Join(p.histories[t].Names(), ", "))
	}
	return b.String()
}

func byName(x, y *schema.Type) int { return cmp.Compare(x.Name, y.Name) }

// String says what the root asks for.
func (root *Root) String() string {
	switch {
	case root.Segment != nil:
		return fmt.Sprintf("the list %q", root.SegmentID)
	case root.Segments != nil:
		return root.Segments.String()
	case root.Nodes == nil && root.Type == nil:
		return root.Def.Name
	case root.Conn != nil:
		return "list of " + root.Type.Name + root.list.flags() + root.Conn.flags()
	case root.Nodes != nil:
		ids := make([]string, len(root.Targets))
		for i, target := range root.Targets {
			ids[i] = "nothing"
			if target != nil {
				ids[i] = target.Type.Name + " " + target.ID
			}
		}
		return "records: " + strings.Join(ids, ", ")
	case root.By == nil:
		return "a " + root.Type.Name
	}
	return fmt.Sprintf("the %s whose %s is %q", root.Type.Name, cmp.Or(root.By.Property, "ID"), root.By.Value)
}

func (a *listArgs) flags() string {
	text := fmt.Sprintf(", first %d", a.first)
	if a.after != nil {
		text += ", behind a cursor"
	}
	text += a.criteria()
	if a.order != nil {
		text += ", in order of " + a.order.String()
	}
	if a.archived {
		text += ", archived"
	}
	return text
}

// criteria says what the list's records have in common.
func (a *listArgs) criteria() string {
	text := ""
	if a.where != nil {
		text += ", where " + a.where.String()
	}
	if a.query != "" {
		text += fmt.Sprintf(", matching %q", a.query)
	}
	return text
}

// pages says in which order a search's pages follow each other, and how far.
func (a *listArgs) pages() string {
	by := a.sort()
	order := where.Order{Property: by.Property, Descending: by.Descending}
	if a.paging == byOffset {
		return fmt.Sprintf("by %s, up to row %d", &order, hubspot.MaxSearchRows)
	}
	return fmt.Sprintf("by %s", &order)
}

func (c *Connection) flags() string {
	text := ""
	if c.Total {
		text += ", counted"
	}
	if !c.Items {
		text += ", without records"
	}
	return text
}

func printBranches(b *strings.Builder, n *Node, indent string) {
	printPast(b, n, indent)
	for _, br := range n.Branches {
		fmt.Fprintf(b, "%s%s: %s\n", indent, br.key, br)
		if br.err != nil {
			fmt.Fprintf(b, "%s  error: %s\n", indent, br.err.Message)
		}
		for _, inner := range br.nodes() {
			printBranches(b, inner, indent+"  ")
		}
	}
}

// String says what the branch asks for.
func (b *Branch) String() string {
	if b.To == nil {
		return "edges to nothing"
	}
	text := "edges to " + b.To.Name
	if b.Primary != nil {
		text = "primary " + b.To.Name
	} else {
		text += fmt.Sprintf(", first %d", b.first)
	}
	if b.after != nil {
		text += ", behind a cursor"
	}
	if b.Labels != nil {
		text += fmt.Sprintf(", labels %q", b.Labels)
	}
	if b.Where != nil {
		text += ", where " + b.Where.String()
	}
	if b.Order != nil {
		text += ", in order of " + b.Order.String()
	}
	if b.Typed {
		text += ", with association types"
	}
	if b.Embedded {
		text += ", brought by the list"
	}
	if b.Conn != nil {
		text += b.Conn.flags()
	}
	return text
}
