package loaders

// Idle says whether s holds nothing of any call.
func (s *Shared) Idle() bool {
	s.flights.mu.Lock()
	defer s.flights.mu.Unlock()
	s.batches.mu.Lock()
	defer s.batches.mu.Unlock()
	return len(s.flights.byKey) == 0 && len(s.batches.groups) == 0
}
