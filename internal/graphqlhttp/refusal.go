package graphqlhttp

import (
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/execute"
)

// A refusal is why a request is not one of GraphQL over HTTP.
type refusal struct {
	status  int     // if HTTP has one for it, by whichever rules
	outcome outcome // otherwise
	allow   string  // the methods that the resource takes, for 405
	last    bool    // whether the connection is of no use afterwards
	err     *gqlerror.Error
}

// refuse is a refusal that HTTP has a status for.
func refuse(status int, message string) *refusal {
	return &refusal{status: status, err: badInput(message)}
}

// refuseAs is a refusal whose status is in the table.
func refuseAs(o outcome, message string) *refusal {
	return &refusal{outcome: o, err: badInput(message)}
}

func badInput(message string) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Extensions: map[string]any{"code": execute.CodeBadUserInput}}
}

// Refuse answers a request before anything of it is read, with a status that is
// HTTP's own, in the form of all other answers. wait is when to try again; 0 if
// that is of no use.
func (r Rules) Refuse(w http.ResponseWriter, request *http.Request, status int, code, message string, wait time.Duration) {
	extensions := map[string]any{"code": code}
	if wait > 0 {
		ms := (wait + time.Millisecond - 1).Milliseconds()
		extensions["retryAfterMs"] = ms
		w.Header().Set("Retry-After", strconv.FormatInt((ms+999)/1000, 10))
	}
	accepted, _ := negotiate(request.Header.Values("Accept"))
	refusal := &gqlerror.Error{Message: message, Extensions: extensions}
	write(w, status, r.mediaType(status, answered(accepted)), &graphql.Response{Errors: gqlerror.List{refusal}})
}
