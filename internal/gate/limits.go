package gate

import (
	"cmp"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
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

// DefaultBodyBytes is the largest request body taken when [Limits.BodyBytes]
// is zero.
const DefaultBodyBytes = 256 << 10

// Limits bounds what one request may cost before it runs. A zero field means
// its default, which lets GraphiQL's introspection query, 50 aliased look-ups
// and lists of 1,000 IDs pass.
type Limits struct {
	// BodyBytes bounds the query text. Default [DefaultBodyBytes].
	BodyBytes int64
	// Tokens bounds the lexical tokens of the document. Default 5,000.
	Tokens int
	// NameBytes bounds each name: of a field, alias, argument, type,
	// fragment, variable, directive or enum value. Default 200.
	NameBytes int
	// Operations bounds the operations in the document. Default 10.
	Operations int
	// Variables bounds the variables an operation defines. Default 100.
	Variables int
	// Fragments bounds the fragment definitions. Default 100.
	Fragments int
	// RootFields bounds the top-level fields of an operation, fragments put
	// in. Default 100.
	RootFields int
	// Depth bounds how deep fields nest, fragments put in. Default 25.
	Depth int
	// Nesting bounds how deep list and object literals, list types and
	// directly nested inline fragments nest. Default 20.
	Nesting int
	// Aliases bounds the aliases written in the document. Default 100.
	Aliases int
	// Directives bounds the directives written in the document. Default 50.
	Directives int
	// DirectivesPerPlace bounds the directives on one field, fragment,
	// variable or operation. Default 5.
	DirectivesPerPlace int
	// Selections bounds the fields, inline fragments and spreads of all
	// operations and fragments, each with its spreads put in. Default 10,000.
	Selections int
	// Repeats bounds how often one response name may occur at one place of
	// the answer, since the validator compares each such pair. Default 100.
	Repeats int
	// Errors bounds the validation errors kept; validation stops there.
	// Default 20.
	Errors int
	// NoSuggestions leaves out of errors which names the document may have
	// meant.
	NoSuggestions bool
	// CacheBytes bounds the query text of admitted documents kept for reuse;
	// their syntax trees may take some hundred times as much. Default 1 MiB.
	CacheBytes int
}

func (l Limits) withDefaults() Limits {
	return Limits{
		BodyBytes:          cmp.Or(l.BodyBytes, DefaultBodyBytes),
		Tokens:             cmp.Or(l.Tokens, 5_000),
		NameBytes:          cmp.Or(l.NameBytes, 200),
		Operations:         cmp.Or(l.Operations, 10),
		Variables:          cmp.Or(l.Variables, 100),
		Fragments:          cmp.Or(l.Fragments, 100),
		RootFields:         cmp.Or(l.RootFields, 100),
		Depth:              cmp.Or(l.Depth, 25),
		Nesting:            cmp.Or(l.Nesting, 20),
		Aliases:            cmp.Or(l.Aliases, 100),
		Directives:         cmp.Or(l.Directives, 50),
		DirectivesPerPlace: cmp.Or(l.DirectivesPerPlace, 5),
		Selections:         cmp.Or(l.Selections, 10_000),
		Repeats:            cmp.Or(l.Repeats, 100),
		Errors:             cmp.Or(l.Errors, 20),
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
	boundRepeats            = bound{"repeats", "fields of one response name at one place", "give them aliases or remove repeated ones"}
)

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
