package oauth

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	grantTries    = 3                // calls to HubSpot in one flight
	grantTimeout  = 16 * time.Second // after which no further call is made
	lockTTL       = 25 * time.Second // more than a renewal takes
	flightTimeout = 45 * time.Second // waiting for another process that died included
	minPoll       = 20 * time.Millisecond
	maxPoll       = 200 * time.Millisecond
)

var errOthers = errors.New("another process renews it, and does not come to an end")

// renew reads the store, and renews the token if it is due, or called expired, and
// nobody else has done so. It is called once at a time.
func (s *Source) renew(ctx context.Context) error {
	c, err := s.load(ctx)
	if err != nil || !s.needs(c) {
		return err
	}
	begun := time.Now()
	unlock, locked, err := s.lock(ctx)
	if err != nil || unlock == nil {
		return err
	}
	defer unlock()
	if c, err = s.load(ctx); err != nil || !s.needs(c) {
		return err // another process was first
	}
	outcome, err := s.renewLocked(ctx, c, locked)
	if outcome == "" {
		return err
	}
	s.tokens.observe(Renewal{PortalID: s.portalID, Outcome: outcome, Took: time.Since(begun)})
	return err
}

// renewLocked returns no outcome if what another process did counts.
func (s *Source) renewLocked(ctx context.Context, c Connection, locked bool) (Outcome, error) {
	g, err := s.grant(ctx, c)
	switch {
	case errors.Is(err, errGrantRefused):
		return s.lose(ctx, c, err, locked)
	case err == nil:
		err = s.keep(c, g) //nolint:contextcheck // must not end with the flight
	}
	if err != nil {
		s.tokens.lg.WarnContext(ctx, "access token not renewed", slog.String("portal_id", s.portalID), slog.String("error", err.Error()))
		return Failed, err
	}
	return Renewed, nil
}

// load reads the store and goes by what it says.
func (s *Source) load(ctx context.Context) (Connection, error) {
	s.mu.Lock()
	forgotten := s.forgotten
	s.mu.Unlock()
	c, err := s.tokens.store.Connection(ctx, s.portalID)
	if errors.Is(err, ErrNotFound) {
		c, err = Connection{PortalID: s.portalID}, nil
	}
	if err != nil {
		s.tokens.lg.WarnContext(ctx, "connection not read", slog.String("portal_id", s.portalID), slog.String("error", err.Error()))
		return c, err
	}
	return s.adopt(c, forgotten), nil
}

// adopt goes by c from now on, which must be read again if it was forgotten since.
// A token that could not be stored yet and whose refresh token is that of c is the
// newer one.
func (s *Source) adopt(c Connection, forgotten int) Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pending; p != nil && c.State == Active && c.RefreshToken == p.grant.refresh && !c.ExpiresAt.After(p.grant.expiresAt) {
		c = c.renewed(p.grant)
	}
	s.held = c
	if s.forgotten == forgotten {
		s.read = time.Now()
	}
	return c
}

func (s *Source) needs(c Connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending.saves(c) || c.State == Active && (c.AccessToken == s.stale || c.due(time.Now()))
}

// lock waits until it is our turn to renew, or another process has: unlock is nil
// then. Where nobody knows whose turn it is, it is ours without a lock: the store
// takes only one of two new tokens.
func (s *Source) lock(ctx context.Context) (unlock func(), locked bool, err error) {
	for wait := minPoll; ; wait = min(2*wait, maxPoll) {
		unlock, held, err := s.tokens.locker.Lock(ctx, "oauth-refresh:"+s.portalID, lockTTL)
		if err != nil {
			s.tokens.lg.WarnContext(ctx, "token renewed without a lock", slog.String("portal_id", s.portalID), slog.String("error", err.Error()))
			return func() {}, false, nil
		}
		if held {
			return unlock, true, nil
		}
		if !sleep(ctx, wait) {
			return nil, false, errOthers
		}
		if c, err := s.load(ctx); err != nil || !s.needs(c) {
			return nil, false, err
		}
	}
}

// grant has HubSpot renew the token, or finds what it gave before. A call that has
// been made is waited for, whatever happens: the answer may hold the only refresh
// token that works.
func (s *Source) grant(ctx context.Context, c Connection) (grant, error) {
	s.mu.Lock()
	p := s.pending
	s.mu.Unlock()
	if p.saves(c) {
		return p.grant, nil
	}
	ctx, cancel := context.WithTimeout(ctx, grantTimeout)
	defer cancel()
	for try, wait := 1, 250*time.Millisecond; ; try, wait = try+1, 4*wait {
		g, err := s.tokens.client.refresh(context.WithoutCancel(ctx), c.RefreshToken)
		if err == nil || !errors.Is(err, errUnavailable) || try == grantTries || !sleep(ctx, wait) {
			return g, err
		}
	}
}

// sleep reports false if ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
