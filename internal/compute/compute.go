// Package compute keeps the process quick to react while it has much to compute.
//
// When one answer of HubSpot's that many requests wait for has come, all of them
// want to go on in the same moment, and each has a millisecond or more of work that
// nothing interrupts. Go's scheduler runs what is ready before it looks at the
// network, so whoever has to answer at once, such as a webhook, would stand behind
// all of them, at every step. Through a [Gate] they go in turn: they end one after
// the other instead of all late, hold less memory, and leave a processor to the
// network.
package compute

import (
	"context"
	"os"
	"runtime"
	"sync/atomic"
	"time"
)

// A Gate lets as many through as there are processors to compute on. It is safe
// for concurrent use.
type Gate struct {
	places  chan struct{}
	waiting atomic.Int64
	born    time.Time
	eased   atomic.Int64 // since then, when somebody last got in without waiting for long
}

// There is more to compute than can be done in time when for half a second nobody
// got in within a quarter of one. A burst makes some wait for longer, but not all.
const (
	longWait = 250 * time.Millisecond
	strain   = 500 * time.Millisecond
)

// NewGate returns a gate that leaves one of Go's processors free.
func NewGate() *Gate {
	return newGate(max(1, runtime.GOMAXPROCS(0)-1))
}

func newGate(places int) *Gate {
	return &Gate{places: make(chan struct{}, places), born: time.Now()}
}

// Enter waits for a place, in order of arrival. That is a matter of milliseconds,
// since nobody may wait for anything else between Enter and Leave.
func (g *Gate) Enter() { g.enter(nil) }

// EnterContext is Enter for whoever may as well give up: it fails with ctx's error
// once ctx has ended.
func (g *Gate) EnterContext(ctx context.Context) error {
	if !g.enter(ctx.Done()) {
		return ctx.Err()
	}
	return nil
}

// enter reports false if the wait was given up.
func (g *Gate) enter(up <-chan struct{}) bool {
	begin := time.Now()
	select {
	case g.places <- struct{}{}:
		g.eased.Store(int64(begin.Sub(g.born)))
		return true
	default:
	}
	g.waiting.Add(1)
	defer g.waiting.Add(-1)
	select {
	case g.places <- struct{}{}:
		if now := time.Now(); now.Sub(begin) < longWait {
			g.eased.Store(int64(now.Sub(g.born)))
		}
		return true
	case <-up:
		return false
	}
}

// Strained reports whether there is more to compute than can be done in time.
func (g *Gate) Strained() bool {
	return g.waiting.Load() > 0 && time.Since(g.born)-time.Duration(g.eased.Load()) > strain
}

// Leave gives the place back.
func (g *Gate) Leave() { <-g.places }

// Reserve gives Go one processor more than the machine has, or the container may
// use: the one that gates leave free. It mostly waits, so the system runs it at
// once when something arrives. An operator's GOMAXPROCS is left alone.
func Reserve() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}
