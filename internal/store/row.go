package store

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/seal"
)

const (
	accessColumn  = "access_token"
	refreshColumn = "refresh_token"

	infoColumns = `portal_id, kind, state, reason, hub_domain, scopes, connected_by,
		connected_at, expires_at, lifetime_seconds, updated_at, version`
)

// row makes c as it is stored, and returns the values of its columns: those of
// infoColumns but the version, the tokens and the key.
func (s *Store) row(c *Connection) ([]any, error) {
	c.Reason = line(c.Reason, maxReasonBytes)
	if err := c.check(); err != nil {
		return nil, err
	}
	portal, err := portalNumber(c.PortalID)
	if err != nil {
		return nil, err
	}
	now := time.Now().UnixMicro()
	c.ConnectedAt, c.ExpiresAt, c.UpdatedAt = timeOf(microseconds(c.ConnectedAt)), timeOf(microseconds(c.ExpiresAt)), timeOf(now)
	c.Lifetime = c.Lifetime.Truncate(time.Second)
	access, err := s.sealToken(c.Access, c.PortalID, accessColumn)
	if err != nil {
		return nil, err
	}
	refresh, err := s.sealToken(c.Refresh, c.PortalID, refreshColumn)
	if err != nil {
		return nil, err
	}
	var sealedBy int64
	if access != nil || refresh != nil {
		sealedBy = int64(s.keys.Load().Primary())
	}
	return []any{
		portal, string(c.Kind), string(c.State), c.Reason, c.HubDomain, strings.Join(c.Scopes, " "), c.ConnectedBy,
		microseconds(c.ConnectedAt), microseconds(c.ExpiresAt), int64(c.Lifetime / time.Second), now,
		access, refresh, sealedBy,
	}, nil
}

// sealToken returns nil for no token, which is stored as NULL.
func (s *Store) sealToken(t Token, portalID, column string) ([]byte, error) {
	if t.IsZero() {
		return nil, nil
	}
	return s.keys.Load().Seal([]byte(t.text), seal.Place{Portal: portalID, Column: column})
}

func (s *Store) openToken(sealed []byte, portalID, column string) (Token, error) {
	if len(sealed) == 0 {
		return Token{}, nil
	}
	text, err := s.keys.Load().Open(sealed, seal.Place{Portal: portalID, Column: column})
	return NewToken(string(text)), err
}

// scanInfo reads infoColumns, and what comes behind them into more.
func scanInfo(row interface{ Scan(...any) error }, more ...any) (Info, error) {
	var info Info
	var portal, connectedAt, expiresAt, lifetime, updatedAt int64
	var scopes string
	err := row.Scan(append([]any{
		&portal, &info.Kind, &info.State, &info.Reason, &info.HubDomain, &scopes, &info.ConnectedBy,
		&connectedAt, &expiresAt, &lifetime, &updatedAt, &info.Version,
	}, more...)...)
	if err != nil {
		return Info{}, err
	}
	info.PortalID = strconv.FormatInt(portal, 10)
	info.Scopes = strings.Fields(scopes)
	info.ConnectedAt, info.ExpiresAt, info.UpdatedAt = timeOf(connectedAt), timeOf(expiresAt), timeOf(updatedAt)
	info.Lifetime = time.Duration(lifetime) * time.Second
	return info, nil
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
