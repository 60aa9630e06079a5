package schemadiff

import "strings"

// fold tells with one change all that follow from it:
//
//   - a type that comes or goes takes the types derived from it along, and the
//     fields and arguments of any of these types;
//   - a field of a type takes the members of the same name of the types derived
//     from it along.
func (d *differ) fold(suffixes []string) []Change {
	index := make(map[place]int, len(d.changes)) // of types and their members
	for i, c := range d.changes {
		if c.at.argument == "" && (c.at.member != "" || c.at.returns == "") {
			index[place{typ: c.at.typ, member: c.at.member}] = i
		}
	}
	also := make(map[int][]int)
	follows := make([]bool, len(d.changes))
	for i := range d.changes {
		root := i
		for of := d.cause(root, index, suffixes); of >= 0; of = d.cause(root, index, suffixes) {
			root = of
		}
		if root != i {
			also[root] = append(also[root], i)
			follows[i] = true
		}
	}
	var folded []Change
	for i, c := range d.changes {
		if follows[i] {
			continue
		}
		for _, j := range also[i] {
			c.Also = append(c.Also, d.changes[j].Path)
			c.Breaking = c.Breaking || d.changes[j].Breaking
		}
		folded = append(folded, c)
	}
	return folded
}

// cause is the change that another follows from, or -1. It is of a type
// instead of a member, or of a type with a shorter name, so that there is no
// way back.
func (d *differ) cause(i int, index map[place]int, suffixes []string) int {
	c := d.changes[i]
	find := func(typ, member string) int {
		if of, ok := index[place{typ: typ, member: member}]; ok && of != i && d.changes[of].Kind == c.Kind {
			return of
		}
		return -1
	}
	if c.at.returns != "" {
		if of := find(c.at.returns, ""); of >= 0 {
			return of
		}
	}
	if c.at.argument != "" {
		return -1
	}
	return find(d.owner(c.at.typ, suffixes), c.at.member)
}

// owner is the type that a type is derived from, or "".
func (d *differ) owner(name string, suffixes []string) string {
	for _, suffix := range suffixes {
		base, ok := strings.CutSuffix(name, suffix)
		if ok && (d.from.Types[base] != nil || d.to.Types[base] != nil) {
			return base
		}
	}
	return ""
}
