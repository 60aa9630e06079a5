package main

import (
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	saturatedLimit = 100
	window         = 10 * time.Second
)

// A crowd is who asks, and for what.
type crowd struct {
	clients    int
	pages      int // of 100 contacts each
	selections int // of fields, for each page
}

// saturated is a portal that is asked for far more than it allows. The servers
// are measured at the same time, each on a portal of its own: they wait for
// their allowance and leave the machine idle.
func (b *bench) saturated() error {
	b.heading("Saturated portal",
		"100 calls in 10 seconds, 50 ms a call, clients without pause. Every client asks, again and again, over three levels, for one of so many pages of 100 contacts with one of so many selections (ten fields of each type, five, one), drawn at random: questions for one page are about the same 1,200 records. Counted are the answers within 60 seconds. The last column is the row's answers over those of hubgraph without sharing.",
		"clients", "pages", "selections", "server", "answers", "answers/s", "calls", "429", "p50", "p99", "ratio")
	servers := []struct {
		name  string
		start func(portal *process) (*process, error)
	}{
		{"hubgraph, sharing off", b.saturatedGateway("--no-sharing")},
		{"hubgraph", b.saturatedGateway()},
		{"gqlgen by hand, dataloader 1 ms", b.saturatedPeer(time.Millisecond)},
		{"gqlgen by hand, dataloader 16 ms", b.saturatedPeer(16 * time.Millisecond)},
	}
	for _, crowd := range []crowd{{200, 5, 3}, {200, 20, 3}, {50, 1, 1}} {
		crowd.pages = b.pages(crowd.pages)
		findings := make([]finding, len(servers))
		var all errgroup.Group
		for i, s := range servers {
			all.Go(func() (err error) {
				if findings[i], err = b.saturate(crowd, s.start); err != nil {
					return fmt.Errorf("%d pages, %s: %w", crowd.pages, s.name, err)
				}
				return nil
			})
		}
		if err := all.Wait(); err != nil {
			return err
		}
		for i, f := range findings {
			b.row(crowd.clients, crowd.pages, crowd.selections, servers[i].name, f.answers, f.perSecond(), f.seen.Calls, f.seen.Refused,
				percentile(f.took, 50), percentile(f.took, 99), float64(f.answers)/float64(max(1, findings[0].answers)))
		}
	}
	return nil
}

// saturatedGateway starts hubgraph as it starts by default, but for flags and
// the time that it gives a request.
func (b *bench) saturatedGateway(flags ...string) func(portal *process) (*process, error) {
	return func(portal *process) (*process, error) {
		return b.startGateway(portal, append([]string{"--burst-limit", "auto", "--association-limit", "auto", "--timeout", "3m"}, flags...)...)
	}
}

func (b *bench) saturatedPeer(wait time.Duration) func(portal *process) (*process, error) {
	return func(portal *process) (*process, error) { return b.startPeer(portal, wait, saturatedLimit) }
}

// selections are what clients want to know of the same records: all, half, and
// next to nothing.
func selections() [][3]string {
	return [][3]string{
		allFields(),
		{words(contactFields, 5), words(companyFields, 5), words(dealFields, 5)},
		{words(contactFields, 1), words(companyFields, 1), words(dealFields, 1)},
	}
}

// saturate puts the load on one server.
func (b *bench) saturate(c crowd, start func(portal *process) (*process, error)) (finding, error) {
	plan := portalPlan{pages: c.pages, deals: 10, limit: saturatedLimit, latency: callLatency}
	if b.quick {
		plan.limit = 10 * saturatedLimit // or the metadata and the cursors would take several windows
	}
	portal, err := b.startPortal(plan)
	if err != nil {
		return finding{}, err
	}
	defer portal.stop()
	server, err := start(portal)
	if err != nil {
		return finding{}, err
	}
	defer server.stop()
	if err := server.ready(b.ctx); err != nil {
		return finding{}, err
	}
	after, err := cursors(b.ctx, server.URL, c.pages)
	if err != nil {
		return finding{}, err
	}
	var bodies [][]byte
	for _, fields := range selections()[:c.selections] {
		for _, cursor := range after {
			bodies = append(bodies, query{threeLevels(100, 10, fields), cursor}.body())
		}
	}
	sleep(b.ctx, b.lasting(window)) // the calls that were spent so far come free again
	return b.drive(server, portal, load{
		clients: c.clients, lasting: b.lasting(60 * time.Second),
		body: func(client, n int) []byte { return bodies[draw(client, n)%len(bodies)] },
	})
}

// draw is the n-th number that a client draws, the same in every run.
func draw(client, n int) int {
	x := uint64(client+1)*0x9e3779b97f4a7c15 + uint64(n)*0xbf58476d1ce4e5b9
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return int((x ^ x>>31) >> 1)
}
