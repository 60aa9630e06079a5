package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const (
	webhookClients = 200
	webhookEvents  = 100 // as many as HubSpot puts into one request
	webhookPause   = 40 * time.Millisecond
	webhookSecret  = "11111111-2222-3333-4444-555555555555"
	webhookPublic  = "https://gateway.example.com"
)

// webhooks is how long HubSpot waits for the answer to events, whatever else the
// gateway has to do.
func (b *bench) webhooks() error {
	b.heading("Webhooks under load",
		"HubSpot tells of 100 changed contacts a request, 25 times a second, from a process of its own, while 200 clients ask without pause: the three-level question, of an unlimited portal (all CPU goes), or of one that allows 100 calls in 10 seconds. The gateway keeps records. A waiting connection is part of the time.",
		"load", "clients", "webhooks", "answers/s", "p50", "p99", "longest")
	for _, c := range []struct {
		name    string
		clients int
		limit   int
		flags   []string
	}{
		{"idle", 0, 0, nil},
		{"all CPU", webhookClients, 0, nil},
		{"allowance spent", webhookClients, saturatedLimit, []string{"--burst-limit", "auto", "--association-limit", "auto", "--timeout", "3m"}},
	} {
		if err := b.webhooksUnder(c.name, c.clients, c.limit, c.flags); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (b *bench) webhooksUnder(name string, clients, limit int, flags []string) error {
	pages := b.pages(10)
	portal, err := b.startPortal(portalPlan{pages: pages, deals: 10, limit: limit})
	if err != nil {
		return err
	}
	defer portal.stop()
	gateway, err := b.startGateway(portal, append([]string{"--record-ttl", "1m", "--public-url", webhookPublic}, flags...)...)
	if err != nil {
		return err
	}
	defer gateway.stop()
	if err := gateway.ready(b.ctx); err != nil {
		return err
	}
	bodies, err := pagesOf(b.ctx, gateway.URL, threeLevels(100, 10, allFields()), pages)
	if err != nil {
		return err
	}
	lasting := b.lasting(15 * time.Second)
	told := make(chan []time.Duration, 1)
	failed := make(chan error, 1)
	go func() {
		took, err := b.tell(strings.TrimSuffix(gateway.URL, "/graphql"), lasting)
		told <- took
		failed <- err
	}()
	f, err := b.drive(gateway, portal, load{
		clients: clients, lasting: lasting,
		body: func(client, n int) []byte { return bodies[draw(client, n)%len(bodies)] },
	})
	took := <-told
	if err := <-failed; err != nil {
		return err
	}
	if err != nil {
		return err
	}
	b.row(name, clients, len(took), f.perSecond(), percentile(took, 50), percentile(took, 99), percentile(took, 100))
	return nil
}

// tell has a process of its own send webhooks to a gateway for a while, and
// returns how long each answer took.
func (b *bench) tell(gateway string, lasting time.Duration) ([]time.Duration, error) {
	p, stdout, err := b.selfWith("hooks", "-url", gateway+"/webhooks/hubspot", "-n", strconv.Itoa(max(1, int(lasting/webhookPause))))
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	err = json.NewDecoder(stdout).Decode(&took)
	p.watch()
	p.stop()
	if err != nil {
		return nil, fmt.Errorf("send webhooks: %w: %s", err, p.log.String())
	}
	return took, nil
}

// sendHooks delivers webhooks about a portal of its own, and writes how long each
// took.
func sendHooks(ctx context.Context, args []string, stdout io.Writer) error {
	var url string
	var n int
	flags := flag.NewFlagSet("hooks", flag.ContinueOnError)
	flags.StringVar(&url, "url", "", "where to")
	flags.IntVar(&n, "n", 1, "how many")
	if err := flags.Parse(args); err != nil {
		return err
	}
	portal := hubspottest.NewPortal(hubspottest.Options{Unlimited: true})
	portal.AddRecords("contacts", webhookEvents)
	hooks := portal.Subscribe(hubspottest.Subscription{URL: webhookPublic + "/webhooks/hubspot", Via: url, Secret: webhookSecret})
	took := make([]time.Duration, 0, n)
	for i := range n {
		for c := range webhookEvents {
			portal.Update("contacts", strconv.Itoa(firstContact+c), map[string]string{"city": fmt.Sprintf("City %d", i)})
		}
		sent, err := hooks.Deliver(ctx)
		if err != nil {
			return err
		}
		if len(sent) != 1 || sent[0].Status != http.StatusNoContent {
			return fmt.Errorf("webhook %d: %+v, want one answer of 204", i, sent)
		}
		took = append(took, sent[0].Took)
		sleep(ctx, webhookPause)
	}
	return json.NewEncoder(stdout).Encode(took)
}
