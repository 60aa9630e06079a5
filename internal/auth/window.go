package auth

import (
	"sync"
	"time"
)

// A window counts the requests of the last minute, whenever it is looked at: no
// minute has more than are allowed, wherever it begins. A bucket that fills up
// again would let twice as many through after a pause.
type window struct {
	begun time.Time

	mu    sync.Mutex
	ticks []counted // that had requests, the oldest first
	n     int       // requests in all of them
}

// counted is the requests of one tick.
type counted struct {
	tick int64 // since the window began
	n    int
}

const (
	// Requests of one tick leave the window together, with the last of them.
	tick      = 10 * time.Millisecond
	keptTicks = int64(time.Minute/tick) + 1

	countedBytes = 16
)

func newWindow(now time.Time) *window { return &window{begun: now} }

// take counts a request if there are fewer than limit in its minute. If not, wait
// is when there will be.
func (w *window) take(now time.Time, limit int) (wait time.Duration, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := max(int64(now.Sub(w.begun)/tick), 0)
	if n := len(w.ticks); n > 0 {
		at = max(at, w.ticks[n-1].tick) // another goroutine looked at the clock later and was here before
	}
	w.forget(at)
	if w.n >= limit {
		return w.free(limit).Sub(now), false
	}
	w.n++
	if n := len(w.ticks); n > 0 && w.ticks[n-1].tick == at {
		w.ticks[n-1].n++
	} else {
		w.ticks = append(w.ticks, counted{at, 1})
	}
	return 0, true
}

// forget lets go of what is more than a minute old.
func (w *window) forget(at int64) {
	gone := 0
	for gone < len(w.ticks) && w.ticks[gone].tick+keptTicks <= at {
		w.n -= w.ticks[gone].n
		gone++
	}
	if w.ticks = w.ticks[gone:]; len(w.ticks) == 0 {
		w.ticks = nil
	}
}

// free is when fewer requests than limit will be left of those that are counted.
func (w *window) free(limit int) time.Time {
	left := w.n
	for _, c := range w.ticks {
		if left -= c.n; left < limit {
			return w.begun.Add(time.Duration(c.tick+keptTicks) * tick)
		}
	}
	return w.begun // not reached: without any there are fewer
}

// windowBytes is about the most memory that a window of so many requests takes.
func windowBytes(limit int) int {
	const overhead = 300 // of itself, and of being kept by its bearer
	return overhead + 2*countedBytes*min(limit, int(keptTicks))
}
