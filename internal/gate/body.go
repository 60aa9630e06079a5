package gate

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Body answers 413 to a request whose body is longer than limits.BodyBytes and
// reads any other in full before next sees it, so that a slow or endless body
// never reaches the executor. The refusal is a GraphQL answer with
// [CodeTooExpensive].
func Body(next http.Handler, limits Limits) http.Handler {
	allowed := limits.withDefaults().BodyBytes
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > allowed {
			refuseBody(w, r.ContentLength, allowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, allowed))
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			refuseBody(w, allowed+1, allowed)
			return
		}
		if err != nil { // the client went away or sent broken chunks
			http.Error(w, "cannot read the request body", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// refuseBody answers for a body of found bytes, or more where the client did
// not say.
func refuseBody(w http.ResponseWriter, found, allowed int64) {
	answer := struct {
		Errors gqlerror.List `json:"errors"`
	}{gqlerror.List{boundBody.exceeded(int(found), int(allowed), nil)}}
	w.Header().Set("Content-Type", "application/graphql-response+json; charset=utf-8")
	w.Header().Set("Connection", "close")
	w.WriteHeader(http.StatusRequestEntityTooLarge)
	_ = json.NewEncoder(w).Encode(answer) // a client that is gone reads nothing
}
