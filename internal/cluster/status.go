package cluster

import (
	"sync/atomic"
	"time"
)

// A Status is how this replica stands with the others.
type Status struct {
	Connected bool      // Redis answered last
	Since     time.Time // when that became so
	Fallback  bool      // Redis is taken for gone: allowances are static shares
	LastError string    // why Redis last did not answer; "" if it always did. Holds no secret
}

// Counters are how often things happened since the start.
type Counters struct {
	Reports       int64 // on allowances, that were answered
	Leased        int64 // places in windows that were granted
	Fallbacks     int64 // how often Redis was taken for gone
	Invalidations int64 // that came from replicas
	Missed        int64 // how often some may have been missed
}

type stats struct {
	reports, leased, fallbacks, invalidations, missed atomic.Int64
}

// Status tells how things are. It asks nobody.
func (c *Cluster) Status() Status {
	c.remote.mu.Lock()
	defer c.remote.mu.Unlock()
	return c.remote.state
}

// Counters tells how often things happened.
func (c *Cluster) Counters() Counters {
	return Counters{
		Reports:       c.stats.reports.Load(),
		Leased:        c.stats.leased.Load(),
		Fallbacks:     c.stats.fallbacks.Load(),
		Invalidations: c.stats.invalidations.Load(),
		Missed:        c.stats.missed.Load(),
	}
}

func (r *remote) answered() {
	r.mu.Lock()
	back := r.state.Fallback
	if !r.state.Connected {
		r.state.Connected, r.state.Fallback, r.state.Since = true, false, time.Now()
	}
	r.mu.Unlock()
	if back {
		r.changed(true, "")
	}
}

func (r *remote) failed(err error) {
	r.mu.Lock()
	gone := !r.circuit.IsClosed() && !r.state.Fallback
	if r.state.Connected {
		r.state.Connected, r.state.Since = false, time.Now()
	}
	r.state.Fallback = r.state.Fallback || gone
	r.state.LastError = cause(err)
	why := r.state.LastError
	r.mu.Unlock()
	if gone {
		r.changed(false, why)
	}
}

// heard notes that the subscription stands, which tells while nothing is asked.
func (r *remote) heard() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.state.Connected && !r.state.Fallback {
		r.state.Connected, r.state.Since = true, time.Now()
	}
}

// unheard notes that the subscription has ended.
func (r *remote) unheard(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.Connected {
		r.state.Connected, r.state.Since = false, time.Now()
	}
	r.state.LastError = cause(err)
}
