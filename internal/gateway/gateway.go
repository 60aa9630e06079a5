// Package gateway answers GraphQL requests of one portal: it keeps the portal's
// live graph, runs operations on it, and says what they cost. It has no address,
// knows nobody who asks but by their rights, and shares with other portals of
// the process what a [Process] holds.
package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/metrics"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/tracing"
)

// A Process is what the portals of a process share.
type Process struct {
	Log       *slog.Logger
	Metrics   *metrics.Metrics
	Tracing   *tracing.Tracing // nil if traces go nowhere
	Compute   *compute.Gate    // that all computing goes through
	Documents *documents.Store // outlives versions of the graph
	// Rights are those of everybody who may ask, by who they are; nil if nobody is
	// asked. A name in them that a portal does not have is worth a warning.
	Rights func() map[string]auth.Rights
}

// Options say how one portal is read and served.
type Options struct {
	HubSpot hubspot.Options // Compute and Observe are the gateway's to set
	Portal  portal.Options

	Timeout  time.Duration     // of one request
	MaxCalls int               // HubSpot calls of one request
	Limits   config.Limits     // all other bounds on one request
	Rules    graphqlhttp.Rules // by which answers have their status

	ExportRows int // rows of one export; 0 for the default; less than 0: there are none

	RecordTTL        time.Duration // 0: records are not kept
	RecordCacheBytes int64
	StaleFor         time.Duration // how old kept records may be while HubSpot is unavailable
	NoSharing        bool          // of calls between requests
}

// A Gateway serves one portal's graph.
type Gateway struct {
	process *Process
	lg      *slog.Logger
	client  *hubspot.Client
	shared  *loaders.Shared // whose calls requests share
	reads   loaders.Hub     // the client as requests read it: shared, or what is beneath
	portal  *portal.Portal
	labels  *portal.Labels
	records *recordcache.Cache // nil if records are not kept
	obs     *observer
	opts    Options

	// current is swapped as a whole when the portal's metadata changes:
	// requests under way finish on the version they began with.
	current atomic.Pointer[version]
	unbuilt atomic.Bool // the portal's newest metadata makes no schema
	typeIDs atomic.Pointer[map[string]string]
	close   sync.Once
	unwatch func()

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup // of what runs beside requests
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

// A version is one version of the portal's graph, with a handler of its own:
// gqlgen keeps parsed documents by their text alone, so that no handler may
// ever see two schemas.
type version struct {
	*view // of those who may see all

	metadata *portal.Metadata
	views    views // of the others
}

// Open reads the portal's metadata, from its snapshot or from HubSpot, and builds
// its graph. The caller must close the gateway. Errors are those of
// [portal.Open].
func Open(ctx context.Context, process *Process, opts Options) (*Gateway, error) {
	obs := newObserver(process)
	hubspotOptions := opts.HubSpot
	hubspotOptions.Compute, hubspotOptions.Observe = process.Compute, obs.call
	client, err := hubspot.NewClient(process.Log, hubspotOptions)
	if err != nil {
		return nil, err
	}
	obs.client = client
	p, err := portal.Open(ctx, process.Log, client, opts.Portal)
	if err != nil {
		client.Close()
		return nil, err
	}
	labels := portal.NewLabels(p, client)
	g := &Gateway{process: process, lg: process.Log, client: client, portal: p, labels: labels, obs: obs, opts: opts, unwatch: func() {}}
	g.ctx, g.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := g.open(); err != nil {
		g.Close()
		return nil, err
	}
	return g, nil
}

// open builds what stands on the client and the metadata.
func (g *Gateway) open() error {
	read, err := g.openHub()
	if err != nil {
		return err
	}
	g.shared = loaders.NewShared(read, g.obs.portal.Calls.Joined)
	g.reads = g.shared
	if g.opts.NoSharing {
		g.reads = read
	}
	g.reads = g.openFallback(g.reads)
	g.obs.watch(g)
	g.unwatch = g.portal.OnChange(g.change)
	if g.current.Load() == nil {
		return fmt.Errorf("the portal's metadata does not make a GraphQL schema; the log says why")
	}
	return nil
}

// change builds the graph anew from changed metadata. Metadata that makes no
// schema is a bug of ours: the last good version is served on.
func (g *Gateway) change(meta *portal.Metadata) {
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
	g.wg.Go(g.WarnMisfits) // which may take a while
}

// PortalID is the Hub ID of the portal that is served now.
func (g *Gateway) PortalID() string { return g.portal.Metadata().Account.PortalID }

// Metadata is what the graph of now is made from. It must not be changed.
func (g *Gateway) Metadata() *portal.Metadata { return g.current.Load().metadata }

// Schema is the graph of now, as those see it who may see all.
func (g *Gateway) Schema() *schema.Schema { return g.current.Load().schema }

// RateLimit is what is left of HubSpot's allowances.
func (g *Gateway) RateLimit() hubspot.RateLimit { return g.client.RateLimit() }

// Records are those that are kept; nil if none are.
func (g *Gateway) Records() *recordcache.Cache { return g.records }

// Close ends the gateway's background work. Close may be called again.
func (g *Gateway) Close() {
	g.close.Do(func() {
		g.obs.portal.Withdraw()
		g.unwatch()
		g.cancel()
		g.wg.Wait()
		g.labels.Close()
		g.records.Close()
		g.portal.Close()
		g.client.Close()
	})
}

// Apply forgets what is kept of records that changed in HubSpot. When it
// returns, nothing is answered any more that was asked of HubSpot before. It
// waits for nobody.
func (g *Gateway) Apply(events []hubspot.WebhookEvent) {
	g.records.Apply(events)
	g.shared.Apply(events)
}

// Forget is Apply for changes of which nothing is known: they may be of any record.
func (g *Gateway) Forget() {
	g.Apply([]hubspot.WebhookEvent{{PortalID: g.PortalID(), Kind: hubspot.WebhookPropertyChange}})
}

// ServeGraphQL runs one request on the current version, under the request's
// deadline and with an account of its HubSpot calls. Of an export each page has
// those, and all have the same version.
func (g *Gateway) ServeGraphQL(w http.ResponseWriter, r *http.Request) {
	if graphqlhttp.IsExport(r) {
		g.serveExport(w, r)
		return
	}
	ctx, end := g.begin(r.Context(), r)
	defer end()
	if v := g.view(w, r); v != nil {
		v.handler.ServeHTTP(w, r.WithContext(ctx))
	}
}

// begin returns the context of one request, or of a page of r.
func (g *Gateway) begin(ctx context.Context, r *http.Request) (_ context.Context, end func()) {
	ctx, cancel := context.WithTimeout(ctx, RequestTime(g.opts.Timeout, g.opts.Limits.Time))
	ctx, ended := g.process.Tracing.Request(ctx, r)
	over := new(limit.Log)
	ctx = limit.WithLog(ctx, over)
	ctx = hubspot.WithTrace(ctx, hubspot.NewTrace(time.Now()))
	if demandsFresh(r) {
		ctx = loaders.WithFresh(ctx)
	}
	return ctx, func() {
		g.observeLimits(over)
		ended()
		cancel()
	}
}
