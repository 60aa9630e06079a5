package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"os"
	"runtime/debug"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/connect"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/oauth"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/portals"
	"github.com/hubgraph/hubgraph/internal/seal"
	"github.com/hubgraph/hubgraph/internal/server"
	"github.com/hubgraph/hubgraph/internal/store"
)

// openPortals opens the store of portals, and what they are opened with.
func (o *opening) openPortals(ctx context.Context, to *server.Options) error {
	db, _, err := openStore(ctx, o.cfg.Portals)
	if err != nil {
		return err
	}
	o.add(func() { _ = db.Close() }) // nothing is written any more
	to.PingStore = db.Ping
	if o.cfg.Portals.KeysFile != "" {
		to.ReloadStoreKeys = func(ctx context.Context) error {
			keys, err := readStoreKeys(o.cfg.Portals)
			if err != nil {
				return err
			}
			return db.UseKeys(ctx, keys)
		}
	}
	options, err := o.sharedOptions()
	if err != nil {
		return err
	}
	opener := &connect.Opener{
		Process: o.process, Store: db, Options: options,
		Limiter: o.newLimiter,
	}
	if o.cfg.Portals.Connects() {
		if err := o.openOAuth(opener, to); err != nil {
			return err
		}
	}
	to.Portals = portals.New(o.lg, portals.Options[*gateway.Gateway]{
		Open: opener.Open, MaxBytes: portalMemory(o.cfg.Portals), Idle: o.cfg.Portals.Idle,
	})
	o.add(to.Portals.Close)
	to.Changed = func(portalID string) {
		if opener.Tokens != nil {
			opener.Tokens.Forget(portalID)
		}
		to.Portals.Drop(portalID)
	}
	return nil
}

// sharedOptions are those of the portals of the store, with what all of them share.
func (o *opening) sharedOptions() (gateway.Options, error) {
	// cachedPortals is how many portals' associations may be in use at once.
	const cachedPortals = 20
	options := o.portalOptions()
	transport := hubspot.NewTransport()
	options.HubSpot.HTTPClient = &http.Client{Transport: transport}
	o.add(transport.CloseIdleConnections)
	caches, err := portal.NewCaches(options.Portal.TTL, cachedPortals)
	if err != nil {
		return options, err
	}
	o.add(caches.Close)
	options.Portal.Caches = caches
	return options, nil
}

// openOAuth gives the opener the tokens of the app's portals, and adds the pages
// where portals are connected.
func (o *opening) openOAuth(opener *connect.Opener, to *server.Options) error {
	cfg := o.cfg
	client, err := oauth.NewClient(oauth.ClientOptions{
		ClientID: cfg.Portals.ClientID, ClientSecret: oauth.NewSecret(cfg.ClientSecret.Reveal()), PublicURL: cfg.PublicURL,
		Scopes: cfg.Portals.Scopes, OptionalScopes: cfg.Portals.OptionalScopes,
		AuthorizeURL: cfg.Portals.AppURL + "/oauth/authorize", BaseURL: cfg.HubSpotURL,
	})
	if err != nil {
		return err
	}
	o.add(client.Close)
	connections := connect.Connections(opener.Store)
	outcomes := make([]string, len(oauth.Outcomes))
	for i, outcome := range oauth.Outcomes {
		outcomes[i] = string(outcome)
	}
	renewals := o.process.Metrics.NewRenewals(outcomes)
	var locker oauth.Locker // of this process alone
	if o.cluster != nil {
		locker = o.cluster
	}
	opener.Tokens = oauth.NewTokens(o.lg, client, connections, oauth.TokensOptions{
		Locker:  locker,
		Observe: func(r oauth.Renewal) { renewals.Add(1, string(r.Outcome)) },
	})
	o.add(opener.Tokens.Close)
	to.Pages, err = oauth.NewHandler(o.lg, oauth.HandlerOptions{
		Client: client, Store: connections, Tokens: opener.Tokens, Sealer: connect.Sealer(opener.Store),
		Changed: func(ctx context.Context, portalID string) { o.served.ConnectionChanged(ctx, portalID) },
	})
	return err
}

// openStore opens the store of portals with the keys that it is sealed with.
func openStore(ctx context.Context, cfg config.Portals) (*store.Store, *seal.Keys, error) {
	keys, err := readStoreKeys(cfg)
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, cfg.Store.Reveal(), keys)
	if err != nil {
		return nil, nil, fmt.Errorf("--store (HUBGRAPH_STORE): %w", err)
	}
	return db, keys, nil
}

func readStoreKeys(cfg config.Portals) (*seal.Keys, error) {
	text, from := []byte(cfg.Keys.Reveal()), "HUBGRAPH_STORE_KEYS"
	if cfg.KeysFile != "" {
		from = cfg.KeysFile
		var err error
		if text, err = os.ReadFile(cfg.KeysFile); err != nil {
			return nil, fmt.Errorf("read the keys of --store-keys (HUBGRAPH_STORE_KEYS_FILE): %w", err)
		}
	}
	keys, err := seal.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the keys of the store in %s: %w", from, err)
	}
	return keys, nil
}

// portalMemory is how much memory open portals may take: half of what the process
// may have, unless it is set.
func portalMemory(cfg config.Portals) int64 {
	const standard = 512 << 20
	if cfg.Memory != 0 {
		return cfg.Memory
	}
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		return limit / 2
	}
	return standard
}
