package compute

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
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
	g := &Gate{places: make(chan struct{}, 1)}
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
