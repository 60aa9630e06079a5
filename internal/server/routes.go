package server

import (
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/oauth"
	"github.com/hubgraph/hubgraph/internal/pages"
	"github.com/hubgraph/hubgraph/web"
)

// ExampleQuery stands in the editor of the page at /: the question that
// HubSpot's REST API cannot answer in one call.
const ExampleQuery = `# Contacts, their companies, and the deals of
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

// explorer is the page of every portal. It holds nothing of any of them, and is
// made once, as all that it consists of is a part of this program.
var explorer = sync.OnceValue(func() *pages.Pages { return pages.New(web.Site(), ExampleQuery) })

// Handler is everything that is served to everybody.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	ask := compressed(crossOrigin(s.opts.HTTP, s.asked(s.admitted(s.onPortal((*gateway.Gateway).ServeGraphQL)))))
	read := compressed(s.asked(s.admitted(s.onPortal((*gateway.Gateway).ServeSDL))))
	model := compressed(s.asked(s.admitted(s.onPortal((*gateway.Gateway).ServeModel))))
	status := compressed(s.asked(s.serveStatus))
	page := explorer()
	for _, folder := range []string{"/", "/portals/{portalID}/"} {
		mux.Handle(folder+"graphql", ask)
		mux.Handle("GET "+folder+"schema.graphql", read)
		mux.Handle("GET "+folder+"model.json", model)
		mux.Handle("GET "+folder+"status.json", status)
		mux.HandleFunc(folder+"{$}", page.ServePage)
		mux.HandleFunc(folder+"assets/{file}", page.ServeAsset)
	}
	mux.HandleFunc("GET /livez", serveLive)
	mux.HandleFunc("GET /healthz", serveLive) // as it was called before
	mux.HandleFunc("GET /readyz", s.serveReady)
	for _, path := range []string{oauth.PortalsPath, oauth.PortalsPath + "/style.css", "/oauth/"} {
		mux.Handle(path, s.pages())
	}
	if s.hooks != nil {
		mux.Handle("POST "+WebhookPath, s.hooks)
	}
	return headers(mux)
}

// onlyLocal refuses requests that name another host than this machine. A server
// on loopback is reached from web pages too, if their own name is made to point
// here: the browser then takes it for theirs, and lets them read the answers.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !IsLoopback(r.Host) {
			http.Error(w, "this server answers to localhost alone; serve others with --addr", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// IsLoopback says whether a host, with or without a port, is this machine.
func IsLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
