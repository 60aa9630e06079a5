package portal

import (
	"fmt"
	"time"

	"github.com/dgraph-io/ristretto/v2"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A PropertyCache keeps property definitions, the bulk of what discovery reads,
// from one [Load] to the next. It may lose any of them at any time. A nil cache
// holds nothing.
type PropertyCache struct {
	entries *ristretto.Cache[string, cachedProperties]
	ttl     time.Duration
}

type cachedProperties struct {
	properties []*hubspot.Property
	asked      time.Time // when HubSpot was asked for them
}

type propertyKey struct {
	portalID    string
	typeID      string
	sensitivity hubspot.Sensitivity
}

func (k propertyKey) String() string {
	return fmt.Sprintf("%s/%s/%v", k.portalID, k.typeID, k.sensitivity)
}

// NewPropertyCache returns a cache that holds definitions for ttl and about
// maxBytes of them. Close it when it is no longer used.
func NewPropertyCache(ttl time.Duration, maxBytes int64) (*PropertyCache, error) {
	entries, err := ristretto.NewCache(&ristretto.Config[string, cachedProperties]{
		NumCounters: 10_000, // ten times the types of some twenty portals
		MaxCost:     maxBytes,
		BufferItems: 64, // what ristretto recommends
	})
	if err != nil {
		return nil, fmt.Errorf("create property cache: %w", err)
	}
	return &PropertyCache{entries: entries, ttl: ttl}, nil
}

// Close ends the cache's goroutines. No Load may be using it.
func (c *PropertyCache) Close() {
	if c != nil {
		c.entries.Close()
	}
}

// get returns definitions that HubSpot was asked for at or after since.
func (c *PropertyCache) get(key propertyKey, since time.Time) ([]*hubspot.Property, bool) {
	if c == nil {
		return nil, false
	}
	e, ok := c.entries.Get(key.String())
	if !ok || e.asked.Before(since) {
		return nil, false
	}
	return e.properties, true
}

// put offers definitions to the cache, which may decline. What it held before
// is gone in any case, for ristretto keeps an old value when it drops a new one.
func (c *PropertyCache) put(key propertyKey, properties []*hubspot.Property, asked time.Time) {
	if c == nil {
		return
	}
	k := key.String()
	if !c.entries.SetWithTTL(k, cachedProperties{properties, asked}, cost(properties), c.ttl) {
		c.entries.Del(k)
	}
}

// cost estimates the bytes that properties hold.
func cost(properties []*hubspot.Property) int64 {
	const perProperty, perOption = 320, 80 // headers of strings and the structs themselves
	n := 0
	for _, p := range properties {
		n += perProperty + len(p.Name) + len(p.Label) + len(p.Description) + len(p.GroupName)
		for _, o := range p.Options {
			n += perOption + len(o.Value) + len(o.Label) + len(o.Description)
		}
	}
	return int64(n)
}
