// Package servertest starts real servers for tests: each has its own, on a port of
// its own, which is gone when the test ends.
package servertest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A RedisServer is a process that keeps nothing on disk.
type RedisServer struct {
	t    testing.TB
	bin  string
	port int
	cmd  *exec.Cmd // nil while stopped
}

// Redis starts Debian's redis-server, or whatever of that name is found. Without
// one the test is skipped, or fails if CI is set.
func Redis(t testing.TB) *RedisServer {
	t.Helper()
	bin, err := exec.LookPath("redis-server")
	if err != nil {
		missing(t, "redis-server", "apt-get install redis-server")
	}
	s := &RedisServer{t: t, bin: bin, port: freePort(t)}
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// missing ends a test whose server is not installed.
func missing(t testing.TB, name, install string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed: %s", name, install)
	}
	t.Skipf("%s is not installed: %s", name, install)
}

// URL is where it listens, also while it is stopped.
func (s *RedisServer) URL() string { return "redis://" + s.Addr() }

// Addr is its host and port.
func (s *RedisServer) Addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

// Start starts it on its port, empty, and waits until it answers.
func (s *RedisServer) Start() {
	s.t.Helper()
	if s.cmd != nil {
		return
	}
	// The test's own context ends before its clean-up does, which may need a server.
	s.cmd = exec.CommandContext(context.Background(), s.bin, "--port", fmt.Sprint(s.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.t.TempDir())
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("start redis-server: %v", err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for !s.answers() {
		if time.Now().After(deadline) {
			s.t.Fatalf("redis-server does not answer on %s", s.Addr())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// answers says whether the server takes a connection and says PONG.
func (s *RedisServer) answers() bool {
	conn, err := net.DialTimeout("tcp", s.Addr(), time.Second)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	answer := make([]byte, 16)
	n, err := conn.Read(answer)
	return err == nil && strings.HasPrefix(string(answer[:n]), "+PONG")
}

// Stop kills it: what it held is lost.
func (s *RedisServer) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed
	s.cmd = nil
}

// Pause has it answer nobody, without closing a connection, until Resume.
func (s *RedisServer) Pause() { s.signal(syscall.SIGSTOP) }

// Resume ends a Pause. It answers what it was asked meanwhile.
func (s *RedisServer) Resume() { s.signal(syscall.SIGCONT) }

func (s *RedisServer) signal(sig os.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("redis-server: %v", err)
	}
}

// freePort is a port that nobody listened on a moment ago.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}
