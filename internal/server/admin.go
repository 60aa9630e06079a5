package server

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// LocalHandler is everything that is served on loopback: what [Server.Handler]
// serves, to requests that name this machine alone, and what only its operator
// may ask for, unless that has a listener of its own. Webhooks come through a
// tunnel or a proxy and name the public host; they are signed, so a page that was
// made to point here gains nothing.
func (s *Server) LocalHandler() http.Handler {
	local, mux := http.NewServeMux(), http.NewServeMux()
	all := s.Handler()
	local.Handle("/", all)
	if !s.opts.AdminElsewhere {
		local.Handle("GET /metrics", s.process.Metrics.Handler())
		local.Handle("/admin/refresh", onlyOperator(http.HandlerFunc(s.serveRefresh)))
	}
	if s.auth == nil {
		mux.Handle("/", onlyLocal(local))
	} else { // a page that was made to point here has no key to send
		mux.Handle("/", all)
		mux.Handle("/metrics", onlyLocal(local))
		mux.Handle("/admin/", onlyLocal(local))
	}
	if s.hooks != nil {
		mux.Handle("POST "+WebhookPath, all)
	}
	return headers(mux)
}

// onlyOperator lets requests through that somebody makes on this machine, and
// refuses those that a web page or a proxy passes on. A page can post a form to
// any address; it cannot, without being asked first whether it may, send JSON.
func onlyOperator(next http.Handler) http.Handler {
	next = noPage(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && (!IsLoopback(r.RemoteAddr) || proxied(r.Header)) {
			http.Error(w, "only this machine may ask for this", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noPage lets requests through that somebody makes, and refuses those that a web
// page makes.
func noPage(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection() // looks at Sec-Fetch-Site and Origin
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		switch {
		case r.Method != http.MethodPost:
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "only POST changes something", http.StatusMethodNotAllowed)
		case crossOrigin.Check(r) != nil:
			http.Error(w, "a page of another origin may not ask for this", http.StatusForbidden)
		case mediaType != "application/json":
			http.Error(w, "send it with Content-Type: application/json", http.StatusUnsupportedMediaType)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// fromHere says whether somebody on this machine made the request, and called it by
// a name of this machine.
func fromHere(r *http.Request) bool {
	return IsLoopback(r.RemoteAddr) && IsLoopback(r.Host) && !proxied(r.Header)
}

// proxied says whether somebody passed the request on, so that it comes from
// this machine in appearance only. A proxy that hides itself cannot be told from
// its machine's user; it should not pass on paths that it does not know.
func proxied(h http.Header) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

// serveRefresh reads a portal's metadata anew, and answers when the graph made
// from it is served. It is the portal of the parameter portal, or else the one at
// /graphql. If that fails, what was served before is served on: 502
// says that HubSpot refuses, 503 that it may work later.
func (s *Server) serveRefresh(w http.ResponseWriter, r *http.Request) {
	// A refresh may wait longer for its turn than a GraphQL request may take.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // if not, the answer is lost, not the refresh
	id := r.URL.Query().Get("portal")
	g, release, err := s.Use(r.Context(), id)
	if err != nil {
		http.Error(w, "there is no such portal: name a connected one, as in /admin/refresh?portal=62515", http.StatusNotFound)
		return
	}
	defer release()
	answer, err := g.Refresh(r.Context())
	code := http.StatusOK
	switch {
	case errors.Is(err, hubspot.ErrUnauthenticated), errors.Is(err, hubspot.ErrNoAccess), errors.Is(err, hubspot.ErrInvalid):
		code = http.StatusBadGateway
	case err != nil:
		code = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer) // a client that is gone reads nothing
}
