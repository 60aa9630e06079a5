// Package lru keeps the values used last, up to a total size: entries of a
// client's choosing must not be counted one by one.
package lru

import (
	"container/list"
	"sync"
)

// A Cache keeps values by key. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	capacity int

	mu      sync.Mutex
	size    int
	entries map[K]*list.Element
	recent  *list.List // of *entry[K, V], the one used last in front
}

type entry[K comparable, V any] struct {
	key   K
	value V
	size  int
}

// New returns a cache of entries whose sizes, in whatever unit, add up to at
// most capacity.
func New[K comparable, V any](capacity int) *Cache[K, V] {
	return &Cache[K, V]{
		capacity: capacity,
		entries:  make(map[K]*list.Element),
		recent:   list.New(),
	}
}

// Get returns the value of the key, which counts as used.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return value, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(*entry[K, V]).value, true
}

// Fits says whether Add keeps values of the size at all: one takes no more than
// a quarter of the cache.
func (c *Cache[K, V]) Fits(size int) bool { return size <= c.capacity/4 }

// Add keeps a value that fits, unless there is one of the key, in place of
// those that were not used for longest.
func (c *Cache[K, V]) Add(key K, value V, size int) {
	if !c.Fits(size) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[key]; ok {
		return
	}
	c.entries[key] = c.recent.PushFront(&entry[K, V]{key, value, size})
	c.size += size
	for c.size > c.capacity {
		oldest := c.recent.Remove(c.recent.Back()).(*entry[K, V])
		delete(c.entries, oldest.key)
		c.size -= oldest.size
	}
}

// Size is what the sizes of the kept values add up to.
func (c *Cache[K, V]) Size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size
}
