package connect

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/store"
)

// snapshots keeps a portal's last good metadata beside its connection, for all
// replicas.
type snapshots struct {
	store    *store.Store
	portalID string
}

var _ portal.Snapshots = snapshots{}

// Read implements [portal.Snapshots].
func (s snapshots) Read(ctx context.Context) ([]byte, error) {
	snapshot, err := s.store.Snapshot(ctx, s.portalID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fs.ErrNotExist
	}
	return snapshot.Body, err
}

// Write implements [portal.Snapshots]. That another replica has kept a later one
// is as good.
func (s snapshots) Write(ctx context.Context, text []byte) error {
	err := s.store.PutSnapshot(ctx, store.Snapshot{PortalID: s.portalID, TakenAt: time.Now(), Body: text})
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// String implements [portal.Snapshots].
func (s snapshots) String() string { return "the store" }
