package graph

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// introspectionEntries and introspectionBytes bound what is kept per schema
// version: tools send a handful of introspection queries, and the answer for a
// full portal takes some megabytes.
const (
	introspectionEntries = 8
	introspectionBytes   = 64 << 20
)

// An introspectionCache keeps the answers of introspection queries: on a full
// portal one takes the generated executor about a second. Within one schema
// version an answer depends on nothing but the query and its variables.
type introspectionCache struct {
	mu      sync.Mutex // held while an answer is made: the next asker waits for it
	answers map[string]json.RawMessage
	bytes   int
}

func newIntrospectionCache() *introspectionCache {
	return &introspectionCache{answers: make(map[string]json.RawMessage)}
}

// onlyIntrospection says whether the schema alone answers all root fields.
func onlyIntrospection(fields []graphql.CollectedField) bool {
	for _, f := range fields {
		if !strings.HasPrefix(f.Name, "__") {
			return false
		}
	}
	return len(fields) > 0
}

// answer returns the kept answer, or makes and keeps it. Answers with errors
// are not kept.
func (c *introspectionCache) answer(op *graphql.OperationContext, fresh func() *graphql.Response) *graphql.Response {
	variables, err := json.Marshal(op.Variables)
	if err != nil {
		return fresh()
	}
	key := op.OperationName + "\x00" + string(variables) + "\x00" + op.RawQuery
	c.mu.Lock()
	defer c.mu.Unlock()
	if data, ok := c.answers[key]; ok {
		return &graphql.Response{Data: data}
	}
	response := fresh()
	if response == nil || len(response.Errors) > 0 {
		return response
	}
	if len(c.answers) < introspectionEntries && c.bytes+len(response.Data) <= introspectionBytes {
		c.answers[key] = response.Data
		c.bytes += len(response.Data)
	}
	return response
}
