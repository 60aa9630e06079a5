package compute

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestGate checks that no more are inside than there are places, and that all get
// in.
func TestGate(t *testing.T) {
	t.Parallel()
	g := NewGate()
	places := int64(max(1, runtime.GOMAXPROCS(0)-1))
	var inside, most, done atomic.Int64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			g.Enter()
			defer g.Leave()
			now := inside.Add(1)
			for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
			}
			runtime.Gosched()
			inside.Add(-1)
			done.Add(1)
		})
	}
	wg.Wait()
	if done.Load() != 200 || most.Load() > places {
		t.Errorf("%d got in, at most %d at once, want 200 and at most %d", done.Load(), most.Load(), places)
	}
}

func TestEnterContext(t *testing.T) {
	t.Parallel()
	g := newGate(1)
	if err := g.EnterContext(t.Context()); err != nil {
		t.Fatalf("EnterContext = %v, want a place", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.EnterContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("EnterContext of a full gate = %v, want the context's error", err)
	}
	g.Leave()
	g.Enter()
	g.Leave()
}

// TestStrained: a queue that moves is none too much to do, however long it is; one
// in which all wait for long is, until somebody gets in soon again.
func TestStrained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		// Every 10 ms somebody comes who takes the time that is given.
		load := func(each, lasting time.Duration) {
			end := time.Now().Add(lasting)
			for time.Now().Before(end) {
				go func() {
					g.Enter()
					time.Sleep(each)
					g.Leave()
				}()
				time.Sleep(10 * time.Millisecond)
			}
		}
		check := func(when string, want bool) {
			t.Helper()
			if got := g.Strained(); got != want {
				t.Errorf("Strained() %s = %v, want %v", when, got, want)
			}
		}
		check("of a gate that nobody has used", false)
		load(9*time.Millisecond, 5*time.Second)
		check("with nine tenths of the time used", false)
		load(20*time.Millisecond, 400*time.Millisecond)
		check("in a burst", false)
		time.Sleep(10 * time.Second)
		load(20*time.Millisecond, 2*time.Second)
		check("with twice as much to do as time", true)
		time.Sleep(10 * time.Second)
		check("when all is done", false)
		load(5*time.Millisecond, time.Second)
		check("with little to do after that", false)
		time.Sleep(time.Second)
	})
}
