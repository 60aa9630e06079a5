package hubspot

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// take takes a slot that must be free at once, and answers its call at once.
func take(t *testing.T, l *Limiter, which Budget) *Slot {
	t.Helper()
	slot, waited, err := l.Wait(t.Context(), which)
	if err != nil || waited != 0 {
		t.Fatalf("Wait(%v) = %v waited, error %v; want a slot at once", which, waited, err)
	}
	slot.Sent()
	slot.Done()
	return slot
}

func fill(t *testing.T, l *Limiter, which Budget, n int) {
	t.Helper()
	for range n {
		take(t, l, which)
	}
}

// waitTime is how long the next slot takes.
func waitTime(t *testing.T, l *Limiter, which Budget) time.Duration {
	t.Helper()
	slot, waited, err := l.Wait(t.Context(), which)
	if err != nil {
		t.Fatal(err)
	}
	slot.Failed(false)
	return waited
}

func TestWaitBudgetsAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{})
		fill(t, l, BudgetBurst, 100)
		fill(t, l, BudgetAssociations, 100)
		fill(t, l, BudgetSearch, 4)
		want := RateLimit{
			Burst:        BudgetState{Limit: 100, Window: 10 * time.Second},
			Associations: BudgetState{Limit: 100, Window: 10 * time.Second},
			Search:       BudgetState{Limit: 4, Window: time.Second},
		}
		if diff := cmp.Diff(want, l.Snapshot()); diff != "" {
			t.Errorf("Snapshot() (-want +got):\n%s", diff)
		}
		if got, want := waitTime(t, l, BudgetSearch), time.Second+margin; got != want {
			t.Errorf("wait for search = %v, want %v", got, want)
		}
		if got, want := waitTime(t, l, BudgetBurst), 9*time.Second; got != want {
			t.Errorf("wait for burst = %v, want %v", got, want)
		}
		time.Sleep(20 * time.Second)
		fill(t, l, BudgetBurst, 100) // a whole window at once after idling
	})
}

func TestSlotFrees(t *testing.T) {
	const window = 10*time.Second + margin
	tests := []struct {
		name string
		call func(*Slot)
		want time.Duration // until the next slot
	}{
		{"answered at once", func(s *Slot) { s.Sent(); s.Done() }, window},
		{"answered soon", func(s *Slot) { s.Sent(); time.Sleep(100 * time.Millisecond); s.Done() }, window},
		{"answered late", func(s *Slot) { s.Sent(); time.Sleep(2 * time.Second); s.Done() }, window + maxSlack - 2*time.Second},
		{"never answered", func(s *Slot) { s.Sent(); s.Failed(true) }, window + maxSlack},
		{"sent in part", func(s *Slot) { s.Failed(true) }, window + maxSlack},
		{"never sent", func(s *Slot) { s.Failed(false) }, 0},
		{"answered without a trace", func(s *Slot) { time.Sleep(time.Second); s.Done() }, window},
		{"answered before the write was told", func(s *Slot) { s.Done(); s.Sent() }, window},
		{"told twice", func(s *Slot) { s.Sent(); s.Done(); s.Done() }, window},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewLimiter(Limits{Burst: 1})
				slot, _, err := l.Wait(t.Context(), BudgetBurst)
				if err != nil {
					t.Fatal(err)
				}
				tt.call(slot)
				if tt.name == "never sent" {
					time.Sleep(10 * time.Second) // the window has room at once, the bucket refills
				}
				if got := waitTime(t, l, BudgetBurst); got != tt.want {
					t.Errorf("next slot after %v, want %v", got, tt.want)
				}
			})
		})
	}
}

func TestSlotRepeatedByTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Burst: 3})
		slot, _, err := l.Wait(t.Context(), BudgetBurst)
		if err != nil {
			t.Fatal(err)
		}
		slot.Sent()
		slot.Sent() // the connection was stale: net/http wrote it again
		if got := l.Snapshot().Burst.Remaining; got != 1 {
			t.Errorf("remaining = %d, want 1: HubSpot counts both", got)
		}
	})
}

// TestWaitWhileUnsent checks that a slot whose call is still to be sent is not
// given to anybody, however long that takes.
func TestWaitWhileUnsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Burst: 1})
		slot, _, err := l.Wait(t.Context(), BudgetBurst)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(15*time.Second, func() { slot.Sent() })
		if got, want := waitTime(t, l, BudgetBurst), 15*time.Second+maxSlack+10*time.Second+margin; got != want {
			t.Errorf("next slot after %v, want %v", got, want)
		}
	})
}

func TestWaitOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Search: 1})
		take(t, l, BudgetSearch)
		start := time.Now()
		var got []int
		for i, age := range []time.Duration{3, 9, 1, 9, 0} { // seconds since the request arrived
			ctx := WithTrace(t.Context(), NewTrace(start.Add(-age*time.Second)))
			go func() {
				slot, _, err := l.Wait(ctx, BudgetSearch)
				if err != nil {
					t.Error(err)
					return
				}
				got = append(got, i)
				slot.Done()
			}()
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := []int{1, 3, 0, 2, 4}; !slices.Equal(got, want) {
			t.Errorf("served in order %v, want %v: oldest request first, then first come", got, want)
		}
	})
}

func TestWaitFailsAtOnceBeyondDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Burst: 2})
		fill(t, l, BudgetBurst, 2)
		time.Sleep(4 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
		defer cancel()
		start := time.Now()
		_, _, err := l.Wait(ctx, BudgetBurst)
		if !errors.Is(err, ErrRateLimited) || time.Since(start) != 0 {
			t.Fatalf("Wait = %v after %v, want %v at once", err, time.Since(start), ErrRateLimited)
		}
		e, _ := errors.AsType[*Error](err)
		if want := 6*time.Second + margin; e.RetryAfter != want {
			t.Errorf("RetryAfter = %v, want %v", e.RetryAfter, want)
		}
	})
}

// TestWaitEstimate checks the instant foretold to the n-th waiter against the
// instant it is served, over several windows.
func TestWaitEstimate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Burst: 3})
		for range 3 {
			take(t, l, BudgetBurst)
			time.Sleep(time.Second)
		}
		for n := range 10 {
			l.mu.Lock()
			want := time.Until(l.budgets[BudgetBurst].estimate(time.Now(), n))
			l.mu.Unlock()
			go func() {
				slot, waited, err := l.Wait(t.Context(), BudgetBurst)
				if err != nil {
					t.Error(err)
					return
				}
				slot.Done()
				if late := waited - want; late < 0 || late > 8*margin {
					t.Errorf("waiter %d waited %v, foretold %v", n, waited, want)
				}
			}()
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
	})
}

func TestWaitCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Search: 1})
		take(t, l, BudgetSearch)
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 1)
		go func() {
			_, _, err := l.Wait(ctx, BudgetSearch)
			errs <- err
		}()
		var waited time.Duration
		synctest.Wait()
		go func() { waited = waitTime(t, l, BudgetSearch) }()
		synctest.Wait()
		cancel()
		if err := <-errs; err != context.Canceled {
			t.Errorf("cancelled Wait = %v, want %v", err, context.Canceled)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := time.Second + margin; waited != want {
			t.Errorf("the next in line waited %v, want %v", waited, want)
		}
		if n := len(l.budgets[BudgetSearch].queue); n != 0 {
			t.Errorf("%d waiters left behind, want none", n)
		}
		if at := l.budgets[BudgetSearch].alarm.at; !at.IsZero() {
			t.Errorf("the alarm is set to %v with nobody waiting", at)
		}
	})
}

func TestWaitOvertakenUntilDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Search: 1})
		take(t, l, BudgetSearch)
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		old := WithTrace(t.Context(), NewTrace(time.Now().Add(-time.Minute)))
		go func() { // comes second, was first
			time.Sleep(time.Millisecond)
			slot, _, err := l.Wait(old, BudgetSearch)
			if err != nil {
				t.Error(err)
				return
			}
			slot.Done()
		}()
		_, waited, err := l.Wait(ctx, BudgetSearch)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Kind != ErrRateLimited || waited != 1500*time.Millisecond {
			t.Fatalf("Wait = %v after %v, want %v at the deadline", err, waited, ErrRateLimited)
		}
		if want := 500*time.Millisecond + 2*margin; e.RetryAfter != want {
			t.Errorf("RetryAfter = %v, want %v", e.RetryAfter, want)
		}
	})
}

func TestCloseStopsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{})
		l.close(BudgetBurst, 3*time.Second)
		l.close(BudgetBurst, time.Second) // a shorter one changes nothing
		if got, want := waitTime(t, l, BudgetBurst), 3*time.Second; got != want {
			t.Errorf("wait = %v, want %v", got, want)
		}
		take(t, l, BudgetAssociations)
	})
}

// TestCloseFailsTheHopeless checks that a closed budget lets go at once of
// those whose deadline comes first, and of nobody else.
func TestCloseFailsTheHopeless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{Search: 1})
		take(t, l, BudgetSearch)
		start := time.Now()
		ended := make([]time.Duration, 4)
		errs := make([]error, 4)
		for i, patience := range []time.Duration{30, 5, 40, 6} {
			ctx, cancel := context.WithTimeout(t.Context(), patience*time.Second)
			defer cancel()
			go func() {
				slot, _, err := l.Wait(ctx, BudgetSearch)
				ended[i], errs[i] = time.Since(start), err
				if err == nil {
					slot.Done()
				}
			}()
			synctest.Wait()
		}
		time.Sleep(500 * time.Millisecond)
		l.close(BudgetSearch, 10*time.Second)
		time.Sleep(time.Minute)
		synctest.Wait()
		for i, want := range []time.Duration{10500 * time.Millisecond, 500 * time.Millisecond, 11500*time.Millisecond + margin, 500 * time.Millisecond} {
			if failed := errors.Is(errs[i], ErrRateLimited); failed != (want == 500*time.Millisecond) || ended[i] != want {
				t.Errorf("waiter %d ended after %v with %v, want %v", i, ended[i], errs[i], want)
			}
		}
	})
}
