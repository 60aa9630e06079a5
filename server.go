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
	"github.com/hubgraph/hubgraph/internal/server"
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
	refresh, files := hangups(), hangups()
	defer signal.Stop(refresh)
	defer signal.Stop(files)
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
	defer s.ReloadFilesOn(ctx, files)()
	return s.Serve(ctx, ln, cfg.DrainDelay.Of(local))
}

// hangups tells of SIGHUP. One more while the last is being dealt with is enough.
func hangups() chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals
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
