package graph

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// What preparedBytes bounds, about, per schema version. Clients send the same
// few operations over and over, most with few variables: those who do not must
// not grow the process.
const (
	preparedBytes    = 8 << 20
	bytesPerField    = 300 // of a plan
	bytesPerText     = 20  // of a document, for one byte of its text
	preparedOverhead = 2 << 10
)

// A preparedKey is all that a prepared operation depends on. Documents are kept
// by the gate, so that the same text is the same document.
type preparedKey struct {
	document  *ast.QueryDocument
	operation string
	variables string
}

// A prepared operation is what does not change from one request to the next
// that is the same. It is shared by them: nothing in it may change.
type prepared struct {
	fields []preparedField // the root fields, fragments put in

	// plan is of the live root fields, in their order; nil if there are none.
	plan *execute.Plan
	// flat is the operation as the generated executor runs it.
	flat *ast.OperationDefinition

	live          bool // whether the live schema alone answers all root fields
	introspection bool // whether the schema alone answers them

	explain bool  // whether the client asks for the plan
	analyze bool  // whether it asks for the answer, too
	refusal error // why it is not run; nil if it may
	over    []limit.Excess
	report  *Report
}

// A preparedField is a root field of an operation that the live schema alone
// answers.
type preparedField struct {
	key      []byte // the response name, quoted, with its colon
	typename bool   // whether it is __typename
}

// Planned is how many HubSpot calls an operation of records may take, and why it
// would be refused; nil if it would not.
func (l *Live) Planned(op *graphql.OperationContext) (calls int, refusal error) {
	p := l.newPrepared(op)
	return p.report.Planned, p.refusal
}

// prepare returns what the operation comes to, from the cache if it was there
// before. once is whether it will not come again.
func (l *Live) prepare(op *graphql.OperationContext, once bool) *prepared {
	if once {
		return l.newPrepared(op)
	}
	variables, ok := variablesKey(op)
	key := preparedKey{document: op.Doc, operation: op.OperationName, variables: variables}
	if ok {
		if p, ok := l.prepared.Get(key); ok {
			return p
		}
	}
	p := l.newPrepared(op)
	if ok {
		size := preparedOverhead + len(variables)*2 + len(op.RawQuery)*bytesPerText
		if p.plan != nil {
			size += p.plan.Selections() * bytesPerField
		}
		l.prepared.Add(key, p, size)
	}
	return p
}

func (l *Live) newPrepared(op *graphql.OperationContext) *prepared {
	p := &prepared{live: true, introspection: true}
	collected := graphql.CollectFields(op, op.Operation.SelectionSet, []string{l.Schema().Query.Name})
	var live []graphql.CollectedField
	for _, f := range collected {
		typename := f.Name == "__typename"
		if l.engine.Answers(f.Name) {
			live = append(live, f)
		} else if !typename {
			p.live = false
		}
		p.introspection = p.introspection && (f.Name == "__schema" || f.Name == "__type")
		p.fields = append(p.fields, preparedField{key: append(quote(f.Alias), ':'), typename: typename})
	}
	p.introspection = p.introspection && len(collected) > 0
	p.live = p.live && len(live) > 0
	if len(live) > 0 {
		p.plan = l.engine.Plan(op, live)
		p.refusal, p.over = l.engine.Refusal(p.plan), l.engine.Excesses(p.plan)
	}
	p.readExplain(op)
	p.report = l.newReport(p)
	if !p.live {
		flat := *op.Operation
		flat.SelectionSet = l.flatten(collected)
		p.flat = &flat
	}
	return p
}

// quote is for names of GraphQL, which have nothing to escape.
func quote(name string) []byte {
	return append(append([]byte{'"'}, name...), '"')
}

// flatten writes the collected root fields out without fragments, each live
// one under the internal field's name and its own alias.
func (l *Live) flatten(fields []graphql.CollectedField) ast.SelectionSet {
	flat := make(ast.SelectionSet, 0, len(fields))
	for _, f := range fields {
		field := &ast.Field{
			Alias:            f.Alias,
			Name:             f.Name,
			Arguments:        f.Arguments,
			SelectionSet:     f.Selections,
			Position:         f.Position,
			Definition:       f.Definition,
			ObjectDefinition: f.ObjectDefinition,
		}
		if l.engine.Answers(f.Name) {
			field.Name = recordsField
			field.Arguments = nil
			field.SelectionSet = nil
			field.Definition = l.records
		}
		flat = append(flat, field)
	}
	return flat
}

// maxVariablesKey is how long the variables of an operation may be that is kept:
// longer ones are lists of IDs that hardly come again.
const maxVariablesKey = 4 << 10

// variablesKey writes down an operation's variables, so that what differs in any
// way differs there; ok is false for those that are not worth keeping.
func variablesKey(op *graphql.OperationContext) (key string, ok bool) {
	if len(op.Variables) == 0 {
		return "", true
	}
	var k []byte
	for _, v := range op.Operation.VariableDefinitions {
		value, given := op.Variables[v.Variable]
		if !given {
			k = append(k, '-')
			continue
		}
		if k, ok = appendValue(k, value); !ok {
			return "", false
		}
	}
	return string(k), len(k) <= maxVariablesKey
}

// appendValue appends a variable's value: what it is, how long, and what it
// holds.
func appendValue(k []byte, value any) ([]byte, bool) {
	if len(k) > maxVariablesKey {
		return nil, false
	}
	switch value := value.(type) {
	case nil:
		return append(k, '0'), true
	case bool:
		if value {
			return append(k, 't'), true
		}
		return append(k, 'f'), true
	case string:
		return appendText(k, 's', value), true
	case json.Number:
		return appendText(k, 'n', string(value)), true
	case int64:
		return binary.AppendVarint(append(k, 'i'), value), true
	case float64:
		return binary.BigEndian.AppendUint64(append(k, 'd'), math.Float64bits(value)), true
	case []any:
		k = binary.AppendUvarint(append(k, '['), uint64(len(value)))
		for _, element := range value {
			var ok bool
			if k, ok = appendValue(k, element); !ok {
				return nil, false
			}
		}
		return k, true
	case map[string]any:
		k = binary.AppendUvarint(append(k, '{'), uint64(len(value)))
		for _, name := range slices.Sorted(maps.Keys(value)) {
			var ok bool
			if k, ok = appendValue(appendText(k, 's', name), value[name]); !ok {
				return nil, false
			}
		}
		return k, true
	}
	return nil, false
}

func appendText(k []byte, kind byte, text string) []byte {
	return append(binary.AppendUvarint(append(k, kind), uint64(len(text))), text...)
}
