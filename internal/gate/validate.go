package gate

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const (
	maxMessageBytes = 512
	maxLocations    = 10
)

// errorsFull is panicked with to end a validation: gqlparser's walk has no
// other way out.
type errorsFull struct{}

// rulesOf are the rules of the GraphQL specification. With values, errors about
// values propose near ones; with names, errors about names do.
func rulesOf(values, names bool) *rules.Rules {
	set := rules.NewDefaultRules()
	replace := func(rule, without core.Rule) { set.ReplaceRule(rule.Name, without.RuleFunc) }
	if !values || !names {
		replace(rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions)
	}
	if !names {
		replace(rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions)
		replace(rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions)
		replace(rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions)
		replace(rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions)
	}
	return set
}

// validate runs rules over doc and stops at
// maxErrors errors, each short and with [CodeValidationFailed].
func validate(schema *ast.Schema, doc *ast.QueryDocument, maxErrors int, set *rules.Rules) (errs gqlerror.List) {
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
