package where

import (
	"cmp"
	"strings"
)

// operator is one of HubSpot's.
type operator uint8

const (
	eq operator = iota
	neq
	lt
	lte
	gt
	gte
	between
	in
	notIn
	has
	hasNot
	containsToken
	containsNotToken
)

// String is the operator's name in HubSpot's search.
func (o operator) String() string {
	return [...]string{
		"EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN",
		"HAS_PROPERTY", "NOT_HAS_PROPERTY", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN",
	}[o]
}

// A comparison is one filter of HubSpot's search.
type comparison struct {
	prop     *property
	op       operator
	operands []operand       // two of between, any number of in and notIn, none of has and hasNot, else one
	keys     map[string]bool // of the operands of in and notIn, where they are many
}

// An operand is a value to compare with.
type operand struct {
	text    string // as HubSpot's search takes it
	folded  string // of text, in lower case
	decimal decimal
	instant instant
	token   token       // of the operators on tokens
	within  *comparison // of a stage whose ID other pipelines have too: its pipeline
}

// match reports whether a record whose property has this value matches, as
// HubSpot's search has it. "" is no value, and only hasNot matches that.
func (c *comparison) match(value string) bool {
	switch {
	case c.op == hasNot:
		return value == ""
	case value == "":
		return false
	case c.op == has:
		return true
	}
	return c.positive(value) != c.negated()
}

func (c *comparison) negated() bool {
	return c.op == neq || c.op == notIn || c.op == containsNotToken
}

// positive compares without the operator's negation.
func (c *comparison) positive(value string) bool {
	if c.op == containsToken || c.op == containsNotToken {
		return c.operands[0].token.in(value)
	}
	if !c.prop.multiple {
		return c.matchOne(value)
	}
	for one := range strings.SplitSeq(value, ";") {
		if one != "" && c.matchOne(one) {
			return true
		}
	}
	return false
}

func (c *comparison) matchOne(value string) bool {
	found, ok := c.prop.class.operand(value)
	if !ok {
		return false
	}
	switch c.op {
	case lt, lte, gt, gte, between:
		return c.inRange(found)
	}
	return c.holds(found)
}

func (c *comparison) inRange(value operand) bool {
	order := c.prop.class.compare(value, c.operands[0])
	switch c.op {
	case lt:
		return order < 0
	case lte:
		return order <= 0
	case gt:
		return order > 0
	case gte:
		return order >= 0
	}
	return order >= 0 && c.prop.class.compare(value, c.operands[1]) <= 0
}

// operand reads a value as HubSpot holds it; ok is false if it is none of the
// class.
func (c class) operand(value string) (o operand, ok bool) {
	o.text, ok = value, true
	switch c {
	case ofText:
		o.folded = strings.ToLower(value)
	case ofNumber:
		o.decimal, ok = parseDecimal(value)
	case ofMoment:
		o.instant, ok = parseInstant(value)
	}
	return o, ok
}

// compare orders two values of the class.
func (c class) compare(a, b operand) int {
	switch c {
	case ofText:
		return strings.Compare(a.folded, b.folded)
	case ofNumber:
		return a.decimal.compare(b.decimal)
	case ofMoment:
		return cmp.Compare(a.instant, b.instant)
	}
	return strings.Compare(a.text, b.text)
}
