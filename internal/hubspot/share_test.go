package hubspot

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// asked counts how often a report was wanted.
type asked int

func (a *asked) Wanted() { *a++ }

// give answers a report for the search budget.
func give(l *Limiter, p Part, lease time.Duration) {
	r := l.Report()
	g := Grant{Until: time.Now().Add(lease)}
	for i := range g.Parts {
		g.Parts[i].Limit = r.Claims[i].Limit
	}
	p.Limit = r.Claims[BudgetSearch].Limit
	g.Parts[BudgetSearch] = p
	l.Apply(r, g)
}

func sharedLimiter(limit, replicas int) (*Limiter, *asked) {
	l, a := NewLimiter(Limits{Search: limit}), new(asked)
	l.Share(a, replicas)
	return l, a
}

// TestShareWaitsForItsPart: nothing starts before something is granted, and then
// what is granted, and it is asked for more when somebody waits.
func TestShareWaitsForItsPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, wanted := sharedLimiter(6, 3)
		time.AfterFunc(70*time.Millisecond, func() { give(l, Part{Grant: 2, Target: 2}, time.Minute) })
		if got, want := waitTime(t, l, BudgetSearch), 70*time.Millisecond; got != want {
			t.Errorf("the first call waited %v, want %v", got, want)
		}
		if *wanted == 0 {
			t.Error("nothing was asked for while a call waited")
		}
		time.Sleep(time.Second)
		fill(t, l, BudgetSearch, 2)
		before := *wanted
		time.AfterFunc(100*time.Millisecond, func() { give(l, Part{Grant: 1, Target: 3}, time.Minute) })
		if got, want := waitTime(t, l, BudgetSearch), 100*time.Millisecond; got != want {
			t.Errorf("a call beyond the part waited %v, want %v", got, want)
		}
		if *wanted == before {
			t.Error("nothing was asked for while a call waited for more")
		}
	})
}

// TestShareGivesBackWhatIsFree: what the others are due leaves as it becomes free,
// and waits for nobody here.
func TestShareGivesBackWhatIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, wanted := sharedLimiter(6, 3)
		give(l, Part{Grant: 6, Target: 6}, time.Minute)
		fill(t, l, BudgetSearch, 4)
		give(l, Part{Target: 1}, time.Minute)
		if c := l.Report().Claims[BudgetSearch]; c.Held != 4 || c.Own != 4 {
			t.Errorf("%+v, want the two free places given back and four held", c)
		}
		if *wanted == 0 {
			t.Error("nobody was told of what is free")
		}
		time.Sleep(time.Second + margin)
		if c := l.Report().Claims[BudgetSearch]; c.Held != 1 || c.Own != 0 {
			t.Errorf("%+v a window later, want one place held", c)
		}
	})
}

// TestShareWithoutAnswers: a part shrinks to the share when its lease ends, one
// that is smaller stays so until the share is safe, and what is in the window then
// is held.
func TestShareWithoutAnswers(t *testing.T) {
	const grown = 4 * time.Second
	whole := grown + searchWindow + searchWindow/25
	tests := []struct {
		name        string
		part        int
		atLeaseEnd  int
		whenItGrows int
	}{
		{"more than its share", 6, 2, 2},
		{"its share", 2, 2, 2},
		{"less", 1, 1, 2},
		{"nothing", 0, 0, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, _ := sharedLimiter(6, 3)
				give(l, Part{Grant: tt.part, Target: tt.part}, time.Second)
				held := func() int { return l.Report().Claims[BudgetSearch].Held }
				time.Sleep(500 * time.Millisecond)
				l.Cut(grown, true)
				time.Sleep(100 * time.Millisecond)
				l.Cut(grown, true) // again, which changes nothing
				if got := held(); got != tt.part {
					t.Errorf("%d held under the lease, want %d", got, tt.part)
				}
				time.Sleep(400 * time.Millisecond)
				if got := held(); got != tt.atLeaseEnd {
					t.Errorf("%d held after the lease, want %d", got, tt.atLeaseEnd)
				}
				if !l.Report().Lapsed {
					t.Error("the report does not say that the lease has ended")
				}
				time.Sleep(whole - 501*time.Millisecond)
				if got := held(); got != tt.atLeaseEnd {
					t.Errorf("%d held before the share is safe, want %d", got, tt.atLeaseEnd)
				}
				time.Sleep(2 * time.Millisecond)
				if got := held(); got != tt.whenItGrows {
					t.Errorf("%d held when the share is safe, want %d", got, tt.whenItGrows)
				}
			})
		})
	}
}

// TestShareLeaseEndsWithCallsInTheWindow: what was sent under the lease stays
// counted, so that nothing starts before it is less than the share.
func TestShareLeaseEndsWithCallsInTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := sharedLimiter(6, 3)
		give(l, Part{Grant: 6, Target: 6}, 900*time.Millisecond)
		for range 6 {
			take(t, l, BudgetSearch)
			time.Sleep(100 * time.Millisecond)
		}
		l.Cut(time.Second, true)
		time.Sleep(300 * time.Millisecond) // at 900 ms: six in the window, of which two may stay
		start := time.Now()
		take2 := waitTime(t, l, BudgetSearch)
		if got, want := time.Since(start), 500*time.Millisecond+margin; got != want || take2 != want {
			t.Errorf("the next call waited %v, want %v: until the fifth has left", got, want)
		}
	})
}

// TestShareWakesWhenItGrows: who waits with nothing held is served when the share
// is safe, and knows before.
func TestShareWakesWhenItGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := sharedLimiter(6, 3)
		give(l, Part{}, time.Second)
		l.Cut(3*time.Second, true)
		whole := 3*time.Second + searchWindow + searchWindow/25
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, _, err := l.Wait(ctx, BudgetSearch)
		e, ok := errors.AsType[*Error](err)
		if !ok || time.Since(start) != 0 || e.RetryAfter != whole {
			t.Errorf("Wait = %v (%+v) after %v, want to hear at once that it takes %v", err, e, time.Since(start), whole)
		}
		if got := waitTime(t, l, BudgetSearch); got != whole {
			t.Errorf("waited %v, want %v", got, whole)
		}
	})
}

// TestShareJudgesOnceItKnows: a deadline is judged when it is known what there is,
// then at once.
func TestShareJudgesOnceItKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := sharedLimiter(6, 3)
		give(l, Part{Grant: 1, Target: 1}, time.Minute)
		take(t, l, BudgetSearch)
		for _, tt := range []struct {
			name   string
			part   Part
			failed bool
		}{
			{"others have nothing either", Part{Target: 1}, true},
			{"others can give in time", Part{Target: 2, Within: 50 * time.Millisecond}, false},
			{"others can give too late", Part{Target: 2, Within: 300 * time.Millisecond}, true},
		} {
			l.mu.Lock()
			l.budgets[BudgetSearch].part.asked = 0 // as if more were waiting than was told
			l.mu.Unlock()
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			start := time.Now()
			time.AfterFunc(5*time.Millisecond, func() { give(l, tt.part, time.Minute) })
			_, waited, err := l.Wait(ctx, BudgetSearch)
			want := 200 * time.Millisecond // nobody gave in the end
			if tt.failed {
				want = 5 * time.Millisecond
			}
			if !errors.Is(err, ErrRateLimited) || waited != want {
				t.Errorf("%s: %v after %v (%v), want %v after %v", tt.name, err, waited, time.Since(start), ErrRateLimited, want)
			}
			cancel()
		}
	})
}
