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

// String prints the plan for people: the tree of what is selected, the steps
// in rounds, and the properties asked for. Steps of one round run side by
// side, and each round waits for the one before. A step stands for as many
// calls as its records take.
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
	for i, steps := range p.rounds() {
		for _, step := range steps {
			fmt.Fprintf(&b, "round %d: %s\n", i+1, step)
		}
	}
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

// rounds are the steps of the plan, by the round in which each is done.
func (p *Plan) rounds() [][]string {
	r := &rounds{known: make(map[*Node]int), reads: make(map[*schema.Type]int), histories: make(map[*schema.Type]int)}
	for _, root := range p.Roots {
		r.root(root)
	}
	for _, n := range p.nodes {
		for _, br := range n.Branches {
			r.branch(n, br)
		}
		r.memberships(n)
	}
	for _, t := range slices.SortedFunc(maps.Keys(r.reads), byName) {
		r.add(r.reads[t], "read "+t.Object.PluralName)
	}
	for _, t := range slices.SortedFunc(maps.Keys(r.histories), byName) {
		r.add(r.histories[t], "read "+t.Object.PluralName+" with history")
	}
	if r.listed > 0 {
		r.add(r.listed, "read lists by id")
	}
	return r.steps
}

// rounds finds out when each step can be done.
type rounds struct {
	steps [][]string
	known map[*Node]int        // the round after which a selection's IDs are known
	reads map[*schema.Type]int // the round in which a type's last records are read

	histories map[*schema.Type]int // the same for those that are read with history
	listed    int                  // and for lists of which only the IDs are known
}

func (r *rounds) add(round int, step string) {
	for len(r.steps) < round {
		r.steps = append(r.steps, nil)
	}
	if !slices.Contains(r.steps[round-1], step) {
		r.steps[round-1] = append(r.steps[round-1], step)
	}
}

// know settles the round after which IDs are known; read says whether their
// records are still to be read then.
func (r *rounds) know(nodes []*Node, round int, read bool) {
	for _, n := range nodes {
		r.known[n] = round
		if n.History {
			r.histories[n.Type] = max(r.histories[n.Type], round+1)
		} else if read && n.Read {
			r.reads[n.Type] = max(r.reads[n.Type], round+1)
		}
	}
}

// brought is know for records that come with all there is to read of them.
func (r *rounds) brought(nodes []*Node, round int) {
	for _, n := range nodes {
		r.known[n] = round
	}
}

func (r *rounds) root(root *Root) {
	switch {
	case root.Segment != nil, root.Segments != nil:
		r.rootSegments(root)
	case root.Nodes != nil:
		r.know(root.selections(), 0, true)
	case len(root.errs) > 0:
	case root.Conn != nil:
		r.list(root)
	case root.By.Property == "":
		r.know(root.selections(), 0, true)
	default:
		r.add(1, fmt.Sprintf("look %s up by %s", root.Type.Object.PluralName, root.By.Property))
		r.brought(root.selections(), 1)
	}
}

func (r *rounds) list(root *Root) {
	name, list := root.Type.Object.PluralName, root.list
	if list.none() {
		return
	}
	if root.Conn.Total && !root.pagesCount() {
		r.add(1, "count "+name+" by search"+list.criteria())
	}
	if !root.Conn.Items {
		return
	}
	step := "list " + name
	if list.search() {
		step = fmt.Sprintf("search %s%s, %s", name, list.criteria(), list.pages())
	}
	if list.history {
		step += " with histories"
	}
	for i, target := range list.embed {
		switch {
		case i > 0:
			step += ", "
		case list.history:
			step += " and edges to "
		default:
			step += " with edges to "
		}
		step += target.Object.PluralName
	}
	r.add(1, step)
	if list.history {
		r.brought(root.Conn.Nodes, 1)
		return
	}
	r.know(root.Conn.Nodes, 1, false)
}

func (r *rounds) branch(n *Node, br *Branch) {
	round, known := r.known[n]
	if !known || br.idle() {
		return
	}
	if !br.Embedded {
		round++
		r.add(round, fmt.Sprintf("edges from %s to %s", br.From.Object.PluralName, br.To.Object.PluralName))
	}
	if br.reads() {
		round++
		r.add(round, fmt.Sprintf("read %s, %s", br.To.Object.PluralName, br.purpose()))
	}
	r.know(br.nodes(), round, !br.reads())
}

// purpose is what the branch reads records for before it goes on.
func (b *Branch) purpose() string {
	switch {
	case b.Where == nil:
		return "to order them"
	case !b.sorts():
		return "to filter them"
	}
	return "to filter and order them"
}
