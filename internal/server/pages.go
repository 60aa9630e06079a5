package server

import (
	"net/http"

	"github.com/hubgraph/hubgraph/internal/oauth"
)

// pages are where people connect and disconnect portals in a browser.
func (s *Server) pages() http.Handler {
	if s.opts.Pages == nil {
		return http.NotFoundHandler()
	}
	managed := s.managed(s.opts.Pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == oauth.CallbackPath {
			// HubSpot sends the browser here. It brings back what it was given at
			// oauth.AuthorizePath, or else gets nowhere, and may have forgotten its
			// credentials on the way.
			s.opts.Pages.ServeHTTP(w, r)
			return
		}
		managed.ServeHTTP(w, r)
	})
}

// managed lets those through who may manage portals. A browser has the API key
// as the password that it asks for; the user's name does not matter.
func (s *Server) managed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.auth == nil {
			if !fromHere(r) {
				http.Error(w, "Portals can be managed from this machine alone, as nobody here is asked who they are. To let others, start hubgraph with --api-keys, and make a key with: hubgraph keys create NAME --manages-portals", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		if _, key, ok := r.BasicAuth(); ok {
			r = r.Clone(r.Context())
			r.Header.Set("Authorization", "Bearer "+key)
		}
		principal, refusal := s.auth.Authenticate(r)
		switch {
		case refusal != nil:
			w.Header().Set("WWW-Authenticate", `Basic realm="hubgraph portals: an API key as the password", charset="UTF-8"`)
			http.Error(w, "Give an API key that manages portals as the password: "+refusal.Message, http.StatusUnauthorized)
		case !principal.ManagesPortals:
			http.Error(w, "This API key does not manage portals: its entry has no \"managesPortals\": true.", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}
