package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

const (
	recheckActive = 30 * time.Second // how old a connection in use gets before the store is asked again
	recheckEnded  = time.Second      // the same for one that is lost, disconnected or not there
	maxMargin     = 10 * time.Second // before its end a token is not sent any more: it has a way to go
	maxRounds     = 4                // of waiting for a token that never is usable
	minHoldOff    = time.Second
	maxHoldOff    = 30 * time.Second
)

// A Source has the tokens of one portal. It implements hubspot.TokenSource.
type Source struct {
	tokens   *Tokens
	portalID string

	mu        sync.Mutex
	held      Connection // as it was read last; without a State if there is none
	read      time.Time  // when; zero if it must be read
	forgotten int        // how often
	stale     Secret     // the access token that HubSpot called expired
	pending   *pending   // what could not be stored
	flight    *flight    // nil if none is under way
	failures  int        // in a row
	notBefore time.Time  // of the next flight
	failure   error      // of the last one
}

var _ hubspot.TokenSource = (*Source)(nil)

// A flight reads the store, and renews the token if it must. All who need its
// result wait for the same one.
type flight struct {
	done chan struct{}
	err  error // once done
}

// String names the portal alone.
func (s *Source) String() string { return "the tokens of portal " + s.portalID }

// Format prints String, whatever the verb.
func (s *Source) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// Token returns the portal's access token. It waits only if there is none that
// lives. Its errors are of the kinds hubspot.ErrUnauthenticated, when the portal
// must be connected (again), and hubspot.ErrUnavailable, or the context's own.
func (s *Source) Token(ctx context.Context) (string, error) {
	for range maxRounds {
		token, f, err := s.now() //nolint:contextcheck // what it starts serves others too
		if f == nil {
			return token.Reveal(), err
		}
		select {
		case <-f.done:
			if f.err != nil {
				return "", f.err
			}
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	return "", &hubspot.Error{Kind: hubspot.ErrUnavailable, Message: "the access tokens of portal " + s.portalID + " end as soon as HubSpot has given them out"}
}

// Refresh returns another token than stale, which HubSpot called expired. It
// renews the token once, unless the store has another already.
func (s *Source) Refresh(ctx context.Context, stale string) (string, error) {
	s.mu.Lock()
	if s.held.AccessToken.Reveal() == stale {
		s.stale = s.held.AccessToken
	}
	s.mu.Unlock()
	return s.Token(ctx)
}

// Connection is what is known of the portal's connection, without its tokens; the
// State is empty if nothing is known yet.
func (s *Source) Connection() Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.held
	c.AccessToken, c.RefreshToken = Secret{}, Secret{}
	return c
}

func (s *Source) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read, s.notBefore = time.Time{}, time.Time{}
	s.forgotten++
}

// now returns the token to send, or why there is none, or else the flight to wait
// for.
func (s *Source) now() (Secret, *flight, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	usable := !s.read.IsZero() && s.held.State == Active && s.held.AccessToken != s.stale && now.Before(s.held.usableUntil())
	switch {
	case usable:
		if s.flight == nil && !now.Before(s.notBefore) && (s.held.due(now) || now.Sub(s.read) >= recheckActive) {
			s.start() // nobody waits for it
		}
		return s.held.AccessToken, nil, nil
	case s.held.State != Active && !s.read.IsZero() && now.Sub(s.read) < recheckEnded:
		return Secret{}, nil, s.ended()
	case s.flight != nil:
		return Secret{}, s.flight, nil
	case now.Before(s.notBefore):
		return Secret{}, nil, s.heldOff(now)
	}
	s.start()
	return Secret{}, s.flight, nil
}

// start begins a flight. s.mu must be held.
func (s *Source) start() {
	f := &flight{done: make(chan struct{})}
	s.flight = f
	if !s.tokens.begin(func() { s.fly(f) }) {
		s.flight = nil
		f.err = &hubspot.Error{Kind: hubspot.ErrUnavailable, Message: "no token is renewed any more, for the server stops"}
		close(f.done)
		s.flight = f // closed: whoever waits goes on at once
	}
}

func (s *Source) fly(f *flight) {
	ctx, cancel := context.WithTimeout(s.tokens.ctx, flightTimeout)
	defer cancel()
	err := s.renew(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flight = nil
	if err == nil {
		s.failures, s.notBefore, s.failure = 0, time.Time{}, nil
	} else {
		s.failures++
		s.notBefore, s.failure = time.Now().Add(holdOff(s.failures)), s.told(err)
		f.err = s.failure
	}
	close(f.done)
}

// holdOff is how long nothing is tried after so many failures in a row: longer
// each time, and not the same for all.
func holdOff(failures int) time.Duration {
	d := min(maxHoldOff, minHoldOff<<min(failures-1, 10))
	return d - rand.N(d/4) //nolint:gosec // spreads attempts, keeps no secret
}

// heldOff is the error until the next attempt. s.mu must be held.
func (s *Source) heldOff(now time.Time) error {
	e, ok := errors.AsType[*hubspot.Error](s.failure)
	if !ok || !errors.Is(e, hubspot.ErrUnavailable) {
		return s.failure
	}
	again := *e
	again.RetryAfter = s.notBefore.Sub(now)
	return &again
}

// told is an error of a flight as callers see it. The cause is for the log.
func (s *Source) told(err error) error {
	if e, ok := errors.AsType[*hubspot.Error](err); ok {
		return e
	}
	why := "what is stored about the portal cannot be read or written"
	if e, ok := errors.AsType[*callError](err); ok {
		why = e.kind.Error()
	} else if errors.Is(err, errOthers) {
		why = errOthers.Error()
	}
	return &hubspot.Error{Kind: hubspot.ErrUnavailable, Message: "the access token of portal " + s.portalID + " could not be renewed: " + why}
}

// ended is why a connection that is not active gives no token. s.mu must be held.
func (s *Source) ended() error {
	message := "portal " + s.portalID + " is not connected: connect it"
	switch s.held.State {
	case Lost:
		message = "portal " + s.portalID + " must be connected again (" + s.held.Reason + "):"
	case Disconnected:
		message = "portal " + s.portalID + " was disconnected: connect it again"
	}
	return &hubspot.Error{Kind: hubspot.ErrUnauthenticated, Message: message + " at " + s.tokens.client.origin.String() + PortalsPath}
}

// lifetime is that of the connection's access token.
func (c *Connection) lifetime() time.Duration {
	if c.LifetimeSeconds <= 0 {
		return 30 * time.Minute
	}
	return time.Duration(c.LifetimeSeconds) * time.Second
}

// due tells whether a fifth or less of the access token's life is left.
func (c *Connection) due(now time.Time) bool {
	return !now.Before(c.ExpiresAt.Add(-c.lifetime() / 5))
}

func (c *Connection) usableUntil() time.Time {
	return c.ExpiresAt.Add(-min(maxMargin, c.lifetime()/10))
}
