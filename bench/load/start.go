package main

import (
	"fmt"
	"time"
)

// start is how long a gateway takes from its start to its first answer, the
// portal's metadata included.
func (b *bench) start() error {
	b.heading("Cold start",
		"From the start of the process to the first answer, to a question over three levels, the portal's metadata included. HubSpot takes no time, limits are lifted. The median of five starts.",
		"portal", "calls", "first answer", "CPU until then", "RSS then")
	for _, c := range []struct {
		name string
		plan portalPlan
	}{
		{"demo", portalPlan{demo: true}},
		{"35 types × 300 properties", portalPlan{pages: 1, deals: 10, custom: 3, properties: 300}},
	} {
		if err := b.startAgain(c.name, c.plan); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (b *bench) startAgain(name string, plan portalPlan) error {
	portal, err := b.startPortal(plan)
	if err != nil {
		return err
	}
	defer portal.stop()
	starts := 5
	if b.quick {
		starts = 1
	}
	var took, used []time.Duration
	var held int64
	for range starts {
		begin := time.Now()
		gateway, err := b.startGateway(portal)
		if err != nil {
			return err
		}
		first, cpu, now, err := b.firstAnswer(gateway, begin)
		gateway.stop()
		if err != nil {
			return err
		}
		took, used, held = append(took, first), append(used, cpu), now
	}
	seen, err := portal.observed(b.ctx)
	if err != nil {
		return err
	}
	b.row(name, seen.Calls/starts, percentile(took, 50), percentile(used, 50), mib(held))
	return nil
}

// firstAnswer asks a gateway that has just begun to start.
func (b *bench) firstAnswer(gateway *process, begin time.Time) (took, cpu time.Duration, held int64, err error) {
	if err = gateway.ready(b.ctx); err != nil {
		return 0, 0, 0, err
	}
	if _, err = post(b.ctx, gateway.URL, query{text: threeLevels(100, 10, allFields())}.body()); err != nil {
		return 0, 0, 0, err
	}
	took = time.Since(begin)
	if cpu, err = gateway.cpu(); err != nil {
		return 0, 0, 0, err
	}
	held, _, err = gateway.memory()
	return took, cpu, held, err
}
