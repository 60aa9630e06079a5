package execute

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/limit"
)

// budget bounds the HubSpot calls of one operation.
type budget struct {
	api   API
	most  int64
	mode  limit.Mode
	log   *limit.Log
	spent atomic.Int64
	tally *Tally // nil for none
}

// A TooExpensiveError is an operation that needs more than it may use.
type TooExpensiveError struct {
	What    string // such as "HubSpot calls"
	Allowed int

	Planned int    // of it by the plan; 0 for what turned out under way
	Dearest *Step  // the step of the plan that takes most of the calls
	Widest  string // the field that most of the records come of
}

// planned are an amount of the plan's in words.
func (e *TooExpensiveError) planned() string {
	one, many := "HubSpot call", hubspotCalls
	if e.What == records {
		one, many = "record", records
	}
	if e.Planned == endless {
		return "more " + many + " than can be counted"
	}
	return number(e.Planned, one)
}

func (e *TooExpensiveError) Error() string {
	if e.Planned == 0 {
		return fmt.Sprintf("the operation needs more than the %d %s one request may use; ask for less with a smaller first, or page on with after", e.Allowed, e.What)
	}
	if e.What == records {
		return fmt.Sprintf("the answer may hold %s, and one may hold %d; most of them come of %s: say a smaller first there or above, or fewer levels, and page on with after; query @explain shows the plan",
			e.planned(), e.Allowed, e.Widest)
	}
	return fmt.Sprintf("the operation may take %s, and one request may use %d; most of them, to %s, are for %s: say a smaller first there or above, or fewer levels, and page on with after; query @explain shows the plan",
		e.planned(), e.Allowed, e.Dearest.What, strings.Join(e.Dearest.Paths, ", "))
}

const (
	hubspotCalls = "HubSpot calls"
	records      = "records"
)

// extensions are what a client's program may want of it.
func (e *TooExpensiveError) extensions() map[string]any {
	switch e.What {
	case hubspotCalls:
		extensions := map[string]any{"limit": "calls", "allowedCalls": e.Allowed}
		if e.Planned > 0 {
			extensions["plannedCalls"] = e.Planned
		}
		return extensions
	case records:
		extensions := map[string]any{"limit": records, "allowed": e.Allowed}
		if e.Planned > 0 {
			extensions["found"] = e.Planned
		}
		return extensions
	}
	return map[string]any{"allowed": e.Allowed}
}

// Refusal is why the engine does not run a plan at all: it may take more calls
// of HubSpot than one request may use, or give more records than one answer may
// hold. The error is a [TooExpensiveError]; nil if the plan may run.
func (e *Engine) Refusal(plan *Plan) error {
	estimate := plan.estimate
	if e.calls().Refuses(estimate.Calls) {
		dearest := slices.MaxFunc(estimate.Steps, func(a, b *Step) int { return cmp.Compare(a.Calls, b.Calls) })
		return &TooExpensiveError{What: hubspotCalls, Allowed: e.limits.MaxCalls, Planned: estimate.Calls, Dearest: dearest}
	}
	if e.limits.Records.Refuses(estimate.Records) {
		return &TooExpensiveError{What: records, Allowed: e.limits.Records.Most, Planned: estimate.Records, Widest: estimate.Widest}
	}
	return nil
}

func (e *Engine) calls() limit.Limit {
	return limit.Limit{Mode: e.limits.CallsMode, Most: e.limits.MaxCalls}
}

// Excesses are the limits that a plan goes beyond, those that it is refused for
// and those that only measure.
func (e *Engine) Excesses(plan *Plan) []limit.Excess {
	over := slices.Clone(plan.over)
	for _, l := range []struct {
		name  string
		limit limit.Limit
		found int
	}{
		{"calls", e.calls(), plan.estimate.Calls},
		{records, e.limits.Records, plan.estimate.Records},
	} {
		if refused := l.limit.Refuses(l.found); refused || l.limit.Tells(l.found) {
			over = append(over, limit.Excess{Limit: l.name, Found: l.found, Most: l.limit.Most, Refused: refused})
		}
	}
	return over
}

// MaxCalls is how many calls of HubSpot one operation may use.
func (e *Engine) MaxCalls() int { return e.limits.MaxCalls }

func newBudget(ctx context.Context, api API, limits Limits) *budget {
	return &budget{api: api, most: int64(limits.MaxCalls), mode: limits.CallsMode, log: limit.From(ctx), tally: tallyFrom(ctx)}
}

func (b *budget) spend() error {
	spent := b.spent.Add(1)
	if spent <= b.most || b.mode == limit.Off {
		return nil
	}
	b.log.Add(limit.Excess{Limit: "calls", Found: int(spent), Most: int(b.most), Refused: b.mode == limit.Enforce})
	if b.mode == limit.Measure {
		return nil
	}
	return &TooExpensiveError{What: hubspotCalls, Allowed: int(b.most)}
}

func (b *budget) ListFits(r hubspot.ListRequest) bool { return b.api.ListFits(r) }

func (b *budget) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.List(ctx, r)
	b.tally.note(Kind{hubspot.EndpointList, r.ObjectType, ""}, func() int { return len(answer.Records) }, err)
	return answer, err
}

func (b *budget) SearchFits(r hubspot.SearchRequest) bool { return b.api.SearchFits(r) }

func (b *budget) Search(ctx context.Context, r hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.Search(ctx, r)
	b.tally.note(Kind{hubspot.EndpointSearch, r.ObjectType, ""}, func() int { return len(answer.Records) }, err)
	return answer, err
}

func (b *budget) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.BatchRead(ctx, r)
	b.tally.note(Kind{hubspot.EndpointBatchRead, r.ObjectType, ""}, func() int { return min(len(answer), len(r.IDs)) }, err)
	return answer, err
}

func (b *budget) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.AssociationsBatchRead(ctx, from, to, inputs)
	b.tally.note(Kind{hubspot.EndpointAssociations, from, to}, func() int { return len(inputs) }, err)
	return answer, err
}

func (b *budget) AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.AssociationLabels(ctx, from, to)
	b.tally.note(Kind{hubspot.EndpointAssociationLabels, from, to}, func() int { return 0 }, err)
	return answer, err
}

func (b *budget) SearchLists(ctx context.Context, r hubspot.ListSearchRequest) (*hubspot.ListSearchPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.SearchLists(ctx, r)
	b.tally.note(Kind{hubspot.EndpointSegments, "", ""}, func() int { return len(answer.Lists) }, err)
	return answer, err
}

func (b *budget) ListsByID(ctx context.Context, ids []string) ([]hubspot.List, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.ListsByID(ctx, ids)
	b.tally.note(Kind{hubspot.EndpointSegments, "", ""}, func() int { return len(answer) }, err)
	return answer, err
}

func (b *budget) ListMembers(ctx context.Context, r hubspot.ListMembersRequest) (*hubspot.ListMembersPage, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.ListMembers(ctx, r)
	b.tally.note(Kind{hubspot.EndpointSegmentMembers, "", ""}, func() int { return 1 }, err)
	return answer, err
}

func (b *budget) ListsOfRecords(ctx context.Context, objectTypeID string, ids []string) (map[string][]hubspot.ListMembership, error) {
	if err := b.spend(); err != nil {
		return nil, err
	}
	answer, err := b.api.ListsOfRecords(ctx, objectTypeID, ids)
	b.tally.note(Kind{hubspot.EndpointRecordSegments, objectTypeID, ""}, func() int { return len(ids) }, err)
	return answer, err
}
