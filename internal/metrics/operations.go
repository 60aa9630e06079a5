package metrics

import "time"

// Codes are the values of extensions.code that errors are counted by.
var Codes = []string{
	"BAD_USER_INPUT", "NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED", "UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT",
	"UPSTREAM_BAD_VALUE", "TOO_EXPENSIVE", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "INTERNAL", "OVERLOADED",
	"UNTRUSTED_DOCUMENT", "PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_SUPPORTED",
}

// The outcomes of an operation.
const (
	OutcomeOK      = "ok"
	OutcomePartial = "partial" // data and errors
	OutcomeError   = "error"   // no data
)

var (
	operationSeconds = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	operationCalls   = []float64{0, 1, 2, 5, 10, 20, 50, 100, 200}
)

// Operations are the metrics of a portal's GraphQL operations.
type Operations struct {
	took, planned, made *Histogram
	errors, stale       *Counter
}

func newOperations(s *Set) *Operations {
	return &Operations{
		took: s.Histogram("hubgraph_operation_seconds",
			"Duration of GraphQL operations, by outcome: ok, partial (data and errors) or error.", operationSeconds,
			Label{Name: "outcome", Closed: true, Values: []string{OutcomeOK, OutcomePartial, OutcomeError}}),
		planned: s.Histogram("hubgraph_operation_planned_calls",
			"HubSpot calls that operations were estimated to take at most.", operationCalls),
		made: s.Histogram("hubgraph_operation_calls",
			"HubSpot calls that operations made, joined ones not included.", operationCalls),
		errors: s.Counter("hubgraph_operation_errors_total",
			"Errors in the answers to GraphQL operations, by extensions.code.", Label{Name: "code", Values: Codes}),
		stale: s.Counter("hubgraph_stale_answers_total",
			"Answers that hold kept records beyond their time, as HubSpot was unavailable."),
	}
}

// An Operation is what came of one operation.
type Operation struct {
	Outcome string
	Took    time.Duration
	Planned int      // HubSpot calls that it may have taken
	Calls   int      // HubSpot calls that it made
	Codes   []string // of its errors
	Stale   bool     // it holds kept records beyond their time
}

// Observe counts an operation.
func (o *Operations) Observe(op Operation) {
	o.took.Observe(op.Took.Seconds(), op.Outcome)
	o.planned.Observe(float64(op.Planned))
	o.made.Observe(float64(op.Calls))
	if op.Stale {
		o.stale.Add(1)
	}
	for _, code := range op.Codes {
		o.errors.Add(1, code)
	}
}
