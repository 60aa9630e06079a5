package connect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hubgraph/hubgraph/internal/oauth"
	"github.com/hubgraph/hubgraph/internal/store"
)

// Connections are those of OAuth in a store, as package oauth wants them.
func Connections(s *store.Store) oauth.Store { return connections{s} }

type connections struct{ store *store.Store }

// Connection implements [oauth.Store].
func (c connections) Connection(ctx context.Context, portalID string) (oauth.Connection, error) {
	found, err := c.store.Get(ctx, portalID)
	if err != nil {
		return oauth.Connection{}, inOAuth(err)
	}
	if found.Kind != store.OAuth {
		return oauth.Connection{}, fmt.Errorf("portal %s has a token that is not renewed: %w", portalID, oauth.ErrNotFound)
	}
	return fromStore(found), nil
}

// Connections implements [oauth.Store], without tokens.
func (c connections) Connections(ctx context.Context) ([]oauth.Connection, error) {
	var all []oauth.Connection
	for after := ""; ; {
		page, err := c.store.List(ctx, after, store.MaxPage)
		if err != nil {
			return nil, err
		}
		for _, info := range page {
			if info.Kind == store.OAuth {
				all = append(all, fromStore(store.Connection{Info: info}))
			}
		}
		if len(page) < store.MaxPage {
			return all, nil
		}
		after = page[len(page)-1].PortalID
	}
}

// PutConnection implements [oauth.Store].
func (c connections) PutConnection(ctx context.Context, connection oauth.Connection) (oauth.Connection, error) {
	return stored(c.store.Put(ctx, toStore(connection)))(connection)
}

// UpdateConnection implements [oauth.Store].
func (c connections) UpdateConnection(ctx context.Context, connection oauth.Connection) (oauth.Connection, error) {
	return stored(c.store.UpdateIf(ctx, toStore(connection)))(connection)
}

// stored adds to a connection what the store made of it.
func stored(info store.Info, err error) func(oauth.Connection) (oauth.Connection, error) {
	return func(c oauth.Connection) (oauth.Connection, error) {
		if err != nil {
			return oauth.Connection{}, inOAuth(err)
		}
		c.Version, c.UpdatedAt = info.Version, info.UpdatedAt
		return c, nil
	}
}

// inOAuth gives an error the kind that package oauth knows.
func inOAuth(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("%w: %w", oauth.ErrNotFound, err)
	case errors.Is(err, store.ErrConflict):
		return fmt.Errorf("%w: %w", oauth.ErrConflict, err)
	}
	return err
}

func fromStore(c store.Connection) oauth.Connection {
	return oauth.Connection{
		PortalID: c.PortalID, AccessToken: oauth.NewSecret(c.Access.Reveal()), RefreshToken: oauth.NewSecret(c.Refresh.Reveal()),
		ExpiresAt: c.ExpiresAt, LifetimeSeconds: int(c.Lifetime / time.Second), Scopes: c.Scopes, HubDomain: c.HubDomain,
		UserID: c.ConnectedBy, State: oauth.State(c.State), Reason: c.Reason,
		ConnectedAt: c.ConnectedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
}

func toStore(c oauth.Connection) store.Connection {
	s := store.Connection{
		Info: store.Info{
			PortalID: c.PortalID, Kind: store.OAuth, State: store.State(c.State), Reason: c.Reason, HubDomain: c.HubDomain,
			Scopes: c.Scopes, ConnectedBy: c.UserID, ConnectedAt: c.ConnectedAt, ExpiresAt: c.ExpiresAt,
			Lifetime: time.Duration(c.LifetimeSeconds) * time.Second, Version: c.Version,
		},
		Access: store.NewToken(c.AccessToken.Reveal()), Refresh: store.NewToken(c.RefreshToken.Reveal()),
	}
	return s
}
