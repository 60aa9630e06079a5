package servertest

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPostgresIsOneServerWithManyDatabases(t *testing.T) {
	urls := []string{Postgres(t), Postgres(t)}
	for _, url := range urls {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		// Made in both: they share nothing.
		if _, err := conn.Exec(t.Context(), "CREATE TABLE mine (id INT)"); err != nil {
			t.Error(err)
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if shared.users != 2 {
		t.Errorf("%d users of the server, want 2", shared.users)
	}
}

func TestPostgresEndsWithItsTests(t *testing.T) {
	var c *postgresCluster
	t.Run("use", func(t *testing.T) {
		Postgres(t)
		c = shared.cluster
	})
	if c == nil {
		t.Skip("no PostgreSQL here")
	}
	if _, err := os.Stat(c.folder); !os.IsNotExist(err) {
		t.Errorf("the server's folder is still there: %v", err)
	}
	if c.server.ProcessState == nil {
		t.Error("the server still runs")
	}
}
