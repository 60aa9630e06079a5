// Hubgraph is a GraphQL gateway that turns a HubSpot account into one typed
// graph.
//
// Usage:
//
//	hubgraph --demo
//	HUBSPOT_ACCESS_TOKEN=… hubgraph
//	hubgraph check | schema print | schema diff FROM [TO] | query QUERY
//
// hubgraph --help lists the commands, flags and variables.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
	_ "time/tzdata" // HubSpot's day ends at midnight in the portal's zone, and a bare image knows no zones

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/hubgraph/hubgraph/internal/auth"
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

func main() {
	compute.Reserve()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the draining, and the process
	err := thisProgram().run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hubgraph:", err)
		os.Exit(1)
	}
}

// serveCommand serves until ctx ends, then lets the requests under way finish.
func serveCommand(ctx context.Context, cfg config.Config, stderr io.Writer) error {
	if cfg.Healthcheck {
		return healthcheck(ctx, cfg.Addr)
	}
	defer raiseHeap()()
	lg := newLogger(cfg, stderr)
	limitMemory(lg, memlimit.FromCgroup)
	// The port comes first: a start that is doomed should not cost HubSpot calls.
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another with --addr", cfg.Addr, err)
	}
	defer func() { _ = ln.Close() }() // closed by the server already if it came to serve
	if err := checkExposed(cfg.Auth, ln.Addr()); err != nil {
		return err
	}
	admin, err := server.ListenAdmin(ctx, cfg.Observe)
	if err != nil {
		return err
	}
	if admin != nil {
		defer func() { _ = admin.Close() }() // by the server already, if it came to serve
	}
	// Heard from the first: unheard, the signal would end a start under way.
	refresh, keys := hangups(), hangups()
	defer signal.Stop(refresh)
	defer signal.Stop(keys)
	s, err := openServer(ctx, lg, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	local := server.IsLoopback(ln.Addr().String())
	if !local && admin == nil {
		lg.Info("metrics are served nowhere: set --admin-addr (HUBGRAPH_ADMIN_ADDR)")
	}
	defer s.ServeAdmin(admin, cfg.Observe.AdminAllowRemote)()
	defer s.RefreshOn(ctx, refresh)()
	defer s.ReloadKeysOn(ctx, keys)()
	return s.Serve(ctx, ln, cfg.DrainDelay.Of(local))
}

// hangups tells of SIGHUP. One more while the last is being dealt with is enough.
func hangups() chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals
}

// openServer connects to the configured portal, or to the demo portal.
func openServer(ctx context.Context, lg *slog.Logger, cfg config.Config) (_ *server.Server, err error) {
	var open closers
	defer func() {
		if err != nil {
			open.Close()
		}
	}()
	docs, err := documents.Open(lg, documents.Options{
		Files: cfg.Documents.Files, Mode: documents.Mode(cfg.Documents.Mode), CacheBytes: cfg.Documents.CacheBytes,
	})
	if err != nil {
		return nil, err
	}
	who, err := openAuth(ctx, lg, cfg.Auth)
	if err != nil {
		return nil, err
	}
	open.add(who.Close)
	token, baseURL := cfg.Token.Reveal(), cfg.HubSpotURL
	if cfg.Demo {
		demo := hubspottest.Demo(hubspottest.Options{})
		url, stop, err := demo.Start() //nolint:contextcheck // it outlives ctx: requests drain on it
		if err != nil {
			return nil, err
		}
		open.add(stop)
		token, baseURL = demo.Token(), url
	}
	process := &gateway.Process{Log: lg, Metrics: metrics.New(), Compute: compute.NewGate(), Documents: docs}
	if who != nil {
		process.Rights = who.Rights
	}
	if cfg.Observe.OTLPEndpoint != "" {
		if process.Tracing, err = tracing.New(ctx, lg, cfg.Observe.OTLPEndpoint); err != nil {
			return nil, err
		}
		open.add(process.Tracing.Close) // the last spans are exported after ctx has ended
	}
	g, err := gateway.Open(ctx, process, portalOptions(cfg, token, baseURL))
	if err != nil {
		return nil, startError(err)
	}
	o := serverOptions(cfg, process, who, open.Close)
	o.Portal = g
	return server.New(process, o), nil
}

// portalOptions say how the portal that is configured is read and served.
func portalOptions(cfg config.Config, token, baseURL string) gateway.Options {
	var snapshots portal.Snapshots
	if cfg.Snapshot != "" {
		snapshots = portal.SnapshotFile(cfg.Snapshot)
	}
	return gateway.Options{
		HubSpot: hubspot.Options{
			BaseURL:    baseURL,
			APIVersion: hubspot.APIVersion(cfg.HubSpotAPIVersion),
			Token:      hubspot.StaticToken(token),
			Limiter: hubspot.NewLimiter(hubspot.Limits{
				Burst:        cfg.BurstLimit,
				Associations: cfg.AssociationLimit,
				Search:       cfg.SearchLimit,
			}),
		},
		Portal: portal.Options{
			Objects:        cfg.Objects,
			ExcludeObjects: cfg.ExcludeObjects,
			Sensitive:      cfg.Sensitive,
			TTL:            cfg.SchemaTTL,
			Snapshots:      snapshots,
		},
		Timeout:          cfg.Timeout,
		MaxCalls:         cfg.MaxCalls,
		Limits:           cfg.Limits,
		Rules:            graphqlhttp.Rules(cfg.HTTP.Status),
		RecordTTL:        cfg.RecordTTL,
		RecordCacheBytes: cfg.RecordCacheBytes,
		StaleFor:         cfg.Faults.Stale(cfg.RecordTTL),
		NoSharing:        cfg.NoSharing,
	}
}

// serverOptions say how requests are taken.
func serverOptions(cfg config.Config, process *gateway.Process, who *auth.Authenticator, stop func()) server.Options {
	o := server.Options{
		HTTP:           cfg.HTTP,
		Timeout:        cfg.Timeout,
		TimeMode:       cfg.Limits.Time,
		Door:           server.DoorLimits(cfg.Faults, process.Compute),
		Auth:           who,
		AdminElsewhere: cfg.Observe.AdminAddr != "",
		ClientSecret:   cfg.ClientSecret,
		PublicURL:      cfg.PublicURL,
		Stop:           stop,
	}
	if cfg.Auth.KeysFile != "" {
		o.Keys = func() (*auth.Document, error) { return readKeys(cfg.Auth) }
	}
	return o
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

// startError says what to do about a portal that cannot be opened.
func startError(err error) error {
	if errors.Is(err, hubspot.ErrUnauthenticated) {
		return errors.New("HubSpot does not accept the access token in HUBSPOT_ACCESS_TOKEN; copy it again from the private app or service key in HubSpot's settings, or try hubgraph --demo")
	}
	if errors.Is(err, hubspot.ErrUnavailable) || errors.Is(err, hubspot.ErrTimeout) {
		return fmt.Errorf("HubSpot cannot be read: %w; try again, or start with the --snapshot of an earlier run", err)
	}
	return err
}

// healthcheck asks the server at addr whether it is up.
func healthcheck(ctx context.Context, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // nothing was written
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", res.Status)
	}
	return nil
}

func newLogger(cfg config.Config, w io.Writer) *slog.Logger {
	opts := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(w, opts))
	}
	return slog.New(slog.NewJSONHandler(w, opts))
}
