package execute_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A replay answers reads that were made before from memory, so that what a
// benchmark measures is the executor's own: no HTTP, no JSON of HubSpot's.
type replay struct {
	execute.API

	mu      sync.Mutex
	answers map[string]any
}

func newReplay(api execute.API) *replay { return &replay{API: api, answers: make(map[string]any)} }

func remember[T any](r *replay, key string, read func() (T, error)) (T, error) {
	r.mu.Lock()
	known, ok := r.answers[key]
	r.mu.Unlock()
	if ok {
		return known.(T), nil
	}
	answer, err := read()
	if err == nil {
		r.mu.Lock()
		r.answers[key] = answer
		r.mu.Unlock()
	}
	return answer, err
}

func (r *replay) List(ctx context.Context, q hubspot.ListRequest) (*hubspot.Page, error) {
	return remember(r, "list "+q.ObjectType+" "+q.After, func() (*hubspot.Page, error) { return r.API.List(ctx, q) })
}

func (r *replay) BatchRead(ctx context.Context, q hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	return remember(r, "read "+q.ObjectType+" "+q.IDs[0], func() ([]*hubspot.Record, error) { return r.API.BatchRead(ctx, q) })
}

func (r *replay) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	return remember(r, "edges "+from+" "+to+" "+inputs[0].ID, func() (map[string]*hubspot.AssociationPage, error) {
		return r.API.AssociationsBatchRead(ctx, from, to, inputs)
	})
}

func (r *replay) Search(ctx context.Context, q hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	return remember(r, fmt.Sprint("search ", q.ObjectType, q.Limit), func() (*hubspot.SearchPage, error) { return r.API.Search(ctx, q) })
}

const (
	oneContact = `{ contact(by: {id: "101"}) { id email firstname lastname } }`

	hundredContacts = `{ contacts(first: 100) { nodes { id email firstname lastname phone jobtitle city state zip createdate } } }`

	// twoLevels is what the budget of allocations is set for.
	twoLevels = `{ contacts(first: 100) { nodes { id email firstname lastname phone jobtitle city state zip createdate
	companies { nodes { id name domain phone city state zip country numberofemployees createdate } } } } }`
)

// BenchmarkRun plans, runs and renders over answers that are in memory.
func BenchmarkRun(b *testing.B) {
	p := unlimited(b)
	contacts := p.AddRecords("contacts", 100)
	for i, contact := range contacts {
		for j := range 2 {
			company := p.AddRecord("companies", map[string]string{"name": fmt.Sprintf("Company %d", 2*i+j), "domain": "x.org", "city": "Berlin", "zip": "10115", "numberofemployees": "17"})
			p.Associate("contacts", contact, "companies", company)
		}
	}
	for i, deal := range p.AddRecords("deals", 1000) {
		p.Associate("companies", fmt.Sprint(101+i/10), "deals", deal)
	}
	for _, q := range []struct{ name, query string }{
		{"one contact", oneContact},
		{"100 contacts", hundredContacts},
		{"two levels", twoLevels},
		{"three levels", threeLevels},
	} {
		b.Run(q.name, func(b *testing.B) {
			h := newHarness(b, p)
			h.engine = execute.New(h.schema, h.meta, newReplay(h.client), execute.Limits{})
			op, fields := h.parse(q.query, nil)
			ask := func() int {
				n := 0
				o := h.engine.Start(b.Context(), h.engine.Plan(op, fields))
				for _, f := range fields {
					tree, errs := o.Wait(f.Alias)
					if len(errs) > 0 {
						b.Fatal(errs)
					}
					written := new(counter)
					tree.MarshalGQL(written)
					n += int(*written)
				}
				return n
			}
			b.SetBytes(int64(ask()))
			b.ReportAllocs()
			for b.Loop() {
				ask()
			}
		})
	}
}

// A counter counts what is written.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
