package recordcache

import (
	"slices"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

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
	applied      [eventKinds]atomic.Int64 // by eventIndex
}

func (c *counters) look(k Kind, hits, misses int) {
	c.hits[k].Add(int64(hits))
	c.misses[k].Add(int64(misses))
}

// Hits is how many look-ups of a kind were answered, and how many were not.
func (c *Cache) Hits(k Kind) (hits, misses int64) {
	return c.counted.hits[k].Load(), c.counted.misses[k].Load()
}

// EventKinds are the kinds of event that [Cache.Applied] tells apart.
func EventKinds() [eventKinds]hubspot.WebhookKind {
	return [...]hubspot.WebhookKind{
		hubspot.WebhookCreation, hubspot.WebhookDeletion, hubspot.WebhookRestore, hubspot.WebhookMerge,
		hubspot.WebhookPropertyChange, hubspot.WebhookAssociationChange, hubspot.WebhookPrivacyDeletion, hubspot.WebhookOther,
	}
}

const eventKinds = 8

// eventIndex is the place of a kind among all, the last for what is none.
func eventIndex(k hubspot.WebhookKind) int {
	kinds := EventKinds()
	if i := slices.Index(kinds[:], k); i >= 0 {
		return i
	}
	return eventKinds - 1
}

// Applied is how many events of a kind were applied.
func (c *Cache) Applied(k hubspot.WebhookKind) int64 { return c.counted.applied[eventIndex(k)].Load() }

// Bytes is about how much memory the entries take.
func (c *Cache) Bytes() int64 {
	if !c.open() {
		return 0
	}
	defer c.closing.RUnlock()
	return c.entries.MaxCost() - c.entries.RemainingCost()
}
