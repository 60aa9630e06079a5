package where

import (
	"slices"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A conjunction is a filter group: all of its comparisons must match.
type conjunction []*comparison

// and is what both must match, simplified; ok is false if nothing can.
func (c conjunction) and(other conjunction) (both conjunction, ok bool) {
	both = slices.Clone(c)
	for _, next := range other {
		if both, ok = both.with(next); !ok {
			return nil, false
		}
	}
	return both, true
}

// with adds a comparison. What it and another of the conjunction say becomes
// one comparison where that can be.
func (c conjunction) with(next *comparison) (_ conjunction, ok bool) {
	for i := 0; i < len(c); i++ {
		one, ok := c[i].and(next)
		switch {
		case !ok:
			continue
		case one == nil:
			return nil, false
		case one == c[i]:
			return c, true
		}
		// It may go with another one now.
		c = slices.Delete(c, i, i+1)
		next, i = one, -1
	}
	return append(c, next), true
}

// implies reports whether each record that matches c matches other.
func (c conjunction) implies(other conjunction) bool {
	return !slices.ContainsFunc(other, func(o *comparison) bool {
		return !slices.ContainsFunc(c, func(own *comparison) bool { return own.implies(o) })
	})
}

// or is one conjunction for two that differ in one comparison alone; ok is
// false if there is none.
func (c conjunction) or(other conjunction) (one conjunction, ok bool) {
	if len(c) != len(other) {
		return nil, false
	}
	mine, theirs := -1, -1
	for i, own := range c {
		if slices.ContainsFunc(other, own.equal) {
			continue
		}
		if mine >= 0 {
			return nil, false
		}
		mine = i
	}
	for i, o := range other {
		if slices.ContainsFunc(c, o.equal) {
			continue
		}
		if theirs >= 0 {
			return nil, false
		}
		theirs = i
	}
	if mine < 0 || theirs < 0 {
		return nil, false
	}
	united, ok := c[mine].or(other[theirs])
	if !ok {
		return nil, false
	}
	one = slices.Clone(c)
	one[mine] = united
	return one, true
}

// weight is how many values there are to look at.
func (c conjunction) weight() int {
	n := 0
	for _, comparison := range c {
		n += 1 + len(comparison.operands)
	}
	return n
}

func (c conjunction) filterGroup() hubspot.FilterGroup {
	g := hubspot.FilterGroup{Filters: make([]hubspot.Filter, len(c))}
	for i, comparison := range c {
		g.Filters[i] = comparison.filter()
	}
	return g
}

// filter is the comparison as HubSpot's search takes it. IN and NOT_IN want
// text in lower case, and then ignore the case of what they find.
func (c *comparison) filter() hubspot.Filter {
	f := hubspot.Filter{Property: c.prop.name, Operator: c.op.String()}
	switch c.op {
	case has, hasNot:
	case in, notIn:
		f.Values = make([]string, len(c.operands))
		for i, o := range c.operands {
			f.Values[i] = o.text
			if c.prop.class == ofText {
				f.Values[i] = o.folded
			}
		}
	case between:
		f.Value, f.HighValue = c.operands[0].text, c.operands[1].text
	default:
		f.Value = c.operands[0].text
	}
	return f
}
