package hubspot

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A journey is one request that makes its calls in rounds, each of which has to
// wait for the one before.
type journey struct {
	rounds []int // calls of each
	begun  time.Time
	ended  time.Time
	calls  []time.Time // when each call was granted
}

// run makes the calls. If it tells, the limiter knows how many are left.
func (j *journey) run(t *testing.T, l *Limiter, tell bool) {
	j.begun = time.Now()
	trace := NewTrace(j.begun)
	ctx := WithTrace(t.Context(), trace)
	left := 0
	for _, n := range j.rounds {
		left += n
	}
	var mu sync.Mutex
	for _, n := range j.rounds {
		var round sync.WaitGroup
		for range n {
			round.Go(func() {
				mu.Lock()
				if tell {
					trace.SetLeft(left)
				}
				mu.Unlock()
				slot, _, err := l.Wait(ctx, BudgetBurst)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				j.calls = append(j.calls, time.Now())
				left--
				if tell {
					trace.SetLeft(left)
				}
				mu.Unlock()
				slot.Sent()
				time.Sleep(50 * time.Millisecond)
				slot.Done()
			})
		}
		round.Wait()
	}
	j.ended = time.Now()
}

func departAll(t *testing.T, l *Limiter, tell bool, journeys []*journey) {
	var all sync.WaitGroup
	for _, j := range journeys {
		all.Go(func() { j.run(t, l, tell) })
		time.Sleep(time.Millisecond)
	}
	all.Wait()
}

// wasted is the share of the first 30 seconds' calls that went into answers that
// nobody had by then.
func wasted(journeys []*journey, start time.Time) float64 {
	until := start.Add(30 * time.Second)
	made, lost := 0, 0
	for _, j := range journeys {
		for _, at := range j.calls {
			if at.After(until) {
				continue
			}
			made++
			if j.ended.After(until) {
				lost++
			}
		}
	}
	return float64(lost) / float64(made)
}

// TestBegunIsFinished: of 50 requests side by side, of 13 calls in three rounds
// each, those that have begun are finished before others go on. The first window
// is free for all: each makes its first call in it, an eighth of the 400 that 30
// seconds take.
func TestBegunIsFinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var journeys []*journey
		for range 50 {
			journeys = append(journeys, &journey{rounds: []int{1, 2, 10}})
		}
		start := time.Now()
		departAll(t, NewLimiter(Limits{}), true, journeys)
		if share := wasted(journeys, start); share > 0.14 {
			t.Errorf("%.0f %% of the first 30 s' calls went into answers that nobody had, want at most 14 %%", 100*share)
		} else {
			t.Logf("%.1f %% of the first 30 s' calls went into answers that nobody had", 100*share)
		}
	})
}

// TestOneRecordBesideSweep: a request of one call does not wait for a sweep that
// came before it, and the sweep does not wait for ever while such requests come.
func TestOneRecordBesideSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(Limits{})
		sweep := &journey{rounds: []int{1, 400}}
		var singles []*journey
		var all sync.WaitGroup
		all.Go(func() { sweep.run(t, l, true) })
		time.Sleep(5 * time.Second)
		for range 1_000 { // 9 a second, of the 10 that the portal takes
			j := &journey{rounds: []int{1}}
			singles = append(singles, j)
			all.Go(func() { j.run(t, l, true) })
			time.Sleep(110 * time.Millisecond)
		}
		all.Wait()
		longest := time.Duration(0)
		for _, j := range singles[:100] {
			longest = max(longest, j.ended.Sub(j.begun))
		}
		if longest > 11*time.Second { // one window, which the sweep's first calls filled
			t.Errorf("a request of one call waited for %v behind a sweep", longest)
		}
		took := sweep.ended.Sub(sweep.begun)
		if took > 3*time.Minute {
			t.Errorf("the sweep took %v", took)
		}
		t.Logf("one record at most %v behind the sweep; the sweep %v", longest, took)
	})
}

// TestTurnOfContext: a context's own turn goes before that of its trace.
func TestTurnOfContext(t *testing.T) {
	now := time.Now()
	trace := NewTrace(now)
	trace.SetLeft(3)
	ctx := WithTrace(context.Background(), trace)
	if got, want := TurnOf(ctx, now).Due(), now.Add(3*perCall); !got.Equal(want) {
		t.Errorf("due %v, want %v", got, want)
	}
	if got := TurnOf(WithTurn(ctx, arrivedAt(now)), now).Due(); !got.Equal(now) {
		t.Errorf("due %v, want %v", got, now)
	}
}

func TestDataAsOf(t *testing.T) {
	trace := NewTrace(time.Now())
	if !trace.DataAsOf().IsZero() {
		t.Errorf("DataAsOf() = %v before any data, want zero", trace.DataAsOf())
	}
	at := time.Unix(1_700_000_000, 5)
	for _, d := range []time.Duration{time.Second, 0, time.Minute} {
		trace.AddAsOf(at.Add(d))
	}
	if got := trace.DataAsOf(); !got.Equal(at) {
		t.Errorf("DataAsOf() = %v, want the oldest, %v", got, at)
	}
}
