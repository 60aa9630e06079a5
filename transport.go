package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/execute"
)

// A transport is GraphQL over HTTP: any operation by POST of JSON, queries by
// GET. It stands in for gqlgen's own, which refuse some requests without a
// code, echo a body they cannot read, answer null to a request whose time is
// up, and copy every answer once more to check JSON that was just made.
//
// Source: https://graphql.github.io/graphql-over-http/draft/
type transport struct{}

// Supports implements graphql.Transport. What cannot be served is refused by
// Do.
func (transport) Supports(*http.Request) bool { return true }

const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// Do implements graphql.Transport.
func (t transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	ctx := r.Context()
	params := &graphql.RawParams{Headers: r.Header}
	params.ReadTime.Start = graphql.Now()
	if refusal := readParams(r, params); refusal != nil {
		if refusal.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST, OPTIONS")
		}
		err := &gqlerror.Error{Message: refusal.message, Extensions: map[string]any{"code": execute.CodeBadUserInput}}
		t.answer(w, r, refusal.status, exec.DispatchError(ctx, gqlerror.List{err}))
		return
	}
	params.ReadTime.End = graphql.Now()

	op, errs := exec.CreateOperationContext(ctx, params)
	if errs != nil {
		t.answer(w, r, statusRefused(r), exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
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
	status := http.StatusOK
	if answer.Report != nil && answer.Report.Refused && response.Data == nil {
		status = statusRefused(r)
	}
	t.answer(w, r, status, response)
}

// statusRefused is that of an operation that is well-formed and not run.
func statusRefused(r *http.Request) int {
	if accepted(r) == mediaResponse {
		return http.StatusBadRequest
	}
	return http.StatusUnprocessableEntity
}

// answer writes a response: what went wrong first, what it cost last. One
// without data never ran, which the absence of the member says. The data is
// written as it is: it may be megabytes of JSON that was just made.
func (transport) answer(w http.ResponseWriter, r *http.Request, status int, response *graphql.Response) {
	w.Header().Set("Content-Type", accepted(r)+"; charset=utf-8")
	w.WriteHeader(status)
	separator := "{"
	member := func(name string, value []byte) {
		_, _ = io.WriteString(w, separator+`"`+name+`":`) // a client that is gone reads nothing
		_, _ = w.Write(value)
		separator = ","
	}
	if len(response.Errors) > 0 {
		member("errors", encode(response.Errors))
	}
	if response.Data != nil {
		member("data", response.Data)
	}
	member("extensions", encode(response.Extensions)) // finish always says what the answer cost
	_, _ = io.WriteString(w, "}")
}

// answers hold the buffers of answers that were sent: growing a new one costs
// more than writing into it. Very large ones are left to the garbage collector.
var answers = sync.Pool{New: func() any { return new(graph.Answer) }}

const keptBuffer = 1 << 20

func takeAnswer() *graph.Answer { return answers.Get().(*graph.Answer) }

func giveAnswer(a *graph.Answer) {
	if a.Report = nil; cap(a.Buffer) <= keptBuffer {
		answers.Put(a)
	}
}

// encode is for what is made of text and numbers, all of it ours.
func encode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// A refusal is why a request is not one of GraphQL over HTTP.
type refusal struct {
	status  int
	message string
}

// readParams reads a request. A POST must say that it is JSON: a page of
// another origin can send other types without asking, see CSRF.
func readParams(r *http.Request, params *graphql.RawParams) *refusal {
	switch r.Method {
	case http.MethodGet:
		return readURL(r.URL.RawQuery, params)
	case http.MethodPost:
	default:
		return &refusal{http.StatusMethodNotAllowed, "GraphQL takes POST and GET"}
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != mediaJSON {
		return &refusal{http.StatusUnsupportedMediaType, "the content type of a POST must be application/json"}
	}
	if err := decode(r.Body, params); err != nil {
		return &refusal{http.StatusBadRequest, `the body is not one JSON object such as {"query": "{ __typename }", "variables": {}}`}
	}
	params.Headers = r.Header
	return nil
}

func readURL(query string, params *graphql.RawParams) *refusal {
	values, err := url.ParseQuery(query)
	if err != nil {
		return &refusal{http.StatusBadRequest, "the query string of the URL is malformed"}
	}
	params.Query, params.OperationName = values.Get("query"), values.Get("operationName")
	for name, to := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if err := decode(strings.NewReader(text), to); err != nil {
			return &refusal{http.StatusBadRequest, name + " is not a JSON object"}
		}
	}
	return nil
}

// decode reads exactly one JSON value. Numbers keep their digits.
func decode(from io.Reader, to any) error {
	d := json.NewDecoder(from)
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one JSON value")
	}
	return nil
}
