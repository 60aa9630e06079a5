package cluster

import (
	"context"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/servertest"
)

// limit is of most tests that follow.
const limit = 40

// trio is three replicas, each with its own way to one Redis.
type trio struct {
	*testing.T
	redis    *servertest.RedisServer
	replicas [3]*replica
	proxies  [3]*proxy
	hub      *hub
}

func newTrio(t *testing.T, limit int, patience time.Duration) *trio {
	tr := &trio{T: t, redis: servertest.Redis(t), hub: &hub{window: window}}
	for i := range tr.replicas {
		tr.proxies[i] = newProxy(t, tr.redis.Addr())
		tr.replicas[i] = joinWith(t, Options{URL: Address(tr.proxies[i].url()), Replicas: 3, patience: patience}, hubspot.Limits{Search: limit})
	}
	settled(t, tr.replicas[:]...)
	return tr
}

// fallback waits until the replicas take Redis for gone.
func (tr *trio) fallback(replicas ...*replica) {
	tr.Helper()
	took := until(tr.T, 2*time.Second, "fall back", func() bool {
		for _, r := range replicas {
			if !r.Status().Fallback {
				return false
			}
		}
		return true
	})
	tr.Logf("fell back after %v", took)
}

// recovered waits until the replicas are connected again.
func (tr *trio) recovered() {
	tr.Helper()
	took := until(tr.T, 10*time.Second, "recover", func() bool {
		for _, r := range tr.replicas {
			if s := r.Status(); s.Fallback || !s.Connected {
				return false
			}
		}
		return true
	})
	tr.Logf("recovered after %v", took)
}

// TestWindowHoldsInOutage: with one replica that uses nearly the whole window, and
// two that want some of it all the time, nothing that happens to Redis or to the
// way there makes all together send more than the limit.
func TestWindowHoldsInOutage(t *testing.T) {
	t.Parallel()
	all := func(tr *trio) []*replica { return tr.replicas[:] }
	tests := []struct {
		name string
		run  func(tr *trio)
	}{
		{"killed, back empty after a while", func(tr *trio) {
			tr.redis.Stop()
			tr.fallback(all(tr)...)
			time.Sleep(7 * time.Second) // the shares have grown whole
			tr.redis.Start()
			tr.recovered()
			time.Sleep(4 * time.Second)
		}},
		{"killed, back empty at once", func(tr *trio) {
			for range 3 {
				tr.redis.Stop()
				tr.redis.Start()
				time.Sleep(1300 * time.Millisecond)
			}
			time.Sleep(6 * time.Second)
		}},
		{"killed, back empty within a window", func(tr *trio) {
			tr.redis.Stop()
			tr.fallback(all(tr)...)
			time.Sleep(500 * time.Millisecond)
			tr.redis.Start()
			tr.recovered()
			time.Sleep(7 * time.Second)
		}},
		{"stopped, goes on with all that it was asked", func(tr *trio) {
			for _, d := range []time.Duration{300 * time.Millisecond, 2 * time.Second} {
				tr.redis.Pause()
				time.Sleep(d)
				tr.redis.Resume()
				time.Sleep(6 * time.Second)
			}
		}},
		{"black hole before the busy one", func(tr *trio) { tr.hole(0, true, true) }},
		{"black hole before another", func(tr *trio) { tr.hole(1, true, true) }},
		{"only answers are lost", func(tr *trio) { tr.hole(1, false, true) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tr := newTrio(t, limit, patient)
			ctx, cancel := context.WithCancel(t.Context())
			defer tr.replicas[0].saturate(ctx, tr.hub, 60, 20*time.Millisecond)()
			defer tr.replicas[1].pace(ctx, tr.hub, 200*time.Millisecond, 20*time.Millisecond)()
			time.Sleep(window) // the third comes when the window is full already
			defer tr.replicas[2].saturate(ctx, tr.hub, 30, 20*time.Millisecond)()
			defer cancel()
			time.Sleep(window)
			tt.run(tr)
			checkWorst(t, tr.hub, limit)
			end := time.Now()
			checkUse(t, tr.hub, limit, end.Add(-3*window), end, 0.95)
		})
	}
}

// hole swallows one replica's way to Redis for long enough that its share grows
// whole, and gives it back.
func (tr *trio) hole(which int, there, back bool) {
	tr.proxies[which].set(there, back)
	tr.fallback(tr.replicas[which])
	time.Sleep(7 * time.Second)
	now := time.Now()
	if n := tr.hub.between(now.Add(-2*window), now); n < 2*limit*6/10 {
		tr.Errorf("%d calls in two windows while one replica was cut off", n)
	}
	tr.proxies[which].set(false, false)
	tr.recovered()
	time.Sleep(4 * time.Second)
}

