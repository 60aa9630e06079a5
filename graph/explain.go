package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// explainDirective is the directive of an operation whose plan is asked for.
const explainDirective = "explain"

// A Report is what an operation was planned to take of HubSpot, and what it
// took. Requests that are the same may share one: nothing in it may change.
type Report struct {
	Planned      int // calls
	AllowedCalls int

	Estimate *execute.Estimate // nil unless the client asks for the plan, or if there is nothing to plan
	Explain  bool              // whether the client asks for the plan
	Refused  bool              // whether the operation may not be run
	Tally    *execute.Tally    // what was really taken; nil if nobody asked
}

// readExplain reads the operation's directive.
func (p *prepared) readExplain(op *graphql.OperationContext) {
	directive := op.Operation.Directives.ForName(explainDirective)
	if directive == nil {
		return
	}
	p.explain = true
	if argument := directive.Arguments.ForName("analyze"); argument != nil {
		// Valid: a boolean, or a variable that is one.
		value, err := argument.Value.Value(op.Variables)
		p.analyze, _ = value.(bool)
		p.analyze = p.analyze && err == nil
	}
}

func (l *Live) newReport(p *prepared) *Report {
	r := &Report{AllowedCalls: l.engine.MaxCalls(), Explain: p.explain, Refused: p.refusal != nil}
	if p.plan != nil {
		r.Planned = p.plan.Estimate().Calls
		if p.explain {
			r.Estimate = p.plan.Estimate()
		}
	}
	return r
}

// stops answers an operation that is not to be run, and reports whether it did:
// its plan alone is asked for, or it may take too many calls.
func (p *prepared) stops(ctx context.Context) (*graphql.Response, bool) {
	switch {
	case p.explain && !p.analyze:
		return &graphql.Response{Data: []byte("null")}, true
	case p.refusal != nil:
		limit.From(ctx).Add(p.over...)
		graphql.AddError(ctx, p.refusal)
		return &graphql.Response{}, true
	}
	limit.From(ctx).Add(p.over...)
	return nil, false
}

// watch has the operation's runs counted if the client asks for it, and tells
// what the operation takes.
func (p *prepared) watch(ctx context.Context) context.Context {
	answer := AnswerFrom(ctx)
	if answer.Report = p.report; !p.analyze {
		return ctx
	}
	report := *p.report
	report.Tally = &execute.Tally{}
	answer.Report = &report
	return execute.WithTally(ctx, report.Tally)
}
