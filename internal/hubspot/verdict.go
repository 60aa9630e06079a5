package hubspot

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// A verdict is what the end of a call says about HubSpot.
type verdict uint8

const (
	verdictNone  verdict = iota // nothing: the caller left, or gave it no time
	verdictWorks                // HubSpot answers, if only to refuse
	verdictFault                // HubSpot or the way to it fails
)

// slowCall is from when on a call without an answer is HubSpot's fault, and not
// that of a deadline which left it no time.
const slowCall = 5 * time.Second

// verdictOf judges a call that took so long. What is wrong with the request, the
// token or the allowance is no fault of HubSpot's, and neither is a lock, which
// is of one record.
func verdictOf(err error, took time.Duration) verdict {
	if err == nil {
		return verdictWorks
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return verdictNone
	case e.StatusCode >= 500, e.transient:
		return verdictFault
	case e.StatusCode == statusMoving:
		return verdictNone
	case e.StatusCode != 0:
		return verdictWorks
	case errors.Is(e, context.DeadlineExceeded) && took >= slowCall:
		return verdictFault
	}
	return verdictNone
}

// accepts says whether HubSpot took the token of a call that ended so.
func accepts(err error) bool {
	if err == nil {
		return true
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.StatusCode == 0 || e.StatusCode >= 500 {
		return false
	}
	switch e.StatusCode {
	case http.StatusUnauthorized, http.StatusTooManyRequests, statusMoving:
		return false
	}
	return true
}
