package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

// A pipeListener accepts connections within the process, which a bubble's clock
// can tell from work: nobody has to wait for real.
type pipeListener struct {
	conns  chan net.Conn
	close  sync.Once
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// TestSlowClients holds what a client may take of the server by doing nothing,
// or next to nothing: it is cut off to the second, and told why if it may still
// be reading.
func TestSlowClients(t *testing.T) {
	const (
		timeout = 7 * time.Second // of a request
		head    = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
		whole   = head + "Content-Length: 27\r\n\r\n" + `{"query": "{ __typename }"}`
	)
	tests := []struct {
		name   string
		first  string // what is sent at once
		drip   byte   // what is sent each half second from then on; 0 is nothing
		status int    // of the answer; 0 is none
		after  time.Duration
	}{
		{"says nothing", "", 0, 0, 5 * time.Second},
		{"stops in its headers", head, 0, 0, 5 * time.Second},
		{"sends its headers by the byte", head + "X-Slow: ", 'x', 0, 5 * time.Second},
		{"announces a body and sends none", head + "Content-Length: 10000\r\n\r\n", 0, 408, 10 * time.Second},
		{"sends its body by the byte", head + "Content-Length: 10000\r\n\r\n{", ' ', 408, 10 * time.Second},
		{"sends an endless body", head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", 0, 408, 10 * time.Second},
		{"sends nothing after its answer", whole, 0, 200, 2 * time.Minute},
	}
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	handler := g.server.LocalHandler()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				connect := serveInBubble(t, handler, timeout)
				client, server := net.Pipe()
				var dripping sync.WaitGroup
				defer dripping.Wait()
				defer func() { _ = client.Close() }()
				connect(server)
				start := time.Now()
				dripping.Go(func() { drip(client, tt.first, tt.drip) })

				in := bufio.NewReader(client)
				status := 0
				if res, err := http.ReadResponse(in, nil); err == nil {
					text, err := io.ReadAll(res.Body)
					if status = res.StatusCode; err != nil || parseAnswer(t, string(text)).code() == nil && status != 200 {
						t.Errorf("answer %s, error %v", text, err)
					}
				}
				rest, _ := io.ReadAll(in)
				if took := time.Since(start); took != tt.after || status != tt.status || len(rest) > 0 {
					t.Errorf("status %d, cut off after %v, %q behind; want %d and %v", status, took, rest, tt.status, tt.after)
				}
			})
		})
	}

	t.Run("does not read its answer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			connect := serveInBubble(t, handler, timeout)
			client, server := net.Pipe()
			defer func() { _ = client.Close() }()
			watched := &watchedConn{Conn: server, closed: make(chan struct{})}
			connect(watched)
			start := time.Now()
			if _, err := io.WriteString(client, whole); err != nil {
				t.Fatal(err)
			}
			<-watched.closed
			if took, want := time.Since(start), timeout+10*time.Second; took != want {
				t.Errorf("cut off after %v, want %v", took, want)
			}
		})
	})
}

// A watchedConn tells when it is closed.
type watchedConn struct {
	net.Conn

	once   sync.Once
	closed chan struct{}
}

func (c *watchedConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// serveInBubble serves connections as the process does until the test ends.
func serveInBubble(t *testing.T, handler http.Handler, timeout time.Duration) (connect func(net.Conn)) {
	ln := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, slog.New(slog.DiscardHandler), ln, handler, timeout) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return func(c net.Conn) { ln.conns <- c }
}

// drip sends text, and then a byte each half second until it is cut off.
func drip(to net.Conn, text string, slowly byte) {
	if _, err := io.Copy(to, strings.NewReader(text)); err != nil || slowly == 0 {
		return
	}
	for {
		time.Sleep(time.Second / 2)
		if _, err := to.Write([]byte{slowly}); err != nil {
			return
		}
	}
}
