// Package peer is what hubgraph is measured against: a GraphQL server for one
// question over HubSpot's REST API, as it is usually written. Its types are
// fixed; gqlgen generates the executor, which resolves field by field;
// dataloaders with a timer gather the keys of a level; the client is net/http
// with encoding/json. It answers the queries of the benchmarks with the same
// data as hubgraph.
package peer

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
)

//go:generate go tool gqlgen generate --config gqlgen.yml

// Options says how the server reads HubSpot.
type Options struct {
	URL   string // HubSpot's API, without a trailing slash
	Token string

	Wait  time.Duration // how long a dataloader waits for more keys
	Limit int           // HubSpot calls in 10 seconds

	// Keep keeps for good what was read: a second like request costs the
	// execution alone.
	Keep bool
}

// NewHandler serves GraphQL by POST.
func NewHandler(opts Options) http.Handler {
	api := newClient(opts)
	srv := handler.New(NewExecutableSchema(Config{Resolvers: &resolver{api: api, keep: opts.Keep}}))
	srv.AddTransport(transport.POST{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](100))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := newLoaders(api, opts.Wait)
		srv.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), loadersKey{}, l)))
	})
}
