package servertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres returns the URL of a new, empty database of a real PostgreSQL server. The
// server is shared by all tests that run at the same time and ends with the last of
// them: [KeepPostgres] saves the time of starting it again for the next.
//
// Without PostgreSQL's programs the test is skipped, and fails where CI is set.
func Postgres(t testing.TB) string {
	t.Helper()
	c, err := shared.acquire()
	if missing := (*exec.Error)(nil); errors.As(err, &missing) && os.Getenv("CI") == "" {
		t.Skipf("no PostgreSQL here (Debian: apt-get install postgresql): %v", err)
	}
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		if err := shared.release(); err != nil {
			t.Errorf("stop PostgreSQL: %v", err)
		}
	})
	database, err := c.newDatabase(t.Context())
	if err != nil {
		t.Fatalf("make a database: %v", err)
	}
	return c.url(database)
}

// KeepPostgres has the server stay from its first use to the end of m, which is a
// *testing.M, for TestMain:
//
//	func TestMain(m *testing.M) { goleak.VerifyTestMain(servertest.KeepPostgres(m)) }
func KeepPostgres(m interface{ Run() int }) interface{ Run() int } { return keeper{m} }

type keeper struct{ m interface{ Run() int } }

func (k keeper) Run() int {
	shared.hold()
	status := k.m.Run()
	if err := shared.release(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		return max(status, 1)
	}
	return status
}

var shared postgresUsers

// postgresUsers counts who uses the one cluster of this process.
type postgresUsers struct {
	mu      sync.Mutex
	users   int
	cluster *postgresCluster // nil until somebody needs it
}

func (p *postgresUsers) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users++
}

// acquire is to be followed by release if there is no error.
func (p *postgresUsers) acquire() (*postgresCluster, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cluster == nil {
		c, err := startPostgres()
		if err != nil {
			return nil, err
		}
		p.cluster = c
	}
	p.users++
	return p.cluster, nil
}

func (p *postgresUsers) release() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users--; p.users > 0 || p.cluster == nil {
		return nil
	}
	c := p.cluster
	p.cluster = nil
	return c.stop()
}

// A postgresCluster is a server of its own, reached by a socket in its folder.
type postgresCluster struct {
	folder string
	server *exec.Cmd
	alive  io.Closer // the server ends when this is closed, also by the end of this process

	mu        sync.Mutex
	databases int
}

// postgresScript ends the server when the other end of its standard input is gone, and
// ends with the server.
const postgresScript = `exec 3<&0
"$@" 3<&- & server=$!
{ read -r _; kill -QUIT $server; } <&3 >/dev/null 2>&1 &
wait $server`

func startPostgres() (_ *postgresCluster, err error) {
	initdb, err := postgresProgram("initdb")
	if err != nil {
		return nil, err
	}
	server, err := postgresProgram("postgres")
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "hubgraph-postgres-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	as, err := notRoot(folder)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(folder, "data")
	prepare := exec.Command(initdb, "--pgdata", data, "--username", "hubgraph", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	prepare.Dir, prepare.SysProcAttr = folder, as
	if output, err := prepare.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, output)
	}
	c := &postgresCluster{folder: folder}
	c.server = exec.Command("sh", "-c", postgresScript, "sh", server, "-D", data, "-k", folder,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB")
	c.server.Dir, c.server.SysProcAttr = folder, as
	c.server.Env = append(os.Environ(), "LC_ALL=C")
	return c, c.start()
}

// start returns when the server says that it takes connections.
func (c *postgresCluster) start() error {
	alive, err := c.server.StdinPipe()
	if err != nil {
		return err
	}
	c.alive = alive
	log, err := c.server.StderrPipe()
	if err != nil {
		return err
	}
	if err := c.server.Start(); err != nil {
		return err
	}
	var said strings.Builder
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "database system is ready to accept connections") {
			go func() { _, _ = io.Copy(io.Discard, log) }() // ends with the server
			return nil
		}
		fmt.Fprintln(&said, lines.Text())
	}
	return errors.Join(fmt.Errorf("postgres ended: %s", said.String()), c.server.Wait())
}

// stop does not ask the server to save anything.
func (c *postgresCluster) stop() error {
	_ = c.alive.Close()
	_ = c.server.Wait() // it was killed
	return os.RemoveAll(c.folder)
}

func (c *postgresCluster) newDatabase(ctx context.Context) (string, error) {
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.databases++
	name := fmt.Sprintf("test%d", c.databases)
	c.mu.Unlock()
	_, err = conn.Exec(ctx, "CREATE DATABASE "+name)
	return name, errors.Join(err, conn.Close(ctx))
}

// url has a password, though the server does not ask for it, so that tests find out
// where it goes.
func (c *postgresCluster) url(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword("hubgraph", "database-password"), Path: "/" + database,
		RawQuery: url.Values{"host": {c.folder}}.Encode(),
	}
	return u.String()
}

// postgresProgram finds a program in the PATH, or where Debian keeps the servers'.
func postgresProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return postgresVersion(a) - postgresVersion(b) })
	return found[len(found)-1], nil
}

func postgresVersion(program string) int {
	version, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(program))))
	return version
}

// notRoot lets a program run as the user postgres, who gets the folder, for PostgreSQL
// does not run as root. It changes nothing for others.
func notRoot(folder string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(folder, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}
