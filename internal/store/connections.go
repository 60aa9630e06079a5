package store

import (
	"context"
	"errors"
	"fmt"
)

// Put stores a connection, whatever was stored of the portal before: what somebody
// does who connects it. The result is as it was stored.
func (s *Store) Put(ctx context.Context, c Connection) (Info, error) {
	row, err := s.row(&c)
	if err != nil {
		return Info{}, err
	}
	// The clock begins the count, so that it never comes to a version again that the
	// portal had before it was deleted.
	err = s.write.QueryRowContext(ctx, s.dialect.bind(`
		INSERT INTO hubgraph_connections (`+infoColumns+`, access_token, refresh_token, sealed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14)
		ON CONFLICT (portal_id) DO UPDATE SET
			kind = excluded.kind, state = excluded.state, reason = excluded.reason,
			hub_domain = excluded.hub_domain, scopes = excluded.scopes,
			connected_by = excluded.connected_by, connected_at = excluded.connected_at,
			expires_at = excluded.expires_at, lifetime_seconds = excluded.lifetime_seconds,
			updated_at = excluded.updated_at, version = hubgraph_connections.version + 1,
			access_token = excluded.access_token, refresh_token = excluded.refresh_token,
			sealed_by = excluded.sealed_by
		RETURNING version`), row...).Scan(&c.Version)
	if err != nil {
		return Info{}, fmt.Errorf("put portal %s: %w", c.PortalID, err)
	}
	return c.Info, nil
}

// UpdateIf stores a connection if the one that is stored has c.Version. Otherwise the
// error wraps [ErrConflict], or [ErrNotFound] if the portal is gone. The result is as
// it was stored, with its new version.
func (s *Store) UpdateIf(ctx context.Context, c Connection) (Info, error) {
	expected := c.Version
	row, err := s.row(&c)
	if err != nil {
		return Info{}, err
	}
	result, err := s.write.ExecContext(ctx, s.dialect.bind(`
		UPDATE hubgraph_connections SET
			kind = $2, state = $3, reason = $4, hub_domain = $5, scopes = $6,
			connected_by = $7, connected_at = $8, expires_at = $9, lifetime_seconds = $10,
			updated_at = $11, version = version + 1,
			access_token = $12, refresh_token = $13, sealed_by = $14
		WHERE portal_id = $1 AND version = $15`), append(row, expected)...)
	if err != nil {
		return Info{}, fmt.Errorf("update portal %s: %w", c.PortalID, err)
	}
	switch changed, err := result.RowsAffected(); {
	case err != nil:
		return Info{}, fmt.Errorf("update portal %s: %w", c.PortalID, err)
	case changed == 0:
		return Info{}, s.whyNot(ctx, row[0].(int64), expected)
	}
	c.Version = expected + 1
	return c.Info, nil
}

func (s *Store) whyNot(ctx context.Context, portal, expected int64) error {
	var version int64
	// From where it is written: a reader could be behind.
	err := s.write.QueryRowContext(ctx, s.dialect.bind(`SELECT version FROM hubgraph_connections WHERE portal_id = $1`), portal).Scan(&version)
	if err != nil {
		return fmt.Errorf("update portal %d: %w", portal, notFound(err))
	}
	return fmt.Errorf("update portal %d: %w: it has version %d, not %d", portal, ErrConflict, version, expected)
}

// Get reads a connection with its tokens. The error wraps [ErrNotFound] if there is
// none, and [ErrSealed] if its tokens cannot be decrypted.
func (s *Store) Get(ctx context.Context, portalID string) (Connection, error) {
	portal, err := portalNumber(portalID)
	if err != nil {
		return Connection{}, err
	}
	var access, refresh []byte
	var c Connection
	c.Info, err = scanInfo(s.read.QueryRowContext(ctx, s.dialect.bind(`
		SELECT `+infoColumns+`, access_token, refresh_token
		FROM hubgraph_connections WHERE portal_id = $1`), portal), &access, &refresh)
	if err != nil {
		return Connection{}, fmt.Errorf("get portal %s: %w", portalID, notFound(err))
	}
	if c.Access, err = s.openToken(access, portalID, accessColumn); err != nil {
		return Connection{}, err
	}
	if c.Refresh, err = s.openToken(refresh, portalID, refreshColumn); err != nil {
		return Connection{}, err
	}
	if c.State == Active && (c.Access.IsZero() || c.Kind == OAuth && c.Refresh.IsZero()) { // nobody stored that
		return Connection{}, fmt.Errorf("a token of portal %s %w: it is gone", portalID, ErrSealed)
	}
	return c, nil
}

// Delete forgets a portal and its snapshot. The error wraps [ErrNotFound] if there is
// nothing to forget.
func (s *Store) Delete(ctx context.Context, portalID string) error {
	portal, err := portalNumber(portalID)
	if err != nil {
		return err
	}
	result, err := s.write.ExecContext(ctx, s.dialect.bind(`DELETE FROM hubgraph_connections WHERE portal_id = $1`), portal)
	if err != nil {
		return fmt.Errorf("delete portal %s: %w", portalID, err)
	}
	if deleted, err := result.RowsAffected(); err != nil || deleted == 0 {
		return fmt.Errorf("delete portal %s: %w", portalID, errors.Join(err, ErrNotFound))
	}
	return nil
}

// MaxPage is the most that one List returns.
const MaxPage = 1000

// List returns up to limit connections, in the order of their portals' numbers, from
// the first after the portal with the ID after, or from the very first if that is "".
func (s *Store) List(ctx context.Context, after string, limit int) ([]Info, error) {
	var from int64
	if after != "" {
		var err error
		if from, err = portalNumber(after); err != nil {
			return nil, err
		}
	}
	if limit < 1 || limit > MaxPage {
		return nil, fmt.Errorf("list portals: the limit of %d is not between 1 and %d", limit, MaxPage)
	}
	rows, err := s.read.QueryContext(ctx, s.dialect.bind(`
		SELECT `+infoColumns+` FROM hubgraph_connections
		WHERE portal_id > $1 ORDER BY portal_id LIMIT $2`), from, limit)
	if err != nil {
		return nil, fmt.Errorf("list portals: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err has told
	var list []Info
	for rows.Next() {
		info, err := scanInfo(rows)
		if err != nil {
			return nil, fmt.Errorf("list portals: %w", err)
		}
		list = append(list, info)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list portals: %w", err)
	}
	return list, nil
}
