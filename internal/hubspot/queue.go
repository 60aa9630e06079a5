package hubspot

import (
	"slices"
	"time"
)

// A waiter is one call that waits for a slot. Exactly one of slot and err is
// set before done is closed.
type waiter struct {
	turn     Turn
	seq      uint64    // of itself
	deadline time.Time // zero if it has none
	unjudged bool      // whether it can be met is known when a shared allowance has answered
	done     chan struct{}
	slot     *Slot
	err      error
}

func (w *waiter) fail(err error) {
	w.err = err
	close(w.done)
}

// queue holds the waiters in order of arrival. Whose turn it is may change while
// they wait, so it is found when a slot is there: a scan of a thousand waiters
// takes some microseconds, ten to twenty times a second.
type queue []*waiter

// first is the place of the waiter that is due first.
func (q queue) first() int {
	first, due := 0, q[0].turn.Due()
	for i, w := range q[1:] {
		if at := w.turn.Due(); at.Before(due) {
			first, due = i+1, at
		}
	}
	return first
}

// take removes and returns the waiter that is due first.
func (q *queue) take() *waiter {
	i := q.first()
	w := (*q)[i]
	*q = slices.Delete(*q, i, i+1)
	return w
}

// drop removes w, if it is there.
func (q *queue) drop(w *waiter) {
	if i := slices.Index(*q, w); i >= 0 {
		*q = slices.Delete(*q, i, i+1)
	}
}

// ahead is the number of waiters that are due before w, as things stand.
func (q queue) ahead(w *waiter) int {
	n, due := 0, w.turn.Due()
	for _, v := range q {
		if c := v.turn.Due().Compare(due); c < 0 || c == 0 && v.seq < w.seq {
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
