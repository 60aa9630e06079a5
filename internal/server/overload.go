package server

import (
	"context"
	"net/http"
	"time"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
)

// comeBack is when whoever is turned away should try again.
const comeBack = time.Second

// admitted serves requests as far as there is room for them. Where there is none
// they are answered before anything of theirs is read.
func (s *Server) admitted(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if graphqlhttp.IsExport(r) {
			s.admitExport(w, r, next)
			return
		}
		// The wait at the door is a part of the time that a request may take.
		ctx, cancel := context.WithTimeout(r.Context(), s.requestTime())
		defer cancel()
		if s.door.TurnsAway() {
			s.turnAway(w, r)
			return
		}
		done, ok := s.arrivals.receive(r)
		if !ok {
			s.turnAway(w, r)
			return
		}
		defer done()
		if !s.door.Enter(ctx) {
			s.turnAway(w, r)
			return
		}
		defer s.door.Leave()
		next(w, r.WithContext(ctx))
	}
}

// turnAway answers a request that is not served.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request) {
	s.rules().Refuse(w, r, http.StatusServiceUnavailable, execute.CodeOverloaded,
		"the gateway has as many requests as it takes; try again after retryAfterMs", comeBack)
}
