package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// serveLive says that the process is up.
func serveLive(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("ok\n"))
}

// A readiness is whether requests should come here, and what is known of it.
type readiness struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons"` // why it is not ready, or not well although it is

	Draining      bool       `json:"draining"` // the process is about to end
	SchemaVersion string     `json:"schemaVersion"`
	LoadedAt      time.Time  `json:"loadedAt"` // of the metadata
	AgeSeconds    int64      `json:"ageSeconds"`
	FromSnapshot  bool       `json:"fromSnapshot"`
	Problem       string     `json:"problem,omitempty"` // of the last refresh
	FailedAt      *time.Time `json:"failedAt,omitempty"`
	LastCall      *lastCall  `json:"lastCall,omitempty"` // nil if HubSpot was never called
	HubSpot       *trouble   `json:"hubspot,omitempty"`
}

// lastCall is how HubSpot answered the last one.
type lastCall struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"` // 0: there was no answer
}

// readiness is that of now. HubSpot's failures do not make the gateway unready:
// it answers what it can, and says why it cannot, and another replica would be no
// better off.
func (g *gateway) readiness() readiness {
	status := g.portal.Status()
	r := readiness{
		Draining:      g.obs.draining.Load(),
		Reasons:       []string{},
		SchemaVersion: g.current.Load().schema.Version(),
		LoadedAt:      status.LoadedAt,
		AgeSeconds:    int64(time.Since(status.LoadedAt).Seconds()),
		FromSnapshot:  status.FromSnapshot,
		Problem:       status.Problem,
		LastCall:      g.obs.lastCall.Load(),
		HubSpot:       troubleOf(g.client),
	}
	r.Ready = status.Ready && !r.Draining
	if !status.FailedAt.IsZero() {
		r.FailedAt = &status.FailedAt
	}
	because := func(is bool, format string, args ...any) {
		if is {
			r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...))
		}
	}
	because(r.Draining, "the gateway is about to stop")
	because(!status.Ready, "the portal's metadata is not loaded")
	because(status.FromSnapshot, "the metadata is from the snapshot; HubSpot has not confirmed it yet")
	because(status.Problem != "", "the last refresh of the metadata failed, what was loaded before is served: %s", status.Problem)
	because(g.unbuilt.Load(), "the newest metadata makes no schema, the one before is served; the log says why")
	if h := r.HubSpot; h != nil {
		because(h.NeedsAuthentication, "HubSpot does not accept the access token: renew it")
		because(h.MovingUntil != nil, "HubSpot moves the account to another data centre, and answers when that is done")
		because(len(h.Failing) > 0, "HubSpot fails at calls of %v, which are not made until it is well again", h.Failing)
	}
	if c := r.LastCall; c != nil {
		because(c.Status == 0, "HubSpot did not answer the last call")
		because(c.Status == http.StatusTooManyRequests || c.Status >= 500, "HubSpot's last answer was %d", c.Status)
	}
	return r
}

// serveReady answers 200 if requests should come here, and 503 if not, with the
// reasons.
func (g *gateway) serveReady(w http.ResponseWriter, _ *http.Request) {
	r := g.readiness()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !r.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(r) // a client that is gone reads nothing
}
