package recordcache

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// labels holds each list of association types once: links have one of a
// handful.
type labels struct {
	seed maphash.Seed

	mu     sync.Mutex
	byHash map[uint64][]hubspot.AssociationType
}

// maxLabels is how many lists are remembered, of all pairs of types. Beyond it
// all are forgotten, and found anew as they come.
const maxLabels = 1 << 12

// share returns the one list that is equal to types; known are those of the same
// answer, whose links share them already.
func (l *labels) share(known map[*hubspot.AssociationType][]hubspot.AssociationType, types []hubspot.AssociationType) []hubspot.AssociationType {
	if len(types) == 0 {
		return nil
	}
	if one, ok := known[&types[0]]; ok && len(one) == len(types) {
		return one
	}
	one := l.canonical(types)
	known[&types[0]] = one
	return one
}

func (l *labels) canonical(types []hubspot.AssociationType) []hubspot.AssociationType {
	var h maphash.Hash
	h.SetSeed(l.seed)
	for _, t := range types {
		maphash.WriteComparable(&h, t)
	}
	key := h.Sum64()
	l.mu.Lock()
	defer l.mu.Unlock()
	if one := l.byHash[key]; slices.Equal(one, types) {
		return one
	}
	if len(l.byHash) >= maxLabels || l.byHash == nil {
		l.byHash = make(map[uint64][]hubspot.AssociationType)
	}
	own := slices.Clone(types)
	for i, t := range own {
		own[i].Category, own[i].Label = strings.Clone(t.Category), strings.Clone(t.Label)
	}
	l.byHash[key] = own
	return own
}
