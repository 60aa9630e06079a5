// Package gate keeps one hostile GraphQL request from hurting the process.
//
// A stock gqlgen server parses and validates whatever it is sent, and several
// validation rules are quadratic or worse in the document: a few kilobytes are
// enough for seconds of CPU and gigabytes of memory. The gate stands in front
// of the validator. It caps the document's tokens while parsing, measures the
// parsed document in one linear pass ([Check]), validates it with at most
// [Limits.Errors] errors kept, and does all that for a bounded number of requests
// at once. What it refuses costs milliseconds and is answered with a code
// and the number to get below.
//
// [Install] puts it into a gqlgen server.
package gate

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/lru"
)

// Install puts the gate in front of srv's validator and takes over its
// document cache, which then holds at most [Limits.CacheBytes] of query text.
//
// Call it after every srv.Use of an extension that rewrites the query, such as
// persisted queries, and do not call srv.SetQueryCache,
// srv.SetParserTokenLimit or srv.SetValidationRulesFn. Documents are parsed and
// validated behind computing; nil is for a gate of their own.
func Install(srv *handler.Server, limits Limits, computing *compute.Gate) {
	if computing == nil {
		computing = compute.NewGate()
	}
	limits = limits.withDefaults()
	srv.Use(&gate{
		limits:    limits,
		documents: lru.New[string, *ast.QueryDocument](limits.CacheBytes),
		compute:   computing,
	})
	srv.SetQueryCache(admittedDocuments{})
	srv.SetParserTokenLimit(limits.Tokens)
}

// A gate is the gqlgen extension. gqlgen has no hook between parsing and
// validation, and the first hook it has, the operation parameter mutator, may
// return one error only. So the gate parses and validates there itself, hands
// the document to the executor through the executor's document cache, and adds
// the errors beyond the first while the response is built.
type gate struct {
	limits    Limits
	schema    *ast.Schema
	documents *lru.Cache[string, *ast.QueryDocument] // admitted ones by their text
	compute   *compute.Gate                          // for each document to be parsed and validated
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.ResponseInterceptor
} = (*gate)(nil)

// ExtensionName implements [graphql.HandlerExtension].
func (g *gate) ExtensionName() string { return "DocumentGate" }

// Validate implements [graphql.HandlerExtension]; it is where an extension
// learns the schema.
func (g *gate) Validate(es graphql.ExecutableSchema) error {
	g.schema = es.Schema()
	return nil
}

// An admission is what the gate found for one request, kept on the request's
// operation context under the extension's name.
type admission struct {
	query    string
	document *ast.QueryDocument // nil when refused
	further  gqlerror.List      // the errors after the first
}

// MutateOperationParameters implements [graphql.OperationParameterMutator]: it
// refuses the request or leaves an admission for the executor.
func (g *gate) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	a := &admission{query: params.Query}
	graphql.GetOperationContext(ctx).Stats.SetExtension(g.ExtensionName(), a)

	doc, ok := g.documents.Get(params.Query)
	if !ok {
		var errs gqlerror.List
		if doc, errs = g.admit(ctx, params.Query); len(errs) > 0 {
			a.further = errs[1:]
			return errs[0]
		}
		g.documents.Add(params.Query, doc, len(params.Query))
	}
	a.document = doc
	return g.checkVariables(doc, params)
}

// admit parses, measures and validates query, with a place to compute.
func (g *gate) admit(ctx context.Context, query string) (*ast.QueryDocument, gqlerror.List) {
	if err := g.compute.EnterContext(ctx); err != nil {
		return nil, gqlerror.List{errBusy(err)}
	}
	defer g.compute.Leave()
	doc, err := parse(query, g.limits)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	longest, err := measure(doc, g.limits)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	// A suggestion takes time in proportion to the literal it is for.
	set := rulesOf(longest <= g.limits.NameBytes, !g.limits.NoSuggestions)
	if errs := validate(g.schema, doc, g.limits.Errors, set); len(errs) > 0 {
		return nil, errs
	}
	return doc, nil
}

// InterceptResponse implements [graphql.ResponseInterceptor]: it adds the
// errors that the parameter mutator could not return, and shortens every
// message, since gqlgen's transports echo a malformed body in full.
func (g *gate) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if a := admissionFrom(ctx); a != nil {
		for _, err := range a.further {
			graphql.AddError(ctx, err)
		}
		a.further = nil
	}
	resp := next(ctx)
	if resp != nil {
		for _, err := range resp.Errors {
			shorten(err)
		}
	}
	return resp
}

// admissionFrom returns the admission of the request that ctx belongs to, or
// nil before there is one.
func admissionFrom(ctx context.Context) *admission {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	a, _ := graphql.GetOperationContext(ctx).Stats.GetExtension((*gate)(nil).ExtensionName()).(*admission)
	return a
}

// admittedDocuments hands the executor the document admitted for the request
// at hand, so that it neither parses nor validates again.
type admittedDocuments struct{}

var _ graphql.Cache[*ast.QueryDocument] = admittedDocuments{}

// Get implements [graphql.Cache].
func (admittedDocuments) Get(ctx context.Context, query string) (*ast.QueryDocument, bool) {
	a := admissionFrom(ctx)
	if a == nil || a.document == nil || a.query != query {
		return nil, false
	}
	return a.document, true
}

// Add implements [graphql.Cache]. The gate caches what it admits itself.
func (admittedDocuments) Add(context.Context, string, *ast.QueryDocument) {}
