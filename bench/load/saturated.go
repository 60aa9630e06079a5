package main

import (
	"fmt"
	"time"
)

const (
	saturatedClients = 200
	saturatedLimit   = 100
	window           = 10 * time.Second
)

// saturated is a portal that is asked for far more than it allows.
func (b *bench) saturated() error {
	b.heading("Saturated portal",
		"100 calls in 10 seconds, 200 clients without pause. Every client asks, again and again, over three levels, for one of so many pages of 100 contacts with one of three selections, drawn at random: the selections differ in their properties, and questions for one page are about the same 1,200 records. Counted are the answers within the time.",
		"pages", "sharing", "answers", "answers/s", "calls", "429", "p50", "p99", "ratio")
	for _, pages := range []int{b.pages(5), b.pages(20)} {
		var base float64
		for _, c := range []struct {
			name string
			args []string
		}{
			{"off", []string{"--no-sharing"}},
			{"on", nil},
		} {
			f, err := b.saturate(pages, c.args)
			if err != nil {
				return fmt.Errorf("%d pages, sharing %s: %w", pages, c.name, err)
			}
			ratio := "1"
			if base > 0 {
				ratio = fmt.Sprintf("%.1f ×", f.perSecond()/base)
			} else {
				base = f.perSecond()
			}
			b.row(pages, c.name, f.answers, f.perSecond(), f.seen.Calls, f.seen.Refused, percentile(f.took, 50), percentile(f.took, 99), ratio)
		}
	}
	return nil
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

func (b *bench) saturate(pages int, args []string) (finding, error) {
	plan := portalPlan{pages: pages, deals: 10, limit: saturatedLimit, latency: callLatency}
	if b.quick {
		plan.limit = 10 * saturatedLimit // or the metadata and the cursors would take several windows
	}
	portal, err := b.startPortal(plan)
	if err != nil {
		return finding{}, err
	}
	defer portal.stop()
	gateway, err := b.startGateway(portal, append([]string{
		"--burst-limit", "auto", "--association-limit", "auto", "--timeout", "3m",
	}, args...)...)
	if err != nil {
		return finding{}, err
	}
	defer gateway.stop()
	if err := gateway.ready(b.ctx); err != nil {
		return finding{}, err
	}
	after, err := cursors(b.ctx, gateway.URL, pages)
	if err != nil {
		return finding{}, err
	}
	var bodies [][]byte
	for _, fields := range selections() {
		for _, cursor := range after {
			bodies = append(bodies, query{threeLevels(100, 10, fields), cursor}.body())
		}
	}
	sleep(b.ctx, b.lasting(window)) // the calls that were spent so far come free again
	return b.drive(gateway, portal, load{
		clients: saturatedClients, lasting: b.lasting(40 * time.Second),
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
