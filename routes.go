package main

import (
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/execute"
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

// Handler is everything the gateway serves to everybody.
func (g *gateway) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", crossOrigin(g.opts.http, g.asked(g.admitted(g.serveGraphQL))))
	mux.Handle("/{$}", playground.Handler("/graphql", exampleQuery))
	mux.HandleFunc("GET /schema.graphql", g.asked(g.serveSDL))
	mux.HandleFunc("GET /livez", serveLive)
	mux.HandleFunc("GET /healthz", serveLive) // as it was called before
	mux.HandleFunc("GET /readyz", g.serveReady)
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
	v := g.view(w, r)
	if v == nil {
		return
	}
	if !v.introspect {
		g.refuse(w, r, &auth.Refusal{Status: http.StatusForbidden, Code: execute.CodeForbidden, Message: noIntrospectionMessage}, 0)
		return
	}
	s := v.schema
	w.Header().Set("ETag", `"`+s.Version()+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "application/graphql; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(s.SDL()))
}
