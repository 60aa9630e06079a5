package portals

import (
	"context"
	"errors"
	"runtime/debug"
	"time"
)

// open opens e's gateway, and makes room for it afterwards: what it weighs is
// not known before.
func (s *Set[G]) open(e *entry[G]) {
	start := time.Now()
	g, err := s.tryOpen(e.id)
	s.mu.Lock()
	e.gateway, e.err, e.used = g, err, time.Now()
	if err != nil {
		e.tries++
	} else {
		e.tries = 0
		s.opened++
	}
	e.users++ // so that it is not closed below
	close(e.done)
	s.mu.Unlock()
	if err != nil {
		s.lg.Warn("portal not opened", "portal_id", e.id, "error", err)
	} else {
		s.lg.Info("portal opened", "portal_id", e.id, "duration_ms", time.Since(start).Milliseconds())
		s.sweep()
	}
	s.leave(e)
}

func (s *Set[G]) tryOpen(id string) (g G, err error) {
	ctx, cancel := context.WithTimeout(s.ctx, openTimeout)
	defer cancel()
	select {
	case s.gate <- struct{}{}:
	case <-ctx.Done():
		return g, ErrClosed
	}
	defer func() {
		<-s.gate
		if p := recover(); p != nil { // a bug of ours must cost one portal and not all
			s.lg.Error("panic", "panic", p, "portal_id", id, "stack", string(debug.Stack()))
			err = errors.New("internal error")
		}
	}()
	return s.opts.Open(ctx, id)
}
