package hubspot

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// health is what a client knows of how HubSpot does, from the calls of all
// requests: so that each need not find out for itself, and HubSpot is left alone
// while it fails.
type health struct {
	halt     halt
	retries  retryBudget
	breakers map[Family]*breaker
	refused  atomic.Int64
}

func newHealth() *health {
	h := &health{breakers: make(map[Family]*breaker), retries: retryBudget{begun: time.Now()}}
	for _, f := range Families() {
		h.breakers[f] = newBreaker()
	}
	return h
}

// refuses returns the error of a call that need not even wait for the limiter;
// nil if it may try to enter.
func (h *health) refuses(e Endpoint, now time.Time) error {
	if err := h.halt.refuses(now, false); err != nil {
		return h.refuse(err)
	}
	if wait := h.breakers[e.Family()].refuses(now); wait > 0 {
		return h.refuse(unwell(wait))
	}
	return nil
}

// enter lets a call leave for HubSpot, or returns its error.
func (h *health) enter(e Endpoint, now time.Time) (passage, error) {
	if err := h.halt.refuses(now, true); err != nil {
		return passage{}, h.refuse(err)
	}
	p, wait := h.breakers[e.Family()].enter(now)
	if wait > 0 {
		return passage{}, h.refuse(unwell(wait))
	}
	return p, nil
}

func (h *health) refuse(err error) error {
	h.refused.Add(1)
	return err
}

func unwell(wait time.Duration) error {
	return &Error{Kind: ErrUnavailable, RetryAfter: wait, Message: "HubSpot fails at calls of this kind, so that none is made for now", unsent: true}
}

// ended notes how a call went that left then.
func (h *health) ended(p *passage, left time.Time, err error) {
	now := time.Now()
	p.end(verdictOf(err, now.Sub(left)))
	if e, ok := errors.AsType[*Error](err); ok && e.StatusCode == statusMoving {
		wait := e.RetryAfter
		if wait == 0 {
			wait = shortMove
		}
		h.halt.stop(e, now, now.Add(wait), movedProbeEvery)
		return
	}
	if accepts(err) {
		h.halt.lift(left)
	}
}

// tokenRefused notes that HubSpot accepts the token no more.
func (h *health) tokenRefused(e *Error, token string) {
	h.halt.stop(e, time.Now(), time.Time{}, tokenProbeEvery)
	h.halt.refused(token)
}

func (h *health) needsAuthentication() bool {
	_, kind := h.halt.reason(time.Now())
	return errors.Is(kind, ErrUnauthenticated)
}

// retry waits for d, if another try is worth it: there is time for it, and the
// portal's retries are not used up.
func (h *health) retry(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	return h.retries.spend(time.Now()) && sleep(ctx, d)
}

// A Health says how well HubSpot answers a portal's calls.
type Health struct {
	NeedsAuthentication bool      // HubSpot accepts the token no more
	MovingUntil         time.Time // the account is being moved, for about so long; else zero
	Failing             []Family  // whose calls are refused, but for those that find out whether HubSpot is well again
	CallsRefused        int64     // so far, for one of these reasons, without a call
	RetriesRefused      int64     // so far, as the portal had made too many
}

// Health tells how HubSpot does, as far as the calls so far have shown.
func (c *Client) Health() Health {
	out := Health{CallsRefused: c.health.refused.Load(), RetriesRefused: c.health.retries.exhausted()}
	switch until, kind := c.health.halt.reason(time.Now()); {
	case errors.Is(kind, ErrUnauthenticated):
		out.NeedsAuthentication = true
	case kind != nil:
		out.MovingUntil = until
	}
	for _, f := range Families() {
		if !c.health.breakers[f].circuit.IsClosed() {
			out.Failing = append(out.Failing, f)
		}
	}
	return out
}
