package server

import (
	"encoding/json"
	"net/http"

	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/portals"
)

// serveLive says that the process is up.
func serveLive(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("ok\n"))
}

// A Readiness is whether requests should come here, and what is known of it.
type Readiness struct {
	gateway.Status // of the portal at /graphql, if there is one

	Draining bool           `json:"draining"` // the process is about to end
	Portals  *portals.State `json:"portals,omitempty"`
}

// Readiness is that of now. A portal that is not well makes nobody but itself
// unready.
func (s *Server) Readiness() Readiness {
	r := Readiness{Status: gateway.Status{Ready: true, Reasons: []string{}}, Draining: s.draining.Load()}
	if s.portal != nil {
		r.Status = s.portal.Status()
	}
	if s.portals != nil {
		state := s.portals.State()
		r.Portals = &state
	}
	if r.Draining {
		r.Ready = false
		r.Reasons = append([]string{"the gateway is about to stop"}, r.Reasons...)
	}
	return r
}

// serveReady answers 200 if requests should come here, and 503 if not, with the
// reasons.
func (s *Server) serveReady(w http.ResponseWriter, _ *http.Request) {
	r := s.Readiness()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !r.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(r) // a client that is gone reads nothing
}
