package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hubgraph/hubgraph/internal/seal"
)

// A Store is an open database. Its methods may be called concurrently.
type Store struct {
	read, write *sql.DB // the same but for SQLite, which has one writer at a time
	dialect     dialect
	keys        atomic.Pointer[seal.Keys]
}

// A dialect is where the two databases differ.
type dialect interface {
	// bind puts a statement with parameters $1, $2, … into the database's own way.
	bind(statement string) string
	// noParent tells whether a row was refused for want of the one it belongs to.
	noParent(err error) bool
	// migrate brings the tables up to this program. Others may do so at the same time.
	migrate(ctx context.Context, db *sql.DB) error
}

// Open opens the database that the URL names, and brings its tables up to date. With
// several replicas, the first does so, and the others wait for it.
//
//	sqlite:///var/lib/hubgraph/portals.db   a file, made with mode 0600; three slashes
//	sqlite::memory:                         gone when it is closed, for tests
//	postgres://user:password@host/database  with the parameters of libpq, such as sslmode
//
// It is an error wrapping [ErrSealed] if none of what the database holds can be opened
// with keys. No error says the URL's password.
func Open(ctx context.Context, url string, keys *seal.Keys) (*Store, error) {
	if keys == nil {
		return nil, errors.New("open the store: there is no keyset to seal with: make one with hubgraph")
	}
	s, err := connect(url)
	if err != nil {
		return nil, err
	}
	s.keys.Store(keys)
	err = s.dialect.migrate(ctx, s.write)
	if err == nil {
		err = s.checkKeys(ctx, keys)
	}
	if err != nil {
		return nil, errors.Join(withoutPasswords(fmt.Errorf("open the store: %w", err), url), s.Close())
	}
	return s, nil
}

func connect(url string) (*Store, error) {
	scheme, _, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return connectSQLite(url)
	case "postgres", "postgresql":
		return connectPostgres(url)
	default: // which is not shown: who knows what stands there
		return nil, errors.New("the store's URL is of no kind that is known: give sqlite:///path/to/file.db or postgres://user:password@host/database")
	}
}

// Keys are those that the store seals with now.
func (s *Store) Keys() *seal.Keys { return s.keys.Load() }

// UseKeys has the store open and seal with other keys from now on, such as those of
// a keyset that a key was added to. The error wraps [ErrSealed], and nothing has
// changed, if none of what the database holds can be opened with them.
func (s *Store) UseKeys(ctx context.Context, keys *seal.Keys) error {
	if err := s.checkKeys(ctx, keys); err != nil {
		return err
	}
	s.keys.Store(keys)
	return nil
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.read.PingContext(ctx); err != nil {
		return fmt.Errorf("ping the store: %w", err)
	}
	return nil
}

// Close waits for what is under way.
func (s *Store) Close() error {
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// microseconds is how a time is kept: 0 for none.
func microseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(microseconds int64) time.Time {
	if microseconds == 0 {
		return time.Time{}
	}
	return time.UnixMicro(microseconds).UTC()
}
