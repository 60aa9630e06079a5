package main

import (
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A trouble is what /readyz tells of a HubSpot that does not do what it should.
// The gateway stays ready: it serves what it can, and another one would fare no
// better.
type trouble struct {
	NeedsAuthentication bool             `json:"needsAuthentication,omitempty"` // the access token must be renewed
	MovingUntil         *time.Time       `json:"movingUntil,omitempty"`         // to another data centre of HubSpot's
	Failing             []hubspot.Family `json:"failing,omitempty"`             // calls that are not made for now
}

// troubleOf returns nil if there is none that the calls so far have shown.
func troubleOf(client *hubspot.Client) *trouble {
	h := client.Health()
	t := &trouble{NeedsAuthentication: h.NeedsAuthentication, Failing: h.Failing}
	if !h.MovingUntil.IsZero() {
		until := h.MovingUntil.UTC()
		t.MovingUntil = &until
	}
	if !t.NeedsAuthentication && t.MovingUntil == nil && len(t.Failing) == 0 {
		return nil
	}
	return t
}
