package gate

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/hubgraph/hubgraph/internal/limit"
)

// parse parses query if it is within the limits on bytes and tokens. The error
// has [CodeTooExpensive], [CodeParseFailed], or [CodeValidationFailed] when
// there is no operation to run. over are limits that query exceeds and that only
// measure.
func parse(query string, limits Limits) (doc *ast.QueryDocument, over []limit.Excess, refused *gqlerror.Error) {
	if most := limits.Body.Ceiling(MaxBodyBytes); len(query) > most {
		return nil, nil, boundBody.exceeded(len(query), most, nil)
	}
	if limits.Body.Tells(len(query)) {
		over = append(over, boundBody.excess(len(query), limits.Body.Most))
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, tokenLimit(limits))
	if err != nil {
		return nil, over, parseError(query, limits, err)
	}
	if limits.Tokens.Mode == limit.Measure {
		if n := countTokens(query); limits.Tokens.Tells(n) {
			over = append(over, boundTokens.excess(n, limits.Tokens.Most))
		}
	}
	if len(doc.Operations) == 0 {
		return nil, over, &gqlerror.Error{
			Message:    "the document has no operation: send a query such as { __typename }",
			Extensions: map[string]any{"code": CodeValidationFailed},
		}
	}
	return doc, over, nil
}

// tokenLimit is the parser's: 0 for none.
func tokenLimit(limits Limits) int {
	if limits.Tokens.Mode != limit.Enforce {
		return 0
	}
	return limits.Tokens.Most
}

// parseError tells a document that is too long, which the parser reports as it
// reports a typing error, from one that is not GraphQL.
func parseError(query string, limits Limits, err error) *gqlerror.Error {
	if limits.Tokens.Mode == limit.Enforce {
		if n := countTokens(query); n > limits.Tokens.Most {
			return boundTokens.exceeded(n, limits.Tokens.Most, nil)
		}
	}
	gqlErr, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		gqlErr = &gqlerror.Error{Err: err, Message: err.Error()}
	}
	gqlErr.Extensions = map[string]any{"code": CodeParseFailed}
	shorten(gqlErr)
	return gqlErr
}

// countTokens counts the tokens of query up to its end or the first piece that
// is none.
func countTokens(query string) int {
	l := lexer.New(&ast.Source{Input: query})
	for n := 0; ; n++ {
		tok, err := l.ReadToken()
		if err != nil || tok.Kind == lexer.EOF {
			return n
		}
	}
}
