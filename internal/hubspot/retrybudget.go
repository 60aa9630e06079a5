package hubspot

import (
	"sync"
	"time"
)

// How many retries a portal's calls may take in any retryWindow: a share of the
// calls, so that a HubSpot in trouble is not asked three times as much as one
// that is well, and some in any case.
const (
	retryShare  = 10 // one retry for so many calls
	retryFloor  = 4  // two calls that fail twice
	retryWindow = 10 // seconds
)

// A retryBudget counts a portal's calls and their retries after faults, second
// by second. Retries after a 429 are not its business: they come when HubSpot
// says so, and take the place of calls that were refused.
//
// failsafe-go's budget compares what is under way at one moment, and tells only
// its own policies; calls wait here for minutes, so that it would bound nothing.
type retryBudget struct {
	begun time.Time

	mu      sync.Mutex
	second  int64 // the newest that is counted, since begun
	calls   [retryWindow]int
	retries [retryWindow]int
	refused int64
}

// called counts a call.
func (b *retryBudget) called(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.advance(now)
	b.calls[b.second%retryWindow]++
}

// spend takes a retry, if there is one.
func (b *retryBudget) spend(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.advance(now)
	calls, retries := 0, 0
	for i := range retryWindow {
		calls += b.calls[i]
		retries += b.retries[i]
	}
	if retries >= max(retryFloor, calls/retryShare) {
		b.refused++
		return false
	}
	b.retries[b.second%retryWindow]++
	return true
}

// advance forgets the seconds that have left the window. b.mu is held.
func (b *retryBudget) advance(now time.Time) {
	second := int64(now.Sub(b.begun) / time.Second)
	for n := min(second-b.second, retryWindow); n > 0; n-- {
		at := (second - n + 1) % retryWindow
		b.calls[at], b.retries[at] = 0, 0
	}
	b.second = max(b.second, second)
}

// exhausted is how many retries were not made.
func (b *retryBudget) exhausted() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}
