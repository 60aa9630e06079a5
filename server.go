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
	"syscall"
	"time"
	_ "time/tzdata" // HubSpot's day ends at midnight in the portal's zone, and a bare image knows no zones

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/portal"
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

// drainTimeout is how long requests under way may take to end once the process
// is asked to stop, beyond what a request may take anyway.
const drainTimeout = 5 * time.Second

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
	admin, err := listenAdmin(ctx, cfg.Observe)
	if err != nil {
		return err
	}
	defer closeListener(admin)
	// Heard from the first: unheard, the signal would end a start under way.
	refresh := make(chan os.Signal, 1) // one more while a refresh is under way is enough
	signal.Notify(refresh, syscall.SIGHUP)
	defer signal.Stop(refresh)
	g, err := openGateway(ctx, lg, cfg)
	if err != nil {
		return err
	}
	defer g.Close()
	handler := g.Handler()
	if isLoopback(ln.Addr().String()) {
		handler = g.LocalHandler()
	} else if admin == nil {
		lg.Info("metrics are served nowhere: set --admin-addr (HUBGRAPH_ADMIN_ADDR)")
	}
	defer g.serveAdmin(admin, cfg.Observe.AdminAllowRemote)()
	defer g.obs.drainsWith(ctx)()
	defer g.refreshOn(ctx, refresh)()
	defer g.reloadAuth(ctx, cfg.Auth)()
	later, stop := g.leaveOn(ctx, cfg.DrainDelay.Of(isLoopback(ln.Addr().String())))
	defer stop()
	return serve(later, lg, ln, g.farewell(handler), requestTime(cfg.Timeout, cfg.Limits.Time))
}

// serve answers HTTP on ln until ctx ends, then drains.
func serve(ctx context.Context, lg *slog.Logger, ln net.Listener, h http.Handler, timeout time.Duration) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      timeout + 10*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(lg.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	lg.Info("serving", "url", "http://"+ln.Addr().String()+"/")
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	lg.Info("draining")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout+drainTimeout)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return fmt.Errorf("drain: %w", errors.Join(err, srv.Close()))
	}
	lg.Info("stopped")
	return nil
}

// openGateway connects to the configured portal, or to the demo portal.
func openGateway(ctx context.Context, lg *slog.Logger, cfg config.Config) (*gateway, error) {
	docs, err := openDocuments(lg, cfg.Documents)
	if err != nil {
		return nil, err
	}
	token, baseURL := cfg.Token.Reveal(), cfg.HubSpotURL
	who, err := openAuth(ctx, lg, cfg.Auth)
	if err != nil {
		return nil, err
	}
	stop := who.Close
	if cfg.Demo {
		demo := hubspottest.Demo(hubspottest.Options{})
		url, stopDemo, err := demo.Start() //nolint:contextcheck // it outlives ctx: requests drain on it
		if err != nil {
			who.Close()
			return nil, err
		}
		token, baseURL, stop = demo.Token(), url, func() { stopDemo(); who.Close() }
	}
	obs, err := newObserver(ctx, lg, cfg.Observe)
	if err != nil {
		stop()
		return nil, err
	}
	stopPortal := stop
	stop = func() { stopPortal(); obs.Close() } //nolint:contextcheck // the last spans are exported after ctx has ended
	gate := compute.NewGate()
	client, err := hubspot.NewClient(lg, hubspot.Options{
		BaseURL:    baseURL,
		APIVersion: hubspot.APIVersion(cfg.HubSpotAPIVersion),
		Token:      hubspot.StaticToken(token),
		Limiter: hubspot.NewLimiter(hubspot.Limits{
			Burst:        cfg.BurstLimit,
			Associations: cfg.AssociationLimit,
			Search:       cfg.SearchLimit,
		}),
		Compute: gate,
		Observe: obs.call,
	})
	if err != nil {
		stop()
		return nil, err
	}
	p, err := portal.Open(ctx, lg, client, portal.Options{
		Objects:        cfg.Objects,
		ExcludeObjects: cfg.ExcludeObjects,
		Sensitive:      cfg.Sensitive,
		TTL:            cfg.SchemaTTL,
		Snapshot:       cfg.Snapshot,
	})
	if err != nil {
		client.Close()
		stop()
		return nil, startError(err)
	}
	return newGateway(lg, client, p, obs, gatewayOptions{
		timeout:  cfg.Timeout,
		maxCalls: cfg.MaxCalls,
		limits:   cfg.Limits,

		recordTTL:        cfg.RecordTTL,
		recordCacheBytes: cfg.RecordCacheBytes,
		noSharing:        cfg.NoSharing,

		http:      cfg.HTTP,
		documents: docs,

		compute: gate,

		door:     doorLimits(cfg.Faults, gate),
		staleFor: cfg.Faults.Stale(cfg.RecordTTL),

		adminElsewhere: cfg.Observe.AdminAddr != "",

		auth: who,
		stop: stop,

		clientSecret: cfg.ClientSecret,
		publicURL:    cfg.PublicURL,
	})
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
