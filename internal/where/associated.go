package where

import (
	"maps"
	"slices"
)

// linkable are the object types that HubSpot's search can filter associations
// by, and their type IDs.
//
// HubSpot: "Search through associations" in https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide
func linkable(name string) (typeID string, ok bool) {
	switch name {
	case "contact":
		return "0-1", true
	case "company":
		return "0-2", true
	case "deal":
		return "0-3", true
	case "ticket":
		return "0-5", true
	}
	return "", false
}

// associatedWith reads an input AssociatedWith: all of its fields must hold.
func (p *parser) associatedWith(at *path, arg any) (node, error) {
	fields, err := p.object(at, arg, "leave it out")
	if err != nil {
		return node{}, err
	}
	if p.local == nil {
		p.local = p.errorf(at, "can only be asked of HubSpot's search, and the records here come from elsewhere; ask for them in a list of the root, such as %s(where: …)", p.t.List)
	}
	var conditions []node
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		typeID, ok := linkable(name)
		if !ok {
			return node{}, p.errorf(at.field(name), "is unknown; HubSpot's search can filter by contact, company, deal and ticket")
		}
		if !slices.Contains(p.t.Object.Associates, typeID) {
			return node{}, p.errorf(at.field(name), "does not go with %s: this portal does not associate them with any %s", p.t.Object.PluralName, name)
		}
		condition, err := p.linkedTo(at.field(name), name, typeID, fields[name])
		if err != nil {
			return node{}, err
		}
		conditions = append(conditions, condition)
	}
	return all(conditions), nil
}

func (p *parser) linkedTo(at *path, name, typeID string, arg any) (node, error) {
	elements := listOf(arg)
	if err := p.compares(at, len(elements)); err != nil {
		return node{}, err
	}
	prop := &property{name: "associations." + name, kind: idKind, class: ofNumber, multiple: true, linked: true}
	operands := make([]operand, len(elements))
	for i, element := range elements {
		id, err := p.recordID(at.element(i), element, typeID)
		if err != nil {
			return node{}, err
		}
		operands[i] = id
	}
	if len(operands) == 0 {
		return never(), nil
	}
	return node{comparison: oneOf(prop, in, operands)}, nil
}
