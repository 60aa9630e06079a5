package portal

import (
	"context"
	"errors"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A failure is what an error of one call means for discovery.
type failure uint8

const (
	none      failure = iota
	fatal             // ends the Load: the token is invalid or ctx has ended
	forbidden         // HubSpot refuses: a scope or a subscription is missing
	absent            // this portal has no such thing
	passing           // a later attempt may succeed
)

func failureOf(ctx context.Context, err error) failure {
	switch {
	case err == nil:
		return none
	case ctx.Err() != nil, errors.Is(err, hubspot.ErrUnauthenticated):
		return fatal
	case errors.Is(err, hubspot.ErrNoAccess):
		return forbidden
	case errors.Is(err, hubspot.ErrInvalid), errors.Is(err, hubspot.ErrNotFound):
		return absent
	default:
		return passing
	}
}

// explain says what went wrong in words that anyone may read. The text of err
// itself may name internal addresses.
func explain(err error) string {
	switch {
	case errors.Is(err, hubspot.ErrUnauthenticated):
		return "HubSpot refuses the token"
	case errors.Is(err, hubspot.ErrNoAccess):
		return "HubSpot refuses access"
	case errors.Is(err, hubspot.ErrRateLimited):
		return "HubSpot's rate limit is used up"
	case errors.Is(err, hubspot.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return "HubSpot did not answer in time"
	case errors.Is(err, hubspot.ErrUnavailable):
		return "HubSpot is unavailable"
	case errors.Is(err, hubspot.ErrInvalid), errors.Is(err, hubspot.ErrNotFound):
		return "HubSpot does not know what was asked for"
	default:
		return "HubSpot's answer could not be used"
	}
}
