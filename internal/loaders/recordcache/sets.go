package recordcache

import (
	"hash/maphash"
	"slices"
	"sync"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// covers says whether a record of one set answers who asks for another.
func covers(have, want *hubspot.PropertySet) bool {
	if have == want {
		return true
	}
	if have.Len() < want.Len() {
		return false
	}
	for _, name := range want.Names() {
		if have.Index(name) < 0 {
			return false
		}
	}
	return true
}

// sets holds each set of properties once, whatever request it came with, so
// that records share it.
type sets struct {
	seed maphash.Seed

	mu     sync.Mutex
	byHash map[uint64]*hubspot.PropertySet
	unions map[[2]*hubspot.PropertySet]*hubspot.PropertySet
}

// maxSets is how many are remembered: all that the operations of some apps ask
// for. Beyond it all are forgotten, and found anew as they come.
const maxSets = 1 << 10

// canonical returns the one set that has the names of s.
func (s *sets) canonical(set *hubspot.PropertySet) *hubspot.PropertySet {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(set.Names())
}

// union returns the one set that has the names of both.
func (s *sets) union(a, b *hubspot.PropertySet) *hubspot.PropertySet {
	s.mu.Lock()
	defer s.mu.Unlock()
	pair := [2]*hubspot.PropertySet{s.find(a.Names()), s.find(b.Names())}
	if u := s.unions[pair]; u != nil {
		return u
	}
	u := s.find(hubspot.NewPropertySet(slices.Concat(a.Names(), b.Names())...).Names())
	if len(s.unions) >= maxSets || s.unions == nil {
		s.unions = make(map[[2]*hubspot.PropertySet]*hubspot.PropertySet)
	}
	s.unions[pair] = u
	return u
}

// find returns the one set that has the names, which are sorted.
func (s *sets) find(names []string) *hubspot.PropertySet {
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, name := range names {
		_, _ = h.WriteString(name)
		_ = h.WriteByte(0)
	}
	key := h.Sum64()
	if set := s.byHash[key]; set != nil && slices.Equal(set.Names(), names) {
		return set
	}
	if len(s.byHash) >= maxSets || s.byHash == nil {
		s.byHash = make(map[uint64]*hubspot.PropertySet)
	}
	set := hubspot.NewPropertySet(names...)
	s.byHash[key] = set
	return set
}
