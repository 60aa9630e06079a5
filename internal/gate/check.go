package gate

import (
	"fmt"
	"math"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/limit"
)

// Check measures a parsed document against limits, before validation. It
// takes time linear in the document and [Limits.Selections], whatever its
// fragments do. It returns nil when the document may be validated, an error
// with [CodeTooExpensive] that names the limit, or one with
// [CodeValidationFailed] when fragments form a cycle.
func Check(doc *ast.QueryDocument, limits Limits) *gqlerror.Error {
	_, err := measure(doc, limits.withDefaults())
	return err
}

// A measured document is what it is told of besides a refusal.
type measured struct {
	longest int            // bytes of the longest scalar literal
	over    []limit.Excess // limits that it exceeds and that only measure
}

// measure is [Check] for limits that have their defaults.
func measure(doc *ast.QueryDocument, limits Limits) (measured, *gqlerror.Error) {
	c := &counter{
		limits:    limits,
		fragments: make(map[string]*ast.FragmentDefinition, len(doc.Fragments)),
		sizes:     make(map[string]*size, len(doc.Fragments)),
	}
	for _, f := range doc.Fragments {
		if _, ok := c.fragments[f.Name]; !ok {
			c.fragments[f.Name] = f
		}
	}
	c.document(doc)
	if c.err != nil {
		return c.measured, c.err
	}
	return c.measured, checkRepeats(doc, c.fragments, limits.Repeats)
}

// A size is what a selection set amounts to with its spreads put in. Sums
// saturate, for a document of 30 fragments can amount to a billion selections.
type size struct {
	depth      int // levels of fields
	fields     int // fields of the first level
	selections int // fields, inline fragments and spreads on all levels
	lists      int // of the introspection that stand in one another
	open       bool
}

// add puts s, which stands beside what t counts already, into t.
func (t *size) add(s size) {
	t.depth = max(t.depth, s.depth)
	t.fields = saturatingAdd(t.fields, s.fields)
	t.selections = saturatingAdd(t.selections, s.selections)
	t.lists = max(t.lists, s.lists)
}

func saturatingAdd(a, b int) int {
	if a > math.MaxInt32-b {
		return math.MaxInt32
	}
	return a + b
}

// A counter walks each definition once and keeps the first refusal.
type counter struct {
	limits    Limits
	fragments map[string]*ast.FragmentDefinition
	sizes     map[string]*size // by fragment; open while being measured
	err       *gqlerror.Error

	aliases, directives int
	introspects         bool // whether the walk is below __schema or __type
	measured
}

func (c *counter) document(doc *ast.QueryDocument) {
	c.atMost(boundOperations, len(doc.Operations), c.limits.Operations, nil)
	c.atMost(boundFragments, len(doc.Fragments), c.limits.Fragments, nil)
	total := size{}
	for _, op := range doc.Operations {
		c.variables(op)
		c.directivesAt(op.Directives, op.Position)
		c.name(op.Name, op.Position)
		s := c.selectionSet(op.SelectionSet, 0)
		c.atMost(boundRootFields, s.fields, c.limits.RootFields, op.Position)
		total.add(s)
	}
	for _, f := range doc.Fragments {
		if c.fragments[f.Name] == f {
			total.add(c.fragment(f))
		} else { // a second definition of the name: spread nowhere, validated all the same
			total.add(c.definition(f))
		}
	}
	c.atMost(boundAliases, c.aliases, c.limits.Aliases, nil)
	c.atMost(boundDirectives, c.directives, c.limits.Directives, nil)
	c.atMost(boundDepth, total.depth, c.limits.Depth, nil)
	c.atMost(boundSelections, total.selections, c.limits.Selections, nil)
	c.never(boundSelections, total.selections, c.limits.Selections.Ceiling(maxSelections), nil)
	c.never(boundIntrospection, total.lists, maxIntrospectionLists, nil)
}

// atMost keeps a refusal if the limit refuses found and nothing was refused
// yet, and tells of found if the limit only measures.
func (c *counter) atMost(b bound, found int, l limit.Limit, at *ast.Position) {
	switch {
	case l.Refuses(found):
		c.never(b, found, l.Most, at)
	case l.Tells(found):
		c.over = limit.Merge(c.over, b.excess(found, l.Most))
	}
}

// never is for what no mode lets pass.
func (c *counter) never(b bound, found, allowed int, at *ast.Position) {
	if found > allowed && c.err == nil {
		c.err = b.exceeded(found, allowed, at)
	}
}

// name checks what suggestions will be computed for and messages will echo.
func (c *counter) name(name string, at *ast.Position) {
	c.never(boundName, len(name), c.limits.NameBytes, at)
}

