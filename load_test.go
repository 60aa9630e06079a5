package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// loadClients is how many clients ask at once, of a portal that allows loadLimit
// calls in any window.
const (
	loadClients = 200
	loadLimit   = 190
	loadWindow  = 10 * time.Second
)

// A loadClient asks again and again, each time for another contact, and checks
// every answer.
type loadClient struct {
	answers int           // right ones
	limited int           // refused with RATE_LIMITED
	longest time.Duration // that an answer took
	err     error         // the first answer that is wrong
}

const loadQuery = `query($id: ID!) { contact(by: {id: $id}) { email companies { nodes { name deals { nodes { dealname } } } } } }`

// ask asks for the i-th contact.
func (c *loadClient) ask(ctx context.Context, g *testGateway, i int) error {
	begin := time.Now()
	a, err := g.tryQuery(ctx, loadQuery, map[string]any{"id": fmt.Sprint(101 + i)})
	if err != nil {
		return err
	}
	if code := a.code(); code == "RATE_LIMITED" {
		c.limited++
		return nil
	}
	if len(a.Errors) > 0 {
		return fmt.Errorf("errors: %+v", a.Errors)
	}
	var got struct {
		Contact struct {
			Companies struct {
				Nodes []struct {
					Name  string
					Deals struct{ Nodes []struct{ Dealname string } }
				}
			}
		}
	}
	if err := json.Unmarshal(a.Data, &got); err != nil {
		return err
	}
	companies := got.Contact.Companies.Nodes
	if len(companies) != 1 || companies[0].Name != fmt.Sprintf("Company %d", i) ||
		len(companies[0].Deals.Nodes) != 2 || companies[0].Deals.Nodes[1].Dealname != fmt.Sprintf("Deal 1 of %d", i) {
		return fmt.Errorf("contact %d: wrong answer %s", i, a.Data)
	}
	c.answers++
	c.longest = max(c.longest, time.Since(begin))
	return nil
}

// runLoad lets the clients ask until no new question may begin.
func runLoad(g *testGateway, askFor time.Duration) []loadClient {
	clients := make([]loadClient, loadClients)
	end := time.Now().Add(askFor)
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			c := &clients[n]
			for i := n; c.err == nil && time.Now().Before(end); i++ {
				c.err = c.ask(context.Background(), g, i%100)
			}
		})
	}
	wg.Wait()
	return clients
}

// TestLoad lets 200 clients loose on one portal, over four of its windows. Its
// plan is larger than the one that the gateway starts from, which has to learn
// that. It checks what the fake portal saw: no call refused, no window exceeded,
// the allowance used up; and what the clients saw: right answers for all, and
// nobody kept waiting for long.
func TestLoad(t *testing.T) {
	if testing.Short() {
		return // HubSpot's windows take their time
	}
	p := crm(t, hubspottest.Options{Latency: 20 * time.Millisecond, BurstLimit: loadLimit, AssociationLimit: loadLimit}, 2)
	g := startGateway(t, p, func(cfg *config.Config) { cfg.Timeout = 5 * time.Minute })
	begin := time.Now()
	clients := runLoad(g, 10*time.Second)

	if n := p.Rejected(); n > 0 {
		t.Errorf("%d calls were answered 429, want none", n)
	}
	for budget, s := range p.Stats() {
		if s.Peak > s.Limit {
			t.Errorf("%s: %d calls in one window, want at most %d", budget, s.Peak, s.Limit)
		}
		t.Logf("%s: %d calls, at most %d of %d in a window", budget, s.Accepted, s.Peak, s.Limit)
	}
	// A question takes three calls of the burst budget and two of the
	// associations', so the burst budget is what runs out.
	used := utilisation(p.Calls().Of(hubspottest.BatchRead), loadLimit)
	t.Logf("%.1f %% of the allowance used", 100*used)
	if used < 0.95 {
		t.Errorf("%.1f %% of the allowance used, want at least 95 %%", 100*used)
	}

	var answers []int
	var longest time.Duration
	var errs []error
	limited := 0
	for i := range clients {
		c := &clients[i]
		answers = append(answers, c.answers)
		longest = max(longest, c.longest)
		limited += c.limited
		if c.err != nil {
			errs = append(errs, fmt.Errorf("client %d: %w", i, c.err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	slices.Sort(answers)
	total := 0
	for _, n := range answers {
		total += n
	}
	t.Logf("%d answers with %d calls; by client: min %d, median %d, max %d; longest wait %v; %d rate limited; all in %v", total, len(p.Calls()),
		answers[0], answers[len(answers)/2], answers[len(answers)-1], longest, limited, time.Since(begin))
	if answers[0] == 0 {
		t.Error("a client had no answer at all")
	}
	if limited > 0 {
		t.Errorf("%d requests were refused as rate limited, though they had minutes", limited)
	}
	// Every client has one question under way, so that fair turns answer it by
	// the time that all 200 take, three calls each, after a window that the
	// start of the gateway used up.
	if most := (3*loadClients/loadLimit + 2) * loadWindow; longest > most {
		t.Errorf("longest wait = %v, want at most %v", longest, most)
	}
}

// utilisation is the share of the allowance used while all of it was wanted.
// Used to the full, it lets the call that comes limit calls after another come
// just a window after it.
func utilisation(all hubspottest.Calls, limit int) float64 {
	var spent time.Duration
	n := len(all) - limit
	for i := range n {
		spent += all[i+limit].At.Sub(all[i].At)
	}
	return float64(n) * loadWindow.Seconds() / spent.Seconds()
}
