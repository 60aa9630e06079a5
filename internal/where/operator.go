package where

import (
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/schema"
)

// operator reads one operator of a filter and what it compares with.
func (p *parser) operator(at *path, prop *property, def *schema.Property, name string, arg any) (node, error) {
	if fitting := prop.kind.operators(); !slices.Contains(fitting, name) {
		return node{}, p.errorf(at, "does not go with %s, whose kind of value is %s; use one of %s", prop.name, prop.kind, strings.Join(fitting, ", "))
	}
	if err := p.compares(at, len(listOf(arg))); err != nil {
		return node{}, err
	}
	switch name {
	case "eq":
		return p.equal(at, prop, eq, arg)
	case "neq":
		return p.equal(at, prop, neq, arg)
	case "lt":
		return p.bound(at, prop, def, lt, arg)
	case "lte":
		return p.bound(at, prop, def, lte, arg)
	case "gt":
		return p.bound(at, prop, def, gt, arg)
	case "gte":
		return p.bound(at, prop, def, gte, arg)
	case "between":
		return p.between(at, prop, arg)
	case "in":
		return p.listed(at, prop, in, arg)
	case "notIn":
		return p.listed(at, prop, notIn, arg)
	case "containsToken":
		return p.contains(at, prop, containsToken, arg)
	case "notContainsToken":
		return p.contains(at, prop, containsNotToken, arg)
	}
	exists, err := p.boolValue(at, arg)
	if err != nil {
		return node{}, err
	}
	if exists.text == "true" {
		return leaf(prop, has), nil
	}
	return leaf(prop, hasNot), nil
}

func leaf(prop *property, op operator, operands ...operand) node {
	return node{comparison: &comparison{prop: prop, op: op, operands: operands}}
}

func (p *parser) equal(at *path, prop *property, op operator, arg any) (node, error) {
	o, err := p.value(at, prop, arg, exactly)
	switch {
	case err != nil:
		return node{}, err
	case o.within != nil && op == eq:
		return choice(prop, in, []operand{o}), nil
	case o.within != nil:
		return choice(prop, notIn, []operand{o}), nil
	case o.text != "":
		return leaf(prop, op, o), nil
	case op == neq: // no value equals it
		return leaf(prop, has), nil
	}
	return never(), nil
}

func (p *parser) bound(at *path, prop *property, def *schema.Property, op operator, arg any) (node, error) {
	if prop.class != ofNumber && prop.class != ofMoment {
		return node{}, p.errorf(at, "does not go with %s, whose IDs HubSpot keeps as %s and not as numbers; use eq, in or exists", prop.name, def.Definition.Type)
	}
	round := down
	if op == lt || op == gte {
		round = up
	}
	o, err := p.value(at, prop, arg, round)
	if err != nil {
		return node{}, err
	}
	return leaf(prop, op, o), nil
}

func (p *parser) between(at *path, prop *property, arg any) (node, error) {
	ends, err := p.object(at, arg, "give it from and to")
	if err != nil {
		return node{}, err
	}
	var operands [2]operand
	for i, end := range []struct {
		name  string
		round rounding
	}{{"from", up}, {"to", down}} {
		value, ok := ends[end.name]
		if !ok || value == nil {
			return node{}, p.errorf(at.field(end.name), "is missing; give both ends, or use gte or lte alone")
		}
		if operands[i], err = p.value(at.field(end.name), prop, value, end.round); err != nil {
			return node{}, err
		}
	}
	if prop.class.compare(operands[0], operands[1]) > 0 {
		return never(), nil
	}
	return leaf(prop, between, operands[:]...), nil
}

// listed reads in and notIn. None of no values leaves that there is a value.
func (p *parser) listed(at *path, prop *property, op operator, arg any) (node, error) {
	operands, err := p.values(at, prop, arg)
	switch {
	case err != nil:
		return node{}, err
	case len(operands) > 0:
		return choice(prop, op, operands), nil
	case op == notIn:
		return leaf(prop, has), nil
	}
	return never(), nil
}

func (p *parser) values(at *path, prop *property, arg any) ([]operand, error) {
	elements := listOf(arg)
	operands := make([]operand, len(elements))
	for i, element := range elements {
		if element == nil {
			return nil, p.errorf(at.element(i), "is null; say {exists: false} under OR for records without a value")
		}
		o, err := p.value(at.element(i), prop, element, exactly)
		if err != nil {
			return nil, err
		}
		operands[i] = o
	}
	return operands, nil
}

func (p *parser) contains(at *path, prop *property, op operator, arg any) (node, error) {
	o, err := p.textValue(at, prop, arg)
	if err != nil {
		return node{}, err
	}
	if o.token = parseToken(o.text); len(o.token) == 0 {
		return node{}, p.errorf(at, "is blank; give a word, or say {exists: true}")
	}
	return leaf(prop, op, o), nil
}
