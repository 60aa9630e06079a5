package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubgraph/hubgraph/internal/admit"
	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// A gateway serves one portal over HTTP.
type gateway struct {
	lg      *slog.Logger
	client  *hubspot.Client
	shared  *loaders.Shared // whose calls requests share
	reads   loaders.Hub     // the client as requests read it: shared, or what is beneath
	portal  *portal.Portal
	labels  *portal.Labels
	records *recordcache.Cache // nil if records are not kept
	obs     *observer
	hooks   *webhooks // nil if there are none
	door    *admit.Door
	opts    gatewayOptions

	// current is swapped as a whole when the portal's metadata changes:
	// requests under way finish on the version they began with.
	current atomic.Pointer[version]
	unbuilt atomic.Bool // the portal's newest metadata makes no schema
	typeIDs atomic.Pointer[map[string]string]
	close   sync.Once
	unwatch func()
}

// A hub is HubSpot, with the labels of associations kept.
type hub struct {
	*hubspot.Client

	labels *portal.Labels
}

// AssociationLabels is the kept labels'.
func (h hub) AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error) {
	return h.labels.AssociationLabels(ctx, from, to)
}

// A resolverAPI is what resolvers ask HubSpot themselves.
type resolverAPI struct {
	loaders.Hub

	client *hubspot.Client
}

// RateLimit is the client's.
func (r resolverAPI) RateLimit() hubspot.RateLimit { return r.client.RateLimit() }

type gatewayOptions struct {
	timeout  time.Duration // of one request
	maxCalls int           // HubSpot calls of one request
	limits   config.Limits // all other bounds on one request

	recordTTL        time.Duration // 0: records are not kept
	recordCacheBytes int64

	noSharing bool // of calls between requests

	http      config.HTTP
	documents *documents.Store // outlives versions of the graph

	compute *compute.Gate // that all of the process goes through

	door     admit.Limits
	staleFor time.Duration // how old kept records may be while HubSpot is unavailable

	adminElsewhere bool // what is for operators alone has a listener of its own

	auth *auth.Authenticator // finds out who asks; nil if nobody is asked

	stop func() // ends what the portal runs on, last of all

	clientSecret config.Secret // signs webhooks
	publicURL    string        // where webhooks come to
}

// A version is one version of the portal's graph, with a handler of its own:
// gqlgen keeps parsed documents by their text alone, so that no handler may
// ever see two schemas.
type version struct {
	*view // of those who may see all

	metadata *portal.Metadata
	views    views // of the others
}

func newGateway(lg *slog.Logger, client *hubspot.Client, p *portal.Portal, obs *observer, opts gatewayOptions) (*gateway, error) {
	labels, err := portal.NewLabels(p, client)
	if err != nil {
		p.Close()
		client.Close()
		opts.stop()
		return nil, err
	}
	g := &gateway{lg: lg, client: client, portal: p, labels: labels, obs: obs, opts: opts, door: admit.NewDoor(opts.door), unwatch: func() {}}
	read, err := g.openHub()
	if err != nil {
		g.Close()
		return nil, err
	}
	g.shared = loaders.NewShared(read, obs.portal.Calls.Joined)
	g.reads = g.shared
	if opts.noSharing {
		g.reads = read
	}
	g.reads = g.openFallback(g.reads)
	g.hooks = newWebhooks(lg, obs.metrics.Webhooks, opts.clientSecret, opts.publicURL, g.portalID, g.records, g.shared)
	obs.watch(g)
	g.unwatch = p.OnChange(g.change)
	if g.current.Load() == nil {
		g.Close()
		return nil, fmt.Errorf("the portal's metadata does not make a GraphQL schema; the log says why")
	}
	return g, nil
}

// change builds the graph anew from changed metadata. Metadata that makes no
// schema is a bug of ours: the last good version is served on.
func (g *gateway) change(meta *portal.Metadata) {
	start := time.Now()
	all, err := g.newView(meta, auth.Rights{})
	g.unbuilt.Store(err != nil)
	if err != nil {
		g.lg.Error("schema not built", "portal_id", meta.Account.PortalID, "error", err)
		return
	}
	ids := typeIDs(meta)
	g.typeIDs.Store(&ids)
	s := all.schema
	old := g.current.Swap(&version{view: all, metadata: meta})
	g.lg.Info("schema built",
		"portal_id", meta.Account.PortalID, "version", s.Version(),
		"types", len(meta.Types), "duration_ms", time.Since(start).Milliseconds())
	g.warnUnknown(meta)
	if old != nil {
		g.logChanges(old.schema, s)
	}
}

// portalID is the Hub ID of the portal that is served now.
func (g *gateway) portalID() string { return g.portal.Metadata().Account.PortalID }

// Close ends the gateway's background work. Close may be called again.
func (g *gateway) Close() {
	g.close.Do(func() {
		g.unwatch()
		g.labels.Close()
		g.records.Close()
		g.portal.Close()
		g.client.Close()
		g.opts.stop()
	})
}

// serveGraphQL runs one request on the current version, under the request's
// deadline and with an account of its HubSpot calls.
func (g *gateway) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), requestTime(g.opts.timeout, g.opts.limits.Time))
	defer cancel()
	ctx, end := g.obs.tracing.Request(ctx, r)
	defer end()
	over := new(limit.Log)
	ctx = limit.WithLog(ctx, over)
	defer g.observeLimits(over)
	ctx = hubspot.WithTrace(ctx, hubspot.NewTrace(time.Now()))
	if demandsFresh(r) {
		ctx = loaders.WithFresh(ctx)
	}
	if v := g.view(w, r); v != nil {
		v.handler.ServeHTTP(w, r.WithContext(ctx))
	}
}
