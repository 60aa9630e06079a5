package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/hubgraph/hubgraph/internal/cluster"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/oauth"
	"github.com/hubgraph/hubgraph/internal/store"
)

// checkStore opens the store of portals, if there is one, and looks whether all of
// it can be read.
func (r *report) checkStore(ctx context.Context, cfg config.Config) {
	if !cfg.Portals.Many() {
		return
	}
	db, _, err := openStore(ctx, cfg.Portals)
	if err != nil {
		r.mistake("store: %v", err)
		return
	}
	defer func() { _ = db.Close() }() // it was only read
	uses, err := db.KeyUse(ctx)
	if err != nil {
		r.mistake("store: %v", err)
		return
	}
	for _, use := range uses {
		if !use.Known {
			r.mistake("store: %d connections and %d snapshots are encrypted with key %d, which --store-keys (HUBGRAPH_STORE_KEYS_FILE) lacks; add that key to the file again, or connect those portals again", use.Connections, use.Snapshots, use.KeyID)
		}
	}
	active, ended, err := countPortals(ctx, db)
	if err != nil {
		r.mistake("store: %v", err)
		return
	}
	r.ok("store: connected portals: %d; lost or disconnected: %d", active, ended)
	if !cfg.Portals.Connects() {
		r.note("OAuth: no portal can be connected in a browser; set --client-id (HUBSPOT_CLIENT_ID), or add portals with: hubgraph portals add")
		return
	}
	r.ok("OAuth: portals are connected at %s%s; the app's settings in HubSpot need the redirect URL %[1]s%s", cfg.PublicURL, oauth.PortalsPath, oauth.CallbackPath)
}

// countPortals counts those that are connected and those that are no more.
func countPortals(ctx context.Context, db *store.Store) (active, ended int, err error) {
	for after := ""; ; {
		page, err := db.List(ctx, after, store.MaxPage)
		if err != nil {
			return 0, 0, err
		}
		for _, c := range page {
			if c.State == store.Active {
				active++
			} else {
				ended++
			}
		}
		if len(page) < store.MaxPage {
			return active, ended, nil
		}
		after = page[len(page)-1].PortalID
	}
}

// checkRedis asks Redis for a lock, as replicas do.
func (r *report) checkRedis(ctx context.Context, cfg config.Cluster) {
	if !cfg.Shared() {
		return
	}
	c, err := cluster.New(slog.New(slog.DiscardHandler), cluster.Options{URL: cluster.Address(cfg.Redis.Reveal()), Replicas: cfg.Replicas})
	if err != nil {
		r.mistake("Redis: HUBGRAPH_REDIS_URL: %v", err)
		return
	}
	defer func() { _ = c.Close() }() // nothing was shared
	unlock, _, err := c.Lock(ctx, "check", time.Second)
	if err != nil {
		r.mistake("Redis: %v; start it, let this machine reach it, or correct HUBGRAPH_REDIS_URL. Until then each replica uses a %dth of HubSpot's allowance", err, cfg.Replicas)
		return
	}
	unlock()
	r.ok("Redis: it answers; %d replicas share HubSpot's allowance", cfg.Replicas)
}
