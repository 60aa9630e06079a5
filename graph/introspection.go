package graph

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"

	"github.com/hubgraph/hubgraph/internal/lru"
)

// introspectionBytes bounds what is kept per schema version: tools send a
// handful of introspection queries, and the answer for a full portal, of 35
// object types with 400 properties, takes ten megabytes.
const introspectionBytes = 48 << 20

// An introspectionCache keeps the answers of introspection queries: on a full
// portal one takes the generated executor up to a second. Within one schema
// version an answer depends on nothing but the query and its variables.
type introspectionCache struct {
	answers *lru.Cache[string, json.RawMessage]
	// turn is held while an answer is made: those who ask for the same wait for
	// it, and those who ask for others cannot take all processors.
	turn chan struct{}
}

func newIntrospectionCache() *introspectionCache {
	return &introspectionCache{
		answers: lru.New[string, json.RawMessage](introspectionBytes),
		turn:    make(chan struct{}, 1),
	}
}

// answer returns the kept answer, or makes and keeps it; nil if ctx ends before
// its turn. Answers with errors are not kept.
func (c *introspectionCache) answer(ctx context.Context, op *graphql.OperationContext, fresh func() *graphql.Response) *graphql.Response {
	variables, err := json.Marshal(op.Variables)
	if err != nil {
		return fresh()
	}
	key := op.OperationName + "\x00" + string(variables) + "\x00" + op.RawQuery
	if data, ok := c.answers.Get(key); ok {
		return &graphql.Response{Data: data}
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil
	}
	if data, ok := c.answers.Get(key); ok {
		return &graphql.Response{Data: data}
	}
	response := fresh()
	if response != nil && len(response.Errors) == 0 {
		data := bytes.Clone(response.Data) // which has grown, with room to spare
		c.answers.Add(key, data, len(key)+len(data))
	}
	return response
}
