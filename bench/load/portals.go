package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	crowdMemory = "1GiB" // GOMEMLIMIT, which a container's limit comes to as well
	// hotPause is what a client of a hot portal waits on average: with it, the
	// portal is asked for a third of its allowance.
	hotPause = 250 * time.Millisecond
	// coldEvery is how often somebody comes to a portal that is not hot.
	coldEvery = 250 * time.Millisecond
)

// portals is one gateway for many portals, of which few are in use at a time.
func (b *bench) portals() error {
	plan := crowdPlan{portals: 1000, hot: 50, oauth: 50}
	if b.quick {
		plan = crowdPlan{portals: 12, hot: 3, oauth: 4}
	}
	folder, err := os.MkdirTemp("", "hubgraph-load-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // nothing of worth is in it
	fake, err := b.self(plan.args()...)
	if err != nil {
		return err
	}
	defer fake.stop()
	db, err := plan.fillStore(b.ctx, folder, fake)
	if err != nil {
		return err
	}
	begin := time.Now()
	gateway, err := b.startHubgraph(fake, secretsOf(crowdMemory),
		"--store", db.url, "--store-keys", db.keysFile, "--portal", plan.id(0),
		"--client-id", appID, "--public-url", webhookPublic, "--hubspot-app-url", fake.URL)
	if err != nil {
		return err
	}
	defer gateway.stop()
	if err := gateway.ready(b.ctx); err != nil {
		return err
	}
	c := &crowded{bench: b, plan: plan, fake: fake, gateway: gateway, base: strings.TrimSuffix(gateway.URL, "/graphql")}
	b.heading("Many portals", fmt.Sprintf("%d portals in a store, %d of them hot, %d by OAuth with tokens that live %v; one in %d has %d properties a type, the others some 30, all about 36 types. HubSpot takes 50 ms a call and keeps its limits; GOMEMLIMIT is %s. Each hot portal has a client that asks for a contact, or for ten with their companies; every %v somebody asks a cold portal for a contact. The first answer of the first portal came %v after the start of the process.",
		plan.portals, plan.hot, plan.oauth, tokenLifetime, bigEvery, bigProperties, crowdMemory, coldEvery, time.Since(begin).Round(time.Millisecond)),
		"cold portals", "visits", "opened", "closed", "open at most", "visit p50", "visit p99", "metadata calls a visit", "hot answers/s", "hot p50", "hot p99", "calls/s", "429", "renewals", "CPU", "RSS at most", "goroutines")
	if err := c.warmUp(); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same in every run
	cold := r.Perm(plan.portals - plan.hot)
	for i := range cold {
		cold[i] += plan.hot
	}
	zipf := rand.NewZipf(r, 1.1, 10, uint64(len(cold)-1))
	random := make([]int, b.visits(480))
	for i := range random {
		random[i] = cold[zipf.Uint64()]
	}
	for _, phase := range []struct {
		name   string
		visits []int
	}{
		{"none is asked", make([]int, b.visits(120))},
		{"each for the first time", cold},
		{"each again, from what is stored", cold[:b.visits(480)]},
		{"at random, some more often (Zipf)", random},
	} {
		if err := c.phase(phase.name, phase.visits); err != nil {
			return fmt.Errorf("%s: %w", phase.name, err)
		}
	}
	return nil
}

// visits is how many visits a phase has.
func (b *bench) visits(full int) int {
	if b.quick {
		return min(full, 9)
	}
	return full
}

func (p crowdPlan) id(i int) string { return fmt.Sprint(p.portalID(i)) }

// crowded is a gateway with its portals.
type crowded struct {
	*bench
	plan          crowdPlan
	fake, gateway *process
	base          string
}

func (c *crowded) url(i int) string {
	return fmt.Sprintf("%s/portals/%s/graphql", c.base, c.plan.id(i))
}

// warmUp asks each hot portal once.
func (c *crowded) warmUp() error {
	for i := range c.plan.hot {
		if _, err := post(c.ctx, c.url(i), askCrowd(i, 0)); err != nil {
			return fmt.Errorf("portal %d: %w", i, err)
		}
	}
	return nil
}

// askCrowd is the n-th question to a portal.
func askCrowd(portal, n int) []byte {
	drawn := draw(portal, n)
	if drawn%4 == 0 {
		return query{text: "{ contacts(first: 10) { nodes { " + contactFields + " companies(first: 1) { nodes { " + companyFields + " } } } } }"}.body()
	}
	return query{text: fmt.Sprintf(`{ contact(by: {id: "%d"}) { %s } }`, firstContact+drawn%100, contactFields)}.body()
}

// A crowdFinding is what a phase showed.
type crowdFinding struct {
	mu        sync.Mutex
	hot, cold []time.Duration
	failed    error
	open      int
}

// add keeps how long an answer took, and the first error.
func (f *crowdFinding) add(to *[]time.Duration, took time.Duration, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		*to = append(*to, took)
	} else if f.failed == nil {
		f.failed = err
	}
}

