package main

import (
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/playground"
)

// exampleQuery stands in the editor of the page at /: the question that
// HubSpot's REST API cannot answer in one call.
const exampleQuery = `# Contacts, their companies, and the deals of
# those: one request. Press the arrow.
{
  contacts(first: 10) {
    nodes {
      id
      displayName
      email
      hubspot_owner_id { fullName }
      companies(first: 3) {
        nodes {
          name
          domain
          deals(first: 5) {
            nodes {
              dealname
              amount
              dealstage { label isClosed probability }
            }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`

// Handler is everything the gateway serves.
func (g *gateway) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", crossOrigin(g.opts.http, g.admitted(g.serveGraphQL)))
	mux.Handle("/{$}", playground.Handler("/graphql", exampleQuery))
	mux.HandleFunc("GET /schema.graphql", g.serveSDL)
	mux.HandleFunc("GET /healthz", serveHealth)
	mux.HandleFunc("GET /readyz", g.serveReady)
	mux.Handle("GET /metrics", g.obs.metrics.Handler())
	if g.hooks != nil {
		mux.Handle("POST "+webhookPath, g.hooks)
	}
	return headers(mux)
}

// onlyLocal refuses requests that name another host than this machine. A server
// on loopback is reached from web pages too, if their own name is made to point
// here: the browser then takes it for theirs, and lets them read the answers.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "this server answers to localhost alone; serve others with --addr", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLoopback says whether a host, with or without a port, is this machine.
func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// serveSDL answers the live schema; its ETag is the schema's version.
func (g *gateway) serveSDL(w http.ResponseWriter, r *http.Request) {
	s := g.current.Load().schema
	w.Header().Set("ETag", `"`+s.Version()+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "application/graphql; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(s.SDL()))
}

// serveHealth says that the process is up.
func serveHealth(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("ok\n"))
}

// serveReady says whether there is metadata to serve, and how fresh it is.
func (g *gateway) serveReady(w http.ResponseWriter, _ *http.Request) {
	status := g.portal.Status()
	answer := struct {
		Ready         bool       `json:"ready"`
		SchemaVersion string     `json:"schemaVersion"`
		LoadedAt      time.Time  `json:"loadedAt"`
		FromSnapshot  bool       `json:"fromSnapshot"`
		Problem       string     `json:"problem,omitempty"`
		FailedAt      *time.Time `json:"failedAt,omitempty"`
		HubSpot       *trouble   `json:"hubspot,omitempty"`
	}{
		Ready:         status.Ready,
		SchemaVersion: g.current.Load().schema.Version(),
		LoadedAt:      status.LoadedAt,
		FromSnapshot:  status.FromSnapshot,
		Problem:       status.Problem,
		HubSpot:       troubleOf(g.client),
	}
	if !status.FailedAt.IsZero() {
		answer.FailedAt = &status.FailedAt
	}
	w.Header().Set("Content-Type", "application/json")
	if !status.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer) // a client that is gone reads nothing
}
