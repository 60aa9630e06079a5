package graphqlhttp

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"github.com/hubgraph/hubgraph/graph"
)

// write writes a response: what went wrong first, what it cost last. One without
// data never ran, which the absence of the member says. The data is written as
// it is: it may be megabytes of JSON that was just made.
func write(w http.ResponseWriter, status int, mediaType string, response *graphql.Response) {
	h := w.Header()
	h.Set("Content-Type", mediaType+"; charset=utf-8")
	h.Set("Cache-Control", "no-store") // it is people's data
	h.Add("Vary", "Accept")
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
	if len(response.Extensions) > 0 {
		member("extensions", encode(response.Extensions))
	}
	_, _ = io.WriteString(w, "}")
}

// encode is for what is made of text and numbers, all of it ours.
func encode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
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
