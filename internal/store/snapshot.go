package store

import (
	"context"
	"fmt"
	"time"

	"github.com/hubgraph/hubgraph/internal/seal"
)

// A Snapshot is the last good metadata of a portal, as the caller encoded it.
type Snapshot struct {
	PortalID string
	TakenAt  time.Time // when HubSpot was asked for it, to the microsecond
	Body     []byte
}

// MaxSnapshotBytes is far above the few megabytes of a full portal.
const MaxSnapshotBytes = 256 << 20

const bodyColumn = "snapshot"

// PutSnapshot stores a portal's snapshot. The error wraps [ErrNotFound] if there is no
// connection of the portal, and [ErrConflict] if a snapshot is stored that was taken
// later.
func (s *Store) PutSnapshot(ctx context.Context, snapshot Snapshot) error {
	portal, err := portalNumber(snapshot.PortalID)
	switch {
	case err != nil:
		return err
	case len(snapshot.Body) == 0 || len(snapshot.Body) > MaxSnapshotBytes:
		return fmt.Errorf("the snapshot of portal %s %w: it has %d bytes, not between 1 and %d", snapshot.PortalID, ErrInvalid, len(snapshot.Body), MaxSnapshotBytes)
	case snapshot.TakenAt.IsZero():
		return fmt.Errorf("the snapshot of portal %s %w: it does not say when it was taken", snapshot.PortalID, ErrInvalid)
	}
	sealed, err := s.keys.Load().Seal(snapshot.Body, seal.Place{Portal: snapshot.PortalID, Column: bodyColumn})
	if err != nil {
		return err
	}
	// The clock begins the count of versions, as it does for connections.
	result, err := s.write.ExecContext(ctx, s.dialect.bind(`
		INSERT INTO hubgraph_snapshots (portal_id, taken_at, version, body, sealed_by)
		VALUES ($1, $2, $5, $3, $4)
		ON CONFLICT (portal_id) DO UPDATE SET
			taken_at = excluded.taken_at, version = hubgraph_snapshots.version + 1,
			body = excluded.body, sealed_by = excluded.sealed_by
		WHERE hubgraph_snapshots.taken_at <= excluded.taken_at`),
		portal, microseconds(snapshot.TakenAt), sealed, int64(s.keys.Load().Primary()), time.Now().UnixMicro())
	if s.dialect.noParent(err) {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("put the snapshot of portal %s: %w", snapshot.PortalID, err)
	}
	stored, err := result.RowsAffected()
	if err == nil && stored == 0 {
		err = ErrConflict
	}
	if err != nil {
		return fmt.Errorf("put the snapshot of portal %s: %w", snapshot.PortalID, err)
	}
	return nil
}

// Snapshot reads a portal's snapshot. The error wraps [ErrNotFound] if there is none,
// and [ErrSealed] if it cannot be decrypted.
func (s *Store) Snapshot(ctx context.Context, portalID string) (Snapshot, error) {
	portal, err := portalNumber(portalID)
	if err != nil {
		return Snapshot{}, err
	}
	var takenAt int64
	var sealed []byte
	err = s.read.QueryRowContext(ctx, s.dialect.bind(`SELECT taken_at, body FROM hubgraph_snapshots WHERE portal_id = $1`), portal).Scan(&takenAt, &sealed)
	if err != nil {
		return Snapshot{}, fmt.Errorf("get the snapshot of portal %s: %w", portalID, notFound(err))
	}
	body, err := s.keys.Load().Open(sealed, seal.Place{Portal: portalID, Column: bodyColumn})
	if err != nil {
		return Snapshot{}, err
	}
	return Snapshot{PortalID: portalID, TakenAt: timeOf(takenAt), Body: body}, nil
}
