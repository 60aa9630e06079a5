package store

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestURLsThatAreRefused(t *testing.T) {
	keys := parse(t, newKeyset(t))
	for _, test := range []struct{ url, want string }{
		{"", "sqlite:///path/to/file.db or postgres://"},
		{"portals.db", "sqlite:///path/to/file.db or postgres://"},
		{"hunter2@host/db", "of no kind"},
		{"mysql://user:hunter2@host/db", "of no kind"},
		{"sqlite://portals.db", "three slashes"},
		{"sqlite:portals.db", "three slashes"},
		{"sqlite:", "three slashes"},
		{"sqlite:///", "three slashes"},
		{"sqlite:///folder/", "three slashes"},
		{"sqlite:///a.db?mode=ro", "%3F"},
		{"sqlite:///a.db#1", "%23"},
		{"sqlite:///nowhere/at/all/a.db", "folder"},
		{"postgres://user:hun/ter2@127.0.0.1:1/db", "percent-encoded"},
		{"postgres://user:hun#ter2@127.0.0.1:1/db", "percent-encoded"},
		{"postgres://user:1?hunter2@127.0.0.1:1/db", "percent-encoded"},
		{"postgres://user:hun%ter2@127.0.0.1:1/db", "percent-encoded"},
		{"postgres://user:hun ter2@127.0.0.1:1/db", "percent-encoded"},
		{"postgres:user:hunter2@host", "percent-encoded"},
		{"postgres://user:hunter2@127.0.0.1:1/db?sslmode=maybe", "sslmode"},
		{"postgres://user:hunter2@127.0.0.1:1/db", "127.0.0.1"},
		{"postgres://user:hunter%402@127.0.0.1:1/db", "127.0.0.1"},
		{"postgres://user@127.0.0.1:1/hunter2?password=hunter2", "127.0.0.1"},
	} {
		t.Run(test.url, func(t *testing.T) {
			s, err := Open(t.Context(), test.url, keys)
			if err == nil {
				t.Fatal("it was opened", s.Close())
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open = %v, want an error with %q", err, test.want)
			}
			for _, secret := range []string{"hunter2", "ter2", "hun", "hunter@2", "hunter%402"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error tells of the password: %v", err)
				}
			}
		})
	}
}

func TestFileNamesOfEveryKind(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "with space")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "a?b#c%41.db")
	s := open(t, "sqlite://"+strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(path), newKeyset(t))
	mustPut(t, s, connection("1"))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestFileOfOthersBecomesOurs(t *testing.T) {
	url := sqliteURL(t)
	path := strings.TrimPrefix(url, "sqlite://")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil { // whatever the umask
		t.Fatal(err)
	}
	open(t, url, newKeyset(t))
	if info, err := os.Stat(path); err != nil || info.Mode() != fs.FileMode(0o600) {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestFileThatIsNoDatabase(t *testing.T) {
	url := sqliteURL(t)
	if err := os.WriteFile(strings.TrimPrefix(url, "sqlite://"), []byte(strings.Repeat("hello, I am a text. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), url, parse(t, newKeyset(t)))
	if err == nil {
		t.Fatal("it was opened", s.Close())
	}
	if !strings.Contains(err.Error(), "not a database") {
		t.Errorf("Open = %v", err)
	}
}

// TestSilentDatabase has a server that takes connections and says nothing.
func TestSilentDatabase(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	s, err := Open(ctx, "postgres://user:hunter2@"+silent.Addr().String()+"/db?sslmode=disable", parse(t, newKeyset(t)))
	if err == nil {
		t.Fatal("it was opened", s.Close())
	}
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Open = %v", err)
	}
}
