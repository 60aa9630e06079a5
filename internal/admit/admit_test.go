package admit_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/admit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := admit.NewDoor(admit.Limits{Requests: 2, Queue: 3, Patience: time.Second})
		enter := func() (in bool, after time.Duration) {
			begin := time.Now()
			return d.Enter(t.Context()), time.Since(begin)
		}
		for range 2 {
			if in, _ := enter(); !in {
				t.Fatal("turned away from an empty door")
			}
		}
		var order []int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				if in, _ := enter(); in {
					mu.Lock()
					order = append(order, i)
					mu.Unlock()
				} else if i < 2 {
					t.Errorf("request %d was turned away", i)
				}
			})
			synctest.Wait()
		}
		if in, after := enter(); in || after != 0 {
			t.Errorf("beyond the queue: %v after %v, want turned away at once", in, after)
		}
		if got, want := d.State(), (admit.State{Inside: 2, Waiting: 3, TurnedAway: 1, Bound: 2}); got != want {
			t.Errorf("State() = %+v, want %+v", got, want)
		}
		d.Leave()
		synctest.Wait()
		d.Leave()
		synctest.Wait()
		wg.Wait() // the third one's patience ends
		if len(order) != 2 || order[0] != 0 || order[1] != 1 {
			t.Errorf("let in: %v, want 0 and then 1", order)
		}
		if got, want := d.State(), (admit.State{Inside: 2, TurnedAway: 2, Bound: 2}); got != want {
			t.Errorf("State() = %+v, want %+v", got, want)
		}

		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		begin := time.Now()
		if in := d.Enter(ctx); in || time.Since(begin) != 100*time.Millisecond {
			t.Errorf("a request that left: %v after %v, want out after 100ms", in, time.Since(begin))
		}
		d.Leave()
		if in, after := enter(); !in || after != 0 {
			t.Errorf("the next: %v after %v, want in at once", in, after)
		}
	})
}

// TestBounds: no more than the bound are ever inside, and places do not get lost.
func TestBounds(t *testing.T) {
	d := admit.NewDoor(admit.Limits{Requests: 5, Queue: 20})
	var inside, most atomic.Int64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			for range 50 {
				if !d.Enter(t.Context()) {
					continue
				}
				n := inside.Add(1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				inside.Add(-1)
				d.Leave()
			}
		})
	}
	wg.Wait()
	if most.Load() > 5 {
		t.Errorf("%d inside, want at most 5", most.Load())
	}
	if s := d.State(); s.Inside != 0 || s.Waiting != 0 {
		t.Errorf("State() = %+v when all have left", s)
	}
	for range 5 {
		if !d.Enter(t.Context()) {
			t.Fatal("a place got lost")
		}
	}
}

func TestNoQueue(t *testing.T) {
	d := admit.NewDoor(admit.Limits{Requests: 1, Queue: -1})
	if !d.Enter(t.Context()) || d.Enter(t.Context()) {
		t.Error("want the first in and the second turned away")
	}
}

// TestBoundFollowsStrain: the bound falls while those inside have more to do than
// can be done, to no less than keeps processors busy, and comes back.
func TestBoundFollowsStrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var strained bool
		d := admit.NewDoor(admit.Limits{Requests: 800, Queue: 10, Strained: func() bool { return strained }})
		fill := func() (in int) {
			for d.State().Inside < d.State().Bound && d.Enter(t.Context()) {
				in++
			}
			return in
		}
		if n := fill(); n != 800 {
			t.Fatalf("%d let in, want 800", n)
		}
		// Requests end and come, and the bound is looked at ten times a second.
		seconds := func(n int) int64 {
			for range 10 * n {
				time.Sleep(100 * time.Millisecond)
				d.Leave()
				fill()
			}
			return d.State().Bound
		}
		strained = true
		if bound := seconds(1); bound < 200 || bound > 400 {
			t.Errorf("after a second of strain %d may be inside, want a third or so of 800", bound)
		}
		for d.State().Inside > 0 {
			d.Leave()
		}
		fill()
		if bound := seconds(5); bound != 32 {
			t.Errorf("after long strain %d may be inside, want the least, 32", bound)
		}
		strained = false
		if bound := seconds(5); bound != 800 {
			t.Errorf("five seconds after the strain %d may be inside, want all 800", bound)
		}
	})
}

// TestWaitersFollowTheBound: those in the queue are let in as it grows, without
// anybody leaving.
func TestWaitersFollowTheBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		strained := true
		d := admit.NewDoor(admit.Limits{Requests: 100, Strained: func() bool { return strained }})
		for range 32 {
			if !d.Enter(t.Context()) {
				t.Fatal("turned away")
			}
		}
		let := make(chan bool, 1)
		go func() { let <- d.Enter(t.Context()) }()
		synctest.Wait()
		if s := d.State(); s.Bound != 32 || s.Waiting != 1 {
			t.Fatalf("State() = %+v, want one waiting at the least bound", s)
		}
		strained = false
		time.Sleep(200 * time.Millisecond)
		go d.Enter(t.Context()) // whoever comes next shows that time has passed
		if !<-let {
			t.Error("the one that waited was turned away")
		}
	})
}
