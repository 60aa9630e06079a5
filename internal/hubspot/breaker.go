package hubspot

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// A breaker opens when half of the calls of a family fail, if they are enough
// to tell, and lets one through now and then to find out whether HubSpot is
// well again.
const (
	breakerRate     = 0.5
	breakerCalls    = 20
	breakerWindow   = 10 * time.Second
	breakerDelay    = 2 * time.Second // from opening to the first probe, and from one to the next
	minBreakerRetry = 100 * time.Millisecond
)

// A breaker refuses the calls of one family while HubSpot fails at them. It is
// failsafe-go's circuit breaker with two things added. A probe that HubSpot does
// not answer, or whose caller leaves, does not keep others from finding out: the
// next may leave when a delay has passed. And what left before the breaker opened
// tells nothing of how HubSpot is now.
type breaker struct {
	circuit circuitbreaker.CircuitBreaker[any]
	changes atomic.Int64 // of its state so far

	mu     sync.Mutex
	probed time.Time // when the last probe left
}

func newBreaker() *breaker {
	b := &breaker{}
	b.circuit = circuitbreaker.NewBuilder[any]().
		WithFailureRateThreshold(breakerRate, breakerCalls, breakerWindow).
		WithSuccessThreshold(1). // so that one call probes
		WithDelay(breakerDelay).
		OnStateChanged(func(circuitbreaker.StateChangedEvent) { b.changes.Add(1) }).
		Build()
	return b
}

// refuses says how long no call may leave; 0 if one may try to enter.
func (b *breaker) refuses(now time.Time) time.Duration {
	if b.circuit.IsClosed() {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closedFor(now)
}

// closedFor is refuses with b.mu held.
func (b *breaker) closedFor(now time.Time) time.Duration {
	switch b.circuit.State() {
	case circuitbreaker.OpenState:
		return b.circuit.RemainingDelay()
	case circuitbreaker.HalfOpenState:
		if wait := b.probed.Add(breakerDelay).Sub(now); wait > 0 {
			return max(wait, minBreakerRetry)
		}
	}
	return 0
}

// A passage is one call's way through the breaker.
type passage struct {
	breaker *breaker // nil once it has ended
	changes int64    // of the state, when the call left
	probe   bool
}

// enter lets a call leave, or says when one may. The passage must be ended.
func (b *breaker) enter(now time.Time) (passage, time.Duration) {
	if b.circuit.IsClosed() {
		return passage{breaker: b, changes: b.changes.Load()}, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if wait := b.closedFor(now); wait > 0 {
		return passage{}, wait
	}
	if !b.circuit.TryAcquirePermit() {
		// The last probe has been out for long. It may still close the breaker.
		b.circuit.Open()
		b.circuit.HalfOpen()
		b.circuit.TryAcquirePermit()
	}
	p := passage{breaker: b, changes: b.changes.Load(), probe: !b.circuit.IsClosed()}
	if p.probe {
		b.probed = now
	}
	return p, 0
}

// end says how the call went.
func (p *passage) end(v verdict) {
	b := p.breaker
	if b == nil {
		return
	}
	p.breaker = nil
	current := b.changes.Load() == p.changes
	switch {
	case v == verdictWorks && p.probe:
		b.circuit.Close()
	case v == verdictWorks && current:
		b.circuit.RecordSuccess()
	case v == verdictFault && current:
		b.circuit.RecordFailure()
	case v == verdictNone && p.probe && current:
		b.mu.Lock()
		b.probed = time.Time{} // it told nothing: another may go
		b.mu.Unlock()
	}
}
