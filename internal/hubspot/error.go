package hubspot

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// The kinds of failure. Every error of a [Client] method is one of them under
// errors.Is, or the context's own error when the caller gave up.
var (
	// ErrInvalid means that the request is wrong and would stay wrong: refused
	// by us before any call, or by HubSpot with a 4xx that has no kind of its own.
	ErrInvalid = errors.New("invalid request")
	// ErrUnauthenticated means that HubSpot does not accept the token.
	ErrUnauthenticated = errors.New("not authenticated")
	// ErrNoAccess means that the token is good but lacks a scope, or the
	// account lacks the product. Error.Scopes names the missing scopes.
	ErrNoAccess = errors.New("no access")
	// ErrNotFound means that HubSpot has no such record or object type.
	ErrNotFound = errors.New("not found")
	// ErrRateLimited means that the allowance is used up, and waiting for it
	// was not possible. Error.RetryAfter says when to come back.
	ErrRateLimited = errors.New("rate limited")
	// ErrUnavailable means that HubSpot failed, could not be reached, or
	// answered with something that cannot be read. It may pass.
	ErrUnavailable = errors.New("unavailable")
	// ErrTimeout means that the deadline passed before HubSpot answered.
	ErrTimeout = errors.New("timed out")
)

// ErrTooLarge is the cause, beside [ErrUnavailable], of an answer longer than
// the client is willing to read.
var ErrTooLarge = errors.New("answer too large")

// An Error is one call that failed: refused by HubSpot, refused by us before it
// was sent, or lost on the way. HubSpot documents every field of its error
// body as optional, so all but Op and Kind may be zero. It never holds a token,
// a header or an internal address.
//
// Source: https://developers.hubspot.com/docs/api-reference/error-handling
type Error struct {
	Op            string        // the Client method, such as "BatchRead"
	StatusCode    int           // 0 if HubSpot never answered
	Category      string        // such as "VALIDATION_ERROR" or "MISSING_SCOPES"
	Message       string        // for people, at most 500 bytes; never parse it
	CorrelationID string        // names the call in a HubSpot support ticket
	PolicyName    string        // the limit that a 429 is about, such as "TEN_SECONDLY_ROLLING"
	RetryAfter    time.Duration // when a new try makes sense; 0 if unknown
	Scopes        []string      // the scopes a 403 asks for, sorted
	Kind          error         // one of this package's kinds

	cause     error // found by errors.Is, never printed
	transient bool  // a fault of the line or of HubSpot: the same call may work
	unsent    bool  // the call was not made, for what earlier ones came to
}

// Error names the call, HubSpot's status and category, and the reason.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("hubspot")
	if e.Op != "" {
		b.WriteString(": " + e.Op)
	}
	if e.Kind != nil {
		b.WriteString(": " + e.Kind.Error())
	}
	if e.StatusCode != 0 {
		b.WriteString(": status " + strconv.Itoa(e.StatusCode))
		if e.Category != "" {
			b.WriteString(" " + e.Category)
		}
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if len(e.Scopes) > 0 {
		b.WriteString(": missing scopes " + strings.Join(e.Scopes, ", "))
	}
	if e.RetryAfter > 0 {
		b.WriteString(": retry after " + e.RetryAfter.Round(time.Millisecond).String())
	}
	return b.String()
}

// Daily says whether the account's allowance of the day is what is used up.
func (e *Error) Daily() bool { return errors.Is(e, ErrRateLimited) && e.PolicyName == policyDaily }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Is also finds what lies behind the kind: context.DeadlineExceeded,
// [ErrTooLarge], a token source's own error.
func (e *Error) Is(target error) bool {
	return e.cause != nil && errors.Is(e.cause, target)
}

// invalid is a request refused before any call was made.
func invalid(op, message string) *Error {
	return &Error{Op: op, Kind: ErrInvalid, Message: message}
}
