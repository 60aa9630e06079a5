package hubspot

import (
	"container/heap"
	"time"
)

// A Slot is the right to make one call. It must be followed by Sent and Done,
// as they happen, or by Failed.
//
// HubSpot counts a call when it arrives, which we do not see: it lies between
// the moment the request was written and the moment the answer began. A slot
// is free again one window after that moment, so we take the later bound. Only
// the variation of the way to HubSpot matters, not its length, because the
// next call has to travel too; it is taken to be at most slack (250 ms, or a
// 25th of a short window), which is what keeps the allowance usable when answers
// are slow: the slot frees at min(answer, written + slack) + window.
type Slot struct {
	limiter *Limiter
	budget  *budget
	own     bool      // ours, not another app's
	writes  int       // how often the request was written; more than once if the transport repeats it
	heard   bool      // HubSpot began to answer
	free    time.Time // when the window forgets the call; never until it was sent
	index   int       // in budget.occupied; -1 once forgotten

	ownAtGrant int    // our calls in the window, this one included, at its grant
	granted    uint64 // the budget's count of grants at its grant
}

const (
	maxSlack = 250 * time.Millisecond
	// margin covers the rounding of clocks and timers on both sides.
	margin = 2 * time.Millisecond
)

// never stands for an instant that is not known yet.
var never = time.Unix(1<<40, 0)

// Sent says that the request was written, and reports whether for the first
// time. A second time means that the transport silently repeated it on another
// connection: HubSpot counts both.
func (s *Slot) Sent() (first bool) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	now, b := time.Now(), s.budget
	latest := now.Add(b.slack + b.window + margin)
	s.writes++
	if s.writes > 1 {
		b.granted++
		b.occupy(s.limiter, latest, true)
		return false
	}
	s.freeBy(latest, now)
	return true
}

// Done says that HubSpot began to answer.
func (s *Slot) Done() {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	now := time.Now()
	s.heard = true
	s.freeBy(now.Add(s.budget.window+margin), now)
}

// Failed says that no answer will come. connected tells whether a connection
// was had, so that a part of the request may have been written. A call that
// never reached the wire gives its place in the window back at once; the bucket
// refills in its own time.
func (s *Slot) Failed(connected bool) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	now, b := time.Now(), s.budget
	if connected || s.writes > 0 {
		s.freeBy(now.Add(b.slack+b.window+margin), now)
		return
	}
	b.occupied.drop(s)
	s.limiter.dispatch(b, now)
}

func (s *Slot) freeBy(at, now time.Time) {
	if s.index < 0 || !at.Before(s.free) {
		return
	}
	s.free = at
	heap.Fix(&s.budget.occupied, s.index)
	s.limiter.dispatch(s.budget, now)
}

// slots is a heap by the instant at which they free.
type slots []*Slot

func (h slots) Len() int           { return len(h) }
func (h slots) Less(i, j int) bool { return h[i].free.Before(h[j].free) }
func (h slots) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push and Pop are for package heap.
func (h *slots) Push(x any) {
	s := x.(*Slot)
	s.index = len(*h)
	*h = append(*h, s)
}

func (h *slots) Pop() any {
	old := *h
	s := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	s.index = -1
	return s
}

// drop forgets s.
func (h *slots) drop(s *Slot) {
	if s.index < 0 {
		return
	}
	heap.Remove(h, s.index)
	if s.own {
		s.budget.own--
	}
}
