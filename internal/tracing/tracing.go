// Package tracing tells an OpenTelemetry collector where the time of a request
// went: one trace a request, with a span for each of its phases and for each
// call to HubSpot.
//
// The trace that a client is in is taken from its traceparent header. It is not
// sent on: HubSpot has no use for it, and need not know it.
package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// closeTimeout is how long the last spans may take to be exported.
const closeTimeout = 5 * time.Second

// A Tracing makes spans. The methods of a nil Tracing make none, and cost nothing.
type Tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// New exports spans to the collector whose traces go to the URL endpoint, by OTLP
// over HTTP. Headers, time-outs, certificates, sampling and attributes of the
// service are those of OpenTelemetry's variables, which its SDK reads.
//
// Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
func New(ctx context.Context, lg *slog.Logger, endpoint string) (*Tracing, error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("start the export of traces: %w", err)
	}
	service, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "hubgraph"), attribute.String("service.version", version())),
		resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("describe the service to the collector of traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		lg.Warn("traces not exported")
		lg.Debug("traces not exported", "cause", err.Error()) // which may name addresses
	}))
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(service))
	return &Tracing{provider: provider, tracer: provider.Tracer("github.com/hubgraph/hubgraph")}, nil
}

// version is the module version that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Version
}

// Close exports what is left.
func (t *Tracing) Close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // the error handler was told
}

// Request begins the span of a request, in the trace that the client is in if it
// says so, and returns the context of all that belongs to it.
func (t *Tracing) Request(ctx context.Context, r *http.Request) (_ context.Context, end func()) {
	if r.Header.Get("Traceparent") != "" {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
	}
	if t == nil {
		return ctx, func() {}
	}
	ctx, span := t.tracer.Start(ctx, "graphql", trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", r.Method), attribute.String("url.path", r.URL.Path)))
	return ctx, func() { span.End() }
}

// ID is the trace that ctx belongs to: the request's own, or if there is none,
// that of its client. It is empty if there is neither.
func ID(ctx context.Context) string {
	if id := trace.SpanContextFromContext(ctx); id.HasTraceID() {
		return id.TraceID().String()
	}
	return ""
}

// An Operation is what a request came to.
type Operation struct {
	Kind, Name string // of a valid one: "query"
	Portal     string
	Planned    int // HubSpot calls that it may have taken
	Calls      int // HubSpot calls that it made
	Hits       int // reads that the record cache answered
	Waited     time.Duration
	Codes      []string // of its errors
	Failed     bool     // there is no data
}

// Operation adds to the request's span what the request came to.
func (t *Tracing) Operation(ctx context.Context, op Operation) {
	span := t.recording(ctx)
	if span == nil {
		return
	}
	if op.Kind != "" {
		span.SetName(strings.TrimSpace(op.Kind + " " + op.Name))
		span.SetAttributes(attribute.String("graphql.operation.type", op.Kind), attribute.String("graphql.operation.name", op.Name))
	}
	span.SetAttributes(attribute.String("hubgraph.portal", op.Portal), attribute.Int("hubgraph.planned_calls", op.Planned),
		attribute.Int("hubgraph.calls", op.Calls), attribute.Int("hubgraph.cache_hits", op.Hits),
		attribute.Int64("hubgraph.waited_ms", op.Waited.Milliseconds()))
	if len(op.Codes) > 0 {
		span.SetAttributes(attribute.StringSlice("hubgraph.errors", op.Codes))
	}
	if op.Failed {
		span.SetStatus(codes.Error, "")
	}
}

// recording is the span of ctx, or nil if none is exported.
func (t *Tracing) recording(ctx context.Context) trace.Span {
	if t == nil {
		return nil
	}
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		return span
	}
	return nil
}
