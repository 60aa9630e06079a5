package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
	"github.com/hubgraph/hubgraph/internal/tracing"
)

// exports says how connections of a graph are exported.
func (g *Gateway) exports(live *graph.Live) graphqlhttp.Exports {
	return graphqlhttp.Exports{
		Rows: g.opts.ExportRows,
		// Longer pages than the standard ones would save nothing.
		Page:    min(g.opts.Limits.First.Or(execute.DefaultFirst).Ceiling(execute.DefaultFirst), execute.DefaultFirst),
		Schema:  live.Schema(),
		Planned: live.Planned,
		Compute: func(do func()) {
			g.process.Compute.Enter()
			defer g.process.Compute.Leave()
			do()
		},
	}
}

// Turns say when the pages of an export may be read.
type Turns interface {
	// Enter waits until the next page may be read, or says why there will be none.
	Enter(ctx context.Context) error
	// Leave makes room for others while the page is sent.
	Leave()
}

type turnsKey struct{}

// WithTurns returns the context of a request whose export is read in turns.
func WithTurns(ctx context.Context, turns Turns) context.Context {
	return context.WithValue(ctx, turnsKey{}, turns)
}

// noTurns are those of an export that nobody bounds.
type noTurns struct{}

func (noTurns) Enter(context.Context) error { return nil }
func (noTurns) Leave()                      {}

func turnsFrom(ctx context.Context) Turns {
	if turns, ok := ctx.Value(turnsKey{}).(Turns); ok {
		return turns
	}
	return noTurns{}
}

// serveExport serves an export. Each page of it is a request of its own to all that
// counts or bounds requests, and tells of itself as one; what the pages come to has
// a line in the log besides.
func (g *Gateway) serveExport(w http.ResponseWriter, r *http.Request) {
	v := g.view(w, r)
	if v == nil {
		return
	}
	turns, start := turnsFrom(r.Context()), time.Now()
	run := &graphqlhttp.Run{Begin: func(ctx context.Context) (context.Context, func(), error) {
		if err := turns.Enter(ctx); err != nil {
			return ctx, nil, err
		}
		page, end := g.begin(ctx, r)
		return page, func() { end(); turns.Leave() }, nil
	}}
	v.handler.ServeHTTP(w, r.WithContext(graphqlhttp.WithRun(r.Context(), run)))
	if run.Pages > 0 || run.Broken {
		g.logExport(r.Context(), run, time.Since(start))
	}
	if run.Broken {
		panic(http.ErrAbortHandler) // which the server knows for this
	}
}

func (g *Gateway) logExport(ctx context.Context, run *graphqlhttp.Run, took time.Duration) {
	level, outcome, code := slog.LevelInfo, "whole", ""
	switch {
	case run.Err != nil:
		level, outcome = slog.LevelWarn, "failed"
		code, _ = run.Err.Extensions["code"].(string)
	case run.Broken:
		outcome = "abandoned" // by the client
	}
	attrs := []slog.Attr{
		slog.String("client", auth.From(ctx).Name),
		slog.String("portal_id", g.PortalID()),
		slog.String("format", string(run.Format)),
		slog.String("outcome", outcome),
		slog.String("error", code),
		slog.Int("rows", run.Rows),
		slog.Int("pages", run.Pages),
		slog.Int64("bytes", run.Bytes),
		slog.Int64("duration_ms", took.Milliseconds()),
		slog.String("trace_id", tracing.ID(ctx)),
	}
	if code == execute.CodeInternal && run.Err.Err != nil {
		attrs = append(attrs, slog.Any("cause", run.Err.Err))
	}
	g.lg.LogAttrs(ctx, level, "export", attrs...)
}
