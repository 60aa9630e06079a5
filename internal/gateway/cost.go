package gateway

import (
	"strings"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A Cost is what an answer says of itself in extensions.hubgraph.
type Cost struct {
	Calls     map[string]int `json:"calls"`        // HubSpot calls that the request made, by endpoint; joined ones are another's
	Planned   int            `json:"plannedCalls"` // that it may take at most
	Records   int            `json:"records"`      // in the answer, as often as they stand there
	CacheHits int            `json:"cacheHits"`    // reads that the record cache answered
	WaitedMs  int64          `json:"waitedMs"`     // for HubSpot's rate limit
	RateLimit Allowances     `json:"rateLimit"`
	// DataAsOf is when HubSpot was asked for the oldest record, association
	// or page of the answer; absent if the answer holds none.
	DataAsOf string `json:"dataAsOf,omitempty"`
	// Stale is whether some of it was kept beyond its time, and answers because
	// HubSpot is unavailable.
	Stale         bool   `json:"stale,omitempty"`
	SchemaVersion string `json:"schemaVersion"`
	ErrorsOmitted int    `json:"errorsOmitted,omitempty"`
	Plan          *Plan  `json:"plan,omitempty"` // if it was asked for
}

// Allowances are the portal's, at the end of the request.
type Allowances struct {
	Burst        Allowance  `json:"burst"`
	Associations Allowance  `json:"associations"`
	Search       Allowance  `json:"search"`
	Daily        *Allowance `json:"daily,omitempty"` // HubSpot does not tell all apps
}

// An Allowance is how many calls its window takes, and how many of them are left.
type Allowance struct {
	Limit     int `json:"limit"`
	Remaining int `json:"remaining"`
}

func (g *Gateway) costOf(trace *hubspot.Trace, calls map[hubspot.Endpoint]int, report *graph.Report, omitted int, schemaVersion string) *Cost {
	c := &Cost{
		Calls:         make(map[string]int, len(calls)),
		Records:       trace.Records(),
		CacheHits:     trace.CacheHits(),
		WaitedMs:      trace.Waited().Milliseconds(),
		Stale:         trace.Stale(),
		SchemaVersion: schemaVersion,
		ErrorsOmitted: omitted,
	}
	for endpoint, n := range calls {
		c.Calls[camelCase(string(endpoint))] = n
	}
	if report != nil {
		c.Planned, c.Plan = report.Planned, planOf(report)
	}
	if at := trace.DataAsOf(); !at.IsZero() {
		c.DataAsOf = at.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	}
	limits := g.client.RateLimit()
	of := func(b hubspot.BudgetState) Allowance { return Allowance{Limit: b.Limit, Remaining: b.Remaining} }
	c.RateLimit = Allowances{Burst: of(limits.Burst), Associations: of(limits.Associations), Search: of(limits.Search)}
	if limits.Daily != nil {
		c.RateLimit.Daily = &Allowance{Limit: limits.Daily.Limit, Remaining: limits.Daily.Remaining}
	}
	return c
}

// camelCase spells an endpoint's name as GraphQL spells names.
func camelCase(name string) string {
	head, rest, more := strings.Cut(name, "_")
	for more {
		var word string
		word, rest, more = strings.Cut(rest, "_")
		head += strings.ToUpper(word[:1]) + word[1:]
	}
	return head
}
