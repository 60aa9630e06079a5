package cluster

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/servertest"
)

// settled waits until all replicas have been heard and hold their share.
func settled(t *testing.T, replicas ...*replica) {
	t.Helper()
	until(t, 10*time.Second, "all replicas hold their share", func() bool {
		for _, r := range replicas {
			c := r.limiter.Report().Claims[r.budget]
			if c.Held < c.Limit/len(replicas) {
				return false
			}
		}
		return true
	})
}

// TestWindowIsShared: three replicas over one Redis never send more than the
// limit, and use nearly all of it, however the load is spread.
func TestWindowIsShared(t *testing.T) {
	tests := []struct {
		name    string
		limit   int
		clients [3]int
		latency time.Duration
	}{
		{"burst, all busy", 100, [3]int{100, 100, 100}, 20 * time.Millisecond},
		{"burst, one busy", 100, [3]int{250, 0, 0}, 20 * time.Millisecond},
		{"burst, uneven", 100, [3]int{150, 20, 2}, 20 * time.Millisecond},
		{"search, all busy", 4, [3]int{10, 10, 10}, 20 * time.Millisecond},
		{"search, one busy", 4, [3]int{10, 0, 0}, 20 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			redis := servertest.Redis(t)
			h := &hub{window: window}
			var replicas []*replica
			for range tt.clients {
				replicas = append(replicas, join(t, redis.URL(), 3, hubspot.Limits{Search: tt.limit}))
			}
			settled(t, replicas...)
			ctx, cancel := context.WithCancel(t.Context())
			start := time.Now()
			for i, r := range replicas {
				defer r.saturate(ctx, h, tt.clients[i], tt.latency)()
			}
			defer cancel()
			time.Sleep(6 * window)
			checkWorst(t, h, tt.limit)
			checkUse(t, h, tt.limit, start.Add(window), start.Add(6*window), 0.95)
			for i, r := range replicas {
				if c := tt.clients[i]; c > 0 && r.percentile(0, start, time.Now()) < 0 {
					t.Errorf("replica %d has made no call", i)
				}
			}
		})
	}
}

// TestRealBurstWindow is the production window of ten seconds, with what HubSpot
// gives the smallest plan: one replica is busy, then another as well.
func TestRealBurstWindow(t *testing.T) {
	t.Parallel()
	redis := servertest.Redis(t)
	h := &hub{window: 10 * time.Second}
	var replicas []*replica
	for range 3 {
		r := join(t, redis.URL(), 3, hubspot.Limits{})
		r.budget = hubspot.BudgetBurst
		replicas = append(replicas, r)
	}
	settled(t, replicas...)
	ctx, cancel := context.WithCancel(t.Context())
	defer replicas[0].saturate(ctx, h, 150, 200*time.Millisecond)()
	time.Sleep(5 * time.Second)
	defer replicas[1].saturate(ctx, h, 150, 200*time.Millisecond)()
	defer cancel()
	start := time.Now()
	time.Sleep(25 * time.Second)
	checkWorst(t, h, 100)
	checkUse(t, h, 100, start, time.Now(), 0.95)
	if a, b := h.of(replicas[0]), h.of(replicas[1]); b < a/4 {
		t.Errorf("%d calls of one replica, %d of the other: both wanted all that there is", a, b)
	}
}

// TestMoreReplicasThanSearches: where there is not one place for each, all have
// their turn.
func TestMoreReplicasThanSearches(t *testing.T) {
	t.Parallel()
	redis := servertest.Redis(t)
	h := &hub{window: window}
	var replicas []*replica
	for range 6 {
		replicas = append(replicas, join(t, redis.URL(), 6, hubspot.Limits{}))
	}
	until(t, 10*time.Second, "all are heard", func() bool {
		for _, r := range replicas {
			if r.Counters().Reports == 0 {
				return false
			}
		}
		return true
	})
	ctx, cancel := context.WithCancel(t.Context())
	start := time.Now()
	for _, r := range replicas {
		defer r.saturate(ctx, h, 5, 20*time.Millisecond)()
	}
	defer cancel()
	time.Sleep(15 * window)
	checkWorst(t, h, 4)
	checkUse(t, h, 4, start.Add(window), time.Now(), 0.90)
	for i, r := range replicas {
		if n := h.of(r); n < 4 {
			t.Errorf("replica %d has made %d calls of %d", i, n, len(h.arrivals))
		}
	}
}

// TestPartsMoveAtOnce: a replica that wants all of an allowance that nobody else
// uses has it in a moment, and one that has nothing left to hand over is told of
// in time for a call that cannot wait.
func TestPartsMoveAtOnce(t *testing.T) {
	redis := servertest.Redis(t)
	h := &hub{window: window}
	a, b := join(t, redis.URL(), 2, hubspot.Limits{Search: limit}), join(t, redis.URL(), 2, hubspot.Limits{Search: limit})
	settled(t, a, b)
	var wg sync.WaitGroup
	start := time.Now()
	for range limit {
		wg.Go(func() { a.call(t.Context(), h, time.Millisecond) })
	}
	wg.Wait()
	took := a.percentile(1, start, time.Now())
	t.Logf("a whole window at once: p50 %v, at most %v", a.percentile(0.5, start, time.Now()), took)
	if took > 100*time.Millisecond {
		t.Errorf("a window that nobody else used took %v", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	start = time.Now()
	_, _, err := b.limiter.Wait(ctx, hubspot.BudgetSearch)
	e, ok := errors.AsType[*hubspot.Error](err)
	if !ok || e.RetryAfter < window/2 || e.RetryAfter > window || time.Since(start) > 100*time.Millisecond {
		t.Errorf("Wait = %v (%+v) after %v, want to hear at once that it takes most of a second", err, e, time.Since(start))
	}
	slot, waited, err := b.limiter.Wait(t.Context(), hubspot.BudgetSearch)
	if err != nil {
		t.Fatal(err)
	}
	slot.Failed(false)
	if waited > window+100*time.Millisecond {
		t.Errorf("a call waited %v for a place that was held elsewhere", waited)
	}
	checkWorst(t, h, limit)
}
