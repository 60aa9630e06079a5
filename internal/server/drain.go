package server

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// leaveOn returns a context that ends some delay after ctx does. In between
// /readyz says that the gateway is about to end (see [Server.drainsWith]), and
// requests are taken all the same: whoever sends them, such as a load balancer,
// has to learn of it first.
func (s *Server) leaveOn(ctx context.Context, delay time.Duration) (later context.Context, stop func()) {
	later, cancel := context.WithCancel(context.WithoutCancel(ctx))
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer cancel()
		select {
		case <-ctx.Done():
		case <-quit:
			return
		}
		if delay == 0 {
			return
		}
		s.lg.Info("leaving", "delay_ms", delay.Milliseconds())
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-quit:
		}
	})
	var once sync.Once
	return later, func() {
		once.Do(func() { close(quit) })
		wg.Wait()
	}
}

// farewell closes each connection with the next answer once the gateway leaves:
// a client that kept one would write into it while it is being closed.
func (s *Server) farewell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// drainsWith says from the end of ctx on that the process is about to end. stop
// ends that.
func (s *Server) drainsWith(ctx context.Context) (stop func()) {
	cancel := context.AfterFunc(ctx, func() { s.draining.Store(true) })
	return func() { cancel() }
}
