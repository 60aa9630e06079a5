package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

type sqliteDialect struct{}

const (
	memoryURL = "sqlite::memory:"
	// sqliteReaders read beside one another and beside the one writer.
	sqliteReaders = 4
)

func connectSQLite(storeURL string) (*Store, error) {
	if storeURL == memoryURL {
		db, err := openSQLite(":memory:", nil)
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1) // another connection would be another database
		return &Store{read: db, write: db, dialect: sqliteDialect{}}, nil
	}
	path, err := sqlitePath(storeURL)
	if err != nil {
		return nil, err
	}
	if err := ownFile(path); err != nil {
		return nil, err
	}
	write, err := openSQLite(path, url.Values{"_txlock": {"immediate"}})
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1) // waiting here is fair, waiting for SQLite's lock is not
	read, err := openSQLite(path, url.Values{"_query_only": {"1"}})
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(sqliteReaders)
	read.SetMaxIdleConns(sqliteReaders)
	return &Store{read: read, write: write, dialect: sqliteDialect{}}, nil
}

// sqlitePath is the file of a URL such as sqlite:///var/lib/hubgraph/portals.db.
func sqlitePath(storeURL string) (string, error) {
	u, err := url.Parse(storeURL)
	switch {
	case err != nil || u.Opaque != "" || u.Host != "" || u.User != nil || !filepath.IsAbs(u.Path) || strings.HasSuffix(u.Path, "/"):
		return "", errors.New("the store's URL names no file: give an absolute path behind three slashes, as in sqlite:///path/to/file.db")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("the store's URL has more than a path: write ? as %3F and # as %23 if they belong to the file's name")
	case strings.Contains(u.Path, "\x00"):
		return "", errors.New("the store's URL names a file with a zero byte")
	}
	return filepath.Clean(u.Path), nil
}

// ownFile makes the file before SQLite does, for SQLite would let others read it. The
// files that SQLite puts beside it get the same mode.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("open the store: %w: its folder must be there, and the file be writable", err)
	}
	err = f.Chmod(0o600)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("open the store: keep others from reading it: %w", err)
	}
	return nil
}

// openSQLite makes durable what was committed, for a refresh token that is lost is a
// portal that is lost, and overwrites what is deleted, so that what was sealed under an
// old key goes with it.
func openSQLite(path string, parameters url.Values) (*sql.DB, error) {
	name := path
	if path != ":memory:" {
		name = (&url.URL{Scheme: "file", Path: path}).String()
	}
	q := url.Values{
		"_busy_timeout": {"10000"}, // milliseconds, for other processes
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"1"},
		"_pragma":       {"secure_delete(1)"},
	}
	for key, values := range parameters {
		q[key] = values
	}
	if parameters.Has("_query_only") {
		q.Del("_journal_mode") // the file remembers
	}
	connector, err := sqlite.NewConnector(name + "?" + q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return sql.OpenDB(connector), nil
}

func (sqliteDialect) bind(statement string) string { return strings.ReplaceAll(statement, "$", "?") }

func (sqliteDialect) noParent(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

// migrate has no lock, so another process may make a table between looking and making:
// then there is less to do, and it looks again.
func (sqliteDialect) migrate(ctx context.Context, db *sql.DB) (err error) {
	for range 3 {
		if err = migrate(ctx, db, goose.DialectSQLite3, "migrations/sqlite"); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}
