package graphqlhttp

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/gate"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// drainBytes is how much of a refused body is still read and thrown away:
// clients that write all of it before they read would not see the answer.
const drainBytes = 8 << 20

// checkContentType refuses all but JSON in UTF-8. Pages of any origin can send
// other types, and no type at all, without being asked first whether they may:
// nothing of such a request is read.
//
// Source: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
func checkContentType(h http.Header) *refusal {
	mediaType, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || mediaType != mediaJSON {
		return refuse(http.StatusUnsupportedMediaType, "the content type of a POST must be application/json")
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return refuse(http.StatusUnsupportedMediaType, "JSON must come in UTF-8: send Content-Type: application/json")
	}
	if coding := h.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return refuse(http.StatusUnsupportedMediaType, "a request must not be compressed: send it without Content-Encoding")
	}
	return nil
}

// readBody reads a body of at most so many bytes in full, so that nothing
// behind it waits for one that trickles in.
func readBody(r *http.Request, bytes limit.Limit) ([]byte, *refusal) {
	allowed := int64(bytes.Ceiling(gate.MaxBodyBytes))
	if r.ContentLength > allowed {
		return nil, refuseBody(r, r.ContentLength, allowed)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, allowed+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		refused := refuse(http.StatusRequestTimeout, "the request's body came too slowly: send it in one go")
		refused.last = true
		return nil, refused
	case err != nil: // the client went away or sent broken chunks
		refused := refuse(http.StatusBadRequest, "the request's body broke off")
		refused.last = true
		return nil, refused
	case int64(len(body)) > allowed:
		return nil, refuseBody(r, allowed+1, allowed)
	}
	if bytes.Tells(len(body)) {
		limit.From(r.Context()).Add(limit.Excess{Limit: "body", Found: len(body), Most: bytes.Most})
	}
	return body, nil
}

// refuseBody is for a body of found bytes, or more where the client did not
// say. Clients that ask first whether to send it are told without reading it.
func refuseBody(r *http.Request, found, allowed int64) *refusal {
	if found <= drainBytes && r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, drainBytes) // a client that is gone gets no answer
	}
	limit.From(r.Context()).Add(limit.Excess{Limit: "body", Found: int(found), Most: int(allowed), Refused: true})
	return &refusal{
		status: http.StatusRequestEntityTooLarge,
		last:   true,
		err: &gqlerror.Error{
			Message: fmt.Sprintf("the request has %d bytes, at most %d are allowed: send large values as variables in several requests", found, allowed),
			Extensions: map[string]any{
				"code":    execute.CodeTooExpensive,
				"limit":   "body",
				"found":   found,
				"allowed": allowed,
			},
		},
	}
}
