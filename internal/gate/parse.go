package gate

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
)

// parse parses query if it is within the limits on bytes and tokens. The error
// has [CodeTooExpensive], [CodeParseFailed], or [CodeValidationFailed] when
// there is no operation to run.
func parse(query string, limits Limits) (*ast.QueryDocument, *gqlerror.Error) {
	if int64(len(query)) > limits.BodyBytes {
		return nil, boundBody.exceeded(len(query), int(limits.BodyBytes), nil)
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, limits.Tokens)
	if err != nil {
		return nil, parseError(query, limits, err)
	}
	if len(doc.Operations) == 0 {
		return nil, &gqlerror.Error{
			Message:    "the document has no operation: send a query such as { __typename }",
			Extensions: map[string]any{"code": CodeValidationFailed},
		}
	}
	return doc, nil
}

// parseError tells a document that is too long, which the parser reports as it
// reports a typing error, from one that is not GraphQL.
func parseError(query string, limits Limits, err error) *gqlerror.Error {
	if n := countTokens(query); n > limits.Tokens {
		return boundTokens.exceeded(n, limits.Tokens, nil)
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
