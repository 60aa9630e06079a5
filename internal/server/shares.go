package server

import "sync"

// Shares keep one portal from taking all the room there is: where requests of
// many are served, those of one are half of all at most, so that a portal whose
// HubSpot hangs leaves room for the others.
type shares struct {
	most func() int // requests of one portal

	mu     sync.Mutex
	inside map[string]int // requests by portal; none are 0
}

// enter reports whether one more request of a portal may be served. leave must
// follow then.
func (s *shares) enter(portalID string) bool {
	most := s.most()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside[portalID] >= most {
		return false
	}
	if s.inside == nil {
		s.inside = make(map[string]int)
	}
	s.inside[portalID]++
	return true
}

func (s *shares) leave(portalID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inside[portalID]--; s.inside[portalID] == 0 {
		delete(s.inside, portalID)
	}
}
