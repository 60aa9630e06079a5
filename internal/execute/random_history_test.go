package execute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// history asks for what the property that every record has held: nothing of
// a world changes, so that is one version.
func (g *generator) history(k *kind, key string) (string, eval) {
	return fmt.Sprintf("%s: history(properties: [%s]) { name versions { value } }", key, k.text), func(r *rec) any {
		return []any{map[string]any{"name": k.text, "versions": []any{map[string]any{"value": r.text}}}}
	}
}

// A pastSpy notes whose histories HubSpot is asked for.
type pastSpy struct{ *spy }

func (s pastSpy) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	if r.History != nil {
		s.note(fmt.Sprintf("history %s %s %v", r.ObjectType, r.IDProperty, r.Archived), r.IDs...)
	}
	return s.Client.BatchRead(ctx, r)
}

// TestRandomHistories asks for histories all over random queries: they are as
// they should be, and none is read twice by ID.
func TestRandomHistories(t *testing.T) {
	const worlds, queries = 6, 25
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			w := newWorld(t, r)
			h := newHarness(t, w.portal)
			s := pastSpy{&spy{Client: h.client}}
			h.engine = execute.New(h.schema, h.meta, s, execute.Limits{})
			for range queries {
				g := &generator{Rand: r, world: w, past: true}
				query, want := g.query()
				s.reset()
				result := h.query(query)
				if len(result.Errs) > 0 {
					t.Fatalf("query %s\nerrors = %v, want none", query, result.errors())
				}
				var got map[string]any
				if err := json.Unmarshal([]byte(result.json()), &got); err != nil {
					t.Fatal(err)
				}
				sortLabels(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("query %s\n(-want +got):\n%s", query, diff)
				}
				for asked, n := range s.asked {
					if n > 1 {
						t.Errorf("query %s\nasked %d times: %s", query, n, asked)
					}
				}
			}
		})
	}
}
