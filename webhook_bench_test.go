package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// BenchmarkWebhook is how long HubSpot waits for the answer to 100 events while
// 200 clients ask the gateway as fast as it answers. They, the fake portal and
// the gateway share this machine. The loads: nobody; clients whose questions
// take all of the CPU; clients that wait for the limiter of a portal whose
// allowance is spent.
func BenchmarkWebhook(b *testing.B) {
	const clients = 200
	loads := []struct {
		name    string
		clients int
		portal  hubspottest.Options
		gateway func(*config.Config)
	}{
		{"idle", 0, hubspottest.Options{Unlimited: true}, unthrottled},
		{"all_CPU", clients, hubspottest.Options{Unlimited: true}, unthrottled},
		{"spent_allowance", clients, hubspottest.Options{Latency: 20 * time.Millisecond}, func(*config.Config) {}},
	}
	for _, load := range loads {
		b.Run(load.name, func(b *testing.B) {
			g := startGateway(b, crm(b, load.portal, 10), webhooked, keeping, load.gateway)
			hooks := g.subscribed()
			ctx, stop := context.WithCancel(context.Background())
			var wg sync.WaitGroup
			for i := range load.clients {
				wg.Go(func() {
					for ; ctx.Err() == nil; i++ {
						_, _ = g.tryQuery(ctx, loadQuery, map[string]any{"id": fmt.Sprint(101 + i%100)}) // stopped at the end
					}
				})
			}
			var took []time.Duration
			for b.Loop() {
				b.StopTimer()
				for i := range 100 {
					g.portal.Update("contacts", fmt.Sprint(101+i), map[string]string{"email": fmt.Sprintf("%d.%d@example.com", len(took), i)})
				}
				b.StartTimer()
				sent, err := hooks.Deliver(ctx)
				if err != nil || len(sent) != 1 || sent[0].Status != http.StatusNoContent {
					b.Fatalf("Deliver = %+v, %v, want one answer of 204", sent, err)
				}
				took = append(took, sent[0].Took)
			}
			stop()
			wg.Wait()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2])/1e6, "median-ms")
			b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms")
			b.ReportMetric(float64(took[len(took)-1])/1e6, "max-ms")
		})
	}
}
