package execute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
)

// A keeper is a spied-on HubSpot whose answers are kept.
type keeper struct {
	*recordcache.Filler
	spied
}

type spied struct{ *spy }

// keep has the harness answer from a cache of its own.
func (h *harness) keep(s *spy) {
	h.tb.Helper()
	cache, err := recordcache.New(recordcache.Options{TTL: time.Hour, Bytes: 64 << 20, TypeID: func(name string) string {
		for _, t := range h.schema.Types() {
			for _, known := range []string{t.Object.TypeID, t.Object.Name, t.Object.PluralName} {
				if hubspot.AssociationKey(known) == hubspot.AssociationKey(name) {
					return t.Object.TypeID
				}
			}
		}
		return ""
	}})
	if err != nil {
		h.tb.Fatal(err)
	}
	h.tb.Cleanup(cache.Close)
	h.engine = execute.New(h.schema, h.meta, keeper{recordcache.NewFiller(s, cache), spied{s}}, execute.Limits{Cache: cache})
	h.settle = func() { cache.Wait() }
}

// TestRandomQueriesKept asks random queries twice of an engine that keeps
// records, some on top of what others left there: the answers stay what they
// are, and no call is made that would not be made without, but for levels whose
// edges were lucky to share a call.
func TestRandomQueriesKept(t *testing.T) {
	const worlds, queries = 12, 25
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			w := newWorld(t, r)
			plain, kept := newHarness(t, w.portal), newHarness(t, w.portal)
			without, with := &spy{Client: plain.client}, &spy{Client: kept.client}
			plain.engine = execute.New(plain.schema, plain.meta, without, execute.Limits{})
			kept.keep(with)
			for range queries {
				g := &generator{Rand: r, world: w}
				query, want := g.query()
				without.reset()
				plain.query(query)
				op, fields := plain.parse(query, nil)
				rounds := plain.engine.Plan(op, fields).EdgeRounds()
				most := maps.Clone(without.calls)
				for range 2 {
					with.reset()
					ctx := t.Context()
					if g.chance(5) {
						ctx, most = loaders.WithFresh(ctx), maps.Clone(without.calls)
					}
					result := kept.run(ctx, query, nil)
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
					for call, n := range with.calls {
						allowed := most[call]
						if pair, ok := edgesCall(call); ok {
							allowed = max(allowed, rounds[pair])
						}
						if n > allowed {
							t.Errorf("query %s\n%d calls: %s, want %d at most\n%v\nwithout: %v", query, n, call, allowed, with.calls, without.calls)
						}
					}
					most = maps.Clone(with.calls)
					kept.settle()
				}
			}
		})
	}
}

// edgesCall is the pair of types whose edges a call of the spy is for.
func edgesCall(call string) (pair [2]string, ok bool) {
	types, ok := strings.CutPrefix(call, "edges ")
	if ok {
		pair[0], pair[1], ok = strings.Cut(types, " ")
	}
	return pair, ok
}

// total counts all calls.
func (s *spy) total() int {
	n := 0
	for _, times := range s.calls {
		n += times
	}
	return n
}

// TestKeptAnswersCostNoCall asks for three levels twice.
func TestKeptAnswersCostNoCall(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	s := &spy{Client: h.client}
	h.keep(s)
	const query = `{ contacts(first: 100) { nodes { id email companies { nodes { id name deals { nodes { dealname } } } } } } }`
	s.reset()
	want := h.data(query)
	h.settle()
	if s.total() == 0 {
		t.Fatal("nothing was read")
	}
	s.reset()
	trace := hubspot.NewTrace(time.Now())
	got := h.run(hubspot.WithTrace(t.Context(), trace), query, nil)
	if diff := cmp.Diff(want, got.json()); diff != "" || s.total() > 0 {
		t.Errorf("%d calls %v, want none; answer (-want +got):\n%s", s.total(), s.calls, diff)
	}
	if trace.CacheHits() == 0 || trace.DataAsOf().IsZero() || time.Since(trace.DataAsOf()) > time.Minute {
		t.Errorf("%d hits as of %v, want some of just now", trace.CacheHits(), trace.DataAsOf())
	}
	h.run(loaders.WithFresh(context.Background()), query, nil)
	if s.total() == 0 {
		t.Error("a request that demands fresh data was answered from the cache")
	}
}

// TestKeptPageTwice asks for one kept page in two fields: both have it.
func TestKeptPageTwice(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	s := &spy{Client: h.client}
	h.keep(s)
	const query = `{ a: contacts(first: 7) { nodes { email } } b: contacts(first: 7) { nodes { email } pageInfo { endCursor } } }`
	s.reset()
	want := h.data(query)
	h.settle()
	s.reset()
	if diff := cmp.Diff(want, h.data(query)); diff != "" || s.total() > 0 {
		t.Errorf("%d calls, want none; answer (-want +got):\n%s", s.total(), diff)
	}
}

// TestKeptBesideRead asks for a kept list and one that must be read: the answer is
// as old as the kept one.
func TestKeptBesideRead(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	s := &spy{Client: h.client}
	h.keep(s)
	s.reset()
	before := time.Now()
	h.data(`{ contacts(first: 7) { nodes { email } } }`)
	between := time.Now()
	h.settle()
	trace := hubspot.NewTrace(time.Now())
	h.run(hubspot.WithTrace(t.Context(), trace), `{ contacts(first: 7) { nodes { email } } deals(first: 3) { nodes { dealname } } }`, nil)
	if asOf := trace.DataAsOf(); trace.CacheHits() == 0 || asOf.Before(before) || asOf.After(between) {
		t.Errorf("%d hits as of %v, want some, from between %v and %v", trace.CacheHits(), asOf, before, between)
	}
}

// TestKeptMergedHistory asks for the history of a kept record by the ID of one that
// was merged into it.
func TestKeptMergedHistory(t *testing.T) {
	p := twoBranchesPortal(t)
	loser := p.AddRecord("contacts", map[string]string{"email": "old@example.com"})
	p.Merge("contacts", "101", loser)
	h := newHarness(t, p)
	s := &spy{Client: h.client}
	h.keep(s)
	s.reset()
	h.data(fmt.Sprintf(`{ contact(by: {id: %s}) { email } }`, loser))
	h.settle()
	const history = `{ history(properties: [hs_object_id]) { versions { value } } }`
	const past = `{"history":[{"versions":[{"value":"101"}]}]}`
	if got, want := h.data(fmt.Sprintf(`{ contact(by: {id: %s}) %s }`, loser, history)), `{"contact":`+past+`}`; got != want {
		t.Errorf("answer %s, want %s", got, want)
	}
	s.reset()
	got := h.data(fmt.Sprintf(`{ a: contact(by: {id: %s}) %s b: contact(by: {id: 101}) %s }`, loser, history, history))
	if want := `{"a":` + past + `,"b":` + past + `}`; got != want || s.reads() != 1 {
		t.Errorf("answer %s in %d reads, want %s in one", got, s.reads(), want)
	}
}
