package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
)

// AdminHandler is what the admin listener serves: what is for operators alone.
// Unless it may be reached from other machines it answers, like all that listens
// on loopback, to those alone who call it by this machine's name.
func (s *Server) AdminHandler(remote bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", serveLive)
	mux.HandleFunc("GET /healthz", serveLive)
	mux.HandleFunc("GET /readyz", s.serveReadiness)
	mux.Handle("GET /metrics", s.process.Metrics.Handler())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	if refresh := http.HandlerFunc(s.serveRefresh); remote {
		mux.Handle("/admin/refresh", noPage(refresh))
		return headers(mux)
	}
	mux.Handle("/admin/refresh", onlyOperator(http.HandlerFunc(s.serveRefresh)))
	return headers(onlyLocal(mux))
}

// ListenAdmin opens the admin listener; nil if none is configured. The
// configuration looked at the name of the address, this looks at what it is.
func ListenAdmin(ctx context.Context, cfg config.Observe) (net.Listener, error) {
	if cfg.AdminAddr == "" {
		return nil, nil
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.AdminAddr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another with --admin-addr", cfg.AdminAddr, err)
	}
	if !cfg.AdminAllowRemote && !IsLoopback(ln.Addr().String()) {
		_ = ln.Close() // nobody was served
		return nil, fmt.Errorf("--admin-addr %s is reached from other machines; if that is meant, say so with --admin-allow-remote", cfg.AdminAddr)
	}
	return ln, nil
}

// ServeAdmin serves operators on ln, which may be nil, until stop is called: they
// see the requests under way end.
func (s *Server) ServeAdmin(ln net.Listener, remote bool) (stop func()) {
	if ln == nil {
		return func() {}
	}
	srv := &http.Server{
		Handler:           s.AdminHandler(remote),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.lg.Handler(), slog.LevelDebug),
		// No WriteTimeout: a profile takes as long as it is asked to.
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(ln); err != http.ErrServerClosed {
			s.lg.Error("admin listener failed", "error", err)
		}
	}()
	s.lg.Info("serving operators", "url", "http://"+ln.Addr().String()+"/")
	return func() {
		_ = srv.Close() // nothing there has to be waited for
		<-done
	}
}
