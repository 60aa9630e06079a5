package hubspot

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// A server counts calls as HubSpot does: when they arrive.
type server struct {
	mu       sync.Mutex
	limit    int
	window   time.Duration
	arrivals []time.Time
	worst    int // the most calls in any rolling window
}

func (s *server) arrive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.arrivals = append(s.arrivals, now)
	n := 0
	for i := len(s.arrivals) - 1; i >= 0 && now.Sub(s.arrivals[i]) < s.window; i-- {
		n++
	}
	s.worst = max(s.worst, n)
}

// A line is the way to the server and back.
type line struct {
	dial   time.Duration // most time between the grant and the written request
	base   time.Duration // the least time from there to the server
	vary   time.Duration // what comes on top of base at most
	server time.Duration // most time until the server answers
	fail   float64       // share of calls whose answer is lost
}

func (l line) call(rnd *rand.Rand, s *server, slot *Slot) {
	upTo := func(d time.Duration) time.Duration { return time.Duration(rnd.Int64N(int64(d) + 1)) }
	time.Sleep(upTo(l.dial))
	if l.fail > 0 && rnd.Float64() < l.fail/2 {
		slot.Failed(false)
		return
	}
	slot.Sent()
	time.Sleep(l.base + upTo(l.vary))
	s.arrive()
	if rnd.Float64() < l.fail {
		slot.Failed(true)
		return
	}
	time.Sleep(upTo(l.server))
	slot.Done()
}

// saturate lets clients call as fast as they may for d, and returns the server
// that they called and the longest that any of them waited for a slot.
func saturate(t *testing.T, which Budget, limit, clients int, d time.Duration, ln line, seed uint64) (*server, time.Duration) {
	limits := Limits{Burst: limit, Associations: limit, Search: limit}
	l := NewLimiter(limits)
	s := &server{limit: limit, window: l.budgets[which].window}
	end := time.Now().Add(d)
	var longest time.Duration
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, uint64(i)))
			for time.Now().Before(end) {
				ctx := WithTrace(t.Context(), NewTrace(time.Now()))
				slot, waited, err := l.Wait(ctx, which)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				longest = max(longest, waited)
				mu.Unlock()
				ln.call(rnd, s, slot)
			}
		})
	}
	wg.Wait()
	return s, longest
}

func TestWindowIsNeverExceeded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		which := rapid.SampledFrom([]Budget{BudgetBurst, BudgetSearch}).Draw(rt, "budget")
		limit := rapid.IntRange(1, 40).Draw(rt, "limit")
		clients := rapid.IntRange(1, 60).Draw(rt, "clients")
		window := map[Budget]time.Duration{BudgetBurst: burstWindow, BudgetSearch: searchWindow}[which]
		ms := func(name string, most time.Duration) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(most)).Draw(rt, name))
		}
		ln := line{
			dial:   ms("dial", time.Second),
			base:   ms("base", 400*time.Millisecond),
			vary:   ms("vary", min(maxSlack, window/25)),
			server: ms("server", 3*time.Second),
			fail:   rapid.SampledFrom([]float64{0, 0.1}).Draw(rt, "fail"),
		}
		seed := rapid.Uint64().Draw(rt, "seed")
		var worst int
		synctest.Test(t, func(t *testing.T) {
			s, _ := saturate(t, which, limit, clients, 4*window, ln, seed)
			worst = s.worst
		})
		if worst > limit {
			rt.Fatalf("%d calls arrived in one window of %v, want at most %d", worst, window, limit)
		}
	})
}

func TestAllowanceIsUsed(t *testing.T) {
	for _, which := range []Budget{BudgetBurst, BudgetAssociations, BudgetSearch} {
		for _, latency := range []time.Duration{0, 50 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond} {
			t.Run(fmt.Sprintf("%v/%v", which, latency), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					const clients, windows = 200, 20
					limit := map[Budget]int{BudgetBurst: 100, BudgetAssociations: 190, BudgetSearch: 4}[which]
					window := map[Budget]time.Duration{BudgetBurst: burstWindow, BudgetAssociations: burstWindow, BudgetSearch: searchWindow}[which]
					ln := line{base: min(latency/4, 20*time.Millisecond), server: latency}
					s, longest := saturate(t, which, limit, clients, windows*window, ln, 1)

					if s.worst > limit {
						t.Errorf("%d calls in one window, want at most %d", s.worst, limit)
					}
					// The first window's burst is a gift of idling: leave it out.
					whole := s.arrivals[:len(s.arrivals)/limit*limit]
					took := whole[len(whole)-1].Sub(whole[0])
					share := float64(len(whole)-limit) / (float64(limit) * float64(took) / float64(window))
					t.Logf("%.1f %% of the allowance used, longest wait %v", 100*share, longest)
					if share < 0.95 {
						t.Errorf("%.1f %% of the allowance used, want at least 95 %%", 100*share)
					}
					// With fair turns, nobody waits longer than all the others take once.
					if most := time.Duration(clients/limit+1) * (window + window/20); longest > most {
						t.Errorf("longest wait = %v, want at most %v", longest, most)
					}
				})
			})
		}
	}
}

// TestNobodyStarves checks that callers who give up, and others who keep
// coming, do not delay the one who waits longest.
func TestNobodyStarves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Search: 1})
		fill(t, l, BudgetSearch, 1)
		var served []int
		var mu sync.Mutex
		for i := range 100 {
			go func() {
				slot, _, err := l.Wait(WithTrace(t.Context(), NewTrace(time.Now())), BudgetSearch)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				served = append(served, i)
				mu.Unlock()
				slot.Done()
			}()
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if len(served) != 100 {
			t.Fatalf("%d of 100 served", len(served))
		}
		for i, who := range served {
			if who != i {
				t.Fatalf("served %v, want the order of arrival", served)
			}
		}
	})
}

func BenchmarkWait(b *testing.B) {
	l := NewLimiter(Limits{Burst: 1 << 30})
	ctx := WithTrace(b.Context(), NewTrace(time.Now()))
	b.ReportAllocs()
	for b.Loop() {
		slot, _, err := l.Wait(ctx, BudgetBurst)
		if err != nil {
			b.Fatal(err)
		}
		slot.Failed(false)
	}
}

// BenchmarkWaitFullWindow is Wait with a window of 190 calls that are still held.
func BenchmarkWaitFullWindow(b *testing.B) {
	l := NewLimiter(Limits{Burst: 1 << 30})
	for range 190 {
		slot, _, err := l.Wait(b.Context(), BudgetBurst)
		if err != nil {
			b.Fatal(err)
		}
		slot.Sent()
	}
	for b.Loop() {
		slot, _, err := l.Wait(b.Context(), BudgetBurst)
		if err != nil {
			b.Fatal(err)
		}
		slot.Failed(false)
	}
}
