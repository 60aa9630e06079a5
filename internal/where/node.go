package where

import "strconv"

// A node is a comparison, or what joins several.
type node struct {
	*comparison        // nil for the others
	any         bool   // one of the children must match, not all
	children    []node // of any: none matches nothing
}

// never matches nothing.
func never() node { return node{any: true} }

func (n node) isNever() bool { return n.comparison == nil && n.any && len(n.children) == 0 }

// all joins conditions that must all hold.
func all(children []node) node {
	var flat []node
	for _, child := range children {
		switch {
		case child.isNever():
			return never()
		case child.comparison == nil && !child.any:
			flat = append(flat, child.children...)
		default:
			flat = append(flat, child)
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return node{children: flat}
}

// either joins conditions of which one must hold.
func either(children []node) node {
	var flat []node
	for _, child := range children {
		if child.comparison == nil && child.any {
			flat = append(flat, child.children...)
		} else {
			flat = append(flat, child)
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return node{any: true, children: flat}
}

func (n node) match(value func(property string) string) bool {
	if n.comparison != nil {
		return !n.prop.linked && n.comparison.match(value(n.prop.name))
	}
	for _, child := range n.children {
		if child.match(value) == n.any {
			return n.any
		}
	}
	return !n.any
}

// each calls visit with all comparisons, in order.
func (n node) each(visit func(*comparison)) {
	if n.comparison != nil {
		visit(n.comparison)
	}
	for _, child := range n.children {
		child.each(visit)
	}
}

// appendTo appends the node's text, in brackets if it is one of several.
func (n node) appendTo(b []byte, inner bool) []byte {
	if n.comparison != nil {
		return n.comparison.appendTo(b)
	}
	if n.isNever() {
		return append(b, "NEVER"...)
	}
	join := " AND "
	if n.any {
		join = " OR "
	}
	if inner {
		b = append(b, '(')
	}
	for i, child := range n.children {
		if i > 0 {
			b = append(b, join...)
		}
		b = child.appendTo(b, true)
	}
	if inner {
		b = append(b, ')')
	}
	return b
}

func (c *comparison) appendTo(b []byte) []byte {
	b = appendName(b, c.prop.name)
	b = append(b, ' ')
	b = append(b, c.op.String()...)
	for _, o := range c.operands {
		b = append(b, ' ')
		b = strconv.AppendQuote(b, o.text)
	}
	return b
}

// appendName appends a property's name, quoted if it is not a plain one.
func appendName(b []byte, name string) []byte {
	for i := range len(name) {
		if c := name[i]; c != '_' && c != '.' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return strconv.AppendQuote(b, name)
		}
	}
	return append(b, name...)
}
