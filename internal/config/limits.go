package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/limit"
)

// limitsFlags are the bounds on one request besides --max-calls and --timeout,
// which take modes as well.
type limitsFlags struct {
	LimitBody               *string `variable:"HUBGRAPH_LIMIT_BODY" standard:"262144" placeholder:"LIMIT" help:"Most bytes of a request. This and all that follow take a number, measure:NUMBER (let pass and tell in log and metrics), measure, or off."`
	LimitTokens             *string `variable:"HUBGRAPH_LIMIT_TOKENS" standard:"5000" placeholder:"LIMIT" help:"Most tokens of a document."`
	LimitDepth              *string `variable:"HUBGRAPH_LIMIT_DEPTH" standard:"12" placeholder:"LIMIT" help:"How deep fields nest at most."`
	LimitAliases            *string `variable:"HUBGRAPH_LIMIT_ALIASES" standard:"100" placeholder:"LIMIT" help:"Most aliases of a document."`
	LimitRootFields         *string `variable:"HUBGRAPH_LIMIT_ROOT_FIELDS" standard:"100" placeholder:"LIMIT" help:"Most top-level fields of an operation."`
	LimitDirectives         *string `variable:"HUBGRAPH_LIMIT_DIRECTIVES" standard:"50" placeholder:"LIMIT" help:"Most directives of a document."`
	LimitDirectivesPerPlace *string `variable:"HUBGRAPH_LIMIT_DIRECTIVES_PER_PLACE" standard:"5" placeholder:"LIMIT" help:"Most directives at one place."`
	LimitFragments          *string `variable:"HUBGRAPH_LIMIT_FRAGMENTS" standard:"100" placeholder:"LIMIT" help:"Most fragments of a document."`
	LimitSelections         *string `variable:"HUBGRAPH_LIMIT_SELECTIONS" standard:"10000" placeholder:"LIMIT" help:"Most selections of a document, with its fragments put in."`
	LimitOperations         *string `variable:"HUBGRAPH_LIMIT_OPERATIONS" standard:"10" placeholder:"LIMIT" help:"Most operations of a document."`
	LimitVariables          *string `variable:"HUBGRAPH_LIMIT_VARIABLES" standard:"100" placeholder:"LIMIT" help:"Most variables of an operation."`
	LimitRecords            *string `variable:"HUBGRAPH_LIMIT_RECORDS" standard:"10000" placeholder:"LIMIT" help:"Most records in an answer, as planned before anything is read."`
	LimitFirst              *string `variable:"HUBGRAPH_LIMIT_FIRST" standard:"1000" placeholder:"LIMIT" help:"Longest page that first may ask for."`
	LimitErrors             *string `variable:"HUBGRAPH_LIMIT_ERRORS" standard:"20" placeholder:"LIMIT" help:"Most errors in an answer; the rest is counted."`
}

// Limits bound what one request may cost. Each setting takes a number, which is
// enforced, or a mode and a number: see [limit.Mode]. The zero value stands for
// the defaults.
type Limits struct {
	// Body is bytes of the HTTP body. --limit-body, HUBGRAPH_LIMIT_BODY, 256 KiB.
	Body limit.Limit
	// Tokens of the document. --limit-tokens, HUBGRAPH_LIMIT_TOKENS, 5,000.
	Tokens limit.Limit
	// Depth is how deep fields nest. --limit-depth, HUBGRAPH_LIMIT_DEPTH, 12.
	Depth limit.Limit
	// Aliases in the document. --limit-aliases, HUBGRAPH_LIMIT_ALIASES, 100.
	Aliases limit.Limit
	// RootFields are the top-level fields of an operation.
	// --limit-root-fields, HUBGRAPH_LIMIT_ROOT_FIELDS, 100.
	RootFields limit.Limit
	// Directives in the document. --limit-directives,
	// HUBGRAPH_LIMIT_DIRECTIVES, 50.
	Directives limit.Limit
	// DirectivesPerPlace are those of one field, fragment, variable or
	// operation. --limit-directives-per-place,
	// HUBGRAPH_LIMIT_DIRECTIVES_PER_PLACE, 5.
	DirectivesPerPlace limit.Limit
	// Fragments in the document. --limit-fragments,
	// HUBGRAPH_LIMIT_FRAGMENTS, 100.
	Fragments limit.Limit
	// Selections with fragments put in. --limit-selections,
	// HUBGRAPH_LIMIT_SELECTIONS, 10,000.
	Selections limit.Limit
	// Operations in the document. --limit-operations,
	// HUBGRAPH_LIMIT_OPERATIONS, 10.
	Operations limit.Limit
	// Variables of an operation. --limit-variables,
	// HUBGRAPH_LIMIT_VARIABLES, 100.
	Variables limit.Limit
	// Records in an answer, as planned. --limit-records,
	// HUBGRAPH_LIMIT_RECORDS, 10,000.
	Records limit.Limit
	// First is the longest page. --limit-first, HUBGRAPH_LIMIT_FIRST, 1,000.
	First limit.Limit
	// Errors in an answer. --limit-errors, HUBGRAPH_LIMIT_ERRORS, 20.
	Errors limit.Limit

	// Calls is what is done about an operation that takes more than
	// [Config.MaxCalls], and Time about one that takes longer than
	// [Config.Timeout].
	Calls, Time limit.Mode
}

