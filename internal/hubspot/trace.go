package hubspot

import (
	"context"
	"maps"
	"sync"
	"time"
)

// A Trace follows one request through all its HubSpot calls: it counts them,
// and the instant the request arrived decides its place at the limiter, older
// requests first. It is safe for concurrent use.
type Trace struct {
	arrived time.Time

	mu          sync.Mutex
	calls       map[Endpoint]int
	waited      time.Duration
	waitedUntil time.Time
}

// NewTrace returns a Trace of a request that arrived at the given instant.
func NewTrace(arrived time.Time) *Trace {
	return &Trace{arrived: arrived, calls: make(map[Endpoint]int)}
}

// Calls is the number of HTTP attempts so far by endpoint, retries included.
func (t *Trace) Calls() map[Endpoint]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.calls)
}

// Waited is the time in which at least one call waited for the limiter: calls
// that waited side by side count once.
func (t *Trace) Waited() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waited
}

func (t *Trace) addCall(e Endpoint) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[e]++
}

func (t *Trace) addWait(d time.Duration) {
	if t == nil || d <= 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// Waits are told in the order of their ends.
	end := time.Now()
	start := end.Add(-d)
	if start.Before(t.waitedUntil) {
		start = t.waitedUntil
	}
	t.waited += end.Sub(start)
	t.waitedUntil = end
}

type traceKey struct{}

// WithTrace returns a context whose HubSpot calls are counted in t and take
// its place at the limiter.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// TraceFrom returns the Trace of ctx, or nil: all methods of a nil Trace that
// count do nothing.
func TraceFrom(ctx context.Context) *Trace {
	t, _ := ctx.Value(traceKey{}).(*Trace)
	return t
}

// arrival is the instant that orders ctx at the limiter.
func arrival(ctx context.Context, now time.Time) time.Time {
	if t := TraceFrom(ctx); t != nil && !t.arrived.IsZero() {
		return t.arrived
	}
	return now
}
