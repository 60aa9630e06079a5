package main

import (
	"context"
	"log/slog"
	"slices"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/cluster"
	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/metrics"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/server"
	"github.com/hubgraph/hubgraph/internal/tracing"
)

// An opening is a server on its way: what it needs is opened one after the other,
// and closed again if something fails.
type opening struct {
	lg      *slog.Logger
	cfg     config.Config
	process *gateway.Process
	who     *auth.Authenticator // nil if nobody is asked
	cluster *cluster.Cluster    // nil if there are no other replicas
	served  *server.Server      // once all is open
	closers
}

// openServer opens the portals that are configured: the one of the access token,
// or of the demo, and those of the store.
func openServer(ctx context.Context, lg *slog.Logger, cfg config.Config) (*server.Server, error) {
	o := &opening{lg: lg, cfg: cfg}
	s, err := o.server(ctx)
	if err != nil {
		o.Close()
		return nil, err
	}
	return s, nil
}

func (o *opening) server(ctx context.Context) (*server.Server, error) {
	if err := o.openProcess(ctx); err != nil {
		return nil, err
	}
	options := o.serverOptions()
	if err := o.openCluster(&options); err != nil {
		return nil, err
	}
	if err := o.openPortal(ctx, &options); err != nil {
		return nil, err
	}
	if o.cfg.Portals.Many() {
		if err := o.openPortals(ctx, &options); err != nil {
			return nil, err
		}
	}
	s := server.New(o.process, options)
	o.served = s
	if o.cluster != nil {
		o.cluster.Listen(s)
	}
	return s, nil
}

// openProcess opens what all portals share.
func (o *opening) openProcess(ctx context.Context) (err error) {
	cfg := o.cfg
	o.process = &gateway.Process{Log: o.lg, Metrics: metrics.New(), Compute: compute.NewGate()}
	o.process.Documents, err = documents.Open(o.lg, documents.Options{
		Files: cfg.Documents.Files, Mode: documents.Mode(cfg.Documents.Mode), CacheBytes: cfg.Documents.CacheBytes,
	})
	if err != nil {
		return err
	}
	if o.who, err = openAuth(ctx, o.lg, cfg.Auth); err != nil {
		return err
	}
	if o.who != nil {
		o.add(o.who.Close)
		o.process.Rights = o.who.Rights
	}
	if cfg.Observe.OTLPEndpoint == "" {
		return nil
	}
	if o.process.Tracing, err = tracing.New(ctx, o.lg, cfg.Observe.OTLPEndpoint); err != nil {
		return err
	}
	o.add(o.process.Tracing.Close) // the last spans are exported after ctx has ended
	return nil
}

// openPortal opens the portal at /graphql, if there is one.
func (o *opening) openPortal(ctx context.Context, to *server.Options) error {
	options := o.portalOptions()
	token := o.cfg.Token.Reveal()
	if o.cfg.Demo {
		demo := hubspottest.Demo(hubspottest.Options{})
		url, stop, err := demo.Start() //nolint:contextcheck // it outlives ctx: requests drain on it
		if err != nil {
			return err
		}
		o.add(stop)
		token, options.HubSpot.BaseURL = demo.Token(), url
	}
	if token == "" {
		return nil
	}
	limiter, err := o.newLimiter("token:" + fingerprint(token))
	if err != nil {
		return err
	}
	options.HubSpot.Token, options.HubSpot.Limiter = hubspot.StaticToken(token), limiter
	if o.cfg.Snapshot != "" {
		options.Portal.Snapshots = portal.SnapshotFile(o.cfg.Snapshot)
	}
	g, err := gateway.Open(ctx, o.process, options)
	if err != nil {
		return startError(err)
	}
	o.add(g.Close)
	to.Portal = g
	return nil
}

// portalOptions say how any portal is read and served; whose it is has to be added.
func (o *opening) portalOptions() gateway.Options {
	cfg := o.cfg
	return gateway.Options{
		HubSpot: hubspot.Options{BaseURL: cfg.HubSpotURL, APIVersion: hubspot.APIVersion(cfg.HubSpotAPIVersion)},
		Portal: portal.Options{
			Objects:        cfg.Objects,
			ExcludeObjects: cfg.ExcludeObjects,
			Sensitive:      cfg.Sensitive,
			TTL:            cfg.SchemaTTL,
		},
		Timeout:          cfg.Timeout,
		MaxCalls:         cfg.MaxCalls,
		Limits:           cfg.Limits,
		Rules:            graphqlhttp.Rules(cfg.HTTP.Status),
		ExportRows:       cfg.HTTP.ExportRows,
		RecordTTL:        cfg.RecordTTL,
		RecordCacheBytes: cfg.RecordCacheBytes,
		StaleFor:         cfg.Faults.Stale(cfg.RecordTTL),
		NoSharing:        cfg.NoSharing,
	}
}

// serverOptions say how requests are taken; the portals have to be added.
func (o *opening) serverOptions() server.Options {
	cfg := o.cfg
	options := server.Options{
		HTTP:           cfg.HTTP,
		Timeout:        cfg.Timeout,
		TimeMode:       cfg.Limits.Time,
		Body:           cfg.Limits.Body,
		Door:           server.DoorLimits(cfg.Faults, o.process.Compute),
		Auth:           o.who,
		AdminElsewhere: cfg.Observe.AdminAddr != "",
		ClientSecret:   cfg.ClientSecret,
		PublicURL:      cfg.PublicURL,
		Default:        cfg.Portals.Default,
		Stop:           o.Close,
	}
	if cfg.Auth.KeysFile != "" {
		options.Keys = func() (*auth.Document, error) { return readKeys(cfg.Auth) }
	}
	return options
}

// closers end what was opened, last first.
type closers []func()

func (c *closers) add(end func()) { *c = append(*c, end) }

// Close ends all of it.
func (c *closers) Close() {
	for _, end := range slices.Backward(*c) {
		end()
	}
	*c = nil
}
