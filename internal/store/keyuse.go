package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hubgraph/hubgraph/internal/seal"
)

// A KeyUse is how much is sealed with one key.
type KeyUse struct {
	KeyID       uint32
	Primary     bool // what is written now is sealed with it
	Known       bool // the keyset has it; what is sealed with other keys cannot be read
	Connections int
	Snapshots   int
}

// KeyUse counts what is sealed with each key, in the order of their IDs: those of the
// database, and the primary one even if nothing is sealed with it yet.
func (s *Store) KeyUse(ctx context.Context) ([]KeyUse, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT sealed_by, SUM(connections), SUM(snapshots) FROM (
			SELECT sealed_by, COUNT(*) AS connections, 0 AS snapshots FROM hubgraph_connections WHERE sealed_by <> 0 GROUP BY sealed_by
			UNION ALL
			SELECT sealed_by, 0, COUNT(*) FROM hubgraph_snapshots GROUP BY sealed_by
		) AS used GROUP BY sealed_by`)
	if err != nil {
		return nil, fmt.Errorf("count the use of keys: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err has told
	uses := map[uint32]KeyUse{s.keys.Load().Primary(): {}}
	for rows.Next() {
		var keyID int64
		var use KeyUse
		if err := rows.Scan(&keyID, &use.Connections, &use.Snapshots); err != nil {
			return nil, fmt.Errorf("count the use of keys: %w", err)
		}
		uses[uint32(keyID)] = use
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count the use of keys: %w", err)
	}
	list := make([]KeyUse, 0, len(uses))
	for _, keyID := range slices.Sorted(maps.Keys(uses)) {
		use := uses[keyID]
		use.KeyID, use.Primary, use.Known = keyID, keyID == s.keys.Load().Primary(), s.keys.Load().Has(keyID)
		list = append(list, use)
	}
	return list, nil
}

// checkKeys finds the keyset of another database. That only some keys are missing
// takes a few portals away, not all: those fail when they are read.
func (s *Store) checkKeys(ctx context.Context, keys *seal.Keys) error {
	uses, err := s.KeyUse(ctx)
	if err != nil {
		return err
	}
	var missing []uint32
	for _, use := range uses {
		switch used := use.Connections+use.Snapshots > 0; {
		case used && keys.Has(use.KeyID):
			return nil
		case used:
			missing = append(missing, use.KeyID)
		}
	}
	if missing != nil {
		return fmt.Errorf("what the database holds %w: it was sealed with the keys %d, and the keyset has none of them: give the keyset that this database was used with", ErrSealed, missing)
	}
	return nil
}

// DropKey removes a key from the text of a keyset, unless something is sealed with it
// still. By then no replica may seal with it.
func (s *Store) DropKey(ctx context.Context, keyset []byte, keyID uint32) ([]byte, error) {
	uses, err := s.KeyUse(ctx)
	if err != nil {
		return nil, err
	}
	for _, use := range uses {
		if n := use.Connections + use.Snapshots; use.KeyID == keyID && n > 0 {
			return nil, fmt.Errorf("key %d seals %d connections and %d snapshots still: seal them again with the primary key before dropping it", keyID, use.Connections, use.Snapshots)
		}
	}
	return seal.DropKey(keyset, keyID)
}
