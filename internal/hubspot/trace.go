package hubspot

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// A Trace follows one request through all its HubSpot calls: it counts them and
// what they gave, and decides the request's turn at the limiter. It is safe for
// concurrent use.
type Trace struct {
	arrived time.Time
	left    atomic.Int64
	records atomic.Int64
	hits    atomic.Int64
	stale   atomic.Bool
	asOf    atomic.Int64 // Unix nanoseconds; 0 for none

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

// SetLeft tells about how many calls the request has still to make, those that
// wait or are under way included. It can be told again at any time.
func (t *Trace) SetLeft(calls int) {
	if t != nil {
		t.left.Store(int64(calls))
	}
}

// AddAsOf tells that the request uses what HubSpot was asked for at the given
// instant.
func (t *Trace) AddAsOf(at time.Time) {
	if t == nil {
		return
	}
	for n := at.UnixNano(); ; {
		old := t.asOf.Load()
		if old != 0 && old <= n || t.asOf.CompareAndSwap(old, n) {
			return
		}
	}
}

// DataAsOf is the instant at which HubSpot was asked for the oldest of what the
// request uses; zero if nothing of it is HubSpot's.
func (t *Trace) DataAsOf() time.Time {
	n := t.asOf.Load()
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n)
}

// AddStale tells that the request uses what was kept beyond its time, because
// HubSpot is unavailable.
func (t *Trace) AddStale() {
	if t != nil {
		t.stale.Store(true)
	}
}

// Stale says whether it does.
func (t *Trace) Stale() bool { return t.stale.Load() }

// AddCacheHits counts reads that were answered from a cache: records, lists of
// associations, pages.
func (t *Trace) AddCacheHits(n int) {
	if t != nil {
		t.hits.Add(int64(n))
	}
}

// CacheHits is the number of reads so far that a cache answered.
func (t *Trace) CacheHits() int { return int(t.hits.Load()) }

// AddRecords counts records of the answer.
func (t *Trace) AddRecords(n int) {
	if t != nil {
		t.records.Add(int64(n))
	}
}

// Records is the number of records in the answer, as often as they stand there.
func (t *Trace) Records() int { return int(t.records.Load()) }

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
