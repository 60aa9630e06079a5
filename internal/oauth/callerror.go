package oauth

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/oauth2"
)

// What a call to HubSpot's OAuth endpoints may fail with.
var (
	errGrantRefused = errors.New("HubSpot does not accept the token or code")
	errAppRefused   = errors.New("HubSpot does not accept the app's request: check its client ID, client secret and redirect URL")
	errUnavailable  = errors.New("HubSpot's OAuth service cannot be reached or fails")
)

// A callError is an OAuth call that failed. It holds no secret, and of HubSpot's
// words only its name of the error.
type callError struct {
	op     string
	kind   error
	status int    // 0 if HubSpot never answered
	word   string // such as "BAD_REFRESH_TOKEN"
	cause  error  // of a lost call, for the log of operators: may hold addresses
}

func (e *callError) Error() string {
	s := e.op + ": " + e.kind.Error()
	if e.status != 0 {
		s += " (status " + strconv.Itoa(e.status)
		if e.word != "" {
			s += " " + e.word
		}
		s += ")"
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

func (e *callError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.kind}
	}
	return []error{e.kind, e.cause}
}

// failed makes what golang.org/x/oauth2 returns into a callError. The library's
// own error quotes the whole answer, which may hold tokens.
func failed(op string, err error) error {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return refused(op, e.Response.StatusCode, e.Body)
	}
	return &callError{op: op, kind: errUnavailable, cause: err}
}

// refused reads the error of an OAuth endpoint, which has another shape than that
// of HubSpot's other APIs: {"error", "error_description", "status", "message"}.
func refused(op string, status int, body []byte) error {
	var b struct {
		Error  any `json:"error"`
		Status any `json:"status"`
	}
	_ = json.Unmarshal(body, &b) // a page of a proxy's is none
	code, word := name(b.Error), name(b.Status)
	e := &callError{op: op, kind: errAppRefused, status: status, word: word}
	if word == "" {
		e.word = code
	}
	switch {
	case status >= 500, status < 400, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		e.kind = errUnavailable
	case code == "invalid_grant", word == "BAD_REFRESH_TOKEN", word == "BAD_AUTH_CODE":
		e.kind = errGrantRefused
	case status != http.StatusBadRequest && code == "":
		e.kind = errUnavailable // of something in between: a proxy, a firewall
	}
	return e
}

// name is a name of an error; "" if it can hold anything else.
func name(v any) string {
	s, _ := v.(string)
	strange := func(r rune) bool { return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_') }
	if len(s) > 40 || strings.ContainsFunc(s, strange) {
		return ""
	}
	return s
}
