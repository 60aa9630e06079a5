package gate

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// drainBytes is how much of a refused body is still read and thrown away:
// clients that write all of it before they read would not see the answer.
const drainBytes = 8 << 20

// Body answers 413 to a request whose body is longer than limits.BodyBytes and
// reads any other in full before next sees it, so that nothing behind it waits
// for a body that trickles in. The refusal is a GraphQL answer with
// [CodeTooExpensive].
func Body(next http.Handler, limits Limits) http.Handler {
	allowed := limits.withDefaults().BodyBytes
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > allowed {
			refuseBody(w, r, r.ContentLength, allowed)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, allowed+1))
		if err != nil { // the client went away or sent broken chunks
			http.Error(w, "cannot read the request body", http.StatusBadRequest)
			return
		}
		if int64(len(body)) > allowed {
			refuseBody(w, r, allowed+1, allowed)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// refuseBody answers for a body of found bytes, or more where the client did
// not say.
func refuseBody(w http.ResponseWriter, r *http.Request, found, allowed int64) {
	if found <= drainBytes {
		_, _ = io.CopyN(io.Discard, r.Body, drainBytes) // a client that is gone gets no answer
	}
	answer := struct {
		Errors gqlerror.List `json:"errors"`
	}{gqlerror.List{boundBody.exceeded(int(found), int(allowed), nil)}}
	w.Header().Set("Content-Type", "application/graphql-response+json; charset=utf-8")
	w.Header().Set("Connection", "close")
	w.WriteHeader(http.StatusRequestEntityTooLarge)
	_ = json.NewEncoder(w).Encode(answer) // a client that is gone reads nothing
}
