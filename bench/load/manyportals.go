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

// A crowdPlan says how many portals there are. They are numbered from 0: the
// first ones are hot, and of those that follow each other around the last hot
// one, some are connected by OAuth.
type crowdPlan struct {
	portals, hot, oauth int
}

const (
	firstPortalID = 62515
	// bigEvery is how many portals there are for each that has grown to
	// bigProperties of every type; the others have some 30.
	bigEvery, bigProperties = 40, 300
	// tokenLifetime is short, so that tokens are renewed while all this goes on.
	tokenLifetime = 2 * time.Minute
	appID         = "many"
)

// appScopes are what OAuth portals grant: as many object types as can be had
// without going to HubSpot's add-ons.
var appScopes = []string{
	"oauth", "crm.objects.contacts.read", "crm.objects.companies.read", "crm.objects.deals.read", "tickets", "e-commerce",
	"crm.objects.custom.read", "crm.objects.owners.read", "crm.lists.read",
}

func (p crowdPlan) portalID(i int) int64 { return firstPortalID + int64(i) }

func (p crowdPlan) token(i int) string { return fmt.Sprintf("pat-eu1-%d", p.portalID(i)) }

// byOAuth is half of the hot ones, and as many others.
func (p crowdPlan) byOAuth(i int) bool { return i >= p.hot-p.oauth/2 && i < p.hot+p.oauth-p.oauth/2 }

func (p crowdPlan) big(i int) bool { return i%bigEvery == bigEvery/2 }

func (p crowdPlan) args() []string {
	return []string{"crowd", "-portals", strconv.Itoa(p.portals), "-hot", strconv.Itoa(p.hot), "-oauth", strconv.Itoa(p.oauth)}
}

// build makes the i-th portal: all of HubSpot's object types, one of its own, and
// a few properties that no other has.
func (p crowdPlan) build(i int) *hubspottest.Portal {
	size := hubspottest.Size{CustomObjects: 1}
	if p.big(i) {
		size.Properties = bigProperties
	}
	portal := hubspottest.Grown(hubspottest.Options{
		PortalID: p.portalID(i), Token: p.token(i), Latency: callLatency, OAuth: p.byOAuth(i),
	}, size)
	for _, objectType := range []string{"contacts", "companies", "deals", "tickets"} {
		for k := range 5 {
			portal.DefineProperty(objectType, hubspottest.Property{
				Name: fmt.Sprintf("own_%d_%d", i, k), Label: fmt.Sprintf("Own %d of %d", k, i), Type: "string", FieldType: "text",
			})
		}
	}
	portal.AddRecords("contacts", 100)
	portal.AddRecords("companies", 100)
	portal.AssociateEach("contacts", "companies", 1)
	return portal
}

// A crowdPortals is an app and all its portals.
type crowdPortals struct {
	plan    crowdPlan
	app     *hubspottest.App
	portals []*hubspottest.Portal
}

// serveCrowd serves the portals until stdin ends, and says where.
func serveCrowd(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	var plan crowdPlan
	flags := flag.NewFlagSet("crowd", flag.ContinueOnError)
	flags.IntVar(&plan.portals, "portals", 0, "how many")
	flags.IntVar(&plan.hot, "hot", 0, "how many of them are hot")
	flags.IntVar(&plan.oauth, "oauth", 0, "how many of them are connected by OAuth")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c := &crowdPortals{plan: plan}
	for i := range plan.portals {
		c.portals = append(c.portals, plan.build(i))
	}
	c.app = hubspottest.NewApp(hubspottest.AppOptions{
		ClientID: appID, ClientSecret: webhookSecret, Scopes: appScopes, Lifetime: tokenLifetime, Rotate: true,
	}, c.portals...)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /bench/install", c.install)
	mux.HandleFunc("POST /bench/observed", c.report)
	mux.Handle("/", c.app)
	return serveChild(ctx, mux, "", stdin, stdout)
}

// install has the OAuth portals install the app, and answers with their tokens,
// by portal ID.
func (c *crowdPortals) install(w http.ResponseWriter, _ *http.Request) {
	installed := make(map[int64]hubspottest.Installed)
	for i := range c.portals {
		if c.plan.byOAuth(i) {
			installed[c.plan.portalID(i)] = c.app.Install(c.plan.portalID(i))
		}
	}
	_ = json.NewEncoder(w).Encode(installed) //nolint:gosec // made-up tokens, for the parent that waits for them
}

// A crowdObservation is what the portals saw since the one before.
type crowdObservation struct {
	Hot, Cold int // calls to portals
	Metadata  int // of the calls to cold ones, those that ask for metadata
	Refused   int // of all, with 429
	Renewals  int // of tokens
}

// metadataEndpoints are those that opening a portal asks for.
var metadataEndpoints = []hubspottest.Endpoint{
	hubspottest.Properties, hubspottest.Schemas, hubspottest.Pipelines, hubspottest.Owners, hubspottest.AccountInfo,
}

// report answers with a [crowdObservation].
func (c *crowdPortals) report(w http.ResponseWriter, _ *http.Request) {
	seen := crowdObservation{Renewals: c.app.Refreshes()}
	for i, p := range c.portals {
		calls := p.Calls()
		if i < c.plan.hot {
			seen.Hot += len(calls)
		} else {
			seen.Cold += len(calls)
			for _, endpoint := range metadataEndpoints {
				seen.Metadata += len(calls.Of(endpoint))
			}
		}
		seen.Refused += p.Rejected()
		p.ResetCalls()
	}
	c.app.ResetCalls()
	_ = json.NewEncoder(w).Encode(seen) // the harness waits for it
}

// secretsOf are the environment of a gateway on the app's portals.
func secretsOf(limit string) []string {
	return []string{"GOMEMLIMIT=" + limit, "HUBSPOT_CLIENT_SECRET=" + webhookSecret, "HUBSPOT_SCOPES=" + strings.Join(appScopes, ",")}
}
