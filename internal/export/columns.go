package export

import (
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Columns are those of a table, in the order of the selection: one for each
// scalar below a record, named by the way to it, dotted, in the response names
// that the client chose. What only holds a connection together (nodes, edges,
// node) is left out of names, unless two columns would have the same one.
type columns struct {
	names []string
	tree  *place
}

// A place is where the answer's JSON has a value, or values below it.
type place struct {
	column int               // of a scalar
	below  map[string]*place // by response name; nil for a scalar
}

// A way leads from a record to a value.
type way struct {
	short, full []string
}

func (w way) step(name string, structure bool) way {
	next := way{short: w.short, full: append(w.full[:len(w.full):len(w.full)], name)}
	if !structure {
		next.short = append(w.short[:len(w.short):len(w.short)], name)
	}
	return next
}

// A surveyor finds the columns of a selection.
type surveyor struct {
	op     *graphql.OperationContext
	schema *ast.Schema
	ways   []way
}

func newColumns(op *graphql.OperationContext, schema *ast.Schema, items graphql.CollectedField) *columns {
	s := &surveyor{op: op, schema: schema}
	c := &columns{tree: s.place(items, way{}, items.Name == edgesField)}
	short := make(map[string]int, len(s.ways))
	for _, w := range s.ways {
		short[strings.Join(w.short, ".")]++
	}
	for _, w := range s.ways {
		name := strings.Join(w.short, ".")
		if short[name] > 1 {
			name = strings.Join(w.full, ".")
		}
		c.names = append(c.names, name)
	}
	return c
}

// place surveys a field; edge is whether it is one of a connection's edges.
func (s *surveyor) place(f graphql.CollectedField, at way, edge bool) *place {
	if len(f.Selections) == 0 {
		s.ways = append(s.ways, at)
		return &place{column: len(s.ways) - 1}
	}
	def := s.schema.Types[f.Definition.Type.Name()]
	connection := isConnection(def)
	p := &place{below: make(map[string]*place)}
	for _, below := range graphql.CollectFields(s.op, f.Selections, satisfied(def)) {
		edges := connection && below.Name == edgesField
		structure := edges || connection && below.Name == nodesField || edge && below.Name == nodeField
		p.below[below.Alias] = s.place(below, at.step(below.Alias, structure), edges)
	}
	return p
}

// satisfied are the types that a fragment may be on, to be of use on def: any of
// those that may stand where an interface is, since a column is there for all
// lines or for none.
func satisfied(def *ast.Definition) []string {
	if def.Kind != ast.Object {
		return nil
	}
	return append([]string{def.Name}, def.Interfaces...)
}
