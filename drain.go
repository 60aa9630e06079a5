package main

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// leaveOn returns a context that ends some delay after ctx does. In between
// /readyz says that the gateway is about to end (see [observer.drainsWith]), and
// requests are taken all the same: whoever sends them, such as a load balancer,
// has to learn of it first.
func (g *gateway) leaveOn(ctx context.Context, delay time.Duration) (later context.Context, stop func()) {
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
		g.lg.Info("leaving", "delay_ms", delay.Milliseconds())
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
func (g *gateway) farewell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.obs.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
