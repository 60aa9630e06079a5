package gateway

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// BenchmarkOpenPortals says what one more open portal takes beside others, by how
// many properties its types have at least: of the heap, once it was asked
// something, and in goroutines. 0 are the properties that HubSpot defines.
func BenchmarkOpenPortals(b *testing.B) {
	for _, properties := range []int{0, 50, 100, 300} {
		b.Run(fmt.Sprintf("properties=%d", properties), func(b *testing.B) {
			process, shared := newProcess(b), newCaches(b)
			fakes := make([]*hubspottest.Portal, b.N+1)
			for i := range fakes {
				fakes[i] = hubspottest.Grown(hubspottest.Options{Unlimited: true, PortalID: int64(1000 + i)},
					hubspottest.Size{CustomObjects: 1, Properties: properties})
			}
			gateways := []*Gateway{openOn(b, process, fakes[0], shared)} // what all share is there
			before, goroutines := heap(), runtime.NumGoroutine()
			var weight int64
			for b.Loop() {
				g := openOn(b, process, fakes[min(len(gateways), len(fakes)-1)], shared)
				ask(b, g, `{ contacts(first: 10) { nodes { id email companies { nodes { name } } } } }`)
				gateways = append(gateways, g)
				weight = g.Weight()
			}
			n := float64(len(gateways) - 1)
			b.ReportMetric(float64(heap()-before)/n/1024, "KiB/portal")
			b.ReportMetric(float64(weight)/1024, "KiB-estimated")
			b.ReportMetric(float64(runtime.NumGoroutine()-goroutines)/n, "goroutines/portal")
			for _, g := range gateways {
				g.Close()
			}
			runtime.KeepAlive(fakes)
		})
	}
}
