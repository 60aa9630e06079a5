package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// latency is HubSpot's time for a call in the benchmarks of wall time.
const latency = 50 * time.Millisecond

// unthrottled lifts the gateway's own limits: benchmarks measure what is left
// when nobody has to wait for HubSpot's allowance.
func unthrottled(cfg *config.Config) {
	cfg.BurstLimit, cfg.AssociationLimit, cfg.SearchLimit = 100_000, 100_000, 100_000
}

// threeLevelCases are contacts with their companies and those companies' deals:
// 1,100 records in 13 or 14 calls. rounds is how many of these have to wait for
// one another.
var threeLevelCases = []struct {
	name   string
	query  string
	rounds int
}{
	{"without_labels", threeLevels, 3},
	{"with_labels", threeLevelsLabelled, 4},
}

// BenchmarkThreeLevels is the wall time of a whole request over HTTP on both
// sides, with a portal that takes its time. The overhead is what the request
// takes beyond the rounds it has to wait for; client, gateway and portal share
// the machine, so the least of many says most. Allowed are 5 % of the rounds and
// 5 ms.
func BenchmarkThreeLevels(b *testing.B) {
	for _, c := range threeLevelCases {
		b.Run(c.name, func(b *testing.B) {
			g := startGateway(b, crm(b, hubspottest.Options{Latency: latency, Unlimited: true}, 10), unthrottled)
			ask := g.asking(c.query)
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				ask()
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			overhead := func(d time.Duration) float64 {
				return (d - time.Duration(c.rounds)*latency).Seconds() * 1000
			}
			b.ReportMetric(5+0.05*float64(c.rounds)*latency.Seconds()*1000, "allowed-overhead-ms")
			b.ReportMetric(overhead(took[0]), "min-overhead-ms")
			b.ReportMetric(overhead(took[len(took)/2]), "median-overhead-ms")
			b.ReportMetric(float64(took[len(took)/2])/1e6, "median-ms/op")
			b.ReportMetric(float64(len(g.portal.Calls()))/float64(len(took)), "hubspot-calls/op")
		})
	}
}

// asking returns a function that posts the query and reads the answer, without
// decoding it: that is not the gateway's time. The first one, which opens
// connections, has been asked.
func (g *testGateway) asking(query string) (ask func()) {
	g.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		g.t.Fatal(err)
	}
	ask = func() {
		status, text, err := g.post(context.Background(), body)
		if err != nil || status != http.StatusOK || bytes.Contains(text, []byte(`"errors":`)) {
			g.t.Fatalf("status %d, error %v, answer %.500s", status, err, text)
		}
	}
	ask()
	g.portal.ResetCalls()
	return ask
}

// BenchmarkRequest is what a request costs the machine, the fake portal's share
// included, when HubSpot takes no time.
func BenchmarkRequest(b *testing.B) {
	queries := []struct{ name, query string }{
		{"typename", `{ __typename }`},
		{"metadata", `{ pipelines(objectType: "deals") { label stages { label isClosed } } }`},
		{"one_contact", `{ contact(by: {id: "101"}) { email firstname lastname } }`},
		{"list", `{ contacts(first: 100) { nodes { email firstname lastname } } }`},
		{"three_levels", threeLevels},
		{"three_levels_labelled", threeLevelsLabelled},
	}
	for _, q := range queries {
		b.Run(q.name, func(b *testing.B) {
			g := startGateway(b, crm(b, hubspottest.Options{Unlimited: true}, 10), unthrottled)
			ask := g.asking(q.query)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				ask()
				n++
			}
			b.ReportMetric(float64(len(g.portal.Calls()))/float64(n), "hubspot-calls/op")
		})
	}
}

// BenchmarkConcurrent is the throughput of 16 clients that ask at once.
func BenchmarkConcurrent(b *testing.B) {
	const clients = 16
	g := startGateway(b, crm(b, hubspottest.Options{Unlimited: true}, 10), unthrottled)
	query := `query($id: ID!) { contact(by: {id: $id}) { email companies { nodes { name deals { nodes { dealname amount } } } } } }`
	work := make(chan int)
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for i := range work {
				a, err := g.tryQuery(context.Background(), query, map[string]any{"id": fmt.Sprint(101 + i%100)})
				if err != nil || len(a.Errors) > 0 {
					b.Errorf("%v, errors = %v", err, a.Errors)
				}
			}
		})
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		work <- n
		n++
	}
	close(work)
	wg.Wait()
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(float64(len(g.portal.Calls()))/float64(n), "hubspot-calls/op")
}
