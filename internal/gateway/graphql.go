package gateway

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/graphqlhttp"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// graphqlHandler answers GraphQL over HTTP on one version of the graph.
func (g *Gateway) graphqlHandler(live *graph.Live, schemaVersion string, rights auth.Rights) http.Handler {
	srv := handler.New(live)
	srv.AddTransport(graphqlhttp.New(graphqlhttp.Options{
		Rules: g.opts.Rules, Documents: g.process.Documents, Body: g.opts.Limits.Body, Exports: g.exports(live),
	}))
	srv.Use(extension.Introspection{})
	srv.SetErrorPresenter(g.presentError)
	srv.SetRecoverFunc(g.recovered)
	srv.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return g.finish(ctx, next, schemaVersion)
	})
	if !rights.Introspects() {
		srv.Use(noIntrospection{})
	}
	limits := gateLimits(g.opts.Limits)
	limits.NoSuggestions = !rights.Suggests()
	gate.Install(srv, limits, g.process.Compute)
	return srv
}

// presentError gives every error its code and keeps our insides out of it.
func (g *Gateway) presentError(ctx context.Context, err error) *gqlerror.Error {
	presented, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		presented = &gqlerror.Error{Err: err, Path: graphql.GetPath(ctx)}
	}
	if presented.Extensions["code"] != nil {
		return presented
	}
	if presented.Err == nil {
		// gqlgen's own word on a request that is not one.
		presented.Extensions = map[string]any{"code": execute.CodeBadUserInput}
		return presented
	}
	out, known := execute.Present(presented.Err)
	if !known {
		g.lg.Error("internal error", "path", presented.Path.String(), "error", presented.Err)
	}
	out.Path = presented.Path
	out.Locations = presented.Locations
	return out
}

// recovered turns a panic, which is a bug of ours, into an error.
func (g *Gateway) recovered(_ context.Context, panicked any) error {
	g.lg.Error("panic", "panic", panicked, "stack", string(debug.Stack()))
	return &gqlerror.Error{
		Message:    "internal error",
		Extensions: map[string]any{"code": execute.CodeInternal},
	}
}

// finish bounds the errors of an answer, says what it cost, and logs it.
func (g *Gateway) finish(ctx context.Context, next graphql.ResponseHandler, schemaVersion string) *graphql.Response {
	g.obs.parsed(ctx)
	response := next(ctx)
	if response == nil {
		return nil
	}
	trace := hubspot.TraceFrom(ctx)
	g.noteAnswer(ctx, len(response.Errors))
	omitted := boundErrors(response, g.errorsKept())
	calls := trace.Calls()
	total := 0
	for _, n := range calls {
		total += n
	}
	if response.Extensions == nil {
		response.Extensions = make(map[string]any, 1)
	}
	response.Extensions["hubgraph"] = g.costOf(trace, calls, graph.AnswerFrom(ctx).Report, omitted, schemaVersion)
	g.observeOperation(ctx, response, total)
	return response
}

// boundErrors puts the errors in the order of their paths, since root fields
// fail in any order, keeps the first most and returns how many it left out.
func boundErrors(response *graphql.Response, most int) (omitted int) {
	slices.SortStableFunc(response.Errors, func(a, b *gqlerror.Error) int {
		return strings.Compare(a.Path.String(), b.Path.String())
	})
	omitted = max(0, len(response.Errors)-most)
	response.Errors = response.Errors[:len(response.Errors)-omitted]
	return omitted
}
