package hubspot

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A firewall passes connections on until it forgets them, without a word to
// either side.
type firewall struct {
	net.Listener
	to    string
	epoch atomic.Int64 // connections of an earlier one are forgotten
	conns sync.WaitGroup
}

func newFirewall(t *testing.T, to string) *firewall {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &firewall{Listener: l, to: to}
	f.conns.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			epoch := f.epoch.Load()
			f.conns.Go(func() { f.pass(out, in, epoch) })
			f.conns.Go(func() { f.pass(in, out, epoch) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		f.conns.Wait()
	})
	return f
}

// pass copies until either side hangs up.
func (f *firewall) pass(to, from net.Conn, epoch int64) {
	defer func() { _ = to.Close() }()
	b := make([]byte, 4<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		if f.epoch.Load() == epoch {
			_, _ = to.Write(b[:n])
		}
	}
}

// TestForgottenConnection checks that HTTP/2's one connection is given up soon
// after it has gone silent, and that the call is made on another.
func TestForgottenConnection(t *testing.T) {
	t.Parallel()
	var protocol atomic.Value
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocol.Store(r.Proto)
		_, _ = io.WriteString(w, `{"id":"7"}`)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	wall := newFirewall(t, srv.Listener.Addr().String())

	transport := NewTransport()
	transport.TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	transport.HTTP2.SendPingTimeout, transport.HTTP2.PingTimeout = 50*time.Millisecond, 50*time.Millisecond
	c := newTestClient(t, Options{BaseURL: "https://" + wall.Addr().String(), HTTPClient: &http.Client{Transport: transport}})
	get := func() {
		t.Helper()
		if _, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"}); err != nil {
			t.Fatalf("Get = %v, want a record", err)
		}
	}
	get()
	if protocol.Load() != "HTTP/2.0" {
		t.Fatalf("the call came by %v, want HTTP/2.0", protocol.Load())
	}
	wall.epoch.Add(1)
	start := time.Now()
	get()
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("the call after took %v, want it to be made on another connection soon", took)
	}
}

// TestTLSResumption checks that TLS sessions are kept for connections to come.
func TestTLSResumption(t *testing.T) {
	t.Parallel()
	var resumed []bool
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resumed = append(resumed, r.TLS.DidResume)
		_, _ = io.WriteString(w, `{"id":"7"}`)
	}))
	defer srv.Close()
	transport := NewTransport()
	transport.TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c := newTestClient(t, Options{BaseURL: srv.URL, HTTPClient: &http.Client{Transport: transport}})
	for range 2 {
		if _, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"}); err != nil {
			t.Fatal(err)
		}
		c.Close() // which leaves alone what may be others' as well
		transport.CloseIdleConnections()
	}
	if len(resumed) != 2 || resumed[0] || !resumed[1] {
		t.Errorf("resumed = %v, want the second connection to take up the first one's session", resumed)
	}
}
