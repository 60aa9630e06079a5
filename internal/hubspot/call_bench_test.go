package hubspot

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// benchServer in the environment makes the test binary the other end of
// BenchmarkCall, so that the CPU time of this process is the client's alone.
const benchServer = "HUBGRAPH_BENCH_SERVER"

// serveBench answers every call with a gzipped batch of 100 records, over
// plain HTTP/1.1, over TLS and over HTTP/2, until its input ends.
func serveBench() {
	_, text := batchAnswer(10)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(text)
	_ = z.Close()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("X-HubSpot-RateLimit-Daily", "250000")
		_, _ = w.Write(packed.Bytes())
	})
	plain, secure, h2 := httptest.NewServer(answer), httptest.NewTLSServer(answer), httptest.NewUnstartedServer(answer)
	h2.EnableHTTP2 = true
	h2.StartTLS()
	fmt.Println(plain.URL, secure.URL, h2.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// BenchmarkCall measures a batch read of 100 records with 10 properties: what
// net/http takes for it, up to the last byte of the answer, and what the
// client takes in all.
func BenchmarkCall(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	server := exec.CommandContext(b.Context(), self)
	server.Env = append(os.Environ(), benchServer+"=1")
	stdin, err := server.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = stdin.Close(); _ = server.Wait() }()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"inputs": make([]idInput, 100)})
	if err != nil {
		b.Fatal(err)
	}
	for i, protocol := range []string{"http1", "tls", "http2"} {
		base := strings.Fields(line)[i]
		for _, callers := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/net_http/callers=%d", protocol, callers), func(b *testing.B) {
				hc := benchHTTPClient()
				defer hc.CloseIdleConnections()
				measureCalls(b, callers, func() error { return plainCall(b, hc, base, body) })
			})
			b.Run(fmt.Sprintf("%s/client/callers=%d", protocol, callers), func(b *testing.B) {
				c, err := NewClient(slog.New(slog.DiscardHandler), Options{
					BaseURL: base, Token: StaticToken("x"), HTTPClient: benchHTTPClient(), Limiter: NewLimiter(Limits{Burst: math.MaxInt32}),
				})
				if err != nil {
					b.Fatal(err)
				}
				defer c.Close()
				request := benchRequest()
				measureCalls(b, callers, func() error {
					records, err := c.BatchRead(b.Context(), request)
					if err == nil && len(records) != 100 {
						err = fmt.Errorf("%d records, want 100", len(records))
					}
					return err
				})
			})
		}
	}
}

// benchHTTPClient trusts the server's certificate, which is its own.
func benchHTTPClient() *http.Client {
	t := NewTransport()
	t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	return &http.Client{Transport: t}
}

func benchRequest() BatchReadRequest {
	names, _ := batchAnswer(10)
	r := BatchReadRequest{ObjectType: "0-1", Properties: NewPropertySet(names...)}
	for i := range 100 {
		r.IDs = append(r.IDs, fmt.Sprint(1000+i))
	}
	return r
}

// plainCall is the call without all that the client adds.
func plainCall(b *testing.B, hc *http.Client, base string, body []byte) error {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, base, bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// measureCalls reports the CPU time of this process per call.
func measureCalls(b *testing.B, callers int, do func() error) {
	if err := do(); err != nil { // the connection
		b.Fatal(err)
	}
	before := cpuTime(b)
	b.ReportAllocs()
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
