package execute_test

import (
	"slices"
	"strings"
)

// A view is which associated records a field gives and in what order.
type view struct {
	typed, generic string // the arguments
	reads          bool   // whether records must be read to know
	of             func([]bond) []bond
}

// view writes where and orderBy for an association field, at random.
func (g *generator) view(k *kind) view {
	v := view{of: func(all []bond) []bond { return all }}
	if g.chance(2) {
		c := g.condition(k, 2)
		v.typed, v.generic = ", where: "+c.typed, ", where: "+c.generic
		v.of = func(all []bond) []bond {
			return slices.DeleteFunc(slices.Clone(all), func(b bond) bool { return !c.holds(b.to) })
		}
	}
	if g.chance(3) {
		o := g.ordering(k)
		v.typed += ", orderBy: " + o.typed
		v.generic += ", orderBy: " + o.generic
		of := v.of
		v.of = func(all []bond) []bond {
			sorted := slices.Clone(of(all))
			slices.SortFunc(sorted, func(a, b bond) int { return o.compare(a.to, b.to) })
			return sorted
		}
	}
	v.reads = strings.Contains(v.typed, "score") || strings.Contains(v.typed, k.text)
	return v
}
