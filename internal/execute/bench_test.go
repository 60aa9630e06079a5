package execute_test

import (
	"fmt"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const threeLevels = `{ contacts(first: 100) { totalCount nodes { id email firstname lastname companies { nodes { id name domain deals(first: 50) { nodes {
	id dealname amount closedate createdate dealtype { value } description hs_priority { label } hubspot_owner_id { email } dealstage { label isClosed } pipeline { label } } } } } } pageInfo { hasNextPage endCursor } } }`

// BenchmarkPlan plans the three-level query: every time with fields to
// collect anew, and with those that gqlgen keeps for an operation.
func BenchmarkPlan(b *testing.B) {
	h := newHarness(b, unlimited(b))
	op, fields := h.parse(threeLevels, nil)
	b.Run("new operation", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fresh := &graphql.OperationContext{Doc: op.Doc, Operation: op.Operation, Variables: op.Variables}
			h.engine.Plan(fresh, fields)
		}
	})
	b.Run("fields collected", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.engine.Plan(op, fields)
		}
	})
}

// BenchmarkRender renders 100 contacts, each with a company of 10 deals with
// 11 fields, from records that are there.
func BenchmarkRender(b *testing.B) {
	p := unlimited(b)
	contacts := p.AddRecords("contacts", 100)
	for i, contact := range contacts {
		company := p.AddRecord("companies", map[string]string{"name": fmt.Sprintf("Company %d", i), "domain": "x.org"})
		p.Associate("contacts", contact, "companies", company, "Primary")
	}
	for i, deal := range p.AddRecords("deals", 1000) {
		p.Associate("companies", fmt.Sprint(101+i/10), "deals", deal)
	}
	h := newHarness(b, p, execute.Limits{MaxRecords: 1 << 40, MaxBytes: 1 << 50}) // over all renderings
	op, fields := h.parse(threeLevels, nil)
	o := h.engine.Start(b.Context(), h.engine.Plan(op, fields))
	tree, errs := o.Wait("contacts")
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	h.portal.ResetCalls()
	b.SetBytes(int64(len(treeJSON(b, tree))))
	b.ReportAllocs()
	for b.Loop() {
		o.Wait("contacts")
	}
	if n := h.portal.Count(hubspottest.BatchRead); n > 0 {
		b.Errorf("%d calls while rendering, want none", n)
	}
}
