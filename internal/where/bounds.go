package where

// bounds are the ends of a range. nil is no end.
type bounds struct {
	low, high         *operand
	lowOpen, highOpen bool // the end itself does not belong to it
}

func (c *comparison) bounds() bounds {
	first := &c.operands[0]
	switch c.op {
	case lt:
		return bounds{high: first, highOpen: true}
	case lte:
		return bounds{high: first}
	case gt:
		return bounds{low: first, lowOpen: true}
	case gte:
		return bounds{low: first}
	}
	return bounds{low: first, high: &c.operands[1]}
}

// within reports whether all of b belongs to other.
func (b bounds) within(other bounds, c class) bool {
	return b == b.and(other, c)
}

// and is what belongs to both.
func (b bounds) and(other bounds, c class) bounds {
	if other.low != nil {
		order := 1
		if b.low != nil {
			order = c.compare(*other.low, *b.low)
		}
		if order > 0 || order == 0 && other.lowOpen && !b.lowOpen {
			b.low, b.lowOpen = other.low, other.lowOpen
		}
	}
	if other.high != nil {
		order := -1
		if b.high != nil {
			order = c.compare(*other.high, *b.high)
		}
		if order < 0 || order == 0 && other.highOpen && !b.highOpen {
			b.high, b.highOpen = other.high, other.highOpen
		}
	}
	return b
}

// empty reports whether no value belongs to it.
func (b bounds) empty(c class) bool {
	if b.low == nil || b.high == nil {
		return false
	}
	order := c.compare(*b.low, *b.high)
	return order > 0 || order == 0 && (b.lowOpen || b.highOpen)
}

// closed moves the open ends of a range of times, which HubSpot keeps in whole
// milliseconds, so that BETWEEN can say it: HubSpot's takes both ends in. Dates
// stay as they are, because the millisecond beside a midnight is none.
func (b bounds) closed(k kind) (_ bounds, ok bool) {
	if !b.lowOpen && !b.highOpen {
		return b, true
	}
	if k != dateTimeKind {
		return b, false
	}
	if b.lowOpen {
		low := momentOperand(int64(b.low.instant) + 1)
		b.low, b.lowOpen = &low, false
	}
	if b.highOpen {
		high := momentOperand(int64(b.high.instant) - 1)
		b.high, b.highOpen = &high, false
	}
	return b, true
}

// intersect is one comparison for two ranges, see [comparison.and].
func (c *comparison) intersect(other *comparison) (*comparison, bool) {
	b := c.bounds().and(other.bounds(), c.prop.class)
	if b.empty(c.prop.class) {
		return nil, true
	}
	b, ok := b.closed(c.prop.kind)
	switch {
	case !ok:
		return nil, false
	case b.empty(c.prop.class):
		return nil, true
	}
	return &comparison{prop: c.prop, op: between, operands: []operand{*b.low, *b.high}}, true
}
