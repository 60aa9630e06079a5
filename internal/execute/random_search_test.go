package execute_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A condition is a where argument: for a type's own field and for a generic
// one, and what it says about a record.
type condition struct {
	typed, generic string
	holds          func(*rec) bool
}

// condition writes a random condition, small enough for HubSpot's bounds.
func (g *generator) condition(k *kind, depth int) condition {
	if depth == 0 || g.chance(2) {
		return g.comparison(k)
	}
	a, b := g.condition(k, depth-1), g.comparison(k)
	join := func(name string, holds func(*rec) bool) condition {
		return condition{
			typed:   fmt.Sprintf("{%s: [%s, %s]}", name, a.typed, b.typed),
			generic: fmt.Sprintf("{%s: [%s, %s]}", name, a.generic, b.generic),
			holds:   holds,
		}
	}
	if g.chance(2) {
		return join("AND", func(r *rec) bool { return a.holds(r) && b.holds(r) })
	}
	return join("OR", func(r *rec) bool { return a.holds(r) || b.holds(r) })
}

func (g *generator) comparison(k *kind) condition {
	if g.chance(3) {
		return g.compareText(k)
	}
	return g.compareScore()
}

// compareScore compares a number that some records do not have.
func (g *generator) compareScore() condition {
	n, m := g.IntN(6), g.IntN(6)
	low, high := min(n, m), max(n, m)
	type test struct {
		typed, generic string
		holds          func(score int) bool
	}
	one := func(operator string, holds func(int) bool) test {
		return test{fmt.Sprintf("%s: %d", operator, n), fmt.Sprintf("%s: \"%d\"", operator, n), holds}
	}
	t := pick(g, []test{
		one("eq", func(s int) bool { return s == n }),
		one("neq", func(s int) bool { return s != n }),
		one("lt", func(s int) bool { return s < n }),
		one("lte", func(s int) bool { return s <= n }),
		one("gt", func(s int) bool { return s > n }),
		one("gte", func(s int) bool { return s >= n }),
		{fmt.Sprintf("between: {from: %d, to: %d}", low, high), fmt.Sprintf(`between: {from: "%d", to: "%d"}`, low, high), func(s int) bool { return s >= low && s <= high }},
		{fmt.Sprintf("in: [%d, %d]", n, m), fmt.Sprintf(`in: ["%d", "%d"]`, n, m), func(s int) bool { return s == n || s == m }},
		{fmt.Sprintf("notIn: [%d, %d]", n, m), fmt.Sprintf(`notIn: ["%d", "%d"]`, n, m), func(s int) bool { return s != n && s != m }},
		{"exists: true", "exists: true", func(int) bool { return true }},
		{"exists: false", "exists: false", nil},
	})
	return condition{"{score: {" + t.typed + "}}", `{property: {name: "score", ` + t.generic + "}}", func(r *rec) bool {
		if t.holds == nil || r.score == "" {
			return t.holds == nil && r.score == ""
		}
		return t.holds(number(r.score))
	}}
}

// compareText compares the text that every record has, or the ID.
func (g *generator) compareText(k *kind) condition {
	one, other := fmt.Sprintf("%s%d@x.org", k.lookup, g.IntN(9)), fmt.Sprintf("%s%d@X.org", k.lookup, g.IntN(9))
	id := g.id(k)
	type test struct {
		property, operator string
		holds              func(*rec) bool
	}
	same := func(text string) func(*rec) bool {
		return func(r *rec) bool { return strings.EqualFold(r.text, text) }
	}
	t := pick(g, []test{
		{k.text, fmt.Sprintf("eq: %q", other), same(other)},
		{k.text, fmt.Sprintf("neq: %q", one), func(r *rec) bool { return !same(one)(r) }},
		{k.text, fmt.Sprintf("in: [%q, %q]", one, other), func(r *rec) bool { return same(one)(r) || same(other)(r) }},
		{k.text, fmt.Sprintf("containsToken: %q", one), same(one)},
		{"hs_object_id", fmt.Sprintf("eq: %q", id), func(r *rec) bool { return r.id == id }},
		{"hs_object_id", fmt.Sprintf("gt: %q", id), func(r *rec) bool { return number(r.id) > number(id) }},
		{"hs_object_id", fmt.Sprintf("lte: %q", id), func(r *rec) bool { return number(r.id) <= number(id) }},
		{"hs_object_id", "in: []", func(*rec) bool { return false }},
	})
	return condition{
		fmt.Sprintf("{%s: {%s}}", t.property, t.operator),
		fmt.Sprintf("{property: {name: %q, %s}}", t.property, t.operator),
		t.holds,
	}
}

// An ordering is an orderBy argument. Where values are equal the fake portal
// goes by ID, and records without a value come last.
type ordering struct {
	typed, generic string
	compare        func(a, b *rec) int
}

func (g *generator) ordering(k *kind) ordering {
	direction, sign := "ASC", 1
	if g.chance(2) {
		direction, sign = "DESC", -1
	}
	property := pick(g, []string{"score", "hs_object_id", k.text})
	byID := func(a, b *rec) int { return cmp.Compare(number(a.id), number(b.id)) }
	compare := func(a, b *rec) int {
		switch {
		case property == "hs_object_id":
			return sign * byID(a, b)
		case property == k.text:
			return cmp.Or(sign*strings.Compare(a.text, b.text), byID(a, b))
		case (a.score == "") != (b.score == ""):
			return cmp.Compare(len(b.score), len(a.score))
		case a.score == "":
			return byID(a, b)
		}
		return cmp.Or(sign*cmp.Compare(number(a.score), number(b.score)), byID(a, b))
	}
	return ordering{
		fmt.Sprintf("{property: %s, direction: %s}", property, direction),
		fmt.Sprintf("{property: %q, direction: %s}", property, direction),
		compare,
	}
}

// matching writes conditions and an order, as arguments of the type's own
// field and of the generic one, and says which records they leave.
func (g *generator) matching(k *kind) (typed, generic string, records []*rec) {
	records = k.listed(false)
	if !g.chance(3) {
		c := g.condition(k, 2)
		typed += ", where: " + c.typed
		generic += ", where: " + c.generic
		records = slices.DeleteFunc(records, func(r *rec) bool { return !c.holds(r) })
	}
	if g.chance(2) {
		o := g.ordering(k)
		typed += ", orderBy: " + o.typed
		generic += ", orderBy: " + o.generic
		slices.SortFunc(records, o.compare)
	}
	return typed, generic, records
}

// search writes a root list with conditions and an order.
func (g *generator) search(k *kind) (string, any) {
	first, cut := g.first()
	typed, generic, records := g.matching(k)
	bonds := make([]bond, len(records))
	for i, r := range records {
		bonds[i].to = r
	}
	if g.chance(2) {
		c := g.connection(k, connectionOptions{depth: 3, countable: true, generic: true})
		return fmt.Sprintf("records(objectType: %q%s%s) %s", g.spelled(k), generic, first, c.text), c.of(bonds, cut)
	}
	c := g.connection(k, connectionOptions{depth: 3, countable: true})
	return fmt.Sprintf("%s(archived: false%s%s) %s", k.list, typed, first, c.text), c.of(bonds, cut)
}
