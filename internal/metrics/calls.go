package metrics

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

var endpoints = Label{Name: "endpoint", Closed: true, Values: endpointNames()}

func endpointNames() []string {
	var names []string
	for _, e := range hubspot.Endpoints() {
		names = append(names, string(e))
	}
	return names
}

var budgets = Label{Name: "budget", Closed: true, Values: []string{
	hubspot.BudgetBurst.String(), hubspot.BudgetAssociations.String(), hubspot.BudgetSearch.String(),
}}

// allowances are the budgets and what HubSpot allows beyond them.
var allowances = Label{Name: "budget", Closed: true, Values: append(slices.Clone(budgets.Values), budgetDaily)}

const budgetDaily = "daily" // of the whole account

// statuses are those that ask for different things to be done; the others are
// told by their class. 0 is no answer, 477 an account that is being moved.
var statuses = Label{Name: "status", Values: []string{"0", "200", "207", "400", "401", "403", "404", "429", "477", "4xx", "5xx"}}

// categories are HubSpot's, by its guide to errors and as they were seen; none is
// an answer without.
//
// Source: https://developers.hubspot.com/docs/api-reference/error-handling
var categories = Label{Name: "category", Values: []string{
	"VALIDATION_ERROR", "OBJECT_NOT_FOUND", "MISSING_SCOPES", "BANNED", "INVALID_AUTHENTICATION", "EXPIRED_AUTHENTICATION",
	"RATE_LIMITS", "INTERNAL_ERROR", categoryNone, "no_answer",
}}

const categoryNone = "none"

// policies are the limits that HubSpot refuses calls by.
var policies = Label{Name: "policy", Values: []string{"TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY"}}

var (
	callSeconds = []float64{.1, .25, 1, 5}
	waitSeconds = []float64{.01, .1, .5, 1, 2.5, 5, 10}
	batchInputs = []float64{1, 5, 10, 25, 50, 75, 99} // of 100: what is left is full
)

// Calls are the metrics of a portal's HubSpot calls.
type Calls struct {
	made, retried, joined, errors, limited *Counter
	took, waited, inputs                   *Histogram
}

func newCalls(s *Set) *Calls {
	return &Calls{
		made: s.Counter("hubgraph_hubspot_calls_total",
			"HTTP attempts to HubSpot, by endpoint and status (0: no answer; rare ones by their class).", endpoints, statuses),
		retried: s.Counter("hubgraph_hubspot_retries_total",
			"HTTP attempts to HubSpot that repeat a failed one, by endpoint.", endpoints),
		joined: s.Counter("hubgraph_hubspot_calls_joined_total",
			"Waits for a HubSpot call that another request had under way, each instead of a call, by endpoint.", endpoints),
		errors: s.Counter("hubgraph_hubspot_errors_total",
			"HTTP attempts to HubSpot that failed, by HubSpot's category (none: it gave none; no_answer: it gave no answer).", categories),
		limited: s.Counter("hubgraph_hubspot_rate_limited_total",
			"Calls that HubSpot answered with 429, by the limit that they ran into.", policies),
		took: s.Histogram("hubgraph_hubspot_call_seconds",
			"Duration of HTTP attempts to HubSpot, decoding included.", callSeconds, endpoints),
		waited: s.Histogram("hubgraph_hubspot_wait_seconds",
			"Time that calls waited at the rate limiter, by the budget that they are counted in.", waitSeconds, budgets),
		inputs: s.Histogram("hubgraph_hubspot_batch_read_inputs",
			"Records asked for by a batch read, of the 100 that fit in one.", batchInputs),
	}
}

// Observe counts an attempt; see [hubspot.Options].
func (c *Calls) Observe(call hubspot.CallInfo) {
	endpoint := string(call.Endpoint)
	c.made.Add(1, endpoint, statusOf(call.Status))
	c.took.Observe(call.Duration.Seconds(), endpoint)
	c.waited.Observe(call.Waited.Seconds(), call.Endpoint.Budget().String())
	if call.Endpoint == hubspot.EndpointBatchRead {
		c.inputs.Observe(float64(call.Inputs))
	}
	if call.Attempt > 1 {
		c.retried.Add(1, endpoint)
	}
	if call.Err != nil {
		c.errors.Add(1, categoryOf(call))
	}
	if call.Policy != "" {
		c.limited.Add(1, call.Policy)
	}
}

// Joined counts a wait for another request's call.
func (c *Calls) Joined(e hubspot.Endpoint) { c.joined.Add(1, string(e)) }

func categoryOf(call hubspot.CallInfo) string {
	switch {
	case call.Category == "RATE_LIMIT": // what some 429s call it
		return "RATE_LIMITS"
	case call.Category != "":
		return strings.ToUpper(call.Category)
	case call.Status == 0:
		return "no_answer"
	}
	return categoryNone
}

func statusOf(status int) string {
	text := strconv.Itoa(status)
	switch {
	case slices.Contains(statuses.Values, text):
		return text
	case status >= 400 && status < 600:
		return text[:1] + "xx"
	}
	return Other
}
