package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// coldClients is how many ask at once; each has a page of its own, so that no
// two of them could share a call.
const coldClients = 16

// cold is the three-level question over records that nobody has read before:
// what it costs hubgraph and the hand-written server.
func (b *bench) cold() error {
	portal, err := b.startPortal(portalPlan{pages: b.pages(coldClients), deals: 10})
	if err != nil {
		return err
	}
	defer portal.stop()
	b.heading("Three levels, cold records",
		"100 contacts, their 100 companies and the companies' 1,000 deals, ten fields each. HubSpot takes no time, limits are lifted, every client asks for a page of its own. The last column is hubgraph's throughput over the server's, at as many clients.",
		"server", "clients", "queries/s", "CPU a query", "calls a query", "p50", "p99", "peak RSS", "hubgraph's throughput")
	servers := []struct {
		name  string
		start func() (*process, error)
	}{
		{"hubgraph", func() (*process, error) { return b.startGateway(portal) }},
		{"gqlgen by hand, dataloader 1 ms", func() (*process, error) { return b.startPeer(portal, time.Millisecond, noLimit) }},
		{"gqlgen by hand, dataloader 16 ms", func() (*process, error) { return b.startPeer(portal, 16*time.Millisecond, noLimit) }},
	}
	ours := make(map[int]float64) // throughput by number of clients
	var answer any
	for _, s := range servers {
		if err := b.coldServer(s.name, s.start, portal, ours, &answer); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// coldServer measures one server. The first sets the answer and the throughputs
// that the others are compared with.
func (b *bench) coldServer(name string, start func() (*process, error), portal *process, ours map[int]float64, answer *any) error {
	server, err := start()
	if err != nil {
		return err
	}
	defer server.stop()
	if err := server.ready(b.ctx); err != nil {
		return err
	}
	bodies, err := pagesOf(b.ctx, server.URL, threeLevels(100, 10, allFields()), b.pages(coldClients))
	if err != nil {
		return err
	}
	if err := b.sameAnswer(server, bodies[len(bodies)-1], answer); err != nil {
		return err
	}
	if err := b.prime(server, bodies...); err != nil {
		return err
	}
	for _, clients := range []int{1, coldClients} {
		f, err := b.drive(server, portal, load{
			clients: clients, lasting: b.lasting(6 * time.Second), finish: true,
			body: func(client, _ int) []byte { return bodies[client%len(bodies)] },
		})
		if err != nil {
			return err
		}
		_, peak, err := server.memory()
		if err != nil {
			return err
		}
		ratio := "1"
		if base, ok := ours[clients]; ok {
			ratio = fmt.Sprintf("%.1f ×", base/f.perSecond())
		} else {
			ours[clients] = f.perSecond()
		}
		b.row(name, clients, f.perSecond(), f.cpuEach(), f.callsEach(), percentile(f.took, 50), percentile(f.took, 99), mib(peak), ratio)
	}
	return nil
}

// sameAnswer fails unless a server's data is that of those before it.
func (b *bench) sameAnswer(server *process, body []byte, answer *any) error {
	text, err := post(b.ctx, server.URL, body)
	if err != nil {
		return err
	}
	var got struct{ Data any }
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	if *answer == nil {
		*answer = got.Data
	}
	if !reflect.DeepEqual(*answer, got.Data) {
		want, err := json.Marshal(*answer)
		if err != nil {
			return err
		}
		return fmt.Errorf("the answer is another than hubgraph's:\n%.2000s\n%.2000s", text, want)
	}
	return nil
}