func (s *settings) limits() Limits {
	// Mistakes in these two are told with their numbers.
	calls, _, _ := splitMode(s.settings["max-calls"].value)
	timeout, _, _ := splitMode(s.settings["timeout"].value)
	return Limits{
		Body:               s.limit("limit-body", 64<<20),
		Tokens:             s.limit("limit-tokens", mostLimit),
		Depth:              s.limit("limit-depth", 1_000),
		Aliases:            s.limit("limit-aliases", mostLimit),
		RootFields:         s.limit("limit-root-fields", mostLimit),
		Directives:         s.limit("limit-directives", mostLimit),
		DirectivesPerPlace: s.limit("limit-directives-per-place", mostLimit),
		Fragments:          s.limit("limit-fragments", mostLimit),
		Selections:         s.limit("limit-selections", mostLimit),
		Operations:         s.limit("limit-operations", mostLimit),
		Variables:          s.limit("limit-variables", mostLimit),
		Records:            s.limit("limit-records", 10_000_000),
		First:              s.limit("limit-first", 1_000_000),
		Errors:             s.limit("limit-errors", mostLimit),
		Calls:              calls,
		Time:               timeout,
	}
}

// mostLimit is as far as most limits go: above is what the gate never lets pass.
const mostLimit = 1_000_000

// limit converts one limit of at most so much.
func (s *settings) limit(name string, most int) limit.Limit {
	var l limit.Limit
	l.Most = convert(s, name, moded(s.settings[name].standard, wholeNumberTo(most)))
	l.Mode, _, _ = splitMode(s.settings[name].value)
	return l
}

// moded takes a mode before what parse takes. Without a number the mode is for
// the standard one.
func moded[T any](standard string, parse func(string) (T, error)) func(string) (T, error) {
	return func(v string) (T, error) {
		_, number, err := splitMode(v)
		if err == nil && number == "" {
			number = standard
		}
		value, wrong := parse(number)
		if err = errors.Join(err, wrong); err != nil {
			_, must := parse("") // says what numbers there are, whatever was wrong
			return value, fmt.Errorf("%w; or measure:%s to let pass and tell; or off", must, standard)
		}
		return value, nil
	}
}

// splitMode reads "12", "enforce:12", "measure:12", "measure" and "off". number
// is empty where there is none.
func splitMode(v string) (mode limit.Mode, number string, err error) {
	word, number, both := strings.Cut(v, ":")
	switch {
	case word == limit.Off.String() && !both:
		return limit.Off, "", nil
	case word == limit.Measure.String() && (!both || number != ""):
		return limit.Measure, number, nil
	case word == limit.Enforce.String() && (!both || number != ""):
		return limit.Enforce, number, nil
	case both || v == "":
		return limit.Enforce, "", errors.New("no mode")
	}
	return limit.Enforce, v, nil
}

// Defaults of the two limits that have flags of their own, for modes without a
// number.
const (
	timeoutStandard  = "30s"
	maxCallsStandard = "200"
)

func timeoutOf(v string) (time.Duration, error) {
	return moded(timeoutStandard, durationFrom("1s", timeoutStandard))(v)
}

func maxCallsOf(v string) (int, error) {
	return moded(maxCallsStandard, wholeNumberTo(1_000_000))(v)
}
