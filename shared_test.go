package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// joinedCalls is how often requests have joined calls of the endpoint.
func joinedCalls(t *testing.T, g *testGateway, endpoint string) int {
	families, err := g.metrics.Gather()
	if err != nil {
		t.Error(err)
	}
	for _, family := range families {
		if family.GetName() != "hubgraph_hubspot_calls_joined_total" {
			continue
		}
		for _, m := range family.GetMetric() {
			if m.GetLabel()[0].GetValue() == endpoint {
				return int(m.GetCounter().GetValue())
			}
		}
	}
	return 0
}

// TestIdenticalRequestsShareCalls sends the same request many times at once:
// together they cost the calls of one, and every one has the whole answer.
func TestIdenticalRequestsShareCalls(t *testing.T) {
	for _, n := range []int{2, 50} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p := crm(t, hubspottest.Options{Unlimited: true}, 10)
			g := startGateway(t, p, unthrottled)
			// HubSpot answers a call when every request waits for it, and for
			// those that are made beside it.
			for endpoint, beside := range map[string][]int{"list": {1}, "associations": {1, 2}, "batch_read": {1, 11}} {
				begun := 0
				p.Fail(hubspottest.Fault{Endpoint: hubspottest.Endpoint(endpoint), Match: func(*http.Request) bool {
					want := (n - 1) * beside[min(begun, len(beside)-1)]
					begun++
					for deadline := time.Now().Add(20 * time.Second); joinedCalls(t, g, endpoint) < want; time.Sleep(time.Millisecond) {
						if time.Now().After(deadline) {
							t.Errorf("call %d of %s was joined %d times, want %d", begun, endpoint, joinedCalls(t, g, endpoint), want)
							return true
						}
					}
					return true
				}})
			}
			answers := make([]answer, n)
			var wg sync.WaitGroup
			for i := range answers {
				wg.Go(func() {
					var err error
					if answers[i], err = g.tryQuery(t.Context(), threeLevelsLabelled, nil); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			counted := make(map[string]int)
			for i, a := range answers {
				if len(a.Errors) > 0 || string(a.Data) != string(answers[0].Data) || !strings.Contains(string(a.Data), "Deal 9 of 99") {
					t.Fatalf("answer %d: errors %+v, %d bytes: want that of the others, %d bytes", i, a.Errors, len(a.Data), len(answers[0].Data))
				}
				var cost struct{ Calls map[string]int }
				if err := json.Unmarshal(a.Extensions["hubgraph"], &cost); err != nil {
					t.Fatal(err)
				}
				for endpoint, calls := range cost.Calls {
					counted[endpoint] += calls
				}
			}
			g.calls(calls{"list": 1, "associations": 2, "batch_read": 11})
			if diff := cmp.Diff(map[string]int{"list": 1, "associations": 2, "batchRead": 11}, counted); diff != "" {
				t.Errorf("calls that all answers count together, of which joined ones cost nothing (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFirstOfSharedGoesAway: the client whose request made the call hangs up;
// the one that joined it is answered all the same, by the same call.
func TestFirstOfSharedGoesAway(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, unthrottled)
	reached := make(chan struct{}, 1)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Delay: 500 * time.Millisecond, Match: func(*http.Request) bool {
		reached <- struct{}{}
		return true
	}})
	const query = `{ contacts(first: 100) { nodes { email } } }`
	ctx, hangUp := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = g.tryQuery(ctx, query, nil) })
	<-reached
	wg.Go(func() {
		if a, err := g.tryQuery(t.Context(), query, nil); err != nil || len(a.Errors) > 0 {
			t.Errorf("the other request: %+v, %v, want its answer", a.Errors, err)
		}
	})
	time.AfterFunc(200*time.Millisecond, hangUp)
	wg.Wait()
	g.calls(calls{"list": 1})
}

// TestWaitingRequestsShareABatch spends HubSpot's allowance and then asks for
// one contact in each of many requests: while they wait they become one call.
func TestWaitingRequestsShareABatch(t *testing.T) {
	const limit, requests = 60, 50
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, func(cfg *config.Config) { cfg.BurstLimit = limit })
	for i := 1; g.gateway.RateLimit().Burst.Remaining > 0; i++ {
		if a, err := g.tryQuery(t.Context(), fmt.Sprintf(`{ contacts(first: %d) { nodes { id } } }`, i), nil); err != nil || len(a.Errors) > 0 {
			t.Fatalf("%v, errors = %+v", err, a.Errors)
		}
	}
	p.ResetCalls()
	var all sync.WaitGroup
	for i := range requests {
		all.Go(func() {
			id := fmt.Sprint(101 + i)
			field := []string{"email", "firstname", "lastname"}[i%3]
			a, err := g.tryQuery(t.Context(), fmt.Sprintf(`{ contact(by: {id: %q}) { id %s } }`, id, field), nil)
			if err != nil || len(a.Errors) > 0 || !strings.Contains(string(a.Data), ":"+id+`"`) || strings.Contains(string(a.Data), "null") {
				t.Errorf("contact %s: %s, errors = %+v, %v", id, a.Data, a.Errors, err)
			}
		})
	}
	all.Wait()
	g.calls(calls{"batch_read": 1})
}
