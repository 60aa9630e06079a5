package cluster

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/servertest"
)

// TestIdlePartIsGivenUp: a replica that makes no calls gives its part up, reports
// nothing, and has its part again when it needs one.
func TestIdlePartIsGivenUp(t *testing.T) {
	t.Parallel()
	const limit = 20
	redis := servertest.Redis(t)
	h := &hub{window: window}
	var replicas []*replica
	known, err := New(discard, Options{URL: Address(redis.URL())})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = known.Close() }()
	remember(t, known, time.Now().Add(-time.Hour))
	for range 3 {
		replicas = append(replicas, joinWith(t, Options{URL: Address(redis.URL()), Replicas: 3, patience: patient, idle: window}, hubspot.Limits{Search: limit}))
	}
	idle, busy := replicas[0], replicas[1]
	held := func() int { return idle.limiter.Report().Claims[idle.budget].Held }
	until(t, 10*time.Second, "it holds something", func() bool { return held() > 0 })
	until(t, 10*time.Second, "it gives that up", func() bool { return held() == 0 })
	reports := idle.Counters().Reports
	ctx, cancel := context.WithCancel(t.Context())
	start := time.Now()
	defer busy.saturate(ctx, h, 40, 20*time.Millisecond)()
	defer cancel()
	time.Sleep(5 * window)
	if n := idle.Counters().Reports; n != reports {
		t.Errorf("it reported %d times although nobody needed anything", n-reports)
	}
	checkUse(t, h, limit, start.Add(window), start.Add(5*window), 0.95)

	begin := time.Now()
	idle.call(ctx, h, 20*time.Millisecond)
	if took := time.Since(begin); took > 2*window {
		t.Errorf("its next call took %v beside a busy replica, want its part within a window", took)
	}
	checkWorst(t, h, limit)
}

// TestFirstCallOfAPortal: where Redis has all that it was ever told, a portal that
// it knows nothing of was used by nobody, and its first calls wait for one report
// alone; where it has come back empty, they wait until nobody can hold anything.
func TestFirstCallOfAPortal(t *testing.T) {
	t.Parallel()
	redis := servertest.Redis(t)
	for _, old := range []bool{true, false} {
		c, err := New(discard, Options{URL: Address(redis.URL()), Replicas: 3, patience: patient})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		since := time.Now()
		if old {
			since = since.Add(-time.Hour)
		}
		remember(t, c, since)
		r := &replica{Cluster: c, limiter: hubspot.NewLimiter(hubspot.Limits{Burst: 40}), budget: hubspot.BudgetBurst}
		if err := c.Share("first-of-"+strconv.FormatBool(old), r.limiter); err != nil {
			t.Fatal(err)
		}
		h := &hub{window: 10 * time.Second}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		begin := time.Now()
		for range 40 {
			r.call(ctx, h, time.Millisecond)
		}
		cancel()
		if want := map[bool]int{true: 40, false: 13}[old]; len(h.arrivals) != want {
			t.Errorf("old %t: %d calls of a limit of 40 in %v, want %d", old, len(h.arrivals), time.Since(begin), want)
		}
	}
}

// remember has Redis say that it has all that it was told since then.
func remember(t *testing.T, c *Cluster, since time.Time) {
	t.Helper()
	if err := c.remote.client.Set(t.Context(), c.whole(), strconv.FormatInt(since.UnixMilli(), 10), 0).Err(); err != nil {
		t.Fatal(err)
	}
}
