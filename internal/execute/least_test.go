package execute

import (
	"fmt"
	"slices"

	"github.com/hubgraph/hubgraph/internal/schema"
)

// LeastReads is the fewest batches of records that the plan can do with, if
// none is ever full and everything it selects exists: the length of the
// shortest row of types that holds, for each way down the plan, the types that
// must be read on it one after the other.
func (p *Plan) LeastReads() int {
	var ways []way
	for _, root := range p.Roots {
		for _, n := range root.selections() {
			read := n.Read && root.Conn == nil && (root.By == nil || root.By.Property == "")
			ways = waysDown(ways, nil, n, read)
		}
	}
	return shortest(ways)
}

// EdgeRounds is how many calls for the edges from one type to another the plan
// may take, by the type IDs of both, if none is ever full: one for each level
// that has a branch there. Where several levels are ready at the same time they
// share a call, which is luck.
func (p *Plan) EdgeRounds() map[[2]string]int {
	levels := make(map[[2]string][]int)
	for _, br := range p.Branches {
		pair := [2]string{br.From.Object.TypeID, br.To.Object.TypeID}
		if !br.idle() && !slices.Contains(levels[pair], br.Depth) {
			levels[pair] = append(levels[pair], br.Depth)
		}
	}
	rounds := make(map[[2]string]int, len(levels))
	for pair, depths := range levels {
		rounds[pair] = len(depths)
	}
	return rounds
}

// A way is the types to read on one way down a plan.
type way []*schema.Type

func waysDown(ways []way, above way, n *Node, read bool) []way {
	here := above
	if read {
		here = append(slices.Clip(above), n.Type)
	}
	ways = append(ways, here)
	for _, br := range n.Branches {
		if br.idle() {
			continue
		}
		on := above
		if br.reads() {
			on = append(slices.Clip(above), br.To)
			ways = append(ways, on)
		}
		for _, inner := range br.nodes() {
			ways = waysDown(ways, on, inner, inner.Read && !br.reads())
		}
	}
	return ways
}

// shortest searches breadth first for the shortest row that holds all ways.
func shortest(ways []way) int {
	level := [][]way{ways}
	for n := 0; ; n++ {
		var next [][]way
		seen := make(map[string]bool)
		for _, left := range level {
			if !slices.ContainsFunc(left, func(w way) bool { return len(w) > 0 }) {
				return n
			}
			for _, t := range fronts(left) {
				after := without(left, t)
				if key := keyOf(after); !seen[key] {
					seen[key] = true
					next = append(next, after)
				}
			}
		}
		level = next
	}
}

func fronts(ways []way) []*schema.Type {
	var types []*schema.Type
	for _, w := range ways {
		if len(w) > 0 && !slices.Contains(types, w[0]) {
			types = append(types, w[0])
		}
	}
	return types
}

// without takes a type from the front of the ways, and drops ways that are the
// same then.
func without(ways []way, t *schema.Type) []way {
	var left []way
	for _, w := range ways {
		if len(w) > 0 && w[0] == t {
			w = w[1:]
		}
		if len(w) > 0 && !slices.ContainsFunc(left, func(o way) bool { return slices.Equal(o, w) }) {
			left = append(left, w)
		}
	}
	return left
}

func keyOf(ways []way) string {
	names := make([]string, len(ways))
	for i, w := range ways {
		for _, t := range w {
			names[i] += t.Name + " "
		}
	}
	slices.Sort(names)
	return fmt.Sprint(names)
}
