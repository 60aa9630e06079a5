package where

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// maxAlternatives bounds the filter groups on the way to fewer, and maxWork
// what is looked at on that way: a condition must not cost the gateway more
// than the search.
const (
	maxAlternatives = 64
	maxWork         = 50_000
)

// An expansion turns a condition into alternatives: an OR of ANDs.
type expansion struct {
	work int
}

// conjunctionsOf is the condition as filter groups within HubSpot's bounds; no
// group matches nothing. field is for messages.
func conjunctionsOf(field string, root node) ([]conjunction, error) {
	alternatives, ok := new(expansion).of(root)
	if !ok {
		if n := root.alternatives(); n > hubspot.MaxFilterGroups {
			return nil, tooManyGroups(field, n)
		}
		return nil, fmt.Errorf("%s: where compares too much to be simplified; HubSpot's search takes %d filters in all", field, hubspot.MaxFilters)
	}
	filters := 0
	for _, c := range alternatives {
		filters += len(c)
	}
	if n := len(alternatives); n > hubspot.MaxFilterGroups {
		return nil, tooManyGroups(field, n)
	}
	for _, c := range alternatives {
		if n := len(c); n > hubspot.MaxFiltersPerGroup {
			return nil, fmt.Errorf("%s: where has %d comparisons that must hold together, and HubSpot's search takes %d in a group; use between for two ends and notIn for several values, or compare less and filter the records yourself",
				field, n, hubspot.MaxFiltersPerGroup)
		}
	}
	if filters > hubspot.MaxFilters {
		return nil, fmt.Errorf("%s: where takes %d filters in %d groups when its ORs are spelled out, and HubSpot's search takes %d in all; use in instead of OR over one property, or ask in several fields with an alias each",
			field, filters, len(alternatives), hubspot.MaxFilters)
	}
	return alternatives, nil
}

func tooManyGroups(field string, n int) error {
	return fmt.Errorf("%s: where takes %s filter groups when its ORs are spelled out, and HubSpot's search takes %d; use in instead of OR over one property, nest fewer ORs in ANDs, or ask in several fields with an alias each",
		field, count(n), hubspot.MaxFilterGroups)
}

// of expands one node; ok is false if it gets too large.
func (x *expansion) of(n node) (_ []conjunction, ok bool) {
	switch {
	case n.comparison != nil:
		return []conjunction{{n.comparison}}, true
	case n.any:
		return x.union(n.children)
	}
	return x.product(n.children)
}

func (x *expansion) union(children []node) ([]conjunction, bool) {
	var found []conjunction
	for _, child := range mergeLists(children, true) {
		alternatives, ok := x.of(child)
		if !ok {
			return nil, false
		}
		for _, c := range alternatives {
			if found, ok = x.add(found, c); !ok {
				return nil, false
			}
		}
	}
	return found, true
}

func (x *expansion) product(children []node) ([]conjunction, bool) {
	found := []conjunction{nil}
	for _, child := range mergeLists(children, false) {
		alternatives, ok := x.of(child)
		if !ok {
			return nil, false
		}
		var next []conjunction
		for _, a := range found {
			for _, b := range alternatives {
				if !x.afford(a, b) {
					return nil, false
				}
				both, ok := a.and(b)
				if !ok {
					continue // it contradicts itself
				}
				if next, ok = x.add(next, both); !ok {
					return nil, false
				}
			}
		}
		found = next
	}
	return found, true
}

// add adds an alternative, unless another one holds whenever it does.
func (x *expansion) add(found []conjunction, c conjunction) (_ []conjunction, ok bool) {
	for i := 0; i < len(found); i++ {
		if !x.afford(found[i], c) {
			return nil, false
		}
		if c.implies(found[i]) {
			return found, true
		}
		one, united := found[i].or(c)
		switch {
		case found[i].implies(c):
			found = slices.Delete(found, i, i+1)
			i--
		case united: // it may go with another one now
			found = slices.Delete(found, i, i+1)
			c, i = one, -1
		}
	}
	if len(found) == maxAlternatives {
		return nil, false
	}
	return append(found, c), true
}

// afford reports whether two conjunctions can still be compared.
func (x *expansion) afford(a, b conjunction) bool {
	x.work += len(a)*len(b) + a.weight() + b.weight()
	return x.work <= maxWork
}

// mergeLists makes one comparison of those children that list values of one
// property, of which there may be hundreds: values to equal where any of the
// children must hold, values to differ from where all must.
func mergeLists(children []node, anyOf bool) []node {
	var merged []node
	lists := make(map[string][]*comparison)
	for _, child := range children {
		if !child.isList(anyOf) {
			merged = append(merged, child)
			continue
		}
		name := child.prop.name
		if lists[name] == nil {
			merged = append(merged, child)
		}
		lists[name] = append(lists[name], child.comparison)
	}
	for i, child := range merged {
		if !child.isList(anyOf) || len(lists[child.prop.name]) == 1 {
			continue
		}
		var operands []operand
		for _, c := range lists[child.prop.name] {
			operands = append(operands, c.operands...)
		}
		op := notIn
		if anyOf {
			op = in
		}
		merged[i] = node{comparison: oneOf(child.prop, op, operands)}
	}
	return merged
}

func (n node) isList(anyOf bool) bool {
	return n.comparison != nil && n.prop.takesIn() && (anyOf && n.isSet() || !anyOf && n.isExclude())
}

// maxCount is where counting ends.
const maxCount = 1_000_000

// alternatives is how many groups the condition takes as it is written, or
// maxCount.
func (n node) alternatives() int {
	switch {
	case n.comparison != nil:
		return 1
	case n.any:
		sum := 0
		for _, child := range n.children {
			sum = min(sum+child.alternatives(), maxCount)
		}
		return sum
	}
	product := 1
	for _, child := range n.children {
		product = min(product*child.alternatives(), maxCount)
	}
	return product
}

// count shows a number that may be maxCount.
func count(n int) string {
	if n >= maxCount {
		return "more than a million"
	}
	return strconv.Itoa(n)
}
