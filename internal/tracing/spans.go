package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Phase begins the span of a part of a request, such as "run".
func (t *Tracing) Phase(ctx context.Context, name string) (_ context.Context, end func()) {
	if t.recording(ctx) == nil {
		return ctx, func() {}
	}
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, func() { span.End() }
}

// Past is the span of a part of a request that has ended.
func (t *Tracing) Past(ctx context.Context, name string, start, end time.Time) {
	if t.recording(ctx) == nil || start.IsZero() {
		return
	}
	_, span := t.tracer.Start(ctx, name, trace.WithTimestamp(start))
	span.End(trace.WithTimestamp(end))
}

// Call is the span of a call to HubSpot that has just ended. Calls of no request,
// such as those that read a portal's metadata, have none; one that several
// requests share is in the trace of the one that opened it, which may have been
// answered since.
func (t *Tracing) Call(ctx context.Context, call hubspot.CallInfo) {
	if t == nil || !trace.SpanContextFromContext(ctx).IsSampled() {
		return
	}
	end := time.Now()
	_, span := t.tracer.Start(ctx, "hubspot "+string(call.Endpoint), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithTimestamp(end.Add(-call.Duration)), trace.WithAttributes(
			attribute.String("hubspot.endpoint", string(call.Endpoint)),
			attribute.String("hubspot.object_type", call.ObjectType),
			attribute.Int("http.response.status_code", call.Status),
			attribute.Int("hubspot.attempt", call.Attempt),
			attribute.Int("hubspot.inputs", call.Inputs),
			attribute.Int64("hubspot.waited_ms", call.Waited.Milliseconds()),
			attribute.String("hubspot.correlation_id", call.CorrelationID),
		))
	if call.Err != nil {
		span.SetAttributes(attribute.String("error.type", call.Err.Error()), attribute.String("hubspot.category", call.Category))
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(end))
}
