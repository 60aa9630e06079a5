package oauth

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

const (
	storeTries   = 5
	storeTimeout = 5 * time.Second // for a renewed token to be stored
	settleTime   = 2 * time.Second // for another process to store what HubSpot gave it
)

// pending is a grant that is not stored yet.
type pending struct {
	from        Secret // the refresh token that it came for
	connectedAt time.Time
	grant       grant
}

// saves tells whether p has the only refresh token of c's that still works: another
// process may have found that out about the one before, and taken c for lost.
func (p *pending) saves(c Connection) bool {
	return p != nil && p.grant.refresh != p.from && p.connectedAt.Equal(c.ConnectedAt) &&
		(c.State == Lost || c.State == Active && c.RefreshToken == p.from)
}

// keep stores a new grant before anybody uses it.
func (s *Source) keep(c Connection, g grant) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	s.mu.Lock()
	if !s.pending.saves(c) {
		s.pending = &pending{from: c.RefreshToken, connectedAt: c.ConnectedAt, grant: g}
	}
	s.mu.Unlock()
	var err error
	for try, wait := 0, 50*time.Millisecond; try < storeTries && (try == 0 || sleep(ctx, wait)); try, wait = try+1, 2*wait {
		var stored Connection
		stored, err = s.tokens.store.UpdateConnection(ctx, c.renewed(g))
		if err == nil {
			s.settled(stored)
			s.tokens.lg.DebugContext(ctx, "access token renewed", slog.String("portal_id", s.portalID), slog.Time("expires_at", stored.ExpiresAt))
			return nil
		}
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrNotFound) {
			continue
		}
		next, ours, loadErr := s.afterConflict(ctx, c, g)
		if loadErr == nil && !ours {
			return nil
		}
		if loadErr == nil {
			c = next
		}
	}
	if g.refresh == c.RefreshToken {
		// Nothing is lost with this access token: it may be used as it is.
		s.tokens.lg.WarnContext(ctx, "renewed access token not stored", slog.String("portal_id", s.portalID), slog.String("error", err.Error()))
		s.mu.Lock()
		forgotten := s.forgotten
		s.mu.Unlock()
		s.adopt(c, forgotten)
		return nil
	}
	return err
}

// afterConflict finds out whose word counts, when somebody has changed the
// connection meanwhile. Ours does if the row was merely written anew, or if another
// process took the refresh token for dead because we have used it.
func (s *Source) afterConflict(ctx context.Context, c Connection, g grant) (next Connection, ours bool, err error) {
	now, err := s.tokens.store.Connection(ctx, s.portalID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return c, false, err
	}
	same := now.ConnectedAt.Equal(c.ConnectedAt)
	untouched := now.State == Active && now.RefreshToken == c.RefreshToken && now.AccessToken == c.AccessToken
	if err == nil && same && (untouched || now.State == Lost) {
		return now, true, nil
	}
	if now.State != Active && g.refresh != c.RefreshToken {
		// Nobody will ever use it; the one before was revoked in vain.
		if err := s.tokens.client.revoke(ctx, g.refresh); err != nil {
			s.tokens.lg.WarnContext(ctx, "refresh token not revoked", slog.String("portal_id", s.portalID), slog.String("error", err.Error()))
		}
	}
	now.PortalID = s.portalID
	s.settled(now)
	return now, false, nil
}

func (s *Source) settled(c Connection) {
	s.mu.Lock()
	s.pending = nil
	forgotten := s.forgotten
	s.mu.Unlock()
	s.adopt(c, forgotten)
}

// lose notes that HubSpot does not accept the refresh token, unless that is because
// another process has used it and got a new one.
func (s *Source) lose(ctx context.Context, c Connection, cause error, locked bool) (Outcome, error) {
	until := time.Now()
	if !locked {
		until = until.Add(settleTime)
	}
	for {
		now, err := s.load(ctx)
		if err != nil {
			return Failed, err
		}
		if now.State != Active || now.RefreshToken != c.RefreshToken {
			return "", nil // renewed by another
		}
		c = now
		if !time.Now().Before(until) || !sleep(ctx, maxPoll) {
			break
		}
	}
	c.State, c.Reason, c.UpdatedAt = Lost, lostReason(cause), time.Now()
	c.AccessToken, c.RefreshToken = Secret{}, Secret{}
	s.tokens.lg.WarnContext(ctx, "connection lost", slog.String("portal_id", s.portalID), slog.String("error", cause.Error()))
	stored, err := s.tokens.store.UpdateConnection(ctx, c)
	switch {
	case err == nil:
		s.settled(stored)
		return Forfeited, nil
	case errors.Is(err, ErrConflict), errors.Is(err, ErrNotFound):
		_, err := s.load(ctx)
		return "", err
	}
	s.tokens.lg.ErrorContext(ctx, "lost connection not stored", slog.String("portal_id", s.portalID), slog.String("error", err.Error()))
	return Forfeited, &hubspot.Error{
		Kind:    hubspot.ErrUnauthenticated,
		Message: "portal " + s.portalID + " must be connected again (" + c.Reason + "): at " + s.tokens.client.origin.String() + PortalsPath,
	}
}

func lostReason(cause error) string {
	reason := "HubSpot does not accept its refresh token any more: the app was removed from the portal, or its access withdrawn"
	if e, ok := errors.AsType[*callError](cause); ok && e.word != "" {
		reason += " (" + e.word + ")"
	}
	return reason
}