// TestCallsDoNotWaitForRedis: with less load than the allowance, calls go at once,
// and a Redis that dies, or swallows everything, slows only the first of them.
func TestCallsDoNotWaitForRedis(t *testing.T) {
	tests := []struct {
		name string
		end  func(tr *trio)
	}{
		{"killed", func(tr *trio) { tr.redis.Stop() }},
		{"black hole", func(tr *trio) {
			for _, p := range tr.proxies {
				p.set(true, true)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tr := newTrio(t, 100, answerTime)
			ctx, cancel := context.WithCancel(t.Context())
			for _, r := range tr.replicas {
				defer r.pace(ctx, tr.hub, 50*time.Millisecond, 20*time.Millisecond)()
			}
			defer cancel()
			start := time.Now()
			time.Sleep(2 * time.Second)
			gone := time.Now()
			tt.end(tr)
			tr.fallback(tr.replicas[:]...)
			fell := time.Now()
			time.Sleep(3 * time.Second)
			for _, r := range tr.replicas {
				shared, first, later := r.percentile(1, start, gone), r.percentile(1, gone, fell), r.percentile(1, fell, time.Now())
				t.Logf("waited with redis p50 %v, p99 %v, at most %v; until fallback at most %v; then p99 %v, at most %v",
					r.percentile(0.5, start, gone), r.percentile(0.99, start, gone), shared, first, r.percentile(0.99, fell, time.Now()), later)
				if first > 60*time.Millisecond {
					t.Errorf("the first calls waited for %v, want at most 60ms", first)
				}
				if p99 := r.percentile(0.99, fell, time.Now()); p99 > time.Millisecond {
					t.Errorf("later calls waited for %v, want at most 1ms", p99)
				}
			}
			checkWorst(t, tr.hub, 100)
		})
	}
}

// TestStartWithoutRedis: a replica that never reaches Redis serves with its share.
func TestStartWithoutRedis(t *testing.T) {
	redis := servertest.Redis(t)
	redis.Stop()
	hole := newProxy(t, redis.Addr())
	hole.set(true, true)
	for _, url := range []string{redis.URL(), hole.url()} {
		r := join(t, url, 4, hubspot.Limits{Burst: 40})
		r.budget = hubspot.BudgetBurst
		h := &hub{window: 10 * time.Second}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		start := time.Now()
		for range 10 {
			r.call(ctx, h, 1)
		}
		if took := r.percentile(1, start, time.Now()); len(h.arrivals) != 10 || took > 250*time.Millisecond {
			t.Errorf("%d calls, the slowest after %v; want 10 at once", len(h.arrivals), took)
		}
		before := time.Now()
		_, _, err := r.limiter.Wait(ctx, r.budget)
		if err == nil || time.Since(before) > 100*time.Millisecond {
			t.Errorf("a call beyond the share: %v after %v, want an error at once", err, time.Since(before))
		}
		cancel()
	}
}

// TestReplicaDies: what a replica held when it died comes back, less a share for
// as long as it may be alive behind a broken line, and that too when it is replaced.
func TestReplicaDies(t *testing.T) {
	t.Parallel()
	tr := newTrio(t, limit, patient)
	dying, die := context.WithCancel(t.Context())
	defer die()
	wait := tr.replicas[0].saturate(dying, tr.hub, 60, 20*time.Millisecond)
	time.Sleep(1500 * time.Millisecond)
	tr.proxies[0].set(true, true) // no goodbye gets through
	die()
	wait()
	died := time.Now()

	ctx, cancel := context.WithCancel(t.Context())
	defer tr.replicas[1].saturate(ctx, tr.hub, 60, 20*time.Millisecond)()
	defer cancel()
	took := until(t, 9*time.Second, "what it held comes back", func() bool {
		return tr.replicas[1].limiter.Report().Claims[hubspot.BudgetSearch].Held >= limit*64/100
	})
	t.Logf("after %v all but a share was back", took)
	join(t, tr.redis.URL(), 3, hubspot.Limits{Search: limit})
	time.Sleep(3500 * time.Millisecond)
	now := time.Now()
	checkUse(t, tr.hub, limit, now.Add(-3*window), now, 0.95)
	checkWorst(t, tr.hub, limit)
	t.Logf("%v after its death", time.Since(died))
}
