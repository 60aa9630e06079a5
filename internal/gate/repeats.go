package gate

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// checkRepeats refuses a document in which one response name occurs more than
// allowed times at one place of the answer. The validator compares each such
// pair, and what they select in turn, so the time it takes is quadratic in
// this number and no other.
//
// It visits every selection once for each time it is put in, so the document
// must have passed the bound on those and must have no fragment cycles.
func checkRepeats(doc *ast.QueryDocument, fragments map[string]*ast.FragmentDefinition, allowed int) *gqlerror.Error {
	m := merger{fragments: fragments, allowed: allowed}
	for _, op := range doc.Operations {
		if err := m.place([]ast.SelectionSet{op.SelectionSet}); err != nil {
			return err
		}
	}
	for _, f := range doc.Fragments {
		if err := m.place([]ast.SelectionSet{f.SelectionSet}); err != nil {
			return err
		}
	}
	return nil
}

type merger struct {
	fragments map[string]*ast.FragmentDefinition
	allowed   int
}

// A group is the fields of one response name at one place.
type group struct {
	count int
	sets  []ast.SelectionSet // what they select
}

// place checks the place of the answer that sets are merged into, and all
// places below.
func (m merger) place(sets []ast.SelectionSet) *gqlerror.Error {
	groups := make(map[string]*group)
	var order []*group // so that the same document is always refused for the same field
	var err *gqlerror.Error
	var collect func(set ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch sel := sel.(type) {
			case *ast.Field:
				g := groups[sel.Alias]
				if g == nil {
					g = &group{}
					groups[sel.Alias] = g
					order = append(order, g)
				}
				g.count++
				if len(sel.SelectionSet) > 0 {
					g.sets = append(g.sets, sel.SelectionSet)
				}
				if g.count == m.allowed+1 && err == nil {
					err = boundRepeats.exceeded(g.count, m.allowed, sel.Position)
				}
			case *ast.InlineFragment:
				collect(sel.SelectionSet)
			case *ast.FragmentSpread:
				if f := m.fragments[sel.Name]; f != nil {
					collect(f.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	for _, g := range order {
		if err != nil {
			return err
		}
		if len(g.sets) > 0 {
			err = m.place(g.sets)
		}
	}
	return err
}
