package hubspot

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

const (
	maxFaultTries   = 3 // attempts in all when HubSpot or the line fails
	maxLimitedTries = 5 // attempts in all when HubSpot answers 429
	minBackoff      = 100 * time.Millisecond
	maxBackoff      = 2 * time.Second
	lockedBackoff   = 2 * time.Second // a 423 lock lasts two seconds
	gateJitter      = 250 * time.Millisecond
)

// HubSpot's names of its limits, as 429 answers carry them.
const (
	policyRolling  = "TEN_SECONDLY_ROLLING"
	policySecondly = "SECONDLY"
	policyDaily    = "DAILY"
)

// A retrier decides, for one call, whether a failed attempt is followed by
// another. Every call of this package is a read, so all may be repeated, as far
// as the portal's retries go.
//
// The waits differ by cause, each ends with the caller's deadline, and a 429
// is not ours alone: it closes the limiter for everyone. A stock retry policy
// knows none of that, which is why this is written out.
type retrier struct {
	faults   int
	limited  int
	replayed bool   // after a 401
	bearer   string // of the last attempt
	renewed  bool   // whether bearer stands for the source's own
	cause    error  // why there is no newer token
	refused  *Error // the 429 that a wait at the limiter was for
	failed   *Error // the fault that the last wait was for
}

// token is the bearer of the next attempt.
func (r *retrier) token(ctx context.Context, c *Client) (string, error) {
	if r.renewed {
		return r.bearer, nil
	}
	token, err := c.token.Token(ctx)
	if err != nil {
		return "", tokenError(ctx, err)
	}
	r.bearer = token
	return token, nil
}

// again waits as long as err asks for and reports whether to try once more.
func (r *retrier) again(ctx context.Context, c *Client, cl call, err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.unsent || ctx.Err() != nil {
		return false
	}
	switch {
	case e.StatusCode == http.StatusTooManyRequests:
		return r.afterLimit(c, cl, e)
	case e.StatusCode == http.StatusUnauthorized:
		return r.afterToken(ctx, c, e)
	case e.StatusCode == http.StatusLocked:
		return r.afterFault(ctx, c, e, lockedBackoff+jitter(gateJitter))
	case e.StatusCode >= 500, e.transient:
		return r.afterFault(ctx, c, e, max(backoff(r.faults), e.RetryAfter))
	}
	return false
}

// afterLimit closes the budget for everybody; the next attempt waits for it at
// the limiter, in its turn.
func (r *retrier) afterLimit(c *Client, cl call, e *Error) bool {
	r.limited++
	budget := cl.endpoint.Budget()
	policy := policyOf(e, budget)
	if policy == policyDaily {
		e.PolicyName, e.RetryAfter = policyDaily, c.limiter.stopDay() // the name may have stood in the text alone
		return false
	}
	switch {
	case e.RetryAfter > 0:
	case policy == policySecondly:
		e.RetryAfter = time.Duration(r.limited) * searchWindow
	case r.limited == 1:
		e.RetryAfter = c.limiter.rest(budget)
	default: // the rest of our own window was not enough: others share it
		e.RetryAfter = burstWindow
	}
	c.limiter.close(budget, e.RetryAfter+jitter(gateJitter))
	r.refused = e
	return r.limited < maxLimitedTries
}

// policyOf tells which limit a 429 is about. HubSpot often leaves the name
// out, and its edge sends plain text.
func policyOf(e *Error, budget Budget) string {
	text := e.PolicyName
	if text == "" {
		text = strings.ToUpper(e.Message)
	}
	switch {
	case strings.Contains(text, "DAILY"):
		return policyDaily
	case strings.Contains(text, "TEN_SECONDLY"):
		return policyRolling
	case strings.Contains(text, "SECONDLY"), budget == BudgetSearch:
		return policySecondly
	}
	return policyRolling
}

// afterToken replays a call once whose token was refused: with a new token if
// HubSpot calls the old one expired, which a 401 alone does not prove. If that is
// refused too, so will be all other calls: they are halted.
func (r *retrier) afterToken(ctx context.Context, c *Client, e *Error) bool {
	if r.replayed || c.health.needsAuthentication() {
		e.cause = r.cause
		c.health.tokenRefused(e, r.bearer)
		return false
	}
	r.replayed = true
	if e.Category != categoryExpiredToken {
		return true
	}
	token, err := c.token.Refresh(ctx, r.bearer)
	if err != nil || token == "" {
		r.cause = err
		return true
	}
	r.renewed, r.bearer = true, token
	return true
}

// afterFault waits for another try, if the call and its portal have one left.
func (r *retrier) afterFault(ctx context.Context, c *Client, e *Error, delay time.Duration) bool {
	r.faults++
	r.failed = e
	return r.faults < maxFaultTries && c.health.retry(ctx, delay)
}

// result is the error that the caller sees.
func (r *retrier) result(ctx context.Context, op string, err error) error {
	if ctx.Err() == context.Canceled {
		return context.Canceled
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	if r.refused != nil && e.StatusCode == 0 && errors.Is(e, ErrRateLimited) {
		// The limiter would not wait: HubSpot's own refusal says more.
		r.refused.RetryAfter = max(e.RetryAfter, time.Millisecond)
		e = r.refused
	}
	if r.failed != nil && e.unsent {
		// So does what HubSpot said before the call became useless.
		r.failed.RetryAfter = max(e.RetryAfter, r.failed.RetryAfter)
		e = r.failed
	}
	final := *e // the limiter shares one error among many
	final.Op = op
	return &final
}

// backoff grows with the number of faults so far, with full jitter so that
// calls which failed together do not come back together.
func backoff(faults int) time.Duration {
	ceiling := min(maxBackoff, 5*minBackoff<<faults)
	return minBackoff + jitter(ceiling-minBackoff)
}

func jitter(most time.Duration) time.Duration {
	return rand.N(most + 1) //nolint:gosec // spreads retries, keeps no secret
}

// sleep waits for d, or reports false: at once if ctx would end first.
func sleep(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// tokenError gives the failure of a token source a kind, if it has none.
func tokenError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return contextError(ctx.Err())
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	kind := ErrUnavailable
	if errors.Is(err, ErrUnauthenticated) {
		kind = ErrUnauthenticated
	}
	return &Error{Kind: kind, Message: "no access token could be had", cause: err}
}
