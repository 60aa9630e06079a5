package hubspot

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func headers(pairs ...string) http.Header {
	h := make(http.Header)
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestLearnLimit(t *testing.T) {
	const interval = "X-HubSpot-RateLimit-Interval-Milliseconds"
	tests := []struct {
		name   string
		limits Limits
		header http.Header
		want   int
	}{
		{"raises the default", Limits{}, headers("X-HubSpot-RateLimit-Max", "190"), 190},
		{"lowers the default", Limits{}, headers("X-HubSpot-RateLimit-Max", "60"), 60},
		{"does not raise a setting", Limits{Burst: 50}, headers("X-HubSpot-RateLimit-Max", "190"), 50},
		{"lowers a setting", Limits{Burst: 50}, headers("X-HubSpot-RateLimit-Max", "20"), 20},
		{"same window", Limits{}, headers("X-HubSpot-RateLimit-Max", "110", interval, "10000"), 110},
		{"other window", Limits{}, headers("X-HubSpot-RateLimit-Max", "19", interval, "1000"), 100},
		{"zero", Limits{}, headers("X-HubSpot-RateLimit-Max", "0"), 100},
		{"nonsense", Limits{}, headers("X-HubSpot-RateLimit-Max", "lots"), 100},
		{"negative", Limits{}, headers("X-HubSpot-RateLimit-Max", "-5"), 100},
		{"deprecated", Limits{}, headers("X-HubSpot-RateLimit-Secondly", "19", "X-HubSpot-RateLimit-Secondly-Remaining", "0"), 100},
		{"absent", Limits{}, nil, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewLimiter(tt.limits)
				take(t, l, BudgetBurst).Learn(tt.header)
				if got := l.Snapshot().Burst; got.Limit != tt.want || got.Remaining != tt.want-1 {
					t.Errorf("burst = %+v, want limit %d and all but one left", got, tt.want)
				}
			})
		})
	}
}

func TestLearnForeignCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{})
		for remaining := range 5 { // ours alone: 99, 98, …
			slot := take(t, l, BudgetBurst)
			slot.Learn(headers(headerMax, "100", headerRemaining, []string{"99", "98", "97", "96", "95"}[remaining]))
		}
		if got := l.Snapshot().Burst.Remaining; got != 95 {
			t.Fatalf("remaining = %d, want 95", got)
		}
		slot := take(t, l, BudgetBurst)
		slot.Learn(headers(headerMax, "100", headerRemaining, "74")) // 6 ours, 20 others'
		if got := l.Snapshot().Burst.Remaining; got != 74 {
			t.Errorf("remaining = %d, want 74", got)
		}
		slot = take(t, l, BudgetBurst)
		slot.Learn(headers(headerMax, "100", headerRemaining, "73")) // known already
		if got := l.Snapshot().Burst.Remaining; got != 73 {
			t.Errorf("remaining = %d, want 73", got)
		}
		time.Sleep(10*time.Second + margin)
		if got := l.Snapshot().Burst.Remaining; got != 100 {
			t.Errorf("remaining after a window = %d, want 100", got)
		}
	})
}

// TestLearnAssociations checks that our own burst calls are not taken for
// others' when an association answer carries the burst window's numbers.
func TestLearnAssociations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{})
		fill(t, l, BudgetBurst, 40)
		slot := take(t, l, BudgetAssociations)
		slot.Learn(headers(headerMax, "100", headerRemaining, "60"))
		if got := l.Snapshot().Associations.Remaining; got != 99 {
			t.Errorf("remaining = %d, want 99", got)
		}
		slot.Learn(headers(headerMax, "100", headerRemaining, "50"))
		if got := l.Snapshot().Associations.Remaining; got != 90 {
			t.Errorf("remaining with others' calls = %d, want 90", got)
		}
	})
}

// TestLearnLateAnswer checks that an answer which comes after its window has
// passed does not make our own calls look like others'.
func TestLearnLateAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{})
		fill(t, l, BudgetBurst, 99)
		time.Sleep(9 * time.Second)
		slot, _, err := l.Wait(t.Context(), BudgetBurst)
		if err != nil {
			t.Fatal(err)
		}
		slot.Sent()
		time.Sleep(2 * time.Second) // the 99 have left the window
		slot.Done()
		slot.Learn(headers(headerMax, "100", headerRemaining, "0"))
		if got := l.Snapshot().Burst.Remaining; got != 99 {
			t.Errorf("remaining = %d, want 99", got)
		}
	})
}

func TestDaily(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble begins at midnight UTC
		l := NewLimiter(Limits{Search: 1})
		l.SetTimeZone(time.FixedZone("", -5*60*60))
		take(t, l, BudgetSearch).Learn(headers(headerDaily, "250000", headerDailyRemaining, "1"))
		if diff := cmp.Diff(&DailyState{Limit: 250000, Remaining: 1}, l.Snapshot().Daily); diff != "" {
			t.Errorf("Daily (-want +got):\n%s", diff)
		}
		errs := make(chan error)
		go func() {
			_, _, err := l.Wait(t.Context(), BudgetSearch)
			errs <- err
		}()
		synctest.Wait()
		take(t, l, BudgetBurst).Learn(headers(headerDaily, "250000", headerDailyRemaining, "0"))
		_, _, err := l.Wait(t.Context(), BudgetBurst)
		for _, err := range []error{<-errs, err} {
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != ErrRateLimited || e.RetryAfter != 5*time.Hour {
				t.Errorf("Wait on a used-up day = %v, want %v until midnight in the portal", err, ErrRateLimited)
			}
		}
		time.Sleep(5 * time.Hour)
		take(t, l, BudgetBurst)
		if got := l.Snapshot().Daily; got != nil {
			t.Errorf("Daily on the next day = %+v, want nil", got)
		}
	})
}
