// Package graphqlhttp is GraphQL over HTTP: any operation by POST of JSON,
// queries by GET, one operation a request.
//
// It stands in for gqlgen's own transports, which refuse some requests without a
// code, echo a body they cannot read, do not weigh what clients accept, answer
// null to a request whose time is up, and copy every answer once more to check
// JSON that was just made.
package graphqlhttp

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/documents"
	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// Options are what a [Transport] can be told.
type Options struct {
	// Rules decide about statuses; the zero value is [Audit].
	Rules Rules
	// Body bounds the bytes of a body; the default is [gate.DefaultBodyBytes].
	Body limit.Limit
	// Exports is how connections are exported.
	Exports Exports
	// Documents are those that requests may name instead of sending them; nil
	// is none.
	Documents *documents.Store
}

// A Transport answers every request to the GraphQL endpoint.
type Transport struct{ opts Options }

var _ graphql.Transport = Transport{}

// New returns a transport for a gqlgen server, the only one that it needs.
func New(opts Options) Transport {
	opts.Body = opts.Body.Or(gate.DefaultBodyBytes)
	opts.Exports = opts.Exports.withDefaults()
	return Transport{opts}
}

// Supports implements [graphql.Transport]. What cannot be served is refused by
// Do.
func (Transport) Supports(*http.Request) bool { return true }

const allMethods = "GET, POST, OPTIONS"

// Do implements [graphql.Transport].
func (t Transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", allMethods)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	ctx := r.Context()
	accepted, acceptable := negotiate(r.Header.Values("Accept"))
	if format, ok := exported(accepted); ok && acceptable {
		t.export(w, r, exec, format)
		return
	}
	params := &graphql.RawParams{Headers: r.Header}
	params.ReadTime.Start = graphql.Now()
	if refused := t.read(r, acceptable, params); refused != nil {
		t.refuse(w, refused, accepted, exec.DispatchError(ctx, gqlerror.List{refused.err}))
		return
	}
	params.ReadTime.End = graphql.Now()
	ctx = graphql.StartOperationTrace(ctx) // how long the client took to send it is not the operation's time

	op, errs := exec.CreateOperationContext(ctx, params)
	if r.Method == http.MethodGet && !onlyReads(op, params, errs) {
		refused := refuse(http.StatusMethodNotAllowed, "GET is for queries alone: send other operations by POST")
		refused.allow = http.MethodPost
		t.refuse(w, refused, accepted, exec.DispatchError(graphql.WithOperationContext(ctx, op), gqlerror.List{refused.err}))
		return
	}
	if errs != nil {
		t.answer(w, accepted, exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
		return
	}
	answer := takeAnswer()
	defer giveAnswer(answer)
	responses, ctx := exec.DispatchOperation(graph.WithAnswer(ctx, answer), op)
	response := responses(ctx)
	if response == nil {
		// The request's time was up, or its client gone, before anything ran.
		err := gqlerror.Wrap(context.Cause(ctx))
		response = exec.DispatchError(ctx, gqlerror.List{err})
	}
	t.answer(w, accepted, response)
}

// read reads a request into params.
func (t Transport) read(r *http.Request, acceptable bool, params *graphql.RawParams) *refusal {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		refused := refuse(http.StatusMethodNotAllowed, "GraphQL takes POST and GET")
		refused.allow = allMethods
		return refused
	}
	if !acceptable {
		return refuse(http.StatusNotAcceptable,
			"answers come as application/graphql-response+json or application/json, exports as text/csv or application/x-ndjson: accept one of them")
	}
	req, refused := t.decode(r)
	if refused != nil {
		return refused
	}
	if refused := t.findDocument(r.Context(), req); refused != nil {
		return refused
	}
	if req.Query == nil {
		return refuseAs(malformed, `the request has no query: send one such as {"query": "{ __typename }"}`)
	}
	params.Query, params.OperationName = *req.Query, req.OperationName
	params.Variables, params.Extensions = req.Variables, req.Extensions
	return nil
}

func (t Transport) decode(r *http.Request) (*request, *refusal) {
	if r.Method == http.MethodGet {
		return decodeURL(r.URL)
	}
	if refused := checkContentType(r.Header); refused != nil {
		return nil, refused
	}
	body, refused := readBody(r, t.opts.Body)
	if refused != nil {
		return nil, refused
	}
	return decodeBody(body)
}

// refuse answers a request that is not one.
func (t Transport) refuse(w http.ResponseWriter, refused *refusal, accepted string, response *graphql.Response) {
	if refused.allow != "" {
		w.Header().Set("Allow", refused.allow)
	}
	if refused.last {
		w.Header().Set("Connection", "close")
	}
	status := refused.status
	if status == 0 {
		status = t.opts.Rules.status(refused.outcome, accepted)
	}
	write(w, status, t.opts.Rules.mediaType(status, accepted), response)
}

// answer answers an operation.
func (t Transport) answer(w http.ResponseWriter, accepted string, response *graphql.Response) {
	status := t.opts.Rules.status(outcomeOf(response), accepted)
	write(w, status, t.opts.Rules.mediaType(status, accepted), response)
}

// onlyReads reports whether a request may come by GET: links and pages of any
// origin make such requests, so that all they may do is ask. A mutation that the
// schema does not have is one, too: its text is read once more to see.
func onlyReads(op *graphql.OperationContext, params *graphql.RawParams, errs gqlerror.List) bool {
	if errs == nil {
		return op.Operation.Operation == ast.Query
	}
	if code := errs[0].Extensions["code"]; code != gate.CodeValidationFailed {
		return true
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: params.Query})
	if err != nil {
		return true
	}
	named := doc.Operations.ForName(params.OperationName)
	return named == nil || named.Operation == ast.Query
}
