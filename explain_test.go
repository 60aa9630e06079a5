package main

import (
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// explained is what @explain answers.
type explained struct {
	Data       json.RawMessage
	Errors     []struct{ Extensions map[string]any }
	Extensions struct {
		Hubgraph struct {
			PlannedCalls int
			Plan         *gateway.Plan
		}
	}
}

// explain asks over HTTP, and expects the status.
func (g *testGateway) explain(query string, variables map[string]any, status int) explained {
	g.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		g.t.Fatal(err)
	}
	got, text, err := g.post(g.t.Context(), body)
	if err != nil || got != status {
		g.t.Fatalf("status %d, %v, want %d; %s", got, err, status, text)
	}
	var e explained
	if err := json.Unmarshal(text, &e); err != nil {
		g.t.Fatal(err)
	}
	return e
}

// threeLevelsPlanned takes five calls at most.
const threeLevelsPlanned = `{ contacts(first: 20) { nodes { email companies(first: 1) { nodes { name deals(first: 10) { nodes { dealname } } } } } } }`

func TestExplain(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 1), unthrottled)
	g.portal.ResetCalls()
	for _, query := range []string{
		"query @explain " + threeLevelsPlanned,
		"query @explain { portal { id } " + threeLevelsPlanned[1:],
		"query @explain(analyze: false) " + threeLevelsPlanned,
		"query($a: Boolean! = false) @explain(analyze: $a) " + threeLevelsPlanned,
	} {
		e := g.explain(query, nil, http.StatusOK)
		p := e.Extensions.Hubgraph.Plan
		if string(e.Data) != "null" || p == nil || p.Calls != 5 || p.Calls != e.Extensions.Hubgraph.PlannedCalls || p.Refused || p.Actual != nil {
			t.Errorf("%s\ndata %s, plan %+v, want none, and five calls", query, e.Data, p)
		}
	}
	if calls := g.portal.Calls(); len(calls) > 0 {
		t.Errorf("explaining took %d calls, want none: %v", len(calls), calls)
	}
	e := g.explain("query($a: Boolean!) @explain(analyze: $a) "+threeLevelsPlanned, map[string]any{"a": true}, http.StatusOK)
	p := e.Extensions.Hubgraph.Plan
	if p == nil || p.Actual == nil || p.Actual.Calls != len(g.portal.Calls()) || len(e.Data) < 100 {
		t.Fatalf("plan %+v, data %.100s, want both, and %d calls", p, e.Data, len(g.portal.Calls()))
	}
	for _, s := range p.Steps {
		if s.Actual == nil || s.Actual.Calls < 1 || s.Actual.Calls > s.Calls || s.Actual.Records > s.Records || s.Why == "" || len(s.Paths) == 0 {
			t.Errorf("step %+v, actual %+v, want no more than planned", s, s.Actual)
		}
	}
	if p := g.explain("query @explain { portal { id } }", nil, http.StatusOK).Extensions.Hubgraph.Plan; p == nil || p.Calls != 0 || len(p.Steps) != 0 {
		t.Errorf("plan of metadata = %+v, want no steps", p)
	}
	if p := g.explain("{ portal { id } }", nil, http.StatusOK).Extensions.Hubgraph.Plan; p != nil {
		t.Errorf("plan = %+v for who did not ask", p)
	}
}

// TestRefusedBeforeTheFirstCall asks for more than one request may use.
func TestRefusedBeforeTheFirstCall(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 1), unthrottled, func(cfg *config.Config) { cfg.MaxCalls = 4 })
	g.portal.ResetCalls()
	for _, query := range []string{threeLevelsPlanned, "{ portal { id } " + threeLevelsPlanned[1:], "query @explain(analyze: true) " + threeLevelsPlanned} {
		e := g.explain(query, nil, http.StatusOK)
		if len(e.Errors) != 1 || e.Data != nil {
			t.Fatalf("%s\nanswer %+v, want one error and no data", query, e)
		}
		got := e.Errors[0].Extensions
		if got["code"] != "TOO_EXPENSIVE" || got["plannedCalls"] != 5.0 || got["allowedCalls"] != 4.0 {
			t.Errorf("%s\nextensions %v, want 5 calls planned and 4 allowed", query, got)
		}
	}
	if p := g.explain("query @explain "+threeLevelsPlanned, nil, http.StatusOK).Extensions.Hubgraph.Plan; p == nil || !p.Refused || p.AllowedCalls != 4 {
		t.Errorf("plan = %+v, want it refused", p)
	}
	if calls := g.portal.Calls(); len(calls) > 0 {
		t.Errorf("%d calls, want none: %v", len(calls), calls)
	}
}

// TestNeverMoreThanPlanned asks for overlapping records from many clients at once,
// of a portal without limits and of one whose allowance is spent: no answer takes
// more calls than were planned for it, and all together no more than that.
func TestNeverMoreThanPlanned(t *testing.T) {
	for name, c := range map[string]struct {
		portal  hubspottest.Options
		gateway func(*config.Config)
	}{
		"unlimited": {hubspottest.Options{Unlimited: true, Latency: 2 * time.Millisecond}, unthrottled},
		"spent":     {hubspottest.Options{Latency: 2 * time.Millisecond, BurstLimit: 80, AssociationLimit: 80}, func(*config.Config) {}},
	} {
		t.Run(name, func(t *testing.T) {
			p := crm(t, c.portal, 10)
			g := startGateway(t, p, c.gateway)
			const query = `query($after: String, $first: Int!) { contacts(first: $first, after: $after) {
				nodes { email companies(first: 1) { nodes { name deals(first: 10) { nodes { dealname amount } } } } } pageInfo { endCursor } } }`
			var planned, taken atomic.Int64
			var wg sync.WaitGroup
			for client := range 16 {
				wg.Go(func() {
					for n := range 2 {
						a, err := g.tryQuery(t.Context(), query, map[string]any{"first": 20 + 5*((client+n)%8)})
						if err != nil || len(a.Errors) > 0 {
							t.Errorf("client %d: %v, errors %+v", client, err, a.Errors)
							return
						}
						var cost struct {
							PlannedCalls int
							Calls        map[string]int
						}
						if err := json.Unmarshal(a.Extensions["hubgraph"], &cost); err != nil {
							t.Error(err)
							return
						}
						calls := 0
						for _, n := range cost.Calls {
							calls += n
						}
						if calls > cost.PlannedCalls {
							t.Errorf("client %d: %v calls, want at most the %d planned", client, cost.Calls, cost.PlannedCalls)
						}
						planned.Add(int64(cost.PlannedCalls))
						taken.Add(int64(calls))
					}
				})
			}
			wg.Wait()
			if seen := int64(len(p.Calls())); seen != taken.Load() || seen > planned.Load() {
				t.Errorf("the portal saw %d calls, answers count %d of %d planned", seen, taken.Load(), planned.Load())
			}
			t.Logf("%d calls of %d planned", taken.Load(), planned.Load())
		})
	}
}
