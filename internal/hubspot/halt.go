package hubspot

import (
	"errors"
	"sync"
	"time"
)

// How often a call is let through while all are halted, to find out whether
// HubSpot has changed its mind.
const (
	tokenProbeEvery = 3 * time.Second
	movedProbeEvery = time.Minute
	shortMove       = 10 * time.Second // the halt for a move whose end HubSpot does not tell
)

// A halt is what stops all calls of a portal alike: HubSpot accepts its token no
// more, or is moving the account. Whatever is asked for, the answer would be the
// same, so that it is given at once, without a call.
type halt struct {
	mu    sync.Mutex
	why   *Error // nil if calls may leave
	since time.Time
	until time.Time // when it ends by itself; zero for never
	every time.Duration
	next  time.Time // when the next call may find out
	token string    // that HubSpot refused; "" if that is not why
}

// refuses returns the error of all calls; nil if one may leave. leaves says that
// it does then, and the others wait for what it finds.
func (h *halt) refuses(now time.Time, leaves bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.why == nil {
		return nil
	}
	if !h.until.IsZero() && !now.Before(h.until) {
		h.why = nil
		return nil
	}
	if !now.Before(h.next) {
		if leaves {
			h.next = now.Add(h.every)
		}
		return nil
	}
	e := *h.why
	if !h.until.IsZero() {
		e.RetryAfter = h.until.Sub(now)
	}
	return &e
}

// stop halts all calls because of why, which HubSpot answered to one.
func (h *halt) stop(why *Error, now, until time.Time, every time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := *why
	e.CorrelationID = "" // of that one call
	e.unsent = true
	if h.why == nil || !errors.Is(h.why, why.Kind) {
		h.since = now
	}
	h.why, h.until, h.every, h.next, h.token = &e, until, every, now.Add(every), ""
}

// refused notes which token the halt is about.
func (h *halt) refused(token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.token = token
}

// replaced ends the halt if it is about another token than that which calls have
// now: the portal was connected again.
func (h *halt) replaced(token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.why != nil && h.token != "" && h.token != token {
		h.why, h.token = nil, ""
	}
}

// lift ends the halt, for a call that left then was answered. One that left
// before the halt began proves nothing.
func (h *halt) lift(left time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.why != nil && !left.Before(h.since) {
		h.why = nil
	}
}

// reason is when the halt ends and the kind of its error; nil if there is none.
func (h *halt) reason(now time.Time) (until time.Time, kind error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.why == nil || !h.until.IsZero() && !now.Before(h.until) {
		return time.Time{}, nil
	}
	return h.until, h.why.Kind
}
