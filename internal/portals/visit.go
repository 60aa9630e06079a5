package portals

import (
	"cmp"
	"slices"
)

// Each calls do with every gateway that is open now. None of them is closed
// meanwhile; do may use the set.
func (s *Set[G]) Each(do func(portalID string, g G)) {
	s.mu.Lock()
	var open []*entry[G]
	for _, e := range s.entries {
		if e.opened() {
			e.users++ // which does not make it a used one
			open = append(open, e)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(open, func(a, b *entry[G]) int { return cmp.Compare(a.id, b.id) })
	for _, e := range open {
		do(e.id, e.gateway)
		s.visited(e)
	}
}

// visited counts one user less, whose visit was no use of e.
func (s *Set[G]) visited(e *entry[G]) {
	s.mu.Lock()
	last := s.release(e)
	s.mu.Unlock()
	if last {
		e.gateway.Close()
	}
}

// If calls do with the gateway of a portal if it is open, and reports whether it
// is. It opens none, and is no use of it.
func (s *Set[G]) If(portalID string, do func(g G)) bool {
	s.mu.Lock()
	e := s.entries[portalID]
	if e == nil || !e.opened() {
		s.mu.Unlock()
		return false
	}
	e.users++
	s.mu.Unlock()
	defer s.visited(e)
	do(e.gateway)
	return true
}

// State is how many portals are open, and what they weigh.
type State struct {
	Open    int   `json:"open"`
	Opening int   `json:"opening"`
	Failed  int   `json:"failed"` // to open, not long ago
	Bytes   int64 `json:"bytes"`  // about

	// Opened and Closed are how many were since the start; closed for want of use
	// or memory, and not because they were dropped.
	Opened int64 `json:"opened"`
	Closed int64 `json:"closed"`
}

// State is that of now.
func (s *Set[G]) State() (st State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Opened, st.Closed = s.opened, s.swept
	for _, e := range s.entries {
		switch {
		case e.failed():
			st.Failed++
		case e.opened():
			st.Open++
			st.Bytes += e.gateway.Weight()
		default:
			st.Opening++
		}
	}
	return st
}
