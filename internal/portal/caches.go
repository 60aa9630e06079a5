package portal

import (
	"fmt"
	"time"

	"github.com/dgraph-io/ristretto/v2"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Caches are what portals keep beside their metadata, and what they have in common.
// Empty, they take more than half a MiB and a few goroutines, so that many portals
// better share some. Nothing is found in them but what the same portal has put
// there, apart from definitions that are equal anyway.
type Caches struct {
	definitions Definitions // that portals have in common, which are most
	properties  *PropertyCache
	labels      *ristretto.Cache[string, []hubspot.AssociationType]
}

const (
	// cacheBytes holds the definitions of a portal of 40 types with a thousand
	// properties each, or of a hundred ordinary portals.
	cacheBytes = 64 << 20
	// maxLabelPairs is how many pairs of types are kept for a portal: all of one of
	// 40 types that anybody asks for.
	maxLabelPairs = 1000
)

// NewCaches returns caches that keep for ttl at most what so many portals need
// whose associations are all in use; any number may share them. Close them when
// all those are closed.
func NewCaches(ttl time.Duration, portals int) (*Caches, error) {
	properties, err := NewPropertyCache(ttl, cacheBytes)
	if err != nil {
		return nil, err
	}
	labels, err := ristretto.NewCache(&ristretto.Config[string, []hubspot.AssociationType]{
		NumCounters: int64(10 * maxLabelPairs * portals),
		MaxCost:     int64(maxLabelPairs * portals),
		BufferItems: 64, // what ristretto recommends
	})
	if err != nil {
		properties.Close()
		return nil, fmt.Errorf("create label cache: %w", err)
	}
	return &Caches{properties: properties, labels: labels}, nil
}

// Close ends the caches' goroutines. No portal may be using them.
func (c *Caches) Close() {
	c.properties.Close()
	c.labels.Close()
}
