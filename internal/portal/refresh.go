package portal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A flight is one refresh under way.
type flight struct {
	done chan struct{}
	err  error // readable once done is closed
}

// Refresh reads all metadata anew and returns when it is served and every
// [Portal.OnChange] function has seen it. What changed in HubSpot before the
// call is in it: a refresh that is under way already may have read that too
// early, so that all who come then share the one after it. When ctx ends the
// refresh goes on without the caller.
//
// An error means that the old metadata is still served.
func (p *Portal) Refresh(ctx context.Context) error {
	f, underWay, err := p.takeOff(true) //nolint:contextcheck // a refresh is shared, so it belongs to the portal and not to one caller
	if err == nil && underWay {
		select {
		case <-f.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		f, _, err = p.takeOff(true) //nolint:contextcheck // as above
	}
	if err != nil {
		return err
	}
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// takeOff starts a refresh, or finds the one under way. A forced one takes
// nothing from the cache; another may use what failed attempts before it read.
func (p *Portal) takeOff(forced bool) (f *flight, underWay bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, false, ErrClosed
	}
	if p.flight != nil {
		return p.flight, true, nil
	}
	if forced || p.schedule.since.IsZero() {
		p.schedule.since = time.Now()
	}
	f = &flight{done: make(chan struct{})}
	p.flight = f
	since := p.schedule.since
	p.wg.Go(func() { p.fly(f, since) })
	return f, false, nil
}

// fly does one refresh.
func (p *Portal) fly(f *flight, since time.Time) {
	ctx, cancel := context.WithTimeout(p.ctx, loadTimeout)
	defer cancel()
	m, err := Load(ctx, p.lg, p.api, p.loadOptions(since))
	switch {
	case err == nil:
		p.accept(m)
		p.saveSnapshot(m)
	case p.ctx.Err() != nil:
		err = ErrClosed
	default:
		err = fmt.Errorf("refresh portal metadata: %w", err)
		p.lg.Warn("portal metadata not refreshed, serving the last good one",
			"portal_id", p.current.Load().Account.PortalID, "error", err)
	}
	p.land(f, m, err)
}

// accept serves m from now on.
func (p *Portal) accept(m *Metadata) {
	p.notifying.Lock()
	defer p.notifying.Unlock()
	if old := p.current.Load(); m.sameAs(old) {
		same := *old // and not m, so that the old one's memory is not held twice
		same.LoadedAt = m.LoadedAt
		p.current.Store(&same)
	} else {
		p.current.Store(m)
		for _, l := range p.listeners {
			l.changed(m)
		}
	}
}

// land notes how a refresh ended and when the next one is due.
func (p *Portal) land(f *flight, m *Metadata, err error) {
	p.mu.Lock()
	f.err = err
	p.flight = nil
	p.ended(m, err)
	p.mu.Unlock()
	close(f.done)
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// ended updates the status and the schedule after an attempt. p.mu is held, or
// nobody else has p yet.
func (p *Portal) ended(m *Metadata, err error) {
	p.schedule.ended(m, err, p.opts.TTL)
	switch {
	case err != nil:
		p.status.fail(err)
	case m.Partial:
		p.status = Status{Problem: "some of the metadata could not be refreshed", FailedAt: m.LoadedAt}
	default:
		p.status = Status{}
	}
}

// keepFresh refreshes whenever it is due, until Close.
func (p *Portal) keepFresh() {
	for {
		p.mu.Lock()
		due := p.schedule.due
		p.mu.Unlock()
		timer := time.NewTimer(time.Until(due))
		select {
		case <-p.ctx.Done():
			timer.Stop()
			return
		case <-p.wake:
			timer.Stop()
			continue
		case <-timer.C:
		}
		f, _, err := p.takeOff(false)
		if err != nil {
			return
		}
		<-f.done // at the latest when Close ends p.ctx
	}
}

// A schedule says when to refresh next.
type schedule struct {
	due      time.Time
	since    time.Time // when the attempts began that have not succeeded yet; zero if the last one has
	failures int       // of those attempts
}

const (
	firstRetry = 5 * time.Second
	lastRetry  = 5 * time.Minute
)

// ended notes how an attempt ended. The next one is due well before the
// metadata reaches its TTL, at a time that differs between processes; after a
// failure, or a success that lacks something, it is due after a delay that
// grows.
func (s *schedule) ended(m *Metadata, err error, ttl time.Duration) {
	now := time.Now()
	if err == nil && !m.Partial {
		*s = schedule{due: now.Add(jitter(ttl*8/10, ttl*9/10))}
		return
	}
	delay := lastRetry
	if !errors.Is(err, hubspot.ErrUnauthenticated) && s.failures < 6 {
		delay = min(firstRetry<<s.failures, lastRetry)
	}
	s.failures++
	delay = jitter(delay/2, delay)
	if refusal, ok := errors.AsType[*hubspot.Error](err); ok {
		delay = max(delay, refusal.RetryAfter)
	}
	s.due = now.Add(min(delay, ttl))
}

// jitter is a random duration in [low, high).
func jitter(low, high time.Duration) time.Duration {
	if low >= high {
		return low
	}
	return low + rand.N(high-low) //nolint:gosec // spreads load, keeps no secret
}
