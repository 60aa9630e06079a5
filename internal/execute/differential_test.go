package execute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A spy notes what HubSpot is asked for.
type spy struct {
	*hubspot.Client
	mu    sync.Mutex
	asked map[string]int
	calls map[string]int
}

func (s *spy) reset() { s.asked, s.calls = make(map[string]int), make(map[string]int) }

func (s *spy) note(call string, asked ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[call]++
	for _, a := range asked {
		s.asked[call+" "+a]++
	}
}

func (s *spy) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	s.note("list")
	return s.Client.List(ctx, r)
}

func (s *spy) Search(ctx context.Context, r hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	s.note("search")
	return s.Client.Search(ctx, r)
}

func (s *spy) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	s.note("read "+r.ObjectType+" "+r.IDProperty, r.IDs...)
	return s.Client.BatchRead(ctx, r)
}

func (s *spy) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	asked := make([]string, len(inputs))
	for i, in := range inputs {
		asked[i] = in.ID + "/" + in.After
	}
	s.note("edges "+from+" "+to, asked...)
	return s.Client.AssociationsBatchRead(ctx, from, to, inputs)
}

// TestRandomQueries runs random queries over random portals and compares every
// answer with one worked out from the same data in the simplest way.
func TestRandomQueries(t *testing.T) {
	const worlds, queries = 12, 25
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			w := newWorld(t, r)
			h := newHarness(t, w.portal)
			s := &spy{Client: h.client}
			h.engine = execute.New(h.schema, h.meta, s, execute.Limits{})
			reads, least := 0, 0
			for range queries {
				g := &generator{Rand: r, world: w}
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
				op, fields := h.parse(query, nil)
				plan := h.engine.Plan(op, fields)
				if n := s.total(); n > plan.Estimate().Calls {
					t.Errorf("query %s\n%d calls, want no more than estimated\n%v\n%s", query, n, s.calls, plan)
				}
				most := plan.LeastReads()
				reads, least = reads+s.reads(), least+most
				if s.reads() > most+1 { // a circle may be broken at another place than the best
					t.Errorf("query %s\n%d reads of records by ID, want %d\n%v", query, s.reads(), most, s.calls)
				}
				s.check(t, query, g.branches, g.filtered, strings.Count(query, "\n  r"))
			}
			if reads > least {
				t.Errorf("%d reads of records by ID, want %d at most", reads, least)
			}
		})
	}
}

// check holds what is true of the calls of every operation over few records.
func (s *spy) check(t *testing.T, query string, branches, filtered, roots int) {
	t.Helper()
	for asked, n := range s.asked {
		if n > 1 {
			t.Errorf("query %s\nasked %d times: %s", query, n, asked)
		}
	}
	edges := 0
	for call, n := range s.calls {
		kind, _, _ := strings.Cut(call, " ")
		switch {
		case kind == "read" && n > 2+filtered, kind == "list" && n > roots, kind == "search" && n > roots:
			t.Errorf("query %s\n%d calls: %s", query, n, call)
		case kind == "edges":
			edges += n
		}
	}
	if edges > branches {
		t.Errorf("query %s\n%d calls for edges, want at most one for each of %d branches", query, edges, branches)
	}
}

// reads counts the reads of records by ID.
func (s *spy) reads() int {
	n := 0
	for call, times := range s.calls {
		if strings.HasPrefix(call, "read ") && strings.HasSuffix(call, " ") {
			n += times
		}
	}
	return n
}

// sortLabels puts labels in order: HubSpot gives them none.
func sortLabels(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			sortLabels(e)
		}
	case map[string]any:
		for key, e := range v {
			sortLabels(e)
			if list, ok := e.([]any); ok && key == "labels" {
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
		}
	}
}

// TestRandomPages goes through random connections in pages of random length,
// each behind the cursor of any edge of the page before.
func TestRandomPages(t *testing.T) {
	r := rand.New(rand.NewPCG(99, 1))
	for range 4 {
		w := newWorld(t, r)
		h := newHarness(t, w.portal)
		g := &generator{Rand: r, world: w}
		for range 25 {
			k := pick(g, w.types)
			target := pick(g, k.to)
			want := make([]string, 0)
			query, arguments, end := k.list, "", ""
			if live := k.listed(false); len(live) > 0 && g.chance(3) {
				parent := pick(g, live)
				query, end = fmt.Sprintf("%s(by: {id: %s}) { %s", k.lookup, parent.id, target.list), "}"
				v := g.view(target)
				arguments = v.typed
				for _, b := range v.of(parent.links[target]) {
					want = append(want, target.typeID+":"+b.to.id)
				}
			} else {
				if g.chance(2) {
					arguments, _, live = g.matching(k)
				}
				for _, r := range live {
					want = append(want, k.typeID+":"+r.id)
				}
			}
			h.randomPages(t, g, query, arguments, end, want)
		}
	}
}

func (h *harness) randomPages(t *testing.T, g *generator, query, arguments, end string, want []string) {
	t.Helper()
	var after any
	at := 0
	for range 20 {
		first := g.IntN(5)
		text := fmt.Sprintf("query($after: String) { it: %s(first: %d, after: $after%s) { %s } %s }", query, first, arguments, pageFields, end)
		got := h.connectionOf(h.data(text, map[string]any{"after": after}), end != "")
		rest := want[at:]
		if diff := cmp.Diff(rest[:min(first, len(rest))], got.ids(t)); diff != "" {
			t.Fatalf("%s behind edge %d (-want +got):\n%s", text, at-1, diff)
		}
		if more := first < len(rest); got.PageInfo.HasNextPage != more {
			t.Fatalf("%s behind edge %d: hasNextPage = %v, want %v", text, at-1, got.PageInfo.HasNextPage, more)
		}
		if len(got.Edges) > 0 {
			i := g.IntN(len(got.Edges))
			at += i + 1
			after = got.Edges[i].Cursor
		}
	}
}

// connectionOf finds the connection in the answer: the root itself, or the
// one field of the root.
func (h *harness) connectionOf(text string, nested bool) page {
	h.tb.Helper()
	var err error
	if nested {
		var got struct{ It map[string]page }
		err = json.Unmarshal([]byte(text), &got)
		for _, p := range got.It {
			return p
		}
	}
	var got struct{ It page }
	if err == nil {
		err = json.Unmarshal([]byte(text), &got)
	}
	if err != nil {
		h.tb.Fatalf("%v in %s", err, text)
	}
	return got.It
}
