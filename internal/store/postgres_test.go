package store

import (
	"testing"

	"github.com/hubgraph/hubgraph/internal/servertest"
)

// TestPostgresThatWentAway ends all connections, as a database that moves does. A call
// that a dead connection is found by may fail, once for each; nothing has to be opened
// again.
func TestPostgresThatWentAway(t *testing.T) {
	url, keyset := servertest.Postgres(t), newKeyset(t)
	s, admin := open(t, url, keyset), open(t, url, keyset)
	mustPut(t, s, connection("1"))
	exec(t, admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")
	failed := 0
	for ; getError(s, "1") != nil; failed++ {
		if failed == postgresConnections {
			t.Fatalf("after %d failures: %v", failed, getError(s, "1"))
		}
	}
	if _, err := s.UpdateIf(t.Context(), mustGet(t, s, "1")); err != nil {
		t.Error(err)
	}
}

// TestPostgresKeepsNothingReadable looks for what is secret in all rows as text.
func TestPostgresKeepsNothingReadable(t *testing.T) {
	s := open(t, servertest.Postgres(t), newKeyset(t))
	mustPut(t, s, connection("62515"))
	var row string
	// bytea prints as hexadecimal by default, which would hide everything.
	err := s.read.QueryRowContext(t.Context(), `SELECT encode(access_token, 'escape') || encode(refresh_token, 'escape') || hubgraph_connections::text FROM hubgraph_connections`).Scan(&row)
	if err != nil {
		t.Fatal(err)
	}
	checkText(t, []byte(row), [][]byte{[]byte("example.com")}, [][]byte{[]byte("-of-62515")})
}
