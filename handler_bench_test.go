package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A discard is a response that is thrown away as it is written: what a
// benchmark counts then is the gateway's own.
type discard struct {
	header http.Header
	status int
	bytes  int
}

func (d *discard) Header() http.Header    { return d.header }
func (d *discard) WriteHeader(status int) { d.status = status }
func (d *discard) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}

// serving returns a function that has the gateway's handler answer the query in
// this process, and returns the length of the answer.
func (g *testGateway) serving(query string) (serve func() int) {
	g.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		g.t.Fatal(err)
	}
	handler := g.server.Handler()
	return func() int {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "/graphql", bytes.NewReader(body))
		if err != nil {
			g.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		w := &discard{header: make(http.Header)}
		handler.ServeHTTP(w, req)
		if w.status != http.StatusOK {
			g.t.Fatalf("status %d", w.status)
		}
		return w.bytes
	}
}

// BenchmarkHandler is what a request costs the gateway from its handler to the
// written answer: nothing is read from HubSpot.
func BenchmarkHandler(b *testing.B) {
	queries := []struct{ name, query string }{
		{"typename", `{ __typename }`},
		{"metadata", `{ pipelines(objectType: "deals") { label stages { label isClosed } } }`},
		{"no_record", `{ node(id: "2-9999:1") { id } }`},
	}
	for _, q := range queries {
		b.Run(q.name, func(b *testing.B) {
			g := startGateway(b, crm(b, hubspottest.Options{Unlimited: true}, 1), unthrottled)
			serve := g.serving(q.query)
			b.SetBytes(int64(serve()))
			b.ReportAllocs()
			for b.Loop() {
				serve()
			}
		})
	}
}
