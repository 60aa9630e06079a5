package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// DrainTimeout is how long requests under way may take to end once the process
// is asked to stop, beyond what a request may take anyway.
const DrainTimeout = 5 * time.Second

// Serve answers HTTP on ln until ctx ends, then lets what is under way end. A
// request may take timeout.
func Serve(ctx context.Context, lg *slog.Logger, ln net.Listener, h http.Handler, timeout time.Duration) error {
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
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout+DrainTimeout)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return fmt.Errorf("drain: %w", errors.Join(err, srv.Close()))
	}
	lg.Info("stopped")
	return nil
}
