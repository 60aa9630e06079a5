package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// exec changes the database behind the store's back.
func exec(t *testing.T, s *Store, statement string, args ...any) {
	t.Helper()
	result, err := s.write.ExecContext(t.Context(), s.dialect.bind(statement), args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s changed %d rows, %v", statement, n, err)
	}
}

func readBytes(t *testing.T, s *Store, query string, args ...any) []byte {
	t.Helper()
	var b []byte
	if err := s.write.QueryRowContext(t.Context(), s.dialect.bind(query), args...).Scan(&b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTamperedRowsAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, newKeyset(t))
		reset := func() {
			for _, id := range []string{"1", "2"} {
				mustPut(t, s, connection(id))
				putSnapshot(t, s, Snapshot{id, time.UnixMicro(1), []byte("metadata of " + id)})
			}
		}
		flip := func(table, column string) func() {
			return func() {
				sealed := readBytes(t, s, "SELECT "+column+" FROM "+table+" WHERE portal_id = $1", 1)
				sealed[len(sealed)/2] ^= 1
				exec(t, s, "UPDATE "+table+" SET "+column+" = $1 WHERE portal_id = 1", sealed)
			}
		}
		fromOther := func(table, column string) func() {
			return func() {
				exec(t, s, "UPDATE "+table+" SET "+column+" = (SELECT "+column+" FROM "+table+" WHERE portal_id = 2) WHERE portal_id = $1", 1)
			}
		}
		get := func() error { return getError(s, "1") }
		snapshot := func() error { _, err := s.Snapshot(t.Context(), "1"); return err }
		for name, test := range map[string]struct {
			tamper func()
			read   func() error
		}{
			"access token flipped":     {flip("hubgraph_connections", "access_token"), get},
			"refresh token flipped":    {flip("hubgraph_connections", "refresh_token"), get},
			"snapshot flipped":         {flip("hubgraph_snapshots", "body"), snapshot},
			"access token of another":  {fromOther("hubgraph_connections", "access_token"), get},
			"refresh token of another": {fromOther("hubgraph_connections", "refresh_token"), get},
			"snapshot of another":      {fromOther("hubgraph_snapshots", "body"), snapshot},
			"refresh token for access": {func() { exec(t, s, "UPDATE hubgraph_connections SET access_token = refresh_token") }, get},
			"columns changed": {func() {
				exec(t, s, "UPDATE hubgraph_connections SET access_token = refresh_token, refresh_token = access_token")
			}, get},
			"snapshot for a token": {func() {
				exec(t, s, "UPDATE hubgraph_connections SET access_token = (SELECT body FROM hubgraph_snapshots WHERE portal_id = 1)")
			}, get},
			"cleartext for a token":      {func() { exec(t, s, "UPDATE hubgraph_connections SET access_token = $1", []byte("pat-eu1-mine")) }, get},
			"too short to name a key":    {func() { exec(t, s, "UPDATE hubgraph_connections SET access_token = $1", []byte{1, 2}) }, get},
			"token gone from the active": {func() { exec(t, s, "UPDATE hubgraph_connections SET access_token = NULL") }, get},
		} {
			t.Run(name, func(t *testing.T) {
				reset()
				if err := test.read(); err != nil {
					t.Fatalf("before: %v", err)
				}
				test.tamper()
				err := test.read()
				if !errors.Is(err, ErrSealed) {
					t.Fatalf("after: %v, want ErrSealed", err)
				}
				if strings.Contains(err.Error(), "-of-") || strings.Contains(err.Error(), "pat-") {
					t.Errorf("the error quotes what was read: %v", err)
				}
			})
		}
	})
}

func TestWrongKeysetIsFoundAtStart(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		keyset := newKeyset(t)
		mustPut(t, open(t, url, keyset), connection("1"))
		s, err := Open(t.Context(), url, parse(t, newKeyset(t)))
		if err == nil {
			t.Fatal(s.Close(), "Open took the keyset of another database")
		}
		if want := fmt.Sprint(parse(t, keyset).Primary()); !errors.Is(err, ErrSealed) || !strings.Contains(err.Error(), want) {
			t.Errorf("Open = %v, want ErrSealed with the missing key %s", err, want)
		}
	})
}

// TestFilesHoldNothingReadable looks for what is secret in all that SQLite writes,
// before and after it is deleted.
func TestFilesHoldNothingReadable(t *testing.T) {
	url := sqliteURL(t)
	folder := filepath.Dir(strings.TrimPrefix(url, "sqlite://"))
	s := open(t, url, newKeyset(t))
	c := connection("62515")
	mustPut(t, s, c)
	putSnapshot(t, s, Snapshot{"62515", time.UnixMicro(1), bytes.Repeat([]byte("owner@example.com "), 10000)})
	c.Refresh = NewToken("refresh-of-62515-newer")
	sealed := [][]byte{readBytes(t, s, "SELECT refresh_token FROM hubgraph_connections")}
	mustPut(t, s, c)

	// The domain is not secret: it tells that the files were looked into.
	checkFiles(t, folder, [][]byte{[]byte("example.com")}, [][]byte{[]byte("-of-62515"), []byte("owner@"), []byte("@example.com")})
	if err := s.Delete(t.Context(), "62515"); err != nil {
		t.Fatal(err)
	}
	exec(t, s, "INSERT INTO hubgraph_connections SELECT 1, '', '', '', '', '', '', 0, 0, 0, 0, 0, NULL, NULL, 0")
	if _, err := s.write.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	checkFiles(t, folder, nil, append(sealed, []byte("example.com")))
}

func checkFiles(t *testing.T, folder string, there, notThere [][]byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	var all []byte
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", name, info.Mode())
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	checkText(t, all, there, notThere)
}

func checkText(t *testing.T, all []byte, there, notThere [][]byte) {
	t.Helper()
	for _, text := range there {
		if !bytes.Contains(all, text) {
			t.Errorf("%q is missing in what is kept", text)
		}
	}
	for _, text := range notThere {
		if bytes.Contains(all, text) {
			t.Errorf("%q is in what is kept", text)
		}
	}
}
