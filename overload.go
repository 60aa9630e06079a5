package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/execute"
)

// comeBack is when whoever is turned away should try again.
const comeBack = time.Second

// admitted serves GraphQL requests as far as there is room for them. The others
// are answered before anything of theirs is read.
func (g *gateway) admitted(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !g.door.Enter(r.Context()) {
			turnAway(w, r)
			return
		}
		defer g.door.Leave()
		next(w, r)
	}
}

// turnAway answers a request that is not served, in the form of all others.
func turnAway(w http.ResponseWriter, r *http.Request) {
	err := &gqlerror.Error{
		Message:    "the gateway has as many requests as it takes; try again after retryAfterMs",
		Extensions: map[string]any{"code": execute.CodeOverloaded, "retryAfterMs": comeBack.Milliseconds()},
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(comeBack.Seconds())))
	w.Header().Set("Content-Type", accepted(r)+"; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`{"errors":[` + string(encode(err)) + `]}`)) // a client that is gone reads nothing
}
