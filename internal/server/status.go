package server

import (
	"encoding/json"
	"net/http"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gateway"
)

// A PortalStatus is how one portal fares, and the process that serves it.
type PortalStatus struct {
	gateway.Activity

	Requests RequestsStatus `json:"requests"` // of all portals
	Draining bool           `json:"draining"` // the process is about to end
}

// A RequestsStatus is how many requests are served.
type RequestsStatus struct {
	UnderWay   int64 `json:"underWay"`
	Waiting    int64 `json:"waiting"`
	TurnedAway int64 `json:"turnedAway"` // since the start
	Exports    int64 `json:"exports"`    // under way
}

// serveStatus tells how a portal fares. It is for those from whom nothing of the
// portal is hidden: counts and warnings tell of object types that others are not to
// know. It takes no place, for it is of use when there are none, and opens no
// portal that nobody asks about.
func (s *Server) serveStatus(w http.ResponseWriter, r *http.Request) {
	if !auth.From(r.Context()).Rights.Everything() {
		s.rules().Refuse(w, r, http.StatusForbidden, execute.CodeForbidden, "the status is for those who may see all of the portal: ask with another API key", 0)
		return
	}
	id, door := s.portalIDOf(r), s.door.State()
	status := PortalStatus{
		Requests: RequestsStatus{UnderWay: door.Inside, Waiting: door.Waiting, TurnedAway: door.TurnedAway, Exports: s.exports.Load()},
		Draining: s.draining.Load(),
	}
	if !s.ifOpen(id, func(g *gateway.Gateway) { status.Activity = g.Activity() }) {
		s.rules().Refuse(w, r, http.StatusNotFound, execute.CodeNotFound, "this portal is not open here: it is once somebody asks about it", 0)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(status) // a client that is gone reads nothing
}
