package portals

import (
	"cmp"
	"slices"
	"time"
)

// full reports whether the gateways in use leave no room for one more. s.mu is
// held.
func (s *Set[G]) full() bool {
	if s.opts.MaxBytes == 0 {
		return false
	}
	var busy int64
	for _, e := range s.entries {
		if e.users > 0 && e.opened() {
			busy += e.gateway.Weight()
		}
	}
	return busy >= s.opts.MaxBytes
}

func (s *Set[G]) sweepNowAndThen() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
			s.sweep()
		}
	}
}

// sweep closes the gateways that nobody uses: those that were not used for too
// long, and as many of the others, oldest use first, as there is no memory for.
// It forgets failures that are told to nobody any more.
func (s *Set[G]) sweep() {
	for _, e := range s.drop() {
		e.gateway.Close()
		s.lg.Info("portal closed", "portal_id", e.id, "unused_ms", time.Since(e.used).Milliseconds())
	}
}

// drop takes out of the set what sweep closes.
func (s *Set[G]) drop() (dropped []*entry[G]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	var idle []*entry[G]
	var total int64
	for id, e := range s.entries {
		switch {
		case e.failed():
			if e.users == 0 && now.Sub(e.used) >= 2*s.wait(e) { // the next try is told how many there were
				delete(s.entries, id)
			}
		case e.opened():
			total += e.gateway.Weight()
			if e.users == 0 {
				idle = append(idle, e)
			}
		}
	}
	slices.SortFunc(idle, func(a, b *entry[G]) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.id, b.id)) })
	for _, e := range idle {
		tooOld := s.opts.Idle > 0 && now.Sub(e.used) >= s.opts.Idle
		tooMuch := s.opts.MaxBytes > 0 && total > s.opts.MaxBytes
		if !tooOld && !tooMuch {
			break // the others were used later
		}
		total -= e.gateway.Weight()
		delete(s.entries, e.id)
		e.retired = true
		dropped = append(dropped, e)
	}
	s.swept += int64(len(dropped))
	return dropped
}
