package gateway

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// longestRequest is how long a request may take where its time is not limited:
// whatever it waits for must end some day.
const longestRequest = 10 * time.Minute

// MaxErrors is how many errors one answer carries, unless that is configured.
const MaxErrors = gate.DefaultErrors

// gateLimits are what the gate refuses.
func gateLimits(l config.Limits) gate.Limits {
	return gate.Limits{
		Body: l.Body, Tokens: l.Tokens, Depth: l.Depth, Aliases: l.Aliases, RootFields: l.RootFields,
		Directives: l.Directives, DirectivesPerPlace: l.DirectivesPerPlace, Fragments: l.Fragments,
		Selections: l.Selections, Operations: l.Operations, Variables: l.Variables, Errors: l.Errors,
	}
}

// executeLimits are what the plan and its run are held to.
func (g *Gateway) executeLimits() execute.Limits {
	l := g.opts.Limits
	return execute.Limits{
		MaxCalls: g.opts.MaxCalls, CallsMode: l.Calls, Records: l.Records, First: l.First,
		Cache: g.records, Compute: g.process.Compute,
	}
}

// errorsKept is how many errors one answer carries.
func (g *Gateway) errorsKept() int {
	return g.opts.Limits.Errors.Or(MaxErrors).Ceiling(math.MaxInt)
}

// RequestTime is how long a request may take before its context ends.
func RequestTime(timeout time.Duration, mode limit.Mode) time.Duration {
	if mode == limit.Enforce {
		return timeout
	}
	return max(timeout, longestRequest)
}

// noteAnswer tells of the limits that only an answer shows: its errors, and the
// time since the request came.
func (g *Gateway) noteAnswer(ctx context.Context, errs int) {
	log := limit.From(ctx)
	if kept := g.opts.Limits.Errors.Or(MaxErrors); kept.Tells(errs) {
		log.Add(limit.Excess{Limit: "errors", Found: errs, Most: kept.Most})
	}
	if !graphql.HasOperationContext(ctx) {
		return
	}
	// Milliseconds, as in the log.
	took := time.Since(graphql.GetOperationContext(ctx).Stats.OperationStart)
	allowed := limit.Limit{Mode: g.opts.Limits.Time, Most: int(g.opts.Timeout.Milliseconds())}
	ended := allowed.Mode == limit.Enforce && errors.Is(context.Cause(ctx), context.DeadlineExceeded)
	if found := int(took.Milliseconds()); ended || allowed.Tells(found) {
		log.Add(limit.Excess{Limit: "time", Found: found, Most: allowed.Most, Refused: ended})
	}
}

// overLimits are the limits that a request went beyond as its line in the log
// has them; none for nearly all requests.
func overLimits(ctx context.Context) []slog.Attr {
	over := limit.From(ctx).List()
	if len(over) == 0 {
		return nil
	}
	limits := make([]any, 0, len(over))
	for _, e := range over {
		limits = append(limits, slog.Group(e.Limit, "found", e.Found, "most", e.Most, "refused", e.Refused))
	}
	return []slog.Attr{slog.Group("over_limits", limits...)}
}

// observeLimits counts what limits a request went beyond.
func (g *Gateway) observeLimits(over *limit.Log) {
	for _, e := range over.List() {
		g.process.Metrics.Limits.Observe(e)
	}
}