// fragment measures a fragment the first time and looks it up from then on.
func (c *counter) fragment(f *ast.FragmentDefinition) size {
	if s := c.sizes[f.Name]; s != nil {
		if s.open && c.err == nil {
			c.err = cycleError(f)
		}
		return *s
	}
	s := &size{open: true}
	c.sizes[f.Name] = s
	*s = c.definition(f)
	return *s
}

func (c *counter) definition(f *ast.FragmentDefinition) size {
	c.name(f.Name, f.Position)
	c.name(f.TypeCondition, f.Position)
	c.directivesAt(f.Directives, f.Position)
	within := c.introspects
	c.introspects = strings.HasPrefix(f.TypeCondition, "__")
	s := c.selectionSet(f.SelectionSet, 0)
	c.introspects = within
	return s
}

func cycleError(f *ast.FragmentDefinition) *gqlerror.Error {
	err := &gqlerror.Error{
		Message:    fmt.Sprintf("cannot spread fragment %q within itself: remove one of the spreads that lead back to it", f.Name),
		Extensions: map[string]any{"code": CodeValidationFailed},
	}
	if f.Position != nil {
		err.Locations = []gqlerror.Location{{Line: f.Position.Line, Column: f.Position.Column}}
	}
	return err
}

// selectionSet measures set, which stands in nesting inline fragments. Its
// recursion ends at the parser's own cap on nesting, 1,000 levels.
func (c *counter) selectionSet(set ast.SelectionSet, nesting int) size {
	var total size
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			total.add(c.field(sel))
		case *ast.InlineFragment:
			c.never(boundNesting, nesting+1, c.limits.Nesting, sel.Position)
			c.name(sel.TypeCondition, sel.Position)
			c.directivesAt(sel.Directives, sel.Position)
			total.add(c.selectionSet(sel.SelectionSet, nesting+1))
			total.add(size{selections: 1})
		case *ast.FragmentSpread:
			c.name(sel.Name, sel.Position)
			c.directivesAt(sel.Directives, sel.Position)
			if f := c.fragments[sel.Name]; f != nil { // an unknown one is the validator's to refuse
				total.add(c.fragment(f))
			}
			total.add(size{selections: 1})
		}
	}
	return total
}

func (c *counter) field(f *ast.Field) size {
	if f.Alias != f.Name { // the parser sets Alias to Name where none is written
		c.aliases++
		c.name(f.Alias, f.Position)
	}
	c.name(f.Name, f.Position)
	c.directivesAt(f.Directives, f.Position)
	c.arguments(f.Arguments)
	within := c.introspects
	c.introspects = within || f.Name == "__schema" || f.Name == "__type"
	inner := c.selectionSet(f.SelectionSet, 0)
	s := size{
		depth:      inner.depth + 1,
		fields:     1,
		selections: saturatingAdd(inner.selections, 1),
		lists:      inner.lists,
	}
	if c.introspects {
		switch f.Name {
		case "ofType":
			s.depth = inner.depth
		case "fields", "inputFields", "interfaces", "possibleTypes":
			s.lists++
		}
	}
	c.introspects = within
	return s
}

func (c *counter) variables(op *ast.OperationDefinition) {
	c.atMost(boundVariables, len(op.VariableDefinitions), c.limits.Variables, op.Position)
	for _, v := range op.VariableDefinitions {
		c.name(v.Variable, v.Position)
		c.directivesAt(v.Directives, v.Position)
		c.value(v.DefaultValue, 0)
		nesting := 0
		t := v.Type
		for ; t.Elem != nil; t = t.Elem {
			nesting++
		}
		c.name(t.NamedType, v.Position)
		c.never(boundNesting, nesting, c.limits.Nesting, v.Position)
	}
}

func (c *counter) directivesAt(list ast.DirectiveList, at *ast.Position) {
	c.directives += len(list)
	c.atMost(boundDirectivesPerPlace, len(list), c.limits.DirectivesPerPlace, at)
	for _, d := range list {
		c.name(d.Name, d.Position)
		c.arguments(d.Arguments)
	}
}

func (c *counter) arguments(list ast.ArgumentList) {
	for _, a := range list {
		c.name(a.Name, a.Position)
		c.value(a.Value, 0)
	}
}

// value measures a literal that stands in nesting lists and objects; v may be
// nil.
func (c *counter) value(v *ast.Value, nesting int) {
	if v == nil {
		return
	}
	switch v.Kind {
	case ast.ListValue, ast.ObjectValue:
		c.never(boundNesting, nesting+1, c.limits.Nesting, v.Position)
		for _, child := range v.Children {
			c.name(child.Name, child.Position)
			c.value(child.Value, nesting+1)
		}
	case ast.EnumValue, ast.Variable:
		c.name(v.Raw, v.Position)
	default:
		c.longest = max(c.longest, len(v.Raw))
	}
}
