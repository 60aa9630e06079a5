package graphqlhttp

import (
	"fmt"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxURLBytes leaves room for headers below what the server takes of both.
const maxURLBytes = 32 << 10

// decodeURL reads a request out of a URL's query string. What is empty is not
// there; what is there twice is refused, since others may read the other one.
//
// Source: https://http-spec.graphql.org/September2026/#sec-GET
func decodeURL(u *url.URL) (*request, *refusal) {
	if len(u.RawQuery) > maxURLBytes {
		return nil, refuse(http.StatusRequestURITooLong,
			fmt.Sprintf("the URL's query string has %d bytes, at most %d are allowed: send the request by POST", len(u.RawQuery), maxURLBytes))
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, refuseAs(unreadable, "the query string of the URL is malformed")
	}
	for _, name := range []string{"query", "documentId", "operationName", "variables", "extensions"} {
		if len(values[name]) > 1 {
			return nil, refuseAs(unreadable, name+" is in the URL more than once")
		}
		if !utf8.ValidString(values.Get(name)) {
			return nil, refuseAs(unreadable, name+" is not in UTF-8")
		}
	}
	req := &request{OperationName: values.Get("operationName")}
	if text := values.Get("query"); text != "" {
		req.Query = &text
	}
	if text := values.Get("documentId"); text != "" {
		req.DocumentID = &text
	}
	for name, to := range map[string]*map[string]any{"variables": &req.Variables, "extensions": &req.Extensions} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if !jsontext.Value(text).IsValid() {
			return nil, refuseAs(unreadable, name+" "+whyUnreadable([]byte(text), `{"id": "51"}`))
		}
		if err := json.Unmarshal([]byte(text), to, strict); err != nil {
			return nil, refuseAs(malformed, name+" must be a JSON object")
		}
	}
	return req, nil
}
