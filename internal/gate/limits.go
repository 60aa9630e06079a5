package gate

import (
	"cmp"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/limit"
)

// Codes the gate puts into extensions.code.
const (
	// CodeTooExpensive marks a document over one of the limits.
	CodeTooExpensive = "TOO_EXPENSIVE"
	// CodeParseFailed marks text that is not GraphQL.
	CodeParseFailed = "GRAPHQL_PARSE_FAILED"
	// CodeValidationFailed marks a document that the schema does not allow.
	CodeValidationFailed = "GRAPHQL_VALIDATION_FAILED"
	// CodeRateLimited marks a request that ended while it waited to be parsed.
	CodeRateLimited = "RATE_LIMITED"
)

// Defaults of [Limits] that others need.
const (
	DefaultBodyBytes = 256 << 10
	DefaultErrors    = 20
)

// Limits bounds what one request may cost before it runs. The zero value of each
// stands for its default, which lets GraphiQL's introspection query, 50 aliased
// look-ups and lists of 1,000 IDs pass.
//
// Whatever is switched off, some things no mode lets through, since they would
// hurt the process itself: see [MaxBodyBytes] and those beside it.
type Limits struct {
	// Body bounds the bytes of the query text. Default [DefaultBodyBytes].
	Body limit.Limit
	// Tokens bounds the lexical tokens of the document. Default 5,000.
	Tokens limit.Limit
	// Operations bounds the operations in the document. Default 10.
	Operations limit.Limit
	// Variables bounds the variables an operation defines. Default 100.
	Variables limit.Limit
	// Fragments bounds the fragment definitions. Default 100.
	Fragments limit.Limit
	// RootFields bounds the top-level fields of an operation, fragments put
	// in. Default 100.
	RootFields limit.Limit
	// Depth bounds how deep fields nest, fragments put in; ofType of the
	// introspection, which only unwraps a type, is no level. Default 12.
	Depth limit.Limit
	// Aliases bounds the aliases written in the document. Default 100.
	Aliases limit.Limit
	// Directives bounds the directives written in the document. Default 50.
	Directives limit.Limit
	// DirectivesPerPlace bounds the directives on one field, fragment,
	// variable or operation. Default 5.
	DirectivesPerPlace limit.Limit
	// Selections bounds the fields, inline fragments and spreads of all
	// operations and fragments, each with its spreads put in. Default 10,000.
	Selections limit.Limit
	// Errors bounds the validation errors kept; validation stops there.
	// Default [DefaultErrors].
	Errors limit.Limit

	// NameBytes bounds each name: of a field, alias, argument, type,
	// fragment, variable, directive or enum value. Default 200.
	NameBytes int
	// Nesting bounds how deep list and object literals, list types and
	// directly nested inline fragments nest. Default 20.
	Nesting int
	// Repeats bounds how often one response name may occur at one place of
	// the answer, since the validator compares each such pair. Default 100.
	Repeats int
	// NoSuggestions leaves out of errors which names the document may have
	// meant.
	NoSuggestions bool
	// CacheBytes bounds the query text of admitted documents kept for reuse;
	// their syntax trees may take some hundred times as much. Default 1 MiB.
	CacheBytes int
}

const (
	// MaxBodyBytes is the longest body that is read into memory.
	MaxBodyBytes = 64 << 20
	// maxSelections is how large a document may become that is walked with its
	// fragments put in: one of 2 KiB may come to 2^40 selections.
	maxSelections = 1_000_000
	// maxIntrospectionLists is how many lists of fields, interfaces or possible
	// types of the introspection may stand in one another. Each multiplies the
	// answer by what a type has of them. graphql-js allows as many:
	// https://github.com/graphql/graphql-js/blob/main/src/validation/rules/MaxIntrospectionDepthRule.ts
	maxIntrospectionLists = 2
)

func (l Limits) withDefaults() Limits {
	return Limits{
		Body:               l.Body.Or(DefaultBodyBytes),
		Tokens:             l.Tokens.Or(5_000),
		Operations:         l.Operations.Or(10),
		Variables:          l.Variables.Or(100),
		Fragments:          l.Fragments.Or(100),
		RootFields:         l.RootFields.Or(100),
		Depth:              l.Depth.Or(12),
		Aliases:            l.Aliases.Or(100),
		Directives:         l.Directives.Or(50),
		DirectivesPerPlace: l.DirectivesPerPlace.Or(5),
		Selections:         l.Selections.Or(10_000),
		Errors:             l.Errors.Or(DefaultErrors),
		NameBytes:          cmp.Or(l.NameBytes, 200),
		Nesting:            cmp.Or(l.Nesting, 20),
		Repeats:            cmp.Or(l.Repeats, 100),
		NoSuggestions:      l.NoSuggestions,
		CacheBytes:         cmp.Or(l.CacheBytes, 1<<20),
	}
}

// A bound is one limit as a client reads of it.
type bound struct {
	name string // extensions.limit
	noun string // what is counted
	hint string // the way out
}

var (
	boundBody               = bound{"body", "bytes", "send large values as variables in several requests"}
	boundTokens             = bound{"tokens", "tokens", "split it into several requests, and pass long lists as variables"}
	boundName               = bound{"name", "bytes in one name", "use shorter names"}
	boundOperations         = bound{"operations", "operations", "send only the operation to run"}
	boundVariables          = bound{"variables", "variables", "group them in input objects"}
	boundFragments          = bound{"fragments", "fragments", "send only those that are used"}
	boundRootFields         = bound{"rootFields", "top-level fields", "split it into several requests"}
	boundDepth              = bound{"depth", "levels of fields", "ask for the deeper levels in a request of their own"}
	boundNesting            = bound{"nesting", "levels of nested literals or inline fragments", "flatten it, or pass the literal as a variable"}
	boundAliases            = bound{"aliases", "aliases", "split it into several requests"}
	boundDirectives         = bound{"directives", "directives", "build the query without them"}
	boundDirectivesPerPlace = bound{"directivesPerPlace", "directives at one place", "remove repeated ones"}
	boundSelections         = bound{"selections", "selections with fragments put in", "spread fewer fragments in fragments"}
	boundIntrospection      = bound{"introspection", "lists of the introspection in one another", "ask for the types by name in a request of their own"}
	boundRepeats            = bound{"repeats", "fields of one response name at one place", "give them aliases or remove repeated ones"}
)

// excess is what is told of a document that has found where most is the limit.
func (b bound) excess(found, most int) limit.Excess {
	return limit.Excess{Limit: b.name, Found: found, Most: most}
}

// exceeded is the refusal of a document that has found where allowed is the
// most. at may be nil.
func (b bound) exceeded(found, allowed int, at *ast.Position) *gqlerror.Error {
	err := &gqlerror.Error{
		Message: fmt.Sprintf("the request has %d %s, at most %d are allowed: %s", found, b.noun, allowed, b.hint),
		Extensions: map[string]any{
			"code":    CodeTooExpensive,
			"limit":   b.name,
			"found":   found,
			"allowed": allowed,
		},
	}
	if at != nil {
		err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	return err
}

func errBusy(cause error) *gqlerror.Error {
	return &gqlerror.Error{
		Err:     cause,
		Message: "the request ended while it waited to be parsed: send it again later",
		Extensions: map[string]any{
			"code":         CodeRateLimited,
			"retryAfterMs": 1000,
		},
	}
}
