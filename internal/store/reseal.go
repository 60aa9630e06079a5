package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/hubgraph/hubgraph/internal/seal"
)

// Resealed counts what [Store.Reseal] did.
type Resealed struct {
	Connections int // sealed again with the primary key
	Snapshots   int
	Failed      int // left as they are, for they cannot be opened
}

const (
	resealPage = 100
	// resealTries is how often in a row a row may change while it is sealed again.
	resealTries = 10
	// resealErrors is how many failures are told of one by one.
	resealErrors = 10
)

// Reseal seals with the primary key all that is sealed with another, while others read
// and write: a row that changes meanwhile is taken as it is then, and its version stays.
// What cannot be opened is left, and told of in the error, which wraps [ErrSealed]; the
// rest is done. Reseal may be stopped and begun again, and run twice at once.
//
// A replica whose primary key is still another one goes on sealing with that:
// afterwards [Store.KeyUse] tells whether all is done.
func (s *Store) Reseal(ctx context.Context) (Resealed, error) {
	var done Resealed
	var failures []error
	for _, t := range []struct {
		sealedTable
		count *int
	}{
		{sealedTable{"hubgraph_connections", []string{accessColumn, refreshColumn}, []string{accessColumn, refreshColumn}}, &done.Connections},
		{sealedTable{"hubgraph_snapshots", []string{"body"}, []string{bodyColumn}}, &done.Snapshots},
	} {
		err := s.eachStale(ctx, t.table, func(portal int64) error {
			changed, err := s.reseal(ctx, t.sealedTable, portal)
			switch {
			case errors.Is(err, ErrSealed):
				if done.Failed++; len(failures) < resealErrors {
					failures = append(failures, err)
				}
				return nil
			case changed:
				*t.count++
			}
			return err
		})
		if err != nil {
			return done, fmt.Errorf("seal again: %w", errors.Join(append(failures, err)...))
		}
	}
	if failures != nil {
		return done, fmt.Errorf("seal again: %d rows are left: %w", done.Failed, errors.Join(failures...))
	}
	return done, nil
}

// A sealedTable is a table with a row per portal.
type sealedTable struct {
	table   string
	columns []string // that are sealed
	places  []string // what seal.Place calls them
}

// eachStale calls do with the portals that have something under another key.
func (s *Store) eachStale(ctx context.Context, table string, do func(portal int64) error) error {
	var after int64
	for {
		page, err := s.stale(ctx, table, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, portal := range page {
			if err := do(portal); err != nil {
				return err
			}
		}
		after = page[len(page)-1]
	}
}

func (s *Store) stale(ctx context.Context, table string, after int64) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx, s.dialect.bind(`
		SELECT portal_id FROM `+table+` WHERE sealed_by <> 0 AND sealed_by <> $1 AND portal_id > $2
		ORDER BY portal_id LIMIT $3`), int64(s.keys.Load().Primary()), after, resealPage)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err has told
	var page []int64
	for rows.Next() {
		var portal int64
		if err := rows.Scan(&portal); err != nil {
			return nil, err
		}
		page = append(page, portal)
	}
	return page, rows.Err()
}

// reseal tells whether it changed the row. A row that is gone, or that somebody else
// has sealed with the primary key, needs no change.
func (s *Store) reseal(ctx context.Context, t sealedTable, portal int64) (bool, error) {
	for range resealTries {
		row, err := s.sealedRow(ctx, t, portal)
		if errors.Is(err, sql.ErrNoRows) || err == nil && row.sealedBy == int64(s.keys.Load().Primary()) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if err := s.sealRow(&row, t, portal); err != nil {
			return false, err
		}
		changed, err := s.replaceRow(ctx, t, portal, row)
		if changed || err != nil {
			return changed, err
		}
	}
	return false, fmt.Errorf("the row of portal %d in %s changes too fast: %w", portal, t.table, ErrConflict)
}

// A sealedRow is what of a row is sealed, and what tells whether it has changed.
type sealedRow struct {
	version, sealedBy int64
	texts             [][]byte // by column; nil for none
}

func (s *Store) sealedRow(ctx context.Context, t sealedTable, portal int64) (sealedRow, error) {
	row := sealedRow{texts: make([][]byte, len(t.columns))}
	names := "version, sealed_by"
	values := []any{&row.version, &row.sealedBy}
	for i, column := range t.columns {
		names += ", " + column
		values = append(values, &row.texts[i])
	}
	err := s.read.QueryRowContext(ctx, s.dialect.bind(`SELECT `+names+` FROM `+t.table+` WHERE portal_id = $1`), portal).Scan(values...)
	return row, err
}

func (s *Store) sealRow(row *sealedRow, t sealedTable, portal int64) error {
	for i, sealed := range row.texts {
		if len(sealed) == 0 {
			continue
		}
		at := seal.Place{Portal: strconv.FormatInt(portal, 10), Column: t.places[i]}
		plain, err := s.keys.Load().Open(sealed, at)
		if err != nil {
			return err
		}
		if row.texts[i], err = s.keys.Load().Seal(plain, at); err != nil {
			return err
		}
		clear(plain)
	}
	return nil
}

// replaceRow leaves alone what is no longer as it was read.
func (s *Store) replaceRow(ctx context.Context, t sealedTable, portal int64, row sealedRow) (bool, error) {
	var set bytes.Buffer
	values := []any{portal, row.version, row.sealedBy, int64(s.keys.Load().Primary())}
	for i, column := range t.columns {
		values = append(values, row.texts[i])
		fmt.Fprintf(&set, ", %s = $%d", column, len(values))
	}
	result, err := s.write.ExecContext(ctx, s.dialect.bind(
		`UPDATE `+t.table+` SET sealed_by = $4`+set.String()+`
		WHERE portal_id = $1 AND version = $2 AND sealed_by = $3`), values...)
	if err != nil {
		return false, err
	}
	changed, err := result.RowsAffected()
	return changed > 0, err
}
