package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/metrics"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// openOn opens a gateway on a fake portal.
func openOn(tb testing.TB, process *Process, p *hubspottest.Portal, caches *portal.Caches) *Gateway {
	tb.Helper()
	g, err := Open(context.Background(), process, Options{
		HubSpot: hubspot.Options{
			BaseURL: "http://portal.invalid", Token: hubspot.StaticToken(p.Token()), APIVersion: hubspot.APIVersion("v3"),
			HTTPClient: &http.Client{Transport: p.Transport()}, Limiter: hubspot.NewLimiter(hubspot.Limits{}),
		},
		Portal: portal.Options{Caches: caches}, Timeout: 30 * time.Second, MaxCalls: 200,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func newProcess(tb testing.TB) *Process {
	tb.Helper()
	lg := slog.New(slog.DiscardHandler)
	docs, err := documents.Open(lg, documents.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return &Process{Log: lg, Metrics: metrics.New(), Compute: compute.NewGate(), Documents: docs}
}

// newCaches returns caches for the portals of a test.
func newCaches(tb testing.TB) *portal.Caches {
	tb.Helper()
	caches, err := portal.NewCaches(time.Hour, 1)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(caches.Close)
	return caches
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestWeight holds the estimate against the heap: what decides which portals are
// kept must not be far below what they take.
func TestWeight(t *testing.T) {
	for _, properties := range []int{30, 300, 600} {
		process := newProcess(t)
		shared := newCaches(t)
		for i := range 3 {
			p := hubspottest.Grown(hubspottest.Options{Unlimited: true, PortalID: int64(1000 + i)},
				hubspottest.Size{CustomObjects: 1, Properties: properties, Records: 20})
			before := heap()
			g := openOn(t, process, p, shared)
			defer g.Close()
			ask(t, g, `{ contacts(first: 10) { nodes { id email companies { nodes { name } } } } }`)
			ask(t, g, `{ __schema { types { name fields { name description type { name } } inputFields { name } } } }`)
			g.Schema().SDL()
			took, weight := heap()-before, g.Weight()
			if ratio := float64(weight) / float64(took); ratio < 0.7 || ratio > 2 {
				t.Errorf("portal %d of %d properties a type: %d KiB of heap, weight %d KiB", i+1, properties, took>>10, weight>>10)
			}
			runtime.KeepAlive(p)
		}
	}
}

func ask(tb testing.TB, g *Gateway, query string) {
	tb.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		tb.Fatal(err)
	}
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	g.ServeGraphQL(w, r)
	if w.Code != http.StatusOK {
		tb.Fatalf("%s\n%d %.300s", query, w.Code, w.Body)
	}
}
