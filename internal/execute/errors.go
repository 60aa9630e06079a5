package execute

import (
	"context"
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// The values of extensions.code: the contract with clients.
const (
	CodeBadUserInput        = "BAD_USER_INPUT"
	CodeNotFound            = "NOT_FOUND"
	CodeForbidden           = "FORBIDDEN"
	CodeUnauthenticated     = "UNAUTHENTICATED"
	CodeRateLimited         = "RATE_LIMITED"
	CodeUpstreamUnavailable = "UPSTREAM_UNAVAILABLE"
	CodeUpstreamTimeout     = "UPSTREAM_TIMEOUT"
	CodeUpstreamBadValue    = "UPSTREAM_BAD_VALUE"
	CodeTooExpensive        = "TOO_EXPENSIVE"
	CodeOverloaded          = "OVERLOADED"
	CodeInternal            = "INTERNAL"
)

// kinds maps the kinds of HubSpot's errors to codes and to what a client reads.
var kinds = []struct {
	kind    error
	code    string
	message string
}{
	{hubspot.ErrUnauthenticated, CodeUnauthenticated, "HubSpot does not accept the gateway's access token; its operator has to renew it"},
	{hubspot.ErrNoAccess, CodeForbidden, "the gateway's access token may not read this"},
	{hubspot.ErrRateLimited, CodeRateLimited, "HubSpot's rate limit leaves no call for this request in time; try again after retryAfterMs"},
	{hubspot.ErrTimeout, CodeUpstreamTimeout, "HubSpot did not answer in time; try again, or ask for less"},
	{hubspot.ErrUnavailable, CodeUpstreamUnavailable, "HubSpot is not available; try again"},
	{hubspot.ErrNotFound, CodeNotFound, "HubSpot does not have this"},
	{hubspot.ErrInvalid, CodeBadUserInput, "HubSpot refused the request"},
}

// Present turns any error of a run into what a client may see: a message, a
// stable code, and nothing about the inside. An error of no known kind comes
// out as INTERNAL, and known is false: log its cause.
func Present(err error) (presented *gqlerror.Error, known bool) {
	if own, ok := errors.AsType[*gqlerror.Error](err); ok {
		return own, true
	}
	if expensive, ok := errors.AsType[*TooExpensiveError](err); ok {
		return withCode(expensive.Error(), CodeTooExpensive, expensive.extensions()), true
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return withCode("the request took longer than the gateway allows; try again, or ask for less", CodeUpstreamTimeout, nil), true
	}
	if errors.Is(err, context.Canceled) {
		return withCode("the request was cancelled", CodeUpstreamTimeout, nil), true
	}
	for _, k := range kinds {
		if errors.Is(err, k.kind) {
			return presentKind(err, k.code, k.message), true
		}
	}
	return withCode("internal error", CodeInternal, nil), false
}

// WithoutWords is an error without what HubSpot says of it: neither its message
// nor the scopes that it asks for, which name object types and tell of properties.
func WithoutWords(err error) error {
	detail, ok := errors.AsType[*hubspot.Error](err)
	if !ok || detail.Message == "" && len(detail.Scopes) == 0 {
		return err
	}
	quiet := *detail
	quiet.Message, quiet.Scopes = "", nil
	return &quiet
}

func presentKind(err error, code, message string) *gqlerror.Error {
	detail, ok := errors.AsType[*hubspot.Error](err)
	if !ok {
		return withCode(message, code, nil)
	}
	extensions := make(map[string]any)
	if detail.CorrelationID != "" {
		extensions["correlationId"] = detail.CorrelationID
	}
	switch code {
	case CodeForbidden:
		if len(detail.Scopes) > 0 {
			message = fmt.Sprintf("%s; it lacks the scopes %v", message, detail.Scopes)
			extensions["missingScopes"] = detail.Scopes
		}
	case CodeRateLimited:
		extensions["retryAfterMs"] = detail.RetryAfter.Milliseconds()
		if detail.Daily() {
			message = "the HubSpot account's calls of this day are used up; try again after retryAfterMs, at the account's midnight"
			extensions["hubspotLimit"] = "DAILY"
		}
	case CodeUpstreamUnavailable:
		if detail.RetryAfter > 0 {
			message += " after retryAfterMs"
			extensions["retryAfterMs"] = detail.RetryAfter.Milliseconds()
		}
	case CodeBadUserInput, CodeNotFound:
		if detail.Message != "" {
			message += ": " + detail.Message
		}
	}
	return withCode(message, code, extensions)
}

func withCode(message, code string, extensions map[string]any) *gqlerror.Error {
	if extensions == nil {
		extensions = make(map[string]any, 1)
	}
	extensions["code"] = code
	return &gqlerror.Error{Message: message, Extensions: extensions}
}
