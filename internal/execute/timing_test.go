package execute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A tardy HubSpot takes a random time for each call, so that answers come in
// any order.
type tardy struct {
	*hubspot.Client
	mu   sync.Mutex
	rand *rand.Rand
}

func (a *tardy) wait() {
	a.mu.Lock()
	d := time.Duration(1+a.rand.IntN(50)) * time.Millisecond
	a.mu.Unlock()
	time.Sleep(d)
}

func (a *tardy) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	a.wait()
	return a.Client.List(ctx, r)
}

func (a *tardy) Search(ctx context.Context, r hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	a.wait()
	return a.Client.Search(ctx, r)
}

func (a *tardy) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	a.wait()
	return a.Client.BatchRead(ctx, r)
}

func (a *tardy) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	a.wait()
	return a.Client.AssociationsBatchRead(ctx, from, to, inputs)
}

// TestRandomTimings runs random queries, several at once, while HubSpot's
// answers come in random order: all end, with the answers they should have. A
// run that waits for itself would be a deadlock of the bubble.
func TestRandomTimings(t *testing.T) {
	const worlds, rounds, together = 4, 6, 8
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			w := newWorld(t, r)
			h := newHarness(t, w.portal)
			synctest.Test(t, func(t *testing.T) {
				client, err := hubspot.NewClient(slog.New(slog.DiscardHandler), hubspot.Options{
					BaseURL:    w.portal.URL(),
					Token:      hubspot.StaticToken(w.portal.Token()),
					Limiter:    hubspot.NewLimiter(hubspot.Limits{Burst: 1e6, Associations: 1e6, Search: 1e6}),
					HTTPClient: &http.Client{Transport: w.portal.Transport()},
				})
				if err != nil {
					t.Fatal(err)
				}
				defer client.Close()
				h.engine = execute.New(h.schema, h.meta, &tardy{Client: client, rand: rand.New(rand.NewPCG(seed, 4))}, execute.Limits{})
				for range rounds {
					var wg sync.WaitGroup
					for range together {
						g := &generator{Rand: rand.New(rand.NewPCG(r.Uint64(), 3)), world: w}
						query, want := g.query()
						wg.Go(func() { h.answers(t, query, want) })
					}
					wg.Wait()
				}
			})
		})
	}
}

// answers runs a query and compares its answer.
func (h *harness) answers(t *testing.T, query string, want map[string]any) {
	t.Helper()
	result := h.run(t.Context(), query, nil)
	var got map[string]any
	if err := json.Unmarshal([]byte(result.json()), &got); err != nil || len(result.Errs) > 0 {
		t.Errorf("query %s\nerrors = %v, %v, want none", query, result.errors(), err)
		return
	}
	sortLabels(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("query %s\n(-want +got):\n%s", query, diff)
	}
}
