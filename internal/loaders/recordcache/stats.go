package recordcache

import "sync/atomic"

// A Kind is what is looked up.
type Kind byte

// The kinds of look-up: one record, one record's associations with a type, one
// page of a list.
const (
	KindRecord Kind = iota
	KindEdges
	KindList
	kinds
)

func (k Kind) String() string { return [...]string{"record", "edges", "list"}[k] }

type counters struct {
	hits, misses [kinds]atomic.Int64
}

func (c *counters) look(k Kind, hits, misses int) {
	c.hits[k].Add(int64(hits))
	c.misses[k].Add(int64(misses))
}

// Lookups is how many look-ups of a kind were answered, and how many were not.
func (c *Cache) Lookups(k Kind) (hits, misses int64) {
	return c.counted.hits[k].Load(), c.counted.misses[k].Load()
}

// Bytes is about how much memory the entries take.
func (c *Cache) Bytes() int64 {
	if !c.open() {
		return 0
	}
	defer c.closing.RUnlock()
	return c.entries.MaxCost() - c.entries.RemainingCost()
}
