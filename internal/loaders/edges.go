package loaders

import (
	"context"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Edges loads associations from one object type to another, up to 1,000
// parents in a call, a page of each parent at a time.
type Edges struct {
	loader *dataloader.Loader[hubspot.AssociationInput, *hubspot.AssociationPage]
}

// An EdgesThunk waits for a page of one parent's associations; nil without an
// error means that it has none.
type EdgesThunk = dataloader.Thunk[*hubspot.AssociationPage]

func newEdges(api API, pairs *Pairs, pair edgesKey) *Edges {
	batch := func(ctx context.Context, keys []hubspot.AssociationInput) []*dataloader.Result[*hubspot.AssociationPage] {
		var pages map[hubspot.AssociationInput]*hubspot.AssociationPage
		var err error
		if !pairs.isUndefined(pair) {
			pages, err = readPages(ctx, api, pair, keys)
		}
		if err != nil {
			err = pairs.explain(ctx, api, pair, err)
		}
		if err != nil {
			return failed[hubspot.AssociationInput, *hubspot.AssociationPage](keys, err)
		}
		results := make([]*dataloader.Result[*hubspot.AssociationPage], len(keys))
		slab := make([]dataloader.Result[*hubspot.AssociationPage], len(keys))
		for i, key := range keys {
			slab[i].Data = pages[key]
			results[i] = &slab[i]
		}
		return results
	}
	return &Edges{loader: newLoader(batch, hubspot.MaxAssociationInputs)}
}

// readPages reads one page for each input. An answer names its parent but not
// the page, so two pages of one parent go in different calls.
func readPages(ctx context.Context, api API, pair edgesKey, inputs []hubspot.AssociationInput) (map[hubspot.AssociationInput]*hubspot.AssociationPage, error) {
	pages := make(map[hubspot.AssociationInput]*hubspot.AssociationPage, len(inputs))
	for len(inputs) > 0 {
		call := make([]hubspot.AssociationInput, 0, len(inputs))
		var rest []hubspot.AssociationInput
		asked := make(map[string]bool, len(inputs))
		for _, in := range inputs {
			if asked[in.ID] {
				rest = append(rest, in)
				continue
			}
			asked[in.ID] = true
			call = append(call, in)
		}
		answer, err := api.AssociationsBatchRead(ctx, pair.from, pair.to, call)
		if err != nil {
			return nil, err
		}
		for _, in := range call {
			pages[in] = answer[in.ID]
		}
		inputs = rest
	}
	return pages, nil
}

// Load queues one page of one parent; after is "" for the first.
func (e *Edges) Load(ctx context.Context, parent, after string) EdgesThunk {
	return e.loader.Load(ctx, hubspot.AssociationInput{ID: parent, After: after})
}

// Flush sends what is queued.
func (e *Edges) Flush() { e.loader.Flush() }
