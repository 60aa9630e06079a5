package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
)

// comeBack is when whoever is turned away should try again.
const comeBack = time.Second

// admitted serves GraphQL requests as far as there is room for them. The others
// are answered before anything of theirs is read.
func (g *gateway) admitted(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !g.door.Enter(r.Context()) {
			g.turnAway(w, r)
			return
		}
		defer g.door.Leave()
		next(w, r)
	}
}

// turnAway answers a request that is not served.
func (g *gateway) turnAway(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", strconv.Itoa(int(comeBack.Seconds())))
	graphqlhttp.Rules(g.opts.http.Status).Refuse(w, r, http.StatusServiceUnavailable, &gqlerror.Error{
		Message:    "the gateway has as many requests as it takes; try again after retryAfterMs",
		Extensions: map[string]any{"code": execute.CodeOverloaded, "retryAfterMs": comeBack.Milliseconds()},
	})
}
