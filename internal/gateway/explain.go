package gateway

import (
	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A Plan is what @explain tells of an operation.
type Plan struct {
	Calls        int        `json:"calls"`        // of all steps, at most
	AllowedCalls int        `json:"allowedCalls"` // of one request
	Refused      bool       `json:"refused"`      // whether the operation is not run, as it may take too many
	Steps        []PlanStep `json:"steps"`
	Actual       *Spent     `json:"actual,omitempty"` // if the operation ran
}

// A PlanStep is what an operation reads by calls of one kind.
type PlanStep struct {
	ID           int      `json:"id"`
	After        []int    `json:"after"` // the steps that it waits for
	Round        int      `json:"round"` // steps of one round run side by side
	Endpoint     string   `json:"endpoint"`
	ObjectType   string   `json:"objectType,omitempty"`   // the GraphQL type of the records
	ToObjectType string   `json:"toObjectType,omitempty"` // at the other end of associations
	What         string   `json:"what"`
	Why          string   `json:"why"`   // there may be so many calls
	Paths        []string `json:"paths"` // of the fields that it is for, without indexes
	Records      int      `json:"records"`
	Calls        int      `json:"calls"`
	Actual       *Spent   `json:"actual,omitempty"` // if the operation ran
}

// Spent is what calls came to: those of a step or, where several steps make
// calls of the same kind, those of all of them together.
type Spent struct {
	Calls   int   `json:"calls"` // that the operation needed: its own, and other requests' that it shared
	Records int   `json:"records"`
	Steps   []int `json:"steps,omitempty"` // that share the numbers, if there are several
}

// planOf is nil unless the client asks for the plan.
func planOf(report *graph.Report) *Plan {
	if !report.Explain {
		return nil
	}
	p := &Plan{Calls: report.Planned, AllowedCalls: report.AllowedCalls, Refused: report.Refused, Steps: []PlanStep{}}
	if report.Estimate == nil {
		return p
	}
	sharing := make(map[execute.Kind][]int)
	for _, s := range report.Estimate.Steps {
		sharing[s.Kind()] = append(sharing[s.Kind()], s.Place+1)
	}
	ran := report.Tally != nil && !report.Refused
	for _, s := range report.Estimate.Steps {
		step := PlanStep{
			ID: s.Place + 1, After: make([]int, len(s.After)), Round: s.Round,
			Endpoint: camelCase(string(s.Endpoint)), ObjectType: typeName(s.From), ToObjectType: typeName(s.To),
			What: s.What, Why: s.Why(), Paths: s.Paths, Records: s.Records, Calls: s.Calls,
		}
		for i, place := range s.After {
			step.After[i] = place + 1
		}
		if typeKnown := s.From != nil || s.Endpoint != hubspot.EndpointBatchRead; ran && typeKnown {
			step.Actual = spentOf(report.Tally.Spent(s.Kind()))
			if steps := sharing[s.Kind()]; len(steps) > 1 {
				step.Actual.Steps = steps
			}
		}
		p.Steps = append(p.Steps, step)
	}
	if ran {
		p.Actual = spentOf(report.Tally.Total())
	}
	return p
}

func spentOf(s execute.Spent) *Spent { return &Spent{Calls: s.Calls, Records: s.Records} }

func typeName(t *schema.Type) string {
	if t == nil {
		return ""
	}
	return t.Name
}
