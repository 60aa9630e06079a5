package execute

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/where"
)

// A Plan is what one operation needs from HubSpot, found in one walk over its
// selection. It is plain data and building it does no I/O. Once it is built
// nothing changes it: any number of runs may share one.
type Plan struct {
	Roots    []*Root
	Branches []*Branch // every association step, parents before children
	nodes    []*Node   // every selection of records
	sets     map[*schema.Type]*hubspot.PropertySet

	// answers is what the answer is made of: without the merged IDs that only
	// tell which record was read by which ID. The cache knows that of its own.
	answers map[*schema.Type]*hubspot.PropertySet

	// histories is the same for what comes with its history.
	histories map[*schema.Type]*hubspot.PropertySet

	segments []*Segment // every selection of lists

	over []limit.Excess // limits on arguments that the operation goes beyond

	selections int // in all of the above
	estimate   *Estimate
}

// Estimate is what the plan takes of HubSpot.
func (p *Plan) Estimate() *Estimate { return p.estimate }

// Selections is how many fields the plan's objects have, with fragments put in
// and those counted several times that are planned for several types. The
// plan's memory is in proportion to it and to the operation's variables.
func (p *Plan) Selections() int { return p.selections }

// Properties is the union of what the operation needs of one type's records:
// a record is read once, whatever selects it.
func (p *Plan) Properties(t *schema.Type) *hubspot.PropertySet { return p.sets[t] }

// A Root is one live root field.
type Root struct {
	Key  string // response name
	Def  *schema.Root
	Type *schema.Type // of a look-up or list; nil if the type it names at run time is none
	Conn *Connection  // of a list

	// Segment is the selection on a list (segment), and SegmentID the list's
	// ID; Segments is a page of the portal's lists.
	Segment   *Segment
	SegmentID string
	Segments  *SegmentPage

	// By names one record of a lookup; Targets are the records of node and
	// nodes, in order, with a nil for an ID that names nothing here.
	By      *Key
	Targets []*Target
	Node    *Node                  // of a lookup
	Nodes   map[*schema.Type]*Node // of node and nodes

	errs []*gqlerror.Error // arguments that make no sense
	list *listArgs
}

// A Node is one selection on records of one type.
type Node struct {
	Type        *schema.Type
	Branches    []*Branch
	Memberships []*Memberships // every selection of the lists that the records are in
	Archived    bool           // whether the records are archived ones
	// Read says whether the records themselves are needed: their IDs are
	// known from elsewhere.
	Read    bool
	History bool // whether the records' histories are needed
	fields  []nodeField

	place   int     // among the plan's nodes
	planned columns // of records that were read with the plan's own set
}

// A Branch is one association field of a Node: the edges of its records.
type Branch struct {
	From, To *schema.Type
	Depth    int         // edge rounds between the root and this branch's records
	Conn     *Connection // nil for a primary
	Primary  *Node       // the primary record's selection; nil for a connection
	Labels   []string    // only edges with one of these labels; nil for all
	Typed    bool        // whether the edges' association types are needed
	Embedded bool        // whether the list call of the root brings the edges

	// Where and Order are evaluated here, over all edges of a record: HubSpot
	// has no search within a record's associations. nil for none.
	Where *where.Expr
	Order *where.Order

	place int // among the plan's branches
	key   string
	first int
	said  bool // whether the client said first
	after *cursor
	print uint32          // of all that makes cursors differ but the parent
	err   *gqlerror.Error // arguments that make no sense; no path yet
	// compared are the properties that Where and Order take beside the ID.
	compared []string
}

// idle says whether the branch needs no edges at all.
func (b *Branch) idle() bool {
	if b.Conn == nil {
		return false
	}
	none := b.Labels != nil && len(b.Labels) == 0 || b.Where.Never()
	return b.err != nil || none || !b.Conn.Items && !b.Conn.Total
}

// filters says whether the branch picks or orders its records itself.
func (b *Branch) filters() bool { return b.Where != nil || b.Order != nil }

// reads says whether the branch must read records before it knows which are
// its own.
func (b *Branch) reads() bool { return len(b.compared) > 0 && !b.idle() }

// sorts says whether the order of the records shows in the answer.
func (b *Branch) sorts() bool {
	return b.Order != nil && b.Conn.Items && (b.first > 0 || b.after != nil)
}

// nodes returns the selections on the branch's records.
func (b *Branch) nodes() []*Node {
	if b.Primary != nil {
		return []*Node{b.Primary}
	}
	return b.Conn.Nodes
}

// A Connection is what is selected of a connection.
type Connection struct {
	Nodes []*Node // the selections of `nodes` and `edges { node }`, one each
	Items bool    // whether the records or where the page stands are asked for
	More  bool    // whether it is asked for if more follow
	Total bool    // whether totalCount is asked for

	cursors  bool   // whether any cursor is asked for
	typeName string // the GraphQL type
	fields   []connField
}

// columns are where the properties of a selection stand in the records that
// have the same set.
type columns struct {
	set *hubspot.PropertySet
	at  []int32 // by field; -1 for one that is no property, or not in the set
}

func (n *Node) columns(set *hubspot.PropertySet) columns {
	at := make([]int32, len(n.fields))
	for i := range n.fields {
		at[i] = -1
		if f := &n.fields[i]; f.def != nil && f.def.Kind == schema.KindProperty {
			at[i] = int32(set.Index(f.def.Property.Definition.Name))
		}
	}
	return columns{set, at}
}

type nodeField struct {
	key    responseKey
	def    *schema.Field // nil for __typename
	sub    *selection    // of a reference, enumeration or property lookup
	branch *Branch
	names  []string // of property and properties

	history     *History
	memberships *Memberships
}

type connField struct {
	key   responseKey
	name  string
	node  *Node       // of nodes
	edges []edgeField // of edges
	edge  string      // the GraphQL type of edges
	sub   *selection  // of pageInfo
}

type edgeField struct {
	key  responseKey
	name string
	node *Node
	sub  *selection // of labels
}

// A selection is what is selected of a core type: one that every portal has.
type selection struct {
	typeName string
	fields   []selectedField
}

func (s *selection) has(name string) bool {
	return slices.ContainsFunc(s.fields, func(f selectedField) bool { return f.name == name })
}

type selectedField struct {
	key  responseKey
	name string
	sub  *selection
}

// A responseKey is a response name, as it stands in paths and in the answer.
type responseKey struct {
	name string
	json []byte // the name, quoted, with its colon
}

func (b *builder) key(f *ast.Field) responseKey {
	b.plan.selections++
	return responseKey{name: f.Alias, json: append(appendString(nil, f.Alias), ':')}
}
