package hubspot

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// reset drops the connection at once, without the usual farewell.
func reset(t *testing.T, w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// TestFaultsOnTheWire breaks the first call on a real connection; the second
// is answered.
func TestFaultsOnTheWire(t *testing.T) {
	tests := []struct {
		name  string
		fault func(t *testing.T, w http.ResponseWriter)
	}{
		{"reset before the answer", reset},
		{"reset in the body", func(t *testing.T, w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":"7",`)
			w.(http.Flusher).Flush()
			reset(t, w)
		}},
		{"closed in the body", func(t *testing.T, w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":"7",`)
		}},
		{"closed in a gzip body", func(t *testing.T, w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zipped(t, record)[:20])
		}},
		{"bad gateway", func(t *testing.T, w http.ResponseWriter) { answerWith(502, unavailable)(w, nil) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if calls.Add(1) == 1 {
					tt.fault(t, w)
					return
				}
				answerWith(200, record)(w, r)
			})
			rec, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"})
			if err != nil || rec.ID != "7" || calls.Load() != 2 {
				t.Errorf("Get = %+v, %v in %d calls; want record 7 in 2", rec, err, calls.Load())
			}
		})
	}
}

func zipped(t *testing.T, text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGzip(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
			t.Errorf("Accept-Encoding = %q, want gzip", got)
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(zipped(t, record))
	})
	rec, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"})
	if err != nil || rec.ID != "7" {
		t.Errorf("Get = %+v, %v; want record 7", rec, err)
	}
}

// TestTooLarge sends small gzip bodies that are very long.
func TestTooLarge(t *testing.T) {
	const most = 1 << 20
	tests := []struct {
		name, body string
		want       error
	}{
		{"spaces", strings.Repeat(" ", 8*most), ErrTooLarge},
		{"one value", `{"id":"` + strings.Repeat("7", 8*most), ErrTooLarge},
		{"just too long", record + strings.Repeat(" ", most+1-len(record)), ErrTooLarge},
		{"just short enough", record + strings.Repeat(" ", most-len(record)), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				calls++
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(zipped(t, tt.body))
			})
			c.longest = most
			_, err := c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "7"})
			if !errors.Is(err, tt.want) || calls != 1 {
				t.Errorf("Get = %v in %d calls, want %v in 1", err, calls, tt.want)
			}
			if tt.want != nil && !errors.Is(err, ErrUnavailable) {
				t.Errorf("Get = %v, want kind %v", err, ErrUnavailable)
			}
		})
	}
}

// TestSilentRepeat has net/http repeat a call on its own, as it does when a
// kept connection turns out to be dead: HubSpot counts both, and so do we.
func TestSilentRepeat(t *testing.T) {
	var calls atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 2 {
			reset(t, w)
			return
		}
		answerWith(200, record)(w, r)
	})
	trace := NewTrace(time.Now())
	for range 2 {
		if _, err := c.Get(WithTrace(t.Context(), trace), GetRequest{ObjectType: "0-1", ID: "7"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := trace.Calls()[EndpointGet]; got != 3 || calls.Load() != 3 {
		t.Errorf("%d calls counted, %d made; want 3", got, calls.Load())
	}
	if got := c.RateLimit().Burst.Remaining; got != 97 {
		t.Errorf("remaining = %d, want 97", got)
	}
}

func TestHang(t *testing.T) {
	tests := []struct {
		name    string
		handler func(w http.ResponseWriter, r *http.Request)
	}{
		{"before the answer", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{"in the body", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"id":`)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
		{"in an error's body", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(500)
			_, _ = io.WriteString(w, `{"message":`)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
		{"after nonsense", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `<html>`)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, tt.handler)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			_, err := c.Get(ctx, GetRequest{ObjectType: "0-1", ID: "7"})
			if tt.name == "after nonsense" { // is told without waiting for the end
				if !errors.Is(err, ErrUnavailable) || ctx.Err() != nil {
					t.Errorf("Get = %v, want %v at once", err, ErrUnavailable)
				}
				return
			}
			if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Get = %v, want %v", err, ErrTimeout)
			}
		})
	}
}

// TestNothingSecretInErrors looks into every error text and log line that a
// broken line and a hostile server can cause.
func TestNothingSecretInErrors(t *testing.T) {
	const secret = "pat-na1-very-secret"
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { reset(t, w) }))
	defer broken.Close()
	redirecting := httptest.NewServer(http.RedirectHandler(broken.URL+"/elsewhere", http.StatusTemporaryRedirect))
	defer redirecting.Close()

	for name, base := range map[string]string{
		"refused": closed.URL, "reset": broken.URL, "redirect": redirecting.URL, "no such host": "http://no-such-host.invalid",
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			lg := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c, err := NewClient(lg, Options{BaseURL: base, Token: StaticToken(secret)})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			_, err = c.Get(t.Context(), GetRequest{ObjectType: "0-1", ID: "ann@example.com", IDProperty: "email"})
			if !errors.Is(err, ErrUnavailable) {
				t.Errorf("Get = %v, want %v", err, ErrUnavailable)
			}
			for _, word := range []string{secret, "127.0.0.1", "invalid", "ann", "Bearer"} {
				if strings.Contains(err.Error(), word) {
					t.Errorf("error %q holds %q", err, word)
				}
			}
			for _, word := range []string{secret, "ann", "Bearer"} {
				if strings.Contains(log.String(), word) {
					t.Errorf("log holds %q:\n%s", word, log.String())
				}
			}
			if log.Len() == 0 {
				t.Error("nothing was logged")
			}
		})
	}
}

func TestStaticToken(t *testing.T) {
	var b bytes.Buffer
	source := StaticToken(" secret\n")
	slog.New(slog.NewJSONHandler(&b, nil)).Info("token", "source", source)
	_, _ = io.WriteString(&b, strings.Join([]string{source.(interface{ String() string }).String()}, ""))
	if strings.Contains(b.String(), "secret") || !strings.Contains(b.String(), "REDACTED") {
		t.Errorf("printed as %s, want REDACTED", b.String())
	}
	if got, err := source.Token(t.Context()); got != "secret" || err != nil {
		t.Errorf("Token() = %q, %v; want it trimmed", got, err)
	}
	for _, bad := range []string{"", " ", "two words", "line\nbreak", "über"} {
		if _, err := StaticToken(bad).Token(t.Context()); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("StaticToken(%q).Token() = %v, want %v", bad, err, ErrUnauthenticated)
		}
	}
	if _, err := source.Refresh(t.Context(), "secret"); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("Refresh() = %v, want %v", err, ErrUnauthenticated)
	}
}
