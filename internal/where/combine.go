package where

import "slices"

// oneOf is in or notIn with some values, or the shorter eq or neq with one.
func oneOf(prop *property, op operator, operands []operand) *comparison {
	const many = 16
	keys := make(map[string]bool, len(operands))
	distinct := filterOperands(operands, func(o operand) bool {
		key := prop.class.key(o)
		again := keys[key]
		keys[key] = true
		return !again
	})
	c := &comparison{prop: prop, op: op, operands: distinct}
	switch {
	case len(distinct) > many:
		c.keys = keys
	case len(distinct) > 1:
	case op == in:
		c.op = eq
	default:
		c.op = neq
	}
	return c
}

// key is the same for equal values of the class alone.
func (c class) key(o operand) string {
	switch c {
	case ofText:
		return o.folded
	case ofNumber:
		return o.decimal.key()
	case ofMoment:
		return o.instant.String()
	}
	return o.text
}

func (c *comparison) isSet() bool     { return c.op == eq || c.op == in }
func (c *comparison) isExclude() bool { return c.op == neq || c.op == notIn }
func (c *comparison) isRange() bool   { return c.op >= lt && c.op <= between }
func (c *comparison) isToken() bool   { return c.op == containsToken || c.op == containsNotToken }

// takesIn reports whether IN and NOT_IN fit the property.
func (p *property) takesIn() bool { return p.class != ofMoment && p.kind != boolKind }

func (c *comparison) equal(other *comparison) bool {
	if c == other {
		return true
	}
	if c.op != other.op || c.prop.name != other.prop.name || len(c.operands) != len(other.operands) {
		return false
	}
	if c.isToken() {
		return c.operands[0].folded == other.operands[0].folded
	}
	if c.op == in || c.op == notIn {
		return len(c.without(other)) == 0 // neither names a value twice
	}
	for i, o := range c.operands {
		if c.prop.class.compare(o, other.operands[i]) != 0 {
			return false
		}
	}
	return true
}

// holds reports whether one of the operands equals the value.
func (c *comparison) holds(o operand) bool {
	if c.keys != nil {
		return c.keys[c.prop.class.key(o)]
	}
	return slices.ContainsFunc(c.operands, func(own operand) bool { return c.prop.class.compare(own, o) == 0 })
}

// without are the operands that other does not have.
func (c *comparison) without(other *comparison) []operand {
	return filterOperands(c.operands, func(o operand) bool { return !other.holds(o) })
}

func filterOperands(operands []operand, keep func(operand) bool) []operand {
	kept := make([]operand, 0, len(operands))
	for _, o := range operands {
		if keep(o) {
			kept = append(kept, o)
		}
	}
	return kept
}

// implies reports whether each record that matches c matches other. It may
// say no where that is so.
func (c *comparison) implies(other *comparison) bool {
	switch {
	case c.prop.name != other.prop.name:
		return false
	case c.equal(other):
		return true
	case c.op == hasNot || other.op == hasNot:
		return false
	case other.op == has:
		return true
	case c.isSet() && other.isSet():
		return len(c.without(other)) == 0
	case c.isExclude() && other.isExclude():
		return len(other.without(c)) == 0
	case c.isSet() && !other.isToken() && !c.prop.multiple:
		return !slices.ContainsFunc(c.operands, func(o operand) bool { return !other.accepts(o) })
	case c.isRange() && other.isRange():
		return c.bounds().within(other.bounds(), c.prop.class)
	}
	return false
}

// accepts is match for a value that was read already. It is not for lists,
// nor for tokens: which words HubSpot finds in a text, only HubSpot knows.
func (c *comparison) accepts(o operand) bool {
	switch {
	case c.op == has:
		return true
	case c.isRange():
		return c.inRange(o)
	}
	return c.holds(o) != c.isExclude()
}

// and is one comparison for two on one property that must both hold. ok is
// false if there is none; a nil result with ok matches nothing.
func (c *comparison) and(other *comparison) (one *comparison, ok bool) {
	switch {
	case c.prop.name != other.prop.name:
		return nil, false
	case c.implies(other):
		return c, true
	case other.implies(c):
		return other, true
	case c.op == hasNot || other.op == hasNot:
		return nil, true
	case c.isExclude() && other.isExclude() && c.prop.takesIn():
		return oneOf(c.prop, notIn, slices.Concat(c.operands, other.operands)), true
	case c.prop.multiple:
		return nil, c.isSet() && other.isExclude() && len(c.without(other)) == 0 ||
			other.isSet() && c.isExclude() && len(other.without(c)) == 0
	case c.isSet() && !other.isToken():
		return c.restrict(other)
	case other.isSet() && !c.isToken():
		return other.restrict(c)
	case c.isRange() && other.isRange():
		return c.intersect(other)
	}
	return nil, false
}

// restrict keeps the values of a set that other matches too.
func (c *comparison) restrict(other *comparison) (*comparison, bool) {
	operands := filterOperands(c.operands, other.accepts)
	if len(operands) == 0 {
		return nil, true
	}
	return oneOf(c.prop, in, operands), true
}

// or is one comparison for two on one property of which one must hold. ok is
// false if there is none.
func (c *comparison) or(other *comparison) (one *comparison, ok bool) {
	if c.prop.name != other.prop.name || !c.isSet() || !other.isSet() || !c.prop.takesIn() {
		return nil, false
	}
	return oneOf(c.prop, in, slices.Concat(c.operands, other.operands)), true
}
