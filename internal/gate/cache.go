package gate

import (
	"container/list"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// A documentCache keeps the admitted documents used last, up to a number of
// bytes of query text: entries of a client's choosing must not be counted one
// by one.
type documentCache struct {
	capacity int // bytes of query text

	mu      sync.Mutex
	size    int
	entries map[string]*list.Element
	recent  *list.List // of cachedDocument, the one used last in front
}

type cachedDocument struct {
	query    string
	document *ast.QueryDocument
}

func newDocumentCache(capacity int) *documentCache {
	return &documentCache{
		capacity: capacity,
		entries:  make(map[string]*list.Element),
		recent:   list.New(),
	}
}

func (c *documentCache) get(query string) (*ast.QueryDocument, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[query]
	if !ok {
		return nil, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(cachedDocument).document, true
}

// add keeps document unless it would take more than a quarter of the cache.
func (c *documentCache) add(query string, document *ast.QueryDocument) {
	if len(query) > c.capacity/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[query]; ok {
		return
	}
	c.entries[query] = c.recent.PushFront(cachedDocument{query, document})
	c.size += len(query)
	for c.size > c.capacity {
		oldest := c.recent.Remove(c.recent.Back()).(cachedDocument)
		delete(c.entries, oldest.query)
		c.size -= len(oldest.query)
	}
}
