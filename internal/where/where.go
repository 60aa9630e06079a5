package where

import (
	"slices"
	"sync"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// An Expr is a condition on records of one type. nil matches everything.
type Expr struct {
	root   node
	local  error
	groups func() ([]conjunction, error)
	text   func() string
}

// Parse reads the where argument of a field, an input XWhere of the given
// type: as [Literal] gives it, or as a variable holds it. field is the name of
// the root or association field, for messages. No argument is no condition:
// nil, without an error.
//
// The messages of errors name the part of the argument, its value and the way
// out, and are ready for the client.
func Parse(t *schema.Type, field string, arg any) (*Expr, error) {
	return parse(&parser{t: t, field: field}, arg)
}

// ParseRecord is [Parse] for an input RecordWhere, whose properties have the
// names that HubSpot gives them.
func ParseRecord(t *schema.Type, field string, arg any) (*Expr, error) {
	return parse(&parser{t: t, field: field, generic: true}, arg)
}

func parse(p *parser, arg any) (*Expr, error) {
	if arg == nil {
		return nil, nil
	}
	root, err := p.where(&path{name: "where"}, arg, 0)
	if err != nil {
		return nil, err
	}
	e := &Expr{root: root, local: p.local}
	e.text = sync.OnceValue(func() string { return string(root.appendTo(nil, false)) })
	e.groups = sync.OnceValues(func() ([]conjunction, error) {
		if p.search != nil {
			return nil, p.search
		}
		return conjunctionsOf(p.field, root)
	})
	return e, nil
}

// Never reports whether nothing can match, such as in: [] or an ID that is to
// equal two values. It does not find every such condition.
func (e *Expr) Never() bool {
	if e == nil {
		return false
	}
	if e.root.isNever() {
		return true
	}
	groups, err := e.groups()
	return err == nil && len(groups) == 0
}

// Properties are the HubSpot names of the properties that are compared,
// sorted, none twice.
func (e *Expr) Properties() []string {
	if e == nil {
		return nil
	}
	var names []string
	e.root.each(func(c *comparison) {
		if !c.prop.linked {
			names = append(names, c.prop.name)
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// FilterGroups is the condition as HubSpot's search takes it, within HubSpot's
// bounds: at most [hubspot.MaxFilterGroups] groups with at most
// [hubspot.MaxFiltersPerGroup] filters each, [hubspot.MaxFilters] in all. What
// does not fit, or compares what HubSpot cannot, is an error. Where nothing
// can match, it is a group that no record matches: ask [Expr.Never] first to
// save the call. nil is no groups.
//
// The result is the caller's, but for the values of each filter.
func (e *Expr) FilterGroups() ([]hubspot.FilterGroup, error) {
	if e == nil {
		return nil, nil
	}
	conjunctions, err := e.groups()
	if err != nil {
		return nil, err
	}
	if len(conjunctions) == 0 {
		return []hubspot.FilterGroup{{Filters: []hubspot.Filter{
			{Property: objectID, Operator: has.String()},
			{Property: objectID, Operator: hasNot.String()},
		}}}, nil
	}
	groups := make([]hubspot.FilterGroup, len(conjunctions))
	for i, c := range conjunctions {
		groups[i] = c.filterGroup()
	}
	return groups, nil
}

// Local is the reason why [Expr.Match] cannot evaluate the condition, ready
// for the client: it asks for associations, which only HubSpot's search
// knows. nil if it can.
func (e *Expr) Local() error {
	if e == nil {
		return nil
	}
	return e.local
}

// Match reports whether a record matches, as HubSpot's search would: value
// gives HubSpot's text of a property, "" for no value. Associations match
// nothing here, see [Expr.Local].
//
// Where HubSpot's documentation leaves it open, a comparison with a value that
// is none of the property's type, such as a number that is text, is false.
func (e *Expr) Match(value func(property string) string) bool {
	return e == nil || e.root.match(value)
}

// String is the condition as text: the same argument always gives the same
// text, and conditions of different meaning never do.
func (e *Expr) String() string {
	if e == nil {
		return ""
	}
	return e.text()
}
