package main

import (
	"context"
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
		// The wait at the door is a part of the time that a request may take.
		ctx, cancel := context.WithTimeout(r.Context(), requestTime(g.opts.timeout, g.opts.limits.Time))
		defer cancel()
		if !g.door.Enter(ctx) {
			g.turnAway(w, r)
			return
		}
		defer g.door.Leave()
		next(w, r.WithContext(ctx))
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
