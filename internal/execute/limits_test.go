package execute_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// TestPlannedRecords counts the records that an answer holds by its query's own
// words.
func TestPlannedRecords(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 1)
	h := newHarness(t, p, execute.Limits{Records: limit.AtMost(20_000)})
	for _, tt := range []struct {
		query string
		want  int
	}{
		{`{ contact(by: {id: "1"}) { id } }`, 1},
		{`{ contacts { nodes { id } } }`, 25},
		{`{ contacts(first: 1000) { totalCount } }`, 0},
		{`{ contacts(first: 100) { edges { cursor } } }`, 0},
		{`{ contacts(first: 100) { nodes { id } edges { node { id } } } }`, 200},
		{`{ a: contacts(first: 100) { nodes { id } } b: contacts(first: 100) { nodes { id } } }`, 200},
		{`{ contacts(first: 100) { nodes { id companies { nodes { deals(first: 50) { nodes { id } } } } } } }`, 100 + 100 + 5_000},
		{`{ contacts(first: 100) { nodes { primaryCompany { name } companies(first: 2) { totalCount } } } }`, 200},
		{`{ nodes(ids: ["0-1:1", "0-1:2", "0-2:1"]) { id } }`, 3},
		{`{ contacts(first: 1000) { nodes { companies(first: 1000) { nodes { contacts(first: 1000) { nodes { companies(first: 1000) { nodes { id } } } } } } } } }`, 1_001_001_001_000},
	} {
		op, fields := h.parse(tt.query, nil)
		plan := h.engine.Plan(op, fields)
		if got := plan.Estimate().Records; got != tt.want {
			t.Errorf("%s: %d records, want %d", tt.query, got, tt.want)
		}
	}
}

// TestRefusedPlans has plans of too many records or calls: what is enforced is
// refused, what is measured told.
func TestRefusedPlans(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 1)
	const query = `{ contacts(first: 101) { nodes { id companies(first: 100) { nodes { id } } } } }`
	for _, tt := range []struct {
		limits execute.Limits
		want   string // the refusal
		over   []limit.Excess
	}{
		{execute.Limits{}, "the answer may hold 10201 records, and one may hold 10000; most of them come of contacts.companies: say a smaller first there or above, or fewer levels, and page on with after; query @explain shows the plan",
			[]limit.Excess{{Limit: "records", Found: 10_201, Most: 10_000, Refused: true}}},
		{execute.Limits{Records: limit.AtMost(10_201)}, "", nil},
		{execute.Limits{Records: limit.Limit{Mode: limit.Measure}}, "", []limit.Excess{{Limit: "records", Found: 10_201, Most: 10_000}}},
		{execute.Limits{Records: limit.Limit{Mode: limit.Off}, MaxCalls: 1, CallsMode: limit.Measure}, "", []limit.Excess{{Limit: "calls", Found: 2, Most: 1}}},
		{execute.Limits{Records: limit.Limit{Mode: limit.Off}, MaxCalls: 1, CallsMode: limit.Off}, "", nil},
	} {
		h := newHarness(t, p, tt.limits)
		op, fields := h.parse(query, nil)
		plan := h.engine.Plan(op, fields)
		err := h.engine.Refusal(plan)
		if got := text(err); got != tt.want {
			t.Errorf("%+v: refusal %q, want %q", tt.limits, got, tt.want)
		}
		if expensive, ok := errors.AsType[*execute.TooExpensiveError](err); ok {
			presented, _ := execute.Present(expensive)
			want := map[string]any{"code": "TOO_EXPENSIVE", "limit": "records", "found": 10_201, "allowed": 10_000}
			if diff := cmp.Diff(want, presented.Extensions); diff != "" {
				t.Errorf("extensions (-want +got):\n%s", diff)
			}
		}
		if diff := cmp.Diff(tt.over, h.engine.Excesses(plan)); diff != "" {
			t.Errorf("%+v: excesses (-want +got):\n%s", tt.limits, diff)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