// phase asks the hot portals while the others are visited one after the other.
// Visits of portal 0, which is hot, are none.
func (c *crowded) phase(name string, visits []int) error {
	if err := c.gateway.forgetPeak(); err != nil {
		return err
	}
	before, err := c.state()
	if err != nil {
		return err
	}
	if _, err := c.observed(); err != nil {
		return err
	}
	cpu, err := c.gateway.cpu()
	if err != nil {
		return err
	}
	f, begin := &crowdFinding{}, time.Now()
	c.drive(f, visits)
	wall := time.Since(begin)
	if f.failed != nil {
		return f.failed
	}
	after, err := c.state()
	if err != nil {
		return err
	}
	seen, err := c.observed()
	if err != nil {
		return err
	}
	used, err := c.gateway.cpu()
	if err != nil {
		return err
	}
	_, peak, err := c.gateway.memory()
	if err != nil {
		return err
	}
	per := func(n int) float64 { return float64(n) / wall.Seconds() }
	c.row(name, len(f.cold), after.Opened-before.Opened, after.Closed-before.Closed, f.open, percentile(f.cold, 50), percentile(f.cold, 99),
		float64(seen.Metadata)/float64(max(1, len(f.cold))), per(len(f.hot)), percentile(f.hot, 50), percentile(f.hot, 99),
		per(seen.Hot+seen.Cold), seen.Refused, seen.Renewals, fmt.Sprintf("%.0f %%", 100*(used-cpu).Seconds()/wall.Seconds()), mib(peak), after.goroutines)
	return nil
}

// drive has the clients ask until all visits were made.
func (c *crowded) drive(f *crowdFinding, visits []int) {
	ctx, cancel := context.WithCancel(c.ctx)
	var hot, cold sync.WaitGroup
	for i := range c.plan.hot {
		hot.Go(func() { c.askHot(ctx, f, i) })
	}
	tick := time.NewTicker(c.lasting(coldEvery))
	defer tick.Stop()
	for n, i := range visits {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		if i != 0 {
			cold.Go(func() {
				begin := time.Now()
				_, err := post(ctx, c.url(i), query{text: fmt.Sprintf(`{ contact(by: {id: "%d"}) { email } }`, firstContact)}.body())
				f.add(&f.cold, time.Since(begin), err)
			})
		}
		if n%4 == 0 {
			state, err := c.state()
			f.add(new([]time.Duration), 0, err)
			f.open = max(f.open, state.Open)
		}
	}
	cold.Wait()
	cancel()
	hot.Wait()
}

// askHot is the client of a hot portal.
func (c *crowded) askHot(ctx context.Context, f *crowdFinding, i int) {
	random := rand.New(rand.NewPCG(uint64(i), 1)) //nolint:gosec // the same in every run
	for n := 0; ; n++ {
		sleep(ctx, time.Duration(2*random.Float64()*float64(hotPause)))
		begin := time.Now()
		_, err := post(ctx, c.url(i), askCrowd(i, n))
		if ctx.Err() != nil {
			return
		}
		f.add(&f.hot, time.Since(begin), err)
	}
}

// A crowdState is how the gateway says that it fares.
type crowdState struct {
	Open           int
	Opened, Closed int
	Bytes          int64
	goroutines     int
}

func (c *crowded) state() (crowdState, error) {
	var ready struct{ Portals crowdState }
	text, err := get(c.ctx, c.base+"/readyz")
	if err != nil {
		return ready.Portals, err
	}
	if err := json.Unmarshal(text, &ready); err != nil {
		return ready.Portals, err
	}
	if text, err = get(c.ctx, c.base+"/metrics"); err != nil {
		return ready.Portals, err
	}
	_, after, _ := strings.Cut(string(text), "\ngo_goroutines ")
	_, err = fmt.Sscan(after, &ready.Portals.goroutines)
	return ready.Portals, err
}

func (c *crowded) observed() (seen crowdObservation, err error) {
	text, err := post(c.ctx, c.fake.URL+"/bench/observed", nil)
	if err != nil {
		return seen, err
	}
	return seen, json.Unmarshal(text, &seen)
}
