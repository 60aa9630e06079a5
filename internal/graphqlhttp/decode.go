package graphqlhttp

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A request is the members of a GraphQL request that the gateway knows; others
// are ignored, as the release demands. What is null is not there.
//
// Source: https://http-spec.graphql.org/September2026/#sec-Request-Parameters
type request struct {
	Query         *string        `json:"query"`
	DocumentID    *string        `json:"documentId"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
}

// strict takes exactly one JSON value in UTF-8, no member twice, and names in
// the very letters that they have: whatever stands between client and gateway
// must read the same request as we do. Numbers keep their digits.
var strict = json.WithUnmarshalers(json.UnmarshalFromFunc(func(d *jsontext.Decoder, to *any) error {
	if d.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	digits, err := d.ReadValue()
	*to = stdjson.Number(digits)
	return err
}))

// decodeBody reads a request out of a body.
func decodeBody(body []byte) (*request, *refusal) {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' && jsontext.Value(body).IsValid() {
		return nil, refuseAs(malformed, "a request is one operation, not an array of them: "+
			"send each in a request of its own, or ask for all of it in one query, with aliases")
	}
	req := new(request)
	err := json.Unmarshal(body, req, strict)
	semantic, ok := errors.AsType[*json.SemanticError](err)
	switch {
	case err == nil:
		return req, nil
	case ok && jsontext.Value(body).IsValid():
		return nil, refuseMember(semantic.JSONPointer)
	}
	return nil, refuseAs(unreadable, "the body "+whyUnreadable(body, `{"query": "{ __typename }", "variables": {}}`))
}

// refuseMember refuses a request for what at points to, within the body.
func refuseMember(at jsontext.Pointer) *refusal {
	for name := range at.Tokens() {
		must := "text"
		if name == "variables" || name == "extensions" {
			must = "a JSON object"
		}
		return refuseAs(malformed, fmt.Sprintf("%s must be %s", name, must))
	}
	return refuseAs(malformed, `the body must be a JSON object such as {"query": "{ __typename }", "variables": {}}`)
}
