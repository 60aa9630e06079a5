package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// largePortal is the portal of a grown company: 35 object types of 400
// properties each.
func largePortal(t testing.TB) *hubspottest.Portal {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	for i := range 3 {
		p.DefineObject(hubspottest.Object{Name: fmt.Sprintf("thing_%d", i)})
	}
	p.PadProperties(400)
	return p
}

// tenTypes keeps to 10 object types: 4,000 property fields of a large portal.
func tenTypes(cfg *config.Config) {
	cfg.Objects = []string{
		"contacts", "companies", "deals", "tickets", "products", "line_items", "quotes", "calls", "tasks", "notes",
	}
}

// BenchmarkServeSDL is GET /schema.graphql: the first one, which prints the
// schema, as first-ms; those after it; and those that are answered 304.
func BenchmarkServeSDL(b *testing.B) {
	for _, c := range []struct {
		name   string
		change []func(*config.Config)
	}{
		{"4000_fields", []func(*config.Config){unthrottled, tenTypes}},
		{"14000_fields", []func(*config.Config){unthrottled}},
	} {
		g := startGateway(b, largePortal(b), c.change...)
		start := time.Now()
		sdl := g.get("/schema.graphql")
		first := time.Since(start)
		etag := `"` + g.gateway.Schema().Version() + `"`
		for _, ask := range []struct {
			name, match string
			want        int
		}{
			{"whole", "", http.StatusOK},
			{"not_modified", etag, http.StatusNotModified},
		} {
			b.Run(c.name+"/"+ask.name, func(b *testing.B) {
				for b.Loop() {
					if got := g.sdlStatus(ask.match); got != ask.want {
						b.Fatalf("status %d, want %d", got, ask.want)
					}
				}
				b.ReportMetric(first.Seconds()*1000, "first-ms")
				b.ReportMetric(float64(len(sdl))/(1<<20), "MiB")
			})
		}
	}
}

// sdlStatus reads the SDL to its end, unless its ETag matches.
func (g *testGateway) sdlStatus(match string) int {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, g.url+"/schema.graphql", http.NoBody)
	if err != nil {
		g.t.Fatal(err)
	}
	if match != "" {
		req.Header.Set("If-None-Match", match)
	}
	res, err := g.client.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		g.t.Fatal(err)
	}
	return res.StatusCode
}

// BenchmarkIntrospection is GraphiQL's query on a large portal: the first one,
// which runs it, as first-ms, and those after it, which are kept.
func BenchmarkIntrospection(b *testing.B) {
	g := startGateway(b, largePortal(b), unthrottled)
	body, err := json.Marshal(map[string]string{"query": introspectionQuery})
	if err != nil {
		b.Fatal(err)
	}
	var size int
	ask := func() {
		status, text, err := g.post(context.Background(), body)
		if err != nil || status != http.StatusOK {
			b.Fatalf("status %d, error %v: %.300s", status, err, text)
		}
		size = len(text)
	}
	start := time.Now()
	ask()
	first := time.Since(start)
	for b.Loop() {
		ask()
	}
	b.ReportMetric(first.Seconds()*1000, "first-ms")
	b.ReportMetric(float64(size)/(1<<20), "MiB")
}
