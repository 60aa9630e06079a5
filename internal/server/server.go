// Package server is hubgraph as the network sees it: it finds out who asks, lets
// in as many as can be served, and passes them on to the gateway of a portal. It
// takes HubSpot's webhooks, and tells operators how everything fares.
package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hubgraph/hubgraph/internal/admit"
	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/cluster"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/metrics"
	"github.com/hubgraph/hubgraph/internal/tracing"
)

// Options say how requests are taken.
type Options struct {
	HTTP     config.HTTP
	Timeout  time.Duration // of one GraphQL request
	TimeMode limit.Mode    // of the timeout
	Body     limit.Limit   // of its bytes
	Door     admit.Limits

	Auth *auth.Authenticator // finds out who asks; nil if nobody is asked
	// Keys reads anew who may ask; nil if that stands in no file.
	Keys func() (*auth.Document, error)

	AdminElsewhere bool // what is for operators alone has a listener of its own

	ClientSecret config.Secret // signs webhooks
	PublicURL    string        // where webhooks come to

	// Portal is the one at /graphql; nil if there is none.
	Portal *gateway.Gateway
	// Portals are those at /portals/{portalId}/graphql beside it; nil if there
	// are none.
	Portals *Set

	// Default is the ID of the one of Portals at /graphql, if Portal is nil; "" if
	// there is none.
	Default string
	// Changed drops what is known of the connection of one of Portals.
	Changed func(portalID string)
	// Peers are the other replicas; nil if there are none.
	Peers Peers
	// PeersStatus tells how this replica stands with the others; nil if there are
	// none.
	PeersStatus func() cluster.Status
	// PingStore tells whether the store of Portals answers; nil if there is none.
	PingStore func(context.Context) error
	// ReloadStoreKeys reads the keys of the store anew; nil if they stand in no file.
	ReloadStoreKeys func(context.Context) error
	// Pages are where people connect portals; nil if they cannot.
	Pages http.Handler

	// Stop ends the portals, and what they run on.
	Stop func()
}

// A Server serves portals over HTTP.
type Server struct {
	lg      *slog.Logger
	name    string // among the replicas
	process *gateway.Process
	portal  *gateway.Gateway    // at /graphql; nil if there is none
	portals *Set                // beside it; nil if there are none
	auth    *auth.Authenticator // nil if nobody is asked
	hooks   *webhooks           // nil if there are none
	door    *admit.Door
	shares  shares // of the door, by portal

	exports  atomic.Int64 // under way
	arrivals arrivals
	opts     Options

	draining atomic.Bool
	close    sync.Once
}

// New returns a server of the portals in the options. Close it.
func New(process *gateway.Process, opts Options) *Server {
	s := &Server{
		lg: process.Log, name: newName(), process: process, portal: opts.Portal, portals: opts.Portals, auth: opts.Auth,
		door: admit.NewDoor(opts.Door), opts: opts,
	}
	s.arrivals.most = int64(opts.Body.Or(gate.DefaultBodyBytes).Ceiling(gate.MaxBodyBytes))
	s.shares.most = func() int { return max(1, int(s.door.State().Bound/2)) }
	s.hooks = newWebhooks(s)
	if s.portals != nil {
		process.Metrics.WatchPortals(s.portals.State)
	}
	process.Metrics.WatchRequests(func() int64 { return s.door.State().Inside }, func() int64 { return s.door.State().TurnedAway })
	return s
}

// Portal is the gateway of the portal at /graphql; nil if there is none.
func (s *Server) Portal() *gateway.Gateway { return s.portal }

// Metrics are those of the process.
func (s *Server) Metrics() *metrics.Metrics { return s.process.Metrics }

// Tracing is where spans go; nil if nowhere.
func (s *Server) Tracing() *tracing.Tracing { return s.process.Tracing }

// Door is how many requests are under way.
func (s *Server) Door() admit.State { return s.door.State() }

// Close ends all background work. It may be called again.
func (s *Server) Close() { s.close.Do(s.opts.Stop) }

// rules are those by which answers have their status.
func (s *Server) rules() graphqlhttp.Rules { return graphqlhttp.Rules(s.opts.HTTP.Status) }

// requestTime is how long a request may take before its context ends.
func (s *Server) requestTime() time.Duration {
	return gateway.RequestTime(s.opts.Timeout, s.opts.TimeMode)
}

// Serve answers everybody on ln until ctx ends, and lets the requests under way
// end. For delay longer, from the end of ctx on, it takes requests as before and
// says at /readyz that it is about to end.
func (s *Server) Serve(ctx context.Context, ln net.Listener, delay time.Duration) error {
	handler := s.Handler()
	if IsLoopback(ln.Addr().String()) {
		handler = s.LocalHandler()
	}
	defer s.drainsWith(ctx)()
	later, stop := s.leaveOn(ctx, delay)
	defer stop()
	return Serve(later, s.lg, ln, s.farewell(handler), s.requestTime())
}
