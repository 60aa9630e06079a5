package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

func TestFailureOf(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	secret := errors.New("dial tcp 10.1.2.3:443: connection refused")
	tests := []struct {
		name    string
		ctx     context.Context
		err     error
		want    failure
		kind    error
		problem string
	}{
		{"none", t.Context(), nil, none, nil, ""},
		{"ctx ended", ended, hubspot.ErrUnavailable, fatal, hubspot.ErrUnavailable, "HubSpot is unavailable"},
		{"refused token", t.Context(), hubspot.ErrUnauthenticated, fatal, hubspot.ErrUnauthenticated, "HubSpot refuses the token"},
		{"no scope", t.Context(), &hubspot.Error{Kind: hubspot.ErrNoAccess}, forbidden, hubspot.ErrNoAccess, "HubSpot refuses access"},
		{"unknown type", t.Context(), hubspot.ErrInvalid, absent, hubspot.ErrInvalid, "HubSpot does not know what was asked for"},
		{"not found", t.Context(), hubspot.ErrNotFound, absent, hubspot.ErrNotFound, "HubSpot does not know what was asked for"},
		{"rate limited", t.Context(), hubspot.ErrRateLimited, passing, hubspot.ErrRateLimited, "HubSpot's rate limit is used up"},
		{"too slow", t.Context(), hubspot.ErrTimeout, passing, hubspot.ErrTimeout, "HubSpot did not answer in time"},
		{"down", t.Context(), fmt.Errorf("%w: %w", hubspot.ErrUnavailable, secret), passing, hubspot.ErrUnavailable, "HubSpot is unavailable"},
		{"of no kind", t.Context(), secret, passing, nil, "HubSpot's answer could not be used"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.err
			if err != nil {
				err = fmt.Errorf("wrapped: %w", err)
			}
			if got := failureOf(test.ctx, err); got != test.want {
				t.Errorf("failureOf(%v) = %d, want %d", err, got, test.want)
			}
			if err == nil {
				return
			}
			var s Status
			s.fail(err)
			if !errors.Is(s.Kind, test.kind) || s.Problem != test.problem || s.FailedAt.IsZero() {
				t.Errorf("fail(%v) = %+v, want kind %v, problem %q", err, s, test.kind, test.problem)
			}
			if strings.Contains(s.Problem, "10.1.2.3") {
				t.Errorf("fail(%v) = %+v, which names an internal address", err, s)
			}
		})
	}
}
