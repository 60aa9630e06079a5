package cluster

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/servertest"
)

// burst makes one burst call that HubSpot answers with these headers.
func burst(t *testing.T, r *replica, header map[string]int) {
	t.Helper()
	slot, _, err := r.limiter.Wait(t.Context(), hubspot.BudgetBurst)
	if err != nil {
		t.Fatal(err)
	}
	slot.Sent()
	slot.Done()
	h := make(http.Header)
	for name, n := range header {
		h.Set("X-HubSpot-RateLimit-"+name, strconv.Itoa(n))
	}
	slot.Learn(h)
}

// pair is two replicas that have heard of each other.
func pair(t *testing.T, limits hubspot.Limits) (a, b *replica) {
	t.Helper()
	redis := servertest.Redis(t)
	a, b = join(t, redis.URL(), 2, limits), join(t, redis.URL(), 2, limits)
	a.budget, b.budget = hubspot.BudgetBurst, hubspot.BudgetBurst
	settled(t, a, b)
	return a, b
}

// TestLimitReachesOthers: a limit that HubSpot names to one is everybody's, up and
// down, and a ceiling of one's own stays.
func TestLimitReachesOthers(t *testing.T) {
	a, b := pair(t, hubspot.Limits{})
	for _, limit := range []int{190, 20, 100} {
		burst(t, a, map[string]int{"Max": limit})
		took := until(t, time.Second, "the limit reaches the other", func() bool { return b.limiter.Snapshot().Burst.Limit == limit })
		t.Logf("a limit of %d after %v", limit, took)
		until(t, time.Second, "the parts follow it", func() bool {
			ours, theirs := a.limiter.Report().Claims[hubspot.BudgetBurst].Held, b.limiter.Report().Claims[hubspot.BudgetBurst].Held
			return ours+theirs <= limit && ours+theirs >= limit-1
		})
	}
}

// TestForeignCallsReachOthers: what another app has used is gone for all replicas;
// what the other replica has used is not taken for another app's.
func TestForeignCallsReachOthers(t *testing.T) {
	a, b := pair(t, hubspot.Limits{})
	for range 30 {
		burst(t, b, nil)
	}
	burst(t, a, map[string]int{"Max": 100, "Remaining": 69}) // 30 of the other's, one of ours
	time.Sleep(2 * foreignTime)
	if held := a.limiter.Report().Claims[hubspot.BudgetBurst].Held + b.limiter.Report().Claims[hubspot.BudgetBurst].Held; held < 99 {
		t.Errorf("%d of 100 places held: the other replica's calls were taken for another app's", held)
	}
	burst(t, a, map[string]int{"Max": 100, "Remaining": 28}) // 40 more
	took := until(t, 3*time.Second, "another app's calls are everybody's loss", func() bool {
		return a.limiter.Report().Claims[hubspot.BudgetBurst].Held+b.limiter.Report().Claims[hubspot.BudgetBurst].Held == 60
	})
	t.Logf("after %v", took)
}

// foreignTime is about how long it takes to tell others' calls from foreign ones.
const foreignTime = 600*time.Millisecond + reportEvery

// TestRefusalReachesOthers: a 429 to one replica closes the gate of the other, and
// a day that is spent for one is spent for all.
func TestRefusalReachesOthers(t *testing.T) {
	a, b := pair(t, hubspot.Limits{})
	refuse := func(body string, seconds int) {
		t.Helper()
		c, err := hubspot.NewClient(discard, hubspot.Options{
			Token: hubspot.StaticToken("pat-eu1-fake"), Limiter: a.limiter, HTTPClient: &http.Client{Transport: refusal{body, seconds}},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if _, err := c.Account(ctx); !errors.Is(err, hubspot.ErrRateLimited) {
			t.Fatalf("Account = %v, want %v", err, hubspot.ErrRateLimited)
		}
	}
	refused := func(least time.Duration) func() bool {
		return func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			slot, _, err := b.limiter.Wait(ctx, hubspot.BudgetBurst)
			if err == nil {
				slot.Failed(false)
				return false
			}
			e, ok := errors.AsType[*hubspot.Error](err)
			return ok && e.RetryAfter > least && time.Since(start) < 50*time.Millisecond
		}
	}
	refuse(`{"category":"RATE_LIMITS","policyName":"TEN_SECONDLY_ROLLING"}`, 2)
	t.Logf("the gate closed for the other after %v", until(t, time.Second, "the gate closes", refused(time.Second)))
	took := until(t, 4*time.Second, "the gate opens", func() bool { return !refused(0)() })
	t.Logf("and opened %v later", took)
	refuse(`{"category":"RATE_LIMITS","policyName":"DAILY"}`, 0)
	t.Logf("the day ended for the other after %v", until(t, time.Second, "the day ends", refused(0)))
	if b.limiter.Report().Spent == 0 {
		t.Error("the other does not know that the day is spent")
	}
}
