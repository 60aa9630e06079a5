package graphqlhttp

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/documents"
)

// findDocument puts the text of the document that a request names into it.
func (t Transport) findDocument(ctx context.Context, req *request) *refusal {
	if t.opts.Documents == nil {
		return nil
	}
	named := documents.Request{Query: req.Query, Operation: req.OperationName}
	if req.DocumentID != nil {
		named.DocumentID = *req.DocumentID
	}
	var refused *refusal
	if named.Hash, refused = persistedHash(req.Extensions); refused != nil {
		return refused
	}
	var err error
	req.Query, err = t.opts.Documents.Resolve(ctx, named)
	unresolved, ok := errors.AsType[*documents.Error](err)
	if !ok {
		return nil
	}
	o := invalid
	if unresolved.Code == documents.CodeUntrusted {
		o = forbidden
	}
	return &refusal{outcome: o, err: &gqlerror.Error{Message: unresolved.Message, Extensions: map[string]any{"code": unresolved.Code}}}
}

// persistedHash is the hash in the extension that Apollo's clients send.
func persistedHash(extensions map[string]any) (string, *refusal) {
	value, ok := extensions["persistedQuery"]
	if !ok || value == nil {
		return "", nil
	}
	persisted, _ := value.(map[string]any)
	hash, ok := persisted["sha256Hash"].(string)
	if !ok || hash == "" {
		return "", refuseAs(malformed, `extensions.persistedQuery must be an object such as {"version": 1, "sha256Hash": "…"}`)
	}
	if version, ok := persisted["version"]; ok && version != json.Number("1") {
		return "", refuseAs(malformed, "extensions.persistedQuery.version must be 1: no other is known")
	}
	return hash, nil
}
