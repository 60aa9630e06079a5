package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/metrics"
	"github.com/hubgraph/hubgraph/internal/server"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// ristretto's counters end with the process, by its own design.
		goleak.IgnoreTopFunction("github.com/dgraph-io/ristretto/v2.(*defaultPolicy[...]).processItems"),
	)
}

// A testGateway is hubgraph over real HTTP in front of a fake portal over real HTTP.
type testGateway struct {
	server  *server.Server
	gateway *gateway.Gateway // of the portal that it serves
	metrics *metrics.Metrics
	t       testing.TB
	portal  *hubspottest.Portal
	url     string
	client  *http.Client
	logs    *logBuffer // at debug level
}

// A logBuffer keeps what is logged.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// startGateway serves the fake portal's graph until the test ends. The calls
// that reading the metadata took are forgotten.
func startGateway(t testing.TB, p *hubspottest.Portal, change ...func(*config.Config)) *testGateway {
	t.Helper()
	cfg := config.Config{
		Token:             config.NewSecret(p.Token()),
		HubSpotURL:        p.URL(),
		HubSpotAPIVersion: "v3",
		SchemaTTL:         12 * time.Hour,
		MaxCalls:          200,
		Timeout:           30 * time.Second,
	}
	for _, f := range change {
		f(&cfg)
	}
	logs := &logBuffer{}
	lg := slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: cfg.LogLevel}))
	s, err := openServer(context.Background(), lg, cfg)
	if err != nil {
		t.Fatalf("openServer: %v", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", s.Handler())
	mux.Handle("GET /metrics", s.Metrics().Handler())
	srv := httptest.NewServer(mux)
	transport := &http.Transport{MaxIdleConnsPerHost: 512}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		srv.Close()
		s.Close()
	})
	p.ResetCalls()
	return &testGateway{server: s, gateway: s.Portal(), metrics: s.Metrics(), t: t, portal: p, url: srv.URL, client: &http.Client{Transport: transport}, logs: logs}
}

// An answer is a GraphQL response.
type answer struct {
	Status     int
	Data       json.RawMessage
	Errors     []answerError
	Extensions map[string]json.RawMessage
}

type answerError struct {
	Message    string
	Path       []any
	Extensions map[string]any
}

// query posts a query with variables (may be nil) and reads the answer.
func (g *testGateway) query(query string, variables map[string]any) answer {
	g.t.Helper()
	a, err := g.tryQuery(context.Background(), query, variables)
	if err != nil {
		g.t.Fatalf("query: %v", err)
	}
	return a
}

func (g *testGateway) tryQuery(ctx context.Context, query string, variables map[string]any) (answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return answer{}, err
	}
	status, text, err := g.post(ctx, body)
	if err != nil {
		return answer{}, err
	}
	a := answer{Status: status}
	err = json.Unmarshal(text, &a)
	return a, err
}

// post sends a GraphQL request and reads the answer to its end.
func (g *testGateway) post(ctx context.Context, body []byte) (status int, text []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := g.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err = io.ReadAll(res.Body)
	return res.StatusCode, text, err
}

// data runs a query that must have no errors, and decodes its data into out.
func (g *testGateway) data(query string, variables map[string]any, out any) {
	g.t.Helper()
	a := g.query(query, variables)
	if len(a.Errors) > 0 {
		g.t.Fatalf("query %s\nerrors = %+v, want none", query, a.Errors)
	}
	if err := json.Unmarshal(a.Data, out); err != nil {
		g.t.Fatalf("query %s\ndata %s: %v", query, a.Data, err)
	}
}

// calls fails the test unless the portal was called just so often per
// endpoint since the gateway started or the calls were last checked.
func (g *testGateway) calls(want map[hubspottest.Endpoint]int) {
	g.t.Helper()
	all := g.portal.Calls()
	got := make(map[hubspottest.Endpoint]int)
	for _, c := range all {
		got[c.Endpoint]++
	}
	for endpoint, n := range want {
		if got[endpoint] != n {
			g.t.Errorf("%d %s calls, want %d; all calls:\n%v", got[endpoint], endpoint, n, all)
		}
		delete(got, endpoint)
	}
	for endpoint, n := range got {
		g.t.Errorf("%d %s calls, want none; all calls:\n%v", n, endpoint, all)
	}
	g.portal.ResetCalls()
}

// get reads a path that must answer 200.
func (g *testGateway) get(path string) string {
	g.t.Helper()
	res, err := g.client.Get(g.url + path)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		g.t.Fatalf("GET %s: %s, error %v: %.300s", path, res.Status, err, text)
	}
	return string(text)
}

// debugLogs logs every HubSpot call.
func debugLogs(cfg *config.Config) { cfg.LogLevel = slog.LevelDebug }
