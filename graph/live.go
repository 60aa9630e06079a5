package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/graph/generated"
	"github.com/hubgraph/hubgraph/graph/resolvers"
	"github.com/hubgraph/hubgraph/internal/execute"
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
}

// NewLive returns the executable schema of one version of a portal's graph.
func NewLive(s *schema.Schema, engine *execute.Engine, r *resolvers.Resolver) *Live {
	core := generated.NewExecutableSchema(generated.Config{}).Schema()
	return &Live{
		ExecutableSchema: generated.NewExecutableSchema(generated.Config{Schema: s.AST, Resolvers: r}),
		engine:           engine,
		records:          core.Query.Fields.ForName(recordsField),
		introspection:    newIntrospectionCache(),
	}
}

// Exec implements graphql.ExecutableSchema. All live root fields of the
// operation are planned and run together, once.
func (l *Live) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	fields := graphql.CollectFields(op, op.Operation.SelectionSet, []string{l.Schema().Query.Name})
	flat, live := l.flatten(fields)
	inner := derive(op, flat)
	next := l.ExecutableSchema.Exec(graphql.WithOperationContext(ctx, inner))
	return func(ctx context.Context) *graphql.Response {
		ctx = graphql.WithOperationContext(ctx, inner)
		if len(live) > 0 {
			ctx = execute.WithOperation(ctx, l.engine.Start(ctx, op, live))
		}
		if onlyIntrospection(fields) && !op.DisableIntrospection {
			return l.introspection.answer(ctx, op, func() *graphql.Response { return next(ctx) })
		}
		return next(ctx)
	}
}

// flatten writes the collected root fields out without fragments, each live
// one under the internal field's name and its own alias, and returns the live
// ones as they were.
func (l *Live) flatten(fields []graphql.CollectedField) (flat ast.SelectionSet, live []graphql.CollectedField) {
	for _, f := range fields {
		field := &ast.Field{
			Alias:            f.Alias,
			Name:             f.Name,
			Arguments:        f.Arguments,
			SelectionSet:     f.Selections,
			Position:         f.Position,
			Definition:       f.Definition,
			ObjectDefinition: f.ObjectDefinition,
		}
		if l.engine.Answers(f.Name) {
			live = append(live, f)
			field.Name = recordsField
			field.Arguments = nil
			field.SelectionSet = nil
			field.Definition = l.records
		}
		flat = append(flat, field)
	}
	return flat, live
}

// derive copies the operation with another selection set. The original is
// shared through the document cache and must not change.
func derive(op *graphql.OperationContext, flat ast.SelectionSet) *graphql.OperationContext {
	operation := *op.Operation
	operation.SelectionSet = flat
	return &graphql.OperationContext{
		RawQuery:               op.RawQuery,
		Variables:              op.Variables,
		OperationName:          op.OperationName,
		Doc:                    op.Doc,
		Extensions:             op.Extensions,
		Headers:                op.Headers,
		Operation:              &operation,
		DisableIntrospection:   op.DisableIntrospection,
		RecoverFunc:            op.RecoverFunc,
		ResolverMiddleware:     op.ResolverMiddleware,
		RootResolverMiddleware: op.RootResolverMiddleware,
		Stats:                  op.Stats,
	}
}
