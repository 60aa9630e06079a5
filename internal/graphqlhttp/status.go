package graphqlhttp

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gate"
)

// Rules say which status an answer has: one of the two rows of the table below.
type Rules string

const (
	// Audit is what the clients in use were tested with, and what the audits of
	// npm's graphql-http ask for: the last draft of GraphQL over HTTP. Clients
	// that take plain JSON alone get 200 for every operation.
	Audit Rules = "audit"
	// Release2026 is the first release of GraphQL over HTTP, of September 2026.
	//
	// Source: https://http-spec.graphql.org/September2026/#sec-Status-Codes
	Release2026 Rules = "2026"
)

// An outcome is what became of a request that HTTP itself has nothing against.
type outcome int

const (
	succeeded   outcome = iota
	partial             // data, if only null, and errors
	unreadable          // no JSON, or a malformed URL
	malformed           // JSON that is no GraphQL request
	unparsed            // the document is no GraphQL
	invalid             // validation, limits, variables, or which operation
	forbidden           // a document that this client may not send
	unavailable         // too much to do
	timedOut            // before anything ran
	failed              // a bug of ours
)

const statusPartialSuccess = 294 // the release's own; net/http has no name for it

// A status is that of one outcome, for clients that take the media type of
// GraphQL responses, and for those that take plain JSON.
type status struct{ response, plain int }

// statuses is the table. What HTTP has a word for is the same by both rules: 405
// for methods, mutations by GET among them, 406 if the client takes none of our
// media types, 408 for bodies that come too slowly, 413, 414 and 431 for what is
// too long, 415 for what is not JSON in its content type.
var statuses = [...]struct{ audit, release2026 status }{
	succeeded:   {status{200, 200}, status{200, 200}},
	partial:     {status{200, 200}, status{statusPartialSuccess, 200}},
	unreadable:  {status{400, 400}, status{400, 400}},
	malformed:   {status{400, 400}, status{422, 422}},
	unparsed:    {status{400, 200}, status{400, 400}},
	invalid:     {status{400, 200}, status{422, 422}},
	forbidden:   {status{403, 200}, status{403, 403}},
	unavailable: {status{503, 200}, status{503, 503}},
	timedOut:    {status{504, 200}, status{504, 504}},
	failed:      {status{500, 200}, status{500, 500}},
}

// status is that of an outcome for a client that accepts the media type.
func (r Rules) status(o outcome, accepted string) int {
	s := statuses[o].audit
	if r == Release2026 {
		s = statuses[o].release2026
	}
	if accepted == mediaResponse {
		return s.response
	}
	return s.plain
}

// mediaType is the one of an answer with the status. By the release an answer
// that is no success says that it is GraphQL's, for others on the way answer
// with such statuses too, in plain JSON.
func (r Rules) mediaType(status int, accepted string) string {
	if r == Release2026 && status >= http.StatusMultipleChoices {
		return mediaResponse
	}
	return accepted
}

// outcomeOf tells it from a response: one without data never ran.
func outcomeOf(response *graphql.Response) outcome {
	switch {
	case response.Data != nil && len(response.Errors) == 0:
		return succeeded
	case response.Data != nil:
		return partial
	case len(response.Errors) == 0:
		return failed
	}
	switch response.Errors[0].Extensions["code"] {
	case gate.CodeParseFailed:
		return unparsed
	case execute.CodeForbidden:
		return forbidden
	case execute.CodeRateLimited, execute.CodeUpstreamUnavailable:
		return unavailable
	case execute.CodeUpstreamTimeout:
		return timedOut
	case execute.CodeInternal:
		return failed
	}
	return invalid
}
