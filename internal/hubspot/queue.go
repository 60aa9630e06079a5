package hubspot

import (
	"time"
)

// A waiter is one call that waits for a slot. Exactly one of slot and err is
// set before done is closed.
type waiter struct {
	arrived  time.Time // of its request
	seq      uint64    // of itself
	deadline time.Time // zero if it has none
	done     chan struct{}
	slot     *Slot
	err      error
	index    int
}

func (w *waiter) fail(err error) {
	w.err, w.index = err, -1
	close(w.done)
}

func (w *waiter) before(v *waiter) bool {
	if c := w.arrived.Compare(v.arrived); c != 0 {
		return c < 0
	}
	return w.seq < v.seq
}

// queue is a heap of waiters, the oldest request first: work already begun is
// finished before more is begun, and nobody starves, since no request that
// arrives later can overtake.
type queue []*waiter

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].before(q[j]) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push and Pop are for package heap.
func (q *queue) Push(x any) {
	w := x.(*waiter)
	w.index = len(*q)
	*q = append(*q, w)
}

func (q *queue) Pop() any {
	old := *q
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	w.index = -1
	return w
}

// ahead is the number of waiters that are served before w.
func (q queue) ahead(w *waiter) int {
	n := 0
	for _, v := range q {
		if v.before(w) {
			n++
		}
	}
	return n
}

// An alarm wakes a budget once. It is idle while nobody waits.
type alarm struct {
	timer *time.Timer
	at    time.Time // zero while not set
}

func (a *alarm) set(at, now time.Time, wake func()) {
	if at.Equal(a.at) {
		return
	}
	a.stop()
	if at == never {
		return // a call under way will tell
	}
	a.at = at
	if a.timer == nil {
		a.timer = time.AfterFunc(at.Sub(now), wake)
		return
	}
	a.timer.Reset(at.Sub(now))
}

func (a *alarm) stop() {
	if !a.at.IsZero() {
		a.timer.Stop()
		a.at = time.Time{}
	}
}

func (a *alarm) rang() { a.at = time.Time{} }
