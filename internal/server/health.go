package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

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
	Replicas *replicas      `json:"replicas,omitempty"`
}

// replicas is how this one stands with the others.
type replicas struct {
	Connected bool      `json:"connected"` // Redis answers
	Fallback  bool      `json:"fallback"`  // HubSpot's allowance is used by equal shares
	Since     time.Time `json:"since"`
	Problem   string    `json:"problem,omitempty"` // the last one
}

// Readiness is that of now. A portal that is not well makes nobody but itself
// unready.
func (s *Server) Readiness(ctx context.Context) Readiness {
	r := Readiness{Status: gateway.Status{Ready: true, Reasons: []string{}}, Draining: s.draining.Load()}
	if s.portal != nil {
		r.Status = s.portal.Status()
	}
	if s.portals != nil {
		state := s.portals.State()
		r.Portals = &state
	}
	if err := s.pingStore(ctx); err != nil {
		r.Reasons = append(r.Reasons, "the store of portals does not answer: portals that are open are served on")
	}
	if s.opts.PeersStatus != nil {
		status := s.opts.PeersStatus()
		r.Replicas = &replicas{status.Connected, status.Fallback, status.Since, status.LastError}
		if status.Fallback {
			r.Reasons = append(r.Reasons, "Redis does not answer: this replica uses its equal share of HubSpot's allowance")
		}
	}
	if r.Draining {
		r.Ready = false
		r.Reasons = append([]string{"the gateway is about to stop"}, r.Reasons...)
	}
	return r
}

// pingTimeout is how long the store may take to say that it is there.
const pingTimeout = time.Second

// pingStore tells whether the store of portals answers, if there is one.
func (s *Server) pingStore(ctx context.Context) error {
	if s.opts.PingStore == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return s.opts.PingStore(ctx)
}

// serveReady answers 200 if requests should come here, and 503 if not, with the
// reasons. Where people are asked who they are, others than this machine's own
// learn no more than that: what is known of the portal is nobody's business, such
// as that something changed which a role does not see.
func (s *Server) serveReady(w http.ResponseWriter, r *http.Request) {
	known := s.Readiness(r.Context())
	var told any = known
	if s.auth != nil && !fromHere(r) {
		told = struct {
			Ready    bool `json:"ready"`
			Draining bool `json:"draining"`
		}{known.Ready, known.Draining}
	}
	s.tellReady(w, known.Ready, told)
}

// serveReadiness is serveReady for operators.
func (s *Server) serveReadiness(w http.ResponseWriter, r *http.Request) {
	known := s.Readiness(r.Context())
	s.tellReady(w, known.Ready, known)
}

func (s *Server) tellReady(w http.ResponseWriter, ready bool, told any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(told) // a client that is gone reads nothing
}
