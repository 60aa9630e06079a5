package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/graph/generated"
	"github.com/hubgraph/hubgraph/graph/resolvers"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/lru"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// recordsField is the core's internal root field. The generated executor
// panics on a field it was not compiled with, so every root field that only
// the live schema has runs under this name.
const recordsField = "_records"

// A Live schema is one version of a portal's graph. Clients see the live
// schema: parsing, validation, variable coercion and introspection use it. The
// generated executor runs the operation: concurrency of root fields, error
// paths, null rules, middleware and transports are its own.
type Live struct {
	graphql.ExecutableSchema

	engine        *execute.Engine
	records       *ast.FieldDefinition // of recordsField
	introspection *introspectionCache
	prepared      *lru.Cache[preparedKey, *prepared]

	// Phase, if it is not nil, is told when a part of an operation begins ("plan",
	// "run" or "render"), and returns what that part runs under and what is to be
	// called at its end.
	Phase func(ctx context.Context, name string) (context.Context, func())
}

// begin tells of a phase.
func (l *Live) begin(ctx context.Context, name string) (_ context.Context, end func()) {
	if l.Phase == nil {
		return ctx, func() {}
	}
	return l.Phase(ctx, name)
}

// NewLive returns the executable schema of one version of a portal's graph.
func NewLive(s *schema.Schema, engine *execute.Engine, r *resolvers.Resolver) *Live {
	core := generated.NewExecutableSchema(generated.Config{}).Schema()
	return &Live{
		ExecutableSchema: generated.NewExecutableSchema(generated.Config{Schema: s.AST, Resolvers: r}),
		engine:           engine,
		records:          core.Query.Fields.ForName(recordsField),
		introspection:    newIntrospectionCache(),
		prepared:         lru.New[preparedKey, *prepared](preparedBytes),
	}
}

// Kept is how many bytes what is kept for the next operations takes, about.
func (l *Live) Kept() int64 {
	return int64(l.introspection.answers.Size() + l.prepared.Size())
}

// Exec implements graphql.ExecutableSchema. All live root fields of the
// operation are planned and run together, once. Where there are no others, the
// answer is written in one go, and the generated executor has no part in it.
func (l *Live) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	_, end := l.begin(ctx, "plan")
	p := l.prepare(op, AnswerFrom(ctx).Once)
	end()
	run := func(ctx context.Context) *graphql.Response { return l.answer(ctx, p) }
	if !p.live {
		run = l.execute(ctx, op, p)
	}
	return func(ctx context.Context) *graphql.Response {
		ctx = p.watch(ctx)
		if response, stopped := p.stops(ctx); stopped {
			return response
		}
		return run(ctx)
	}
}

// execute has the generated executor answer an operation, and the live root
// fields in it.
func (l *Live) execute(ctx context.Context, op *graphql.OperationContext, p *prepared) graphql.ResponseHandler {
	inner := derive(op, p.flat)
	next := l.ExecutableSchema.Exec(graphql.WithOperationContext(ctx, inner))
	return func(ctx context.Context) *graphql.Response {
		ctx, end := l.begin(graphql.WithOperationContext(ctx, inner), "run") // and rendered field by field
		defer end()
		if p.plan != nil {
			ctx = execute.WithOperation(ctx, l.engine.Start(ctx, p.plan))
		}
		if p.introspection && !op.DisableIntrospection {
			return l.introspection.answer(ctx, op, func() *graphql.Response { return next(ctx) })
		}
		return next(ctx)
	}
}

// answer runs an operation of live root fields and writes its data.
func (l *Live) answer(ctx context.Context, p *prepared) *graphql.Response {
	running, end := l.begin(ctx, "run")
	run := l.engine.Run(running, p.plan)
	end()
	_, end = l.begin(ctx, "render")
	defer end()
	answer := AnswerFrom(ctx)
	data := append(answer.Buffer[:0], '{')
	place := 0
	for i, f := range p.fields {
		if i > 0 {
			data = append(data, ',')
		}
		data = append(data, f.key...)
		if f.typename {
			data = append(data, quote(l.Schema().Query.Name)...)
			continue
		}
		data = appendRoot(ctx, data, run, place)
		place++
	}
	answer.Buffer = append(data, '}')
	return &graphql.Response{Data: answer.Buffer}
}

// appendRoot writes the value of one root field; a bug of ours in doing so costs
// that field alone.
func appendRoot(ctx context.Context, dst []byte, run *execute.Operation, place int) (data []byte) {
	defer func() {
		if v := recover(); v != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, v))
			data = append(dst, "null"...)
		}
	}()
	data, errs := run.Append(dst, place)
	for _, err := range errs {
		graphql.AddError(ctx, err)
	}
	return data
}

// An Answer is what one request's operation leaves besides its response.
type Answer struct {
	// Buffer is memory that the answer may be written into, and what it has grown
	// to. The response's data is valid until the caller uses it for anything else.
	Buffer []byte
	// Once says that the operation will not come again as it is, so that its plan is
	// not worth keeping.
	Once bool
	// Report says what the operation took of HubSpot; nil before it runs.
	Report *Report
}

type answerKey struct{}

// WithAnswer returns a context whose operation fills in answer.
func WithAnswer(ctx context.Context, answer *Answer) context.Context {
	return context.WithValue(ctx, answerKey{}, answer)
}

// AnswerFrom is the Answer that ctx carries, or a new one.
func AnswerFrom(ctx context.Context) *Answer {
	if answer, ok := ctx.Value(answerKey{}).(*Answer); ok {
		return answer
	}
	return new(Answer)
}

// derive is the operation context with another operation. The original
// operation is shared through the document cache and must not change.
func derive(op *graphql.OperationContext, operation *ast.OperationDefinition) *graphql.OperationContext {
	return &graphql.OperationContext{
		RawQuery:               op.RawQuery,
		Variables:              op.Variables,
		OperationName:          op.OperationName,
		Doc:                    op.Doc,
		Extensions:             op.Extensions,
		Headers:                op.Headers,
		Operation:              operation,
		DisableIntrospection:   op.DisableIntrospection,
		RecoverFunc:            op.RecoverFunc,
		ResolverMiddleware:     op.ResolverMiddleware,
		RootResolverMiddleware: op.RootResolverMiddleware,
		Stats:                  op.Stats,
	}
}
