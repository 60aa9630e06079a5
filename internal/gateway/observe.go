package gateway

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/metrics"
	"github.com/hubgraph/hubgraph/internal/pulse"
	"github.com/hubgraph/hubgraph/internal/tracing"
)

// An observer is told what the gateway does, and tells operators.
type observer struct {
	portal  *metrics.Portal
	tracing *tracing.Tracing // nil if traces go nowhere

	client   *hubspot.Client // set before its first call
	pulse    *pulse.Pulse
	lastCall atomic.Pointer[LastCall] // nil until HubSpot was called
}

func newObserver(process *Process) *observer {
	return &observer{portal: process.Metrics.NewPortal(), tracing: process.Tracing, pulse: newPulse()}
}

// watch adds what is read off the gateway when it is asked for, and has all of it
// served.
func (o *observer) watch(g *Gateway) {
	o.portal.WatchMetadata(g.portal.Status)
	o.portal.WatchAllowance(g.client.RateLimit)
	if g.records != nil {
		o.portal.WatchRecords(g.records)
	}
	o.portal.WatchHealth(g.client.Health)
	o.portal.Publish(g.PortalID())
}

// MostSeries is how many series the portal's metrics can come to.
func (g *Gateway) MostSeries() int { return g.obs.portal.Most() }

// call is told of each attempt at HubSpot.
func (o *observer) call(ctx context.Context, call hubspot.CallInfo) {
	o.portal.Calls.Observe(call)
	o.tracing.Call(ctx, call)
	o.feel(call)
	if call.Status != 0 || !errors.Is(call.Err, context.Canceled) { // a call that is given up says nothing of HubSpot
		o.lastCall.Store(&LastCall{At: time.Now().UTC(), Status: call.Status})
	}
}

// phase is who is told of the phases of an operation: nobody, if it is not traced.
func (o *observer) phase() func(context.Context, string) (context.Context, func()) {
	if o.tracing == nil {
		return nil
	}
	return o.tracing.Phase
}

// parsed tells how long it took to parse and validate the operation, or to refuse
// it.
func (o *observer) parsed(ctx context.Context) {
	if o.tracing == nil || !graphql.HasOperationContext(ctx) {
		return
	}
	stats := &graphql.GetOperationContext(ctx).Stats
	start, end := stats.Read.End, stats.Validation.End
	if end.IsZero() {
		end = time.Now()
	}
	if start.IsZero() {
		start = stats.OperationStart
	}
	o.tracing.Past(ctx, "parse", start, end)
}

// observeOperation counts and logs an operation that was answered with so many
// HubSpot calls. The line holds nothing of what was asked for or answered.
func (g *Gateway) observeOperation(ctx context.Context, response *graphql.Response, calls int) {
	kind, name, took := operationOf(ctx)
	trace, planned := hubspot.TraceFrom(ctx), 0
	if report := graph.AnswerFrom(ctx).Report; report != nil {
		planned = report.Planned
	}
	codes := codesOf(response)
	g.obs.portal.Operations.Observe(metrics.Operation{
		Outcome: outcomeOf(response), Took: took, Planned: planned, Calls: calls, Codes: codes, Stale: trace.Stale(),
	})
	g.obs.feelOperation(took, codes)
	g.obs.tracing.Operation(ctx, tracing.Operation{
		Kind: kind, Name: name, Portal: g.PortalID(), Planned: planned, Calls: calls, Hits: trace.CacheHits(),
		Waited: trace.Waited(), Codes: codes, Failed: outcomeOf(response) == metrics.OutcomeError,
	})
	g.lg.LogAttrs(ctx, slog.LevelInfo, "operation", append([]slog.Attr{
		slog.String("operation", name),
		slog.String("client", auth.From(ctx).Name),
		slog.String("portal_id", g.PortalID()),
		slog.Int64("duration_ms", took.Milliseconds()),
		slog.Int("calls", calls),
		slog.Int("planned", planned),
		slog.Int("hits", trace.CacheHits()),
		slog.Int64("waited_ms", trace.Waited().Milliseconds()),
		slog.Int("bytes", len(response.Data)),
		slog.Bool("stale", trace.Stale()),
		slog.Any("errors", codes),
		slog.String("trace_id", tracing.ID(ctx)),
	}, overLimits(ctx)...)...)
}

func outcomeOf(response *graphql.Response) string {
	switch {
	case len(response.Errors) == 0:
		return metrics.OutcomeOK
	case len(response.Data) == 0:
		return metrics.OutcomeError
	}
	return metrics.OutcomePartial
}

// operationOf is the operation's kind and name, and how long it took so far. A
// body that could not be read has none of it, and a document that is not valid no
// name: what stands there may be anything.
func operationOf(ctx context.Context) (kind, name string, took time.Duration) {
	if !graphql.HasOperationContext(ctx) {
		return "", "", 0
	}
	op := graphql.GetOperationContext(ctx)
	if op.Operation != nil {
		kind, name = string(op.Operation.Operation), clip(op.Operation.Name)
	}
	return kind, name, time.Since(op.Stats.OperationStart)
}

// codesOf are the codes of an answer's errors, never nil.
func codesOf(response *graphql.Response) []string {
	codes := make([]string, len(response.Errors))
	for i, err := range response.Errors {
		codes[i], _ = err.Extensions["code"].(string)
	}
	return codes
}

// clip bounds a name that a client chose.
func clip(s string) string {
	const most = 80
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "")
	}
	return s
}
