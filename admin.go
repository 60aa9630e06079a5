package main

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schemadiff"
)

// LocalHandler is everything the gateway serves on loopback: what [gateway.Handler]
// serves, to requests that name this machine alone, and what only its operator
// may ask for, unless that has a listener of its own. Webhooks come through a
// tunnel or a proxy and name the public host; they are signed, so a page that was
// made to point here gains nothing.
func (g *gateway) LocalHandler() http.Handler {
	local, mux := http.NewServeMux(), http.NewServeMux()
	all := g.Handler()
	local.Handle("/", all)
	if !g.opts.adminElsewhere {
		local.Handle("GET /metrics", g.obs.metrics.Handler())
		local.Handle("/admin/refresh", onlyOperator(http.HandlerFunc(g.serveRefresh)))
	}
	if g.opts.auth == nil {
		mux.Handle("/", onlyLocal(local))
	} else { // a page that was made to point here has no key to send
		mux.Handle("/", all)
		mux.Handle("/metrics", onlyLocal(local))
		mux.Handle("/admin/", onlyLocal(local))
	}
	if g.hooks != nil {
		mux.Handle("POST "+webhookPath, all)
	}
	return headers(mux)
}

// onlyOperator lets requests through that somebody makes on this machine, and
// refuses those that a web page or a proxy passes on. A page can post a form to
// any address; it cannot, without being asked first whether it may, send JSON.
func onlyOperator(next http.Handler) http.Handler {
	next = noPage(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && (!isLoopback(r.RemoteAddr) || proxied(r.Header)) {
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

// A refreshAnswer is what came of a refresh. Changes are lines as
// [schemadiff.Change.String] writes them.
type refreshAnswer struct {
	SchemaVersion struct {
		Before string `json:"before"`
		After  string `json:"after"`
	} `json:"schemaVersion"`
	LoadedAt time.Time `json:"loadedAt"` // when what is served now was read
	Changes  []string  `json:"changes"`
	Breaking int       `json:"breaking"`          // of the changes
	Problem  string    `json:"problem,omitempty"` // why all or some of it could not be read
}

// serveRefresh reads the portal's metadata anew, and answers when the graph made
// from it is served. If that fails, what was served before is served on: 502
// says that HubSpot refuses, 503 that it may work later.
func (g *gateway) serveRefresh(w http.ResponseWriter, r *http.Request) {
	// A refresh may wait longer for its turn than a GraphQL request may take.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // if not, the answer is lost, not the refresh
	before := g.current.Load().schema
	err := g.portal.Refresh(r.Context())
	after, status := g.current.Load().schema, g.portal.Status()

	answer := refreshAnswer{LoadedAt: status.LoadedAt, Changes: []string{}, Problem: status.Problem}
	answer.SchemaVersion.Before, answer.SchemaVersion.After = before.Version(), after.Version()
	changes := changesOf(before, after)
	for _, c := range changes {
		answer.Changes = append(answer.Changes, c.String())
	}
	answer.Breaking = len(schemadiff.Breaking(changes))
	code := http.StatusOK
	switch {
	case errors.Is(err, hubspot.ErrUnauthenticated), errors.Is(err, hubspot.ErrNoAccess), errors.Is(err, hubspot.ErrInvalid):
		code = http.StatusBadGateway
	case err != nil:
		code = http.StatusServiceUnavailable
		if answer.Problem == "" {
			answer.Problem = "the refresh did not end"
		}
	case g.unbuilt.Load():
		code = http.StatusServiceUnavailable
		answer.Problem = "the changed metadata makes no schema; the log says why"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer) // a client that is gone reads nothing
}
