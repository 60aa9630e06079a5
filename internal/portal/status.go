package portal

import (
	"errors"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A Status says how well a portal's metadata is kept.
type Status struct {
	Ready        bool      // there is metadata to serve
	LoadedAt     time.Time // of the metadata that is served
	FromSnapshot bool      // HubSpot has not confirmed it since the start

	// The rest tells of the last attempt to read from HubSpot, and is zero if
	// all of it succeeded.
	Problem  string // for people; names no internals
	Kind     error  // one of package hubspot's kinds, or nil if the problem is of none
	FailedAt time.Time
}

// Status tells how the portal is doing. A token that HubSpot refuses shows as
// the Kind [hubspot.ErrUnauthenticated]; the last good metadata is served on.
func (p *Portal) Status() Status {
	p.mu.Lock()
	s := p.status
	p.mu.Unlock()
	m := p.current.Load()
	s.Ready = m != nil
	s.LoadedAt = m.LoadedAt
	return s
}

func (s *Status) fail(err error) {
	s.Problem = explain(err)
	s.Kind = kindOf(err)
	s.FailedAt = time.Now().UTC()
}

func kindOf(err error) error {
	for _, kind := range []error{
		hubspot.ErrUnauthenticated, hubspot.ErrNoAccess, hubspot.ErrRateLimited, hubspot.ErrTimeout,
		hubspot.ErrUnavailable, hubspot.ErrNotFound, hubspot.ErrInvalid,
	} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return nil
}
