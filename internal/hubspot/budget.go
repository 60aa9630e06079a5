package hubspot

import (
	"container/heap"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// A budget is one allowance: at most limit calls in any rolling window.
// The Limiter's mutex guards it.
type budget struct {
	window  time.Duration
	slack   time.Duration // see Slot
	limit   int
	room    int   // calls of limit that may be ours here: all of them, unless it is shared
	ceiling int   // limit is never raised above it; 0 means no ceiling
	part    *part // of a limit that is shared; else nil

	bucket   *rate.Limiter
	occupied slots     // calls that the window still holds
	own      int       // how many of them are ours
	granted  uint64    // calls ever granted
	closed   time.Time // no call starts before this instant

	queue queue
	seq   uint64
	alarm alarm
}

func newBudget(initial, ceiling int, window time.Duration) *budget {
	b := &budget{window: window, slack: min(maxSlack, window/25), limit: initial, ceiling: max(ceiling, 0)}
	if ceiling > 0 {
		b.limit = ceiling
	}
	b.room = b.limit
	b.bucket = rate.NewLimiter(b.refill(), b.limit)
	return b
}

func (b *budget) refill() rate.Limit {
	return rate.Limit(float64(b.limit) / b.window.Seconds())
}

// resize follows a limit that HubSpot named, and reports whether that was new.
func (b *budget) resize(limit int, now time.Time) bool {
	if b.ceiling > 0 {
		limit = min(limit, b.ceiling)
	}
	if limit < 1 || limit == b.limit {
		return false
	}
	b.limit = limit
	if b.part == nil {
		b.room = limit
	}
	b.bucket.SetLimitAt(now, b.refill())
	b.bucket.SetBurstAt(now, limit)
	return true
}

func (b *budget) nextSeq() uint64 {
	b.seq++
	return b.seq
}

// expire forgets the calls that have left the window.
func (b *budget) expire(now time.Time) {
	for len(b.occupied) > 0 && !b.occupied[0].free.After(now) {
		b.occupied.drop(b.occupied[0])
	}
}

// ready is the instant at which to look for a slot again: now, if one is free.
func (b *budget) ready(now time.Time) time.Time {
	b.expire(now)
	if b.part != nil {
		b.settle(now)
	}
	at := now
	if len(b.occupied) >= b.room {
		at = b.nextFree()
	}
	if b.closed.After(at) {
		at = b.closed
	}
	if at.After(now) {
		return at
	}
	if missing := 1 - b.bucket.TokensAt(now); missing > 0 {
		return now.Add(time.Duration(missing/float64(b.bucket.Limit())*float64(time.Second)) + 1)
	}
	return now
}

// take occupies a slot for a call of ours.
func (b *budget) take(l *Limiter, now time.Time) *Slot {
	b.bucket.AllowN(now, 1)
	b.granted++
	s := b.occupy(l, never, true)
	s.ownAtGrant, s.granted = b.own, b.granted
	return s
}

func (b *budget) occupy(l *Limiter, free time.Time, own bool) *Slot {
	s := &Slot{limiter: l, budget: b, free: free, own: own}
	if own {
		b.own++
	}
	heap.Push(&b.occupied, s)
	return s
}

// estimate is the earliest instant at which a waiter with the given number of
// others ahead of it gets its slot, if those stay: as if every call under way
// were answered at once.
func (b *budget) estimate(now time.Time, ahead int) time.Time {
	b.expire(now)
	free := make([]time.Time, 0, max(b.limit, len(b.occupied)))
	for _, s := range b.occupied {
		at := s.free
		switch {
		case at == never:
			at = now.Add(b.window)
		case s.own && !s.heard:
			at = at.Add(-b.slack)
		}
		free = append(free, at)
	}
	size := b.room
	if b.part != nil {
		size, free = b.promised(now, free)
	}
	slices.SortFunc(free, time.Time.Compare)
	if extra := len(free) - size; extra > 0 {
		free = free[extra:] // the limit was lowered: these must leave first
	}
	open := size - len(free)
	at := now
	if i := ahead % size; i >= open {
		at = free[i-open]
	}
	if b.closed.After(at) {
		at = b.closed
	}
	return at.Add(time.Duration(ahead/size) * b.window)
}

// rest is the time until the oldest of our calls leaves the window, within
// the window's length. A single call in the window is the refused one itself:
// others used up the allowance, and when is not known.
func (b *budget) rest(now time.Time) time.Duration {
	b.expire(now)
	if b.own < 2 {
		return b.window
	}
	for _, s := range b.occupied {
		if s.own && s.free != never { // the heap's first has the smallest instant
			return min(max(s.free.Sub(now), b.window/20), b.window)
		}
	}
	return b.window
}
