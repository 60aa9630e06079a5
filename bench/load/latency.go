package main

import "time"

const (
	callLatency    = 50 * time.Millisecond
	latencyClients = 50
)

// latency is what the gateway adds to the calls that an answer has to wait for.
func (b *bench) latency() error {
	pages := b.pages(latencyClients)
	portal, err := b.startPortal(portalPlan{pages: pages, deals: 10, latency: callLatency})
	if err != nil {
		return err
	}
	defer portal.stop()
	gateway, err := b.startGateway(portal)
	if err != nil {
		return err
	}
	defer gateway.stop()
	if err := gateway.ready(b.ctx); err != nil {
		return err
	}
	b.heading("Latency that the gateway adds",
		"HubSpot takes 50 ms a call, limits are lifted, 50 clients ask with a pause between questions, each about records of its own. Added is what is above the rounds of calls that must wait for one another, times what the portal took for the median call.",
		"question", "rounds", "pause", "queries/s", "CPU a query", "calls a query", "a call", "p50", "p99", "added p50", "added p99")
	for _, c := range []struct {
		name, text string
		rounds     int
		pause      time.Duration
	}{
		{"one contact by ID", "", 1, 200 * time.Millisecond},
		{"list of 100", list, 1, time.Second},
		{"three levels, 1,200 records", threeLevels(100, 10, allFields()), 3, 4 * time.Second},
	} {
		bodies := lookups(pages)
		if c.text != "" {
			if bodies, err = pagesOf(b.ctx, gateway.URL, c.text, pages); err != nil {
				return err
			}
		}
		if err := b.prime(gateway, bodies...); err != nil {
			return err
		}
		f, err := b.drive(gateway, portal, load{
			clients: latencyClients, lasting: b.lasting(20 * time.Second), think: c.pause, finish: true,
			body: func(client, _ int) []byte { return bodies[client%pages] },
		})
		if err != nil {
			return err
		}
		path := time.Duration(c.rounds) * f.seen.Took
		p50, p99 := percentile(f.took, 50), percentile(f.took, 99)
		b.row(c.name, c.rounds, c.pause, f.perSecond(), f.cpuEach(), f.callsEach(), f.seen.Took, p50, p99, p50-path, p99-path)
	}
	return nil
}
