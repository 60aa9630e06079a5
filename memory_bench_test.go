package main

import (
	"fmt"
	"log/slog"
	"runtime"
	"testing"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// grownPortal is a portal of 35 object types with 300 properties each. The
// portals of different numbers have different custom objects.
func grownPortal(b *testing.B, number int) *hubspottest.Portal {
	p := hubspottest.New(b, hubspottest.Options{Unlimited: true, PortalID: int64(4711 + number)})
	for i := range 3 {
		p.DefineObject(hubspottest.Object{Name: fmt.Sprintf("thing_%d_%d", number, i)})
	}
	p.PadProperties(300)
	return p
}

// heap is how many bytes are in use, garbage and caches that may go aside.
func heap() float64 {
	for range 3 { // what finalizers and pools held goes in the second and third
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkPortalMemory is what a loaded portal keeps in memory: its metadata;
// that of a second portal, whose definitions are mostly the same; the schema; all
// of a gateway, the test's connections to it included; and what GraphiQL's
// question adds to that.
func BenchmarkPortalMemory(b *testing.B) {
	lg := slog.New(slog.DiscardHandler)
	load := func(b *testing.B, p *hubspottest.Portal, shared *portal.Definitions) *portal.Metadata {
		client, err := hubspot.NewClient(lg, hubspot.Options{BaseURL: p.URL(), Token: hubspot.StaticToken(p.Token()), Limiter: hubspot.NewLimiter(hubspot.Limits{Burst: 100_000})})
		if err != nil {
			b.Fatal(err)
		}
		defer client.Close()
		m, err := portal.Load(b.Context(), lg, client, portal.LoadOptions{Definitions: shared})
		if err != nil {
			b.Fatal(err)
		}
		return m
	}
	build := func(b *testing.B, m *portal.Metadata) *schema.Schema {
		s, err := schema.Build(graph.Core, m)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	// The fake portals are in this process too, and keep what they once made.
	warm := func(b *testing.B) (first, second *hubspottest.Portal) {
		first, second = grownPortal(b, 0), grownPortal(b, 1)
		load(b, first, nil)
		load(b, second, nil)
		return first, second
	}
	measure := func(b *testing.B, load func() any) {
		most := 0.0 // of all rounds: an introspection is kept after the first
		for b.Loop() {
			before := heap()
			kept := load()
			most = max(most, heap()-before)
			runtime.KeepAlive(kept)
		}
		b.ReportMetric(most, "bytes/portal")
	}
	b.Run("metadata", func(b *testing.B) {
		p, _ := warm(b)
		measure(b, func() any { m := load(b, p, nil); p.ResetCalls(); return m })
	})
	b.Run("metadata_of_another", func(b *testing.B) {
		p, another := warm(b)
		shared := new(portal.Definitions)
		kept := load(b, p, shared)
		measure(b, func() any { m := load(b, another, shared); another.ResetCalls(); return m })
		runtime.KeepAlive(kept)
	})
	b.Run("schema", func(b *testing.B) {
		p, _ := warm(b)
		m := load(b, p, nil)
		measure(b, func() any { return build(b, m) })
	})
	b.Run("gateway", func(b *testing.B) {
		p, _ := warm(b)
		measure(b, func() any { return startGateway(b, p, unthrottled) })
	})
	b.Run("introspected", func(b *testing.B) {
		p, _ := warm(b)
		g := startGateway(b, p, unthrottled)
		measure(b, func() any {
			if a := g.query(introspectionQuery, nil); len(a.Errors) > 0 {
				b.Fatalf("errors = %v", a.Errors)
			}
			g.client.CloseIdleConnections()
			return g
		})
	})
}
