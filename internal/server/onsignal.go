package server

import (
	"context"
	"os"
	"sync"

	"github.com/hubgraph/hubgraph/internal/gateway"
)

// onSignal does something at each signal, one after the other, until ctx ends or
// stop is called, which returns when all of it has ended.
func onSignal(ctx context.Context, signals <-chan os.Signal, do func(context.Context, os.Signal)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case sig := <-signals:
				do(ctx, sig)
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
	}
}

// RefreshOn reads the metadata of all open portals anew at each signal, until ctx ends or
// stop is called, which returns when all of it has ended. What comes of it is in
// the log.
func (s *Server) RefreshOn(ctx context.Context, signals <-chan os.Signal) (stop func()) {
	return onSignal(ctx, signals, func(ctx context.Context, sig os.Signal) {
		s.lg.Info("refresh asked for", "by", sig.String())
		s.each(func(g *gateway.Gateway) { _, _ = g.Refresh(ctx) }) // the log says what fails
	})
}

// ReloadFilesOn reads the files of API keys, of trusted documents and of the store's
// keys anew at each signal, as RefreshOn does, and beside it: a refresh may have to wait for HubSpot.
func (s *Server) ReloadFilesOn(ctx context.Context, signals <-chan os.Signal) (stop func()) {
	return onSignal(ctx, signals, func(ctx context.Context, _ os.Signal) {
		s.reloadStoreKeys(ctx)
		s.reloadKeys() //nolint:contextcheck // what it starts outlives ctx
		s.reloadDocuments()
	})
}

// reloadDocuments reads the trusted documents anew. Files with mistakes change
// nothing.
func (s *Server) reloadDocuments() {
	docs := s.process.Documents
	if docs.Trusted() == 0 {
		return
	}
	if err := docs.Reload(); err != nil {
		s.lg.Error("trusted documents not reloaded, those of before stay", "error", err)
		return
	}
	s.lg.Info("trusted documents reloaded", "documents", docs.Trusted())
	s.each((*gateway.Gateway).WarnMisfits)
}

// reloadStoreKeys reads the keys of the store anew. A file with mistakes changes
// nothing.
func (s *Server) reloadStoreKeys(ctx context.Context) {
	if s.opts.ReloadStoreKeys == nil {
		return
	}
	if err := s.opts.ReloadStoreKeys(ctx); err != nil {
		s.lg.Error("keys of the store not reloaded, those of before stay", "error", err)
		return
	}
	s.lg.Info("keys of the store reloaded")
}
