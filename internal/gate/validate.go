package gate

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const (
	maxMessageBytes = 512
	maxLocations    = 10
)

// errorsFull is panicked with to end a validation: gqlparser's walk has no
// other way out.
type errorsFull struct{}

// validate runs the rules of the GraphQL specification over doc and stops at
// maxErrors errors, each short and with [CodeValidationFailed]. With suggest,
// errors about values propose near ones.
func validate(schema *ast.Schema, doc *ast.QueryDocument, maxErrors int, suggest bool) (errs gqlerror.List) {
	set := rules.NewDefaultRules()
	if !suggest {
		set.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc)
	}
	collected := rules.NewRules()
	for name, rule := range set.GetInner() {
		collected.AddRule(name, func(observers *validator.Events, _ validator.AddErrFunc) {
			rule(observers, func(options ...validator.ErrorOption) {
				errs = append(errs, newValidationError(name, options))
				if len(errs) >= maxErrors {
					panic(errorsFull{})
				}
			})
		})
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(errorsFull); !ok {
				panic(r)
			}
		}
	}()
	_ = validator.ValidateWithRules(schema, doc, collected) // the errors are in errs
	return errs
}

func newValidationError(rule string, options []validator.ErrorOption) *gqlerror.Error {
	err := &gqlerror.Error{Rule: rule}
	for _, option := range options {
		option(err)
	}
	err.Extensions = map[string]any{"code": CodeValidationFailed}
	shorten(err)
	return err
}

// shorten bounds what err adds to an answer: messages echo names and values of
// the request.
func shorten(err *gqlerror.Error) {
	if len(err.Message) > maxMessageBytes {
		err.Message = strings.ToValidUTF8(err.Message[:maxMessageBytes], "") + "…"
	}
	if len(err.Locations) > maxLocations {
		err.Locations = err.Locations[:maxLocations]
	}
}
