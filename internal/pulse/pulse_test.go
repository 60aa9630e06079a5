package pulse_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/pulse"
)

func TestPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pulse.New([]string{"calls", "errors"}, []string{"used"})
		begun := time.Now()
		p.Count("calls", 2)
		p.Stands("used", 7)
		p.Stands("used", 3)
		p.Count("nobody declared this", 1)
		time.Sleep(2 * pulse.Step)
		p.Count("calls", 1)
		p.Count("calls", 1)
		p.Count("errors", 1)

		got := p.Read()
		want := pulse.Reading{From: begun, Counts: map[string][]int{"calls": {2, 0, 2}, "errors": {0, 0, 1}}, Peaks: map[string][]int{"used": {7, 0, 0}}}
		if diff := cmp.Diff(want.Counts, got.Counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want.Peaks, got.Peaks); diff != "" {
			t.Errorf("peaks (-want +got):\n%s", diff)
		}
		if !got.From.Equal(begun) || got.Total("calls") != 4 {
			t.Errorf("from %v, %d calls, want %v and 4", got.From, got.Total("calls"), begun)
		}

		time.Sleep((pulse.Steps - 1) * pulse.Step) // the first steps leave
		got = p.Read()
		if n := len(got.Counts["calls"]); n != pulse.Steps || got.Total("calls") != 2 || got.Total("errors") != 1 || got.Counts["calls"][0] != 2 {
			t.Errorf("later: %d steps with %v, want %d with the last two calls in the first", n, got.Counts, pulse.Steps)
		}
		if want := begun.Add(2 * pulse.Step); !got.From.Equal(want) {
			t.Errorf("later from %v, want %v", got.From, want)
		}
		time.Sleep(24 * time.Hour)
		if got := p.Read(); got.Total("calls") != 0 || len(got.Counts["calls"]) != pulse.Steps {
			t.Errorf("a day later: %v, want nothing", got.Counts)
		}
	})
}

func TestQuantile(t *testing.T) {
	p := pulse.New(nil, nil)
	if got := p.Read().Quantile(0.5); got != 0 {
		t.Errorf("the median of nothing is %v, want 0", got)
	}
	for i := range 1000 {
		p.Took(time.Duration(i+1) * time.Millisecond)
	}
	p.Took(48 * time.Hour)
	r := p.Read()
	if r.Took() != 1001 {
		t.Errorf("%d durations, want 1001", r.Took())
	}
	for share, exact := range map[float64]time.Duration{0.01: 10 * time.Millisecond, 0.5: 500 * time.Millisecond, 0.9: 900 * time.Millisecond, 0.99: 990 * time.Millisecond} {
		if got := r.Quantile(share); got < exact || got > exact*3/2 {
			t.Errorf("Quantile(%v) = %v, want from %v to %v", share, got, exact, exact*3/2)
		}
	}
}
