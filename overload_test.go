package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestOverload fills the gateway with requests that HubSpot does not answer, and
// its queue, and sends a flood of more: each is turned away at once, in GraphQL,
// whatever it holds, and costs no memory. Those inside are answered in the end.
func TestOverload(t *testing.T) {
	const inside, flood = 20, 2_000
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, twoTypesAndDeals, func(cfg *config.Config) { cfg.Faults.MaxRequests = inside })
	release := make(chan struct{})
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Match: func(*http.Request) bool {
		<-release
		return false
	}})
	var wg sync.WaitGroup
	for range inside {
		wg.Go(func() {
			if a, err := g.tryQuery(context.Background(), `{ contacts(first: 3) { nodes { email } } }`, nil); err != nil || a.Status != http.StatusOK || len(a.Errors) > 0 {
				t.Errorf("a request that was let in: status %d, %+v, %v", a.Status, a.Errors, err)
			}
		})
	}
	until(t, "all are inside", func() bool { return g.server.Door().Inside == inside })
	leave, stop := context.WithCancel(context.Background())
	defer stop()
	waiting := func() int64 { return g.server.Door().Waiting }
	// Their patience is a second, so that the queue is kept full by new ones.
	for range inside {
		wg.Go(func() {
			for leave.Err() == nil {
				_, _ = g.tryQuery(leave, `{ __typename }`, nil)
			}
		})
	}
	until(t, "the queue is full", func() bool { return waiting() == inside })

	before, goroutines := heapBytes(), runtime.NumGoroutine()
	took := make([]time.Duration, 0, flood)
	body := []byte(`{"query": "{ contacts { nodes { email } } }", "variables": {"x": "` + strings.Repeat("x", 10_000) + `"}}`)
	for len(took) < flood {
		begin := time.Now()
		res, text := g.shed(body)
		if res.StatusCode != http.StatusServiceUnavailable { // one of the queue's places was free
			continue
		}
		if len(took) == 0 {
			a := parseAnswer(t, text)
			if a.code() != "OVERLOADED" || a.retryAfter() != time.Second || res.Header.Get("Retry-After") != "1" || a.Data != nil ||
				!strings.HasPrefix(res.Header.Get("Content-Type"), "application/graphql-response+json") {
				t.Errorf("turned away with %v and %s", res.Header, text)
			}
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	grown := int64(heapBytes()) - int64(before)
	t.Logf("turned away %d: median %v, p99 %v, longest %v; heap %+d KiB, %+d goroutines", len(took), took[flood/2], took[flood*99/100], took[flood-1], grown>>10, runtime.NumGoroutine()-goroutines)
	// Those that come while the queue has a free place wait in it for a second,
	// and the machine may have other things to do.
	if p90 := took[flood*9/10]; p90 > 20*time.Millisecond {
		t.Errorf("p90 of being turned away = %v, want at most 20ms", p90)
	}
	if grown > 4<<20 {
		t.Errorf("the heap has grown by %d KiB over %d requests that were turned away", grown>>10, flood)
	}
	if res, err := g.client.Get(g.url + "/healthz"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("/healthz of a full gateway: %v", err)
	} else {
		_ = res.Body.Close()
	}
	if shed := g.metric("hubgraph_requests_shed_total"); shed == "0" {
		t.Error("hubgraph_requests_shed_total = 0")
	}
	if got := g.metric("hubgraph_requests_under_way"); got != "20" {
		t.Errorf("hubgraph_requests_under_way = %s, want 20", got)
	}
	stop()
	close(release)
	wg.Wait()
	p.ClearFaults()
	g.healthy()
}

// shed posts a body as a client that speaks the newer media type.
func (g *testGateway) shed(body []byte) (*http.Response, string) {
	g.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, g.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	res, err := g.client.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	if !json.Valid(text) {
		g.t.Fatalf("not JSON: %s", text)
	}
	return res, string(text)
}

func heapBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// until waits for a condition that is soon true.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for begin := time.Now(); !holds(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("not after 10 s: %s", what)
		}
	}
}

// TestTricklingBodies: requests whose bodies do not come do not take the place of
// those that can be served, however little room there is.
func TestTricklingBodies(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 0), twoTypesAndDeals, func(cfg *config.Config) { cfg.Faults.MaxRequests = 1 })
	host := strings.TrimPrefix(g.url, "http://")
	var trickling []net.Conn
	for _, length := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked", "Content-Length: 200000", "Content-Length: 5"} {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		trickling = append(trickling, conn)
		if _, err := fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s\r\n\r\n", host, length); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		if a := g.query(`{ __typename }`, nil); a.Status != http.StatusOK {
			t.Fatalf("beside %d bodies that do not come: status %d, %+v", len(trickling), a.Status, a.Errors)
		}
	}
	if inside := g.server.Door().Inside; inside != 0 {
		t.Errorf("%d requests are inside, want none", inside)
	}
}
