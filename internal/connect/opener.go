package connect

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/oauth"
	"github.com/hubgraph/hubgraph/internal/portals"
	"github.com/hubgraph/hubgraph/internal/store"
)

// An Opener opens portals of a store. It is safe for concurrent use.
type Opener struct {
	Process *gateway.Process
	Store   *store.Store
	Tokens  *oauth.Tokens // nil if there is no app: portals with fixed tokens alone can be opened
	// Options are what all portals have in common; they had better hold caches and
	// an HTTP client for all.
	Options gateway.Options
	// Limiter makes the limiter of a portal.
	Limiter func(portalID string) (*hubspot.Limiter, error)

	mu       sync.Mutex
	limiters map[string]*hubspot.Limiter
}

// Open opens the gateway of a portal. Errors are [portals.ErrUnknown] and
// [portals.ErrLost], those of package hubspot, and the store's own.
func (o *Opener) Open(ctx context.Context, portalID string) (*gateway.Gateway, error) {
	tokens, err := o.tokens(ctx, portalID)
	if err != nil {
		return nil, err
	}
	options := o.Options
	options.HubSpot.Token = tokens
	if options.HubSpot.Limiter, err = o.limiter(portalID); err != nil {
		return nil, err
	}
	options.Portal.Snapshots = snapshots{o.Store, portalID}
	options.Portal.TrustSnapshot = true // a portal that is opened again is not read again before it is due
	g, err := gateway.Open(ctx, o.Process, options)
	if err != nil {
		return nil, err
	}
	if opened := g.PortalID(); opened != portalID { // or somebody would see another's records
		g.Close()
		return nil, fmt.Errorf("the token that is stored for portal %s is of portal %s", portalID, opened)
	}
	return g, nil
}

// tokens is where the portal's tokens come from.
func (o *Opener) tokens(ctx context.Context, portalID string) (hubspot.TokenSource, error) {
	connection, err := o.Store.Get(ctx, portalID)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrInvalid):
		return nil, portals.ErrUnknown
	case err != nil:
		return nil, fmt.Errorf("%w: %w", &hubspot.Error{Kind: hubspot.ErrUnavailable, Message: "the store of portals cannot be read"}, err)
	case connection.State != store.Active:
		return nil, portals.ErrLost
	case connection.Kind == store.Private:
		return hubspot.StaticToken(connection.Access.Reveal()), nil
	case o.Tokens == nil:
		return nil, errors.New("the portal was connected with a HubSpot app, and none is configured: set --client-id (HUBSPOT_CLIENT_ID)")
	}
	return o.Tokens.Source(portalID), nil
}

// limiter is the portal's, which outlives its gateway: HubSpot remembers the
// calls of the last seconds whether that is open or not.
func (o *Opener) limiter(portalID string) (*hubspot.Limiter, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if l := o.limiters[portalID]; l != nil {
		return l, nil
	}
	l, err := o.Limiter(portalID)
	if err != nil {
		return nil, err
	}
	if o.limiters == nil {
		o.limiters = make(map[string]*hubspot.Limiter)
	}
	o.limiters[portalID] = l
	return l, nil
}
