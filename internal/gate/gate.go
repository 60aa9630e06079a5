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
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/limit"
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
		documents: lru.New[string, admitted](limits.CacheBytes),
		compute:   computing,
	})
	srv.SetQueryCache(admittedDocuments{})
	srv.SetParserTokenLimit(tokenLimit(limits))
}

// A gate is the gqlgen extension. gqlgen has no hook between parsing and
// validation, and the first hook it has, the operation parameter mutator, may
// return one error only. So the gate parses and validates there itself, hands
// the document to the executor through the executor's document cache, and adds
// the errors beyond the first while the response is built.
type gate struct {
	limits    Limits
	schema    *ast.Schema
	documents *lru.Cache[string, admitted] // by their text
	compute   *compute.Gate                // for each document to be parsed and validated
}

// An admitted document may run. It is shared by all requests with its text.
type admitted struct {
	document *ast.QueryDocument
	over     []limit.Excess // limits that it exceeds and that only measure
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

	found, ok := g.documents.Get(params.Query)
	if !ok {
		var errs gqlerror.List
		found, errs = g.admit(ctx, params.Query)
		if len(errs) > 0 {
			a.further = errs[1:]
			limit.From(ctx).Add(found.over...)
			limit.From(ctx).Add(refusals(errs)...)
			return errs[0]
		}
		g.documents.Add(params.Query, found, len(params.Query))
	}
	limit.From(ctx).Add(found.over...)
	a.document = found.document
	return g.checkVariables(found.document, params)
}

// refusals are the limits that a request was refused for.
func refusals(errs gqlerror.List) []limit.Excess {
	var refused []limit.Excess
	for _, err := range errs {
		if name, ok := err.Extensions["limit"].(string); ok {
			found, _ := err.Extensions["found"].(int)
			allowed, _ := err.Extensions["allowed"].(int)
			refused = append(refused, limit.Excess{Limit: name, Found: found, Most: allowed, Refused: true})
		}
	}
	return refused
}

// admit parses, measures and validates query, with a place to compute.
// Where it is refused, what was found of limits that only measure is returned
// all the same.
func (g *gate) admit(ctx context.Context, query string) (admitted, gqlerror.List) {
	if err := g.compute.EnterContext(ctx); err != nil {
		return admitted{}, gqlerror.List{errBusy(err)}
	}
	defer g.compute.Leave()
	doc, over, err := parse(query, g.limits)
	if err != nil {
		return admitted{over: over}, gqlerror.List{err}
	}
	m, err := measure(doc, g.limits)
	over = append(over, m.over...)
	if err != nil {
		return admitted{over: over}, gqlerror.List{err}
	}
	// A suggestion takes time in proportion to the literal it is for.
	set := rulesOf(m.longest <= g.limits.NameBytes, !g.limits.NoSuggestions)
	if errs := validate(g.schema, doc, g.limits.Errors.Ceiling(math.MaxInt), set); len(errs) > 0 {
		if g.limits.Errors.Tells(len(errs)) {
			over = append(over, limit.Excess{Limit: "errors", Found: len(errs), Most: g.limits.Errors.Most})
		}
		return admitted{over: over}, errs
	}
	return admitted{document: doc, over: over}, nil
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
