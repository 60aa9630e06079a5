package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/seal"
	"github.com/hubgraph/hubgraph/internal/store"
)

// A crowdStore is the files that a gateway needs to serve the portals.
type crowdStore struct{ url, keysFile string }

// fillStore connects all portals in a new store in the folder.
func (p crowdPlan) fillStore(ctx context.Context, folder string, fake *process) (crowdStore, error) {
	s := crowdStore{"sqlite://" + filepath.Join(folder, "portals.db"), filepath.Join(folder, "keyset.json")}
	text, err := seal.NewKeyset()
	if err != nil {
		return s, err
	}
	if err := os.WriteFile(s.keysFile, text, 0o600); err != nil {
		return s, err
	}
	keys, err := seal.Parse(text)
	if err != nil {
		return s, err
	}
	answer, err := post(ctx, fake.URL+"/bench/install", nil)
	if err != nil {
		return s, err
	}
	var installed map[string]hubspottest.Installed
	if err := json.Unmarshal(answer, &installed); err != nil {
		return s, err
	}
	db, err := store.Open(ctx, s.url, keys)
	if err != nil {
		return s, err
	}
	for i := range p.portals {
		id := strconv.FormatInt(p.portalID(i), 10)
		if _, err := db.Put(ctx, connection(id, p.token(i), installed[id])); err != nil {
			return s, errors.Join(err, db.Close())
		}
	}
	return s, db.Close()
}

// connection is a portal's, by OAuth if it has installed the app.
func connection(id, token string, installed hubspottest.Installed) store.Connection {
	c := store.Connection{
		Info:   store.Info{PortalID: id, Kind: store.Private, State: store.Active, ConnectedAt: time.Now()},
		Access: store.NewToken(token),
	}
	if installed.RefreshToken != "" {
		c.Kind, c.Scopes = store.OAuth, appScopes
		c.Lifetime, c.ExpiresAt = installed.Lifetime, time.Now().Add(installed.Lifetime)
		c.Access, c.Refresh = store.NewToken(installed.AccessToken), store.NewToken(installed.RefreshToken)
	}
	return c
}
