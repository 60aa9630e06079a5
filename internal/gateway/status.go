package gateway

import (
	"fmt"
	"net/http"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A Status is how one portal is served, as /readyz tells it.
type Status struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons"` // why it is not ready, or not well although it is; never nil

	SchemaVersion string     `json:"schemaVersion"`
	LoadedAt      time.Time  `json:"loadedAt"` // of the metadata
	AgeSeconds    int64      `json:"ageSeconds"`
	FromSnapshot  bool       `json:"fromSnapshot"`
	Problem       string     `json:"problem,omitempty"` // of the last refresh
	FailedAt      *time.Time `json:"failedAt,omitempty"`
	LastCall      *LastCall  `json:"lastCall,omitempty"` // nil if HubSpot was never called
	HubSpot       *Trouble   `json:"hubspot,omitempty"`
}

// A LastCall is how HubSpot answered the last one.
type LastCall struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"` // 0: there was no answer
}

// Status is that of now. HubSpot's failures do not make the gateway unready: it
// answers what it can, and says why it cannot, and another replica would be no
// better off.
func (g *Gateway) Status() Status {
	status := g.portal.Status()
	s := Status{
		Ready:         status.Ready,
		Reasons:       []string{},
		SchemaVersion: g.current.Load().schema.Version(),
		LoadedAt:      status.LoadedAt,
		AgeSeconds:    int64(time.Since(status.LoadedAt).Seconds()),
		FromSnapshot:  status.FromSnapshot,
		Problem:       status.Problem,
		LastCall:      g.obs.lastCall.Load(),
		HubSpot:       troubleOf(g.client),
	}
	if !status.FailedAt.IsZero() {
		s.FailedAt = &status.FailedAt
	}
	because := func(is bool, format string, args ...any) {
		if is {
			s.Reasons = append(s.Reasons, fmt.Sprintf(format, args...))
		}
	}
	because(!status.Ready, "the portal's metadata is not loaded")
	because(status.FromSnapshot, "the metadata is from the snapshot; HubSpot has not confirmed it yet")
	because(status.Problem != "", "the last refresh of the metadata failed, what was loaded before is served: %s", status.Problem)
	because(g.unbuilt.Load(), "the newest metadata makes no schema, the one before is served; the log says why")
	if h := s.HubSpot; h != nil {
		because(h.NeedsAuthentication, "HubSpot does not accept the access token: renew it")
		because(h.MovingUntil != nil, "HubSpot moves the account to another data centre, and answers when that is done")
		because(len(h.Failing) > 0, "HubSpot fails at calls of %v, which are not made until it is well again", h.Failing)
	}
	if c := s.LastCall; c != nil {
		because(c.Status == 0, "HubSpot did not answer the last call")
		because(c.Status == http.StatusTooManyRequests || c.Status >= 500, "HubSpot's last answer was %d", c.Status)
	}
	return s
}

// A Trouble is what /readyz tells of a HubSpot that does not do what it should.
// The gateway stays ready: it serves what it can, and another one would fare no
// better.
type Trouble struct {
	NeedsAuthentication bool             `json:"needsAuthentication,omitempty"` // the access token must be renewed
	MovingUntil         *time.Time       `json:"movingUntil,omitempty"`         // to another data centre of HubSpot's
	Failing             []hubspot.Family `json:"failing,omitempty"`             // calls that are not made for now
}

// troubleOf returns nil if there is none that the calls so far have shown.
func troubleOf(client *hubspot.Client) *Trouble {
	h := client.Health()
	t := &Trouble{NeedsAuthentication: h.NeedsAuthentication, Failing: h.Failing}
	if !h.MovingUntil.IsZero() {
		until := h.MovingUntil.UTC()
		t.MovingUntil = &until
	}
	if !t.NeedsAuthentication && t.MovingUntil == nil && len(t.Failing) == 0 {
		return nil
	}
	return t
}
