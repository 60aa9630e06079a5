package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
)

// mostExports is how many exports are under way at once. They have no place at the
// door while they wait for their clients, so that something else must bound them.
const mostExports = 64

// admitExport lets an export in as other requests are, and has it enter anew for
// each page: it may take hours, and must not hold a place for as long.
func (s *Server) admitExport(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	defer s.exports.Add(-1)
	if s.exports.Add(1) > mostExports || s.draining.Load() || s.door.TurnsAway() {
		s.turnAway(w, r)
		return
	}
	done, ok := s.arrivals.receive(r)
	if !ok {
		s.turnAway(w, r)
		return
	}
	done = sync.OnceFunc(done)
	defer done()
	if !s.door.Enter(r.Context()) {
		s.turnAway(w, r)
		return
	}
	t := &turn{s: s, r: r, inside: true, read: done}
	defer t.Leave()
	ctx := context.WithValue(r.Context(), turnKey{}, t)
	next(w, r.WithContext(gateway.WithTurns(ctx, t)))
}

// A turn is what an export holds while it reads a page. It belongs to one
// goroutine.
type turn struct {
	s      *Server
	r      *http.Request // as it came, with its credentials
	portal string        // whose share a page takes
	shares bool          // whether portals have shares
	inside bool
	read   func() // lets go of the request's body
	pages  int
}

var _ gateway.Turns = (*turn)(nil)

type turnKey struct{}

// turnFrom is the turn of a request; nil if it is for no export.
func turnFrom(ctx context.Context) *turn {
	t, _ := ctx.Value(turnKey{}).(*turn)
	return t
}

// share has the page, and all that follow, take a place of the portal's.
func (t *turn) share(portal string) bool {
	if !t.s.shares.enter(portal) {
		return false
	}
	t.portal, t.shares = portal, true
	return true
}

// Enter implements [gateway.Turns]. The first page is let in with the request.
func (t *turn) Enter(ctx context.Context) error {
	if t.pages++; t.pages == 1 {
		return nil
	}
	if t.s.draining.Load() {
		return stopped(execute.CodeOverloaded, "the gateway is about to stop; go on with another one")
	}
	if err := t.mayGoOn(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, t.s.requestTime())
	defer cancel()
	if !t.s.door.Enter(ctx) {
		return overloaded()
	}
	if t.shares && !t.s.shares.enter(t.portal) {
		t.s.door.Leave()
		return overloaded()
	}
	t.inside = true
	return nil
}

// Leave implements [gateway.Turns].
func (t *turn) Leave() {
	if !t.inside {
		return
	}
	t.inside = false
	t.read() // by the first page, at the latest
	t.s.door.Leave()
	if t.shares {
		t.s.shares.leave(t.portal)
	}
}

// mayGoOn reports whether who asked may still ask, and waits until there is a
// request left for the page in their minute. A token that was good when the export
// began is good for all of it: tokens live for minutes.
func (t *turn) mayGoOn(ctx context.Context) error {
	if t.s.auth == nil {
		return nil
	}
	principal := auth.From(ctx)
	if isKey(t.r.Header) {
		now, refusal := t.s.auth.Authenticate(t.r)
		switch {
		case refusal != nil:
			return stopped(refusal.Code, refusal.Message)
		case !t.s.mayAsk(now, t.r), now.RightsKey() != principal.RightsKey():
			return stopped(execute.CodeForbidden, "the rights of these credentials have changed; begin anew")
		}
		principal = now
	}
	for {
		wait, ok := principal.Take(time.Now())
		if ok {
			return nil
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// isKey tells whether a request comes with an API key.
func isKey(h http.Header) bool {
	return strings.Contains(h.Get("Authorization"), auth.KeyPrefix) || h.Get("X-Api-Key") != ""
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for a request to be left: %w", context.Cause(ctx))
	}
}

// stopped is why an export goes on no further.
func stopped(code, message string) error {
	return &graphqlhttp.StopError{Code: code, Message: message}
}

func overloaded() error {
	return &graphqlhttp.StopError{Code: execute.CodeOverloaded, Message: "the gateway has as many requests as it takes", Again: true}
}
