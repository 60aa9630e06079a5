package loaders

import (
	"context"
	"slices"
	"sync"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Edges loads associations from one object type to another, up to 1,000
// parents in a call, a page of each parent at a time.
type Edges struct {
	mu       sync.Mutex
	portions *portions[hubspot.AssociationInput, *hubspot.AssociationPage]
	asked    map[hubspot.AssociationInput]EdgesPage
}

// An EdgesPage is one page of one parent's associations, once its portion is
// there.
type EdgesPage struct {
	portion *Portion[*hubspot.AssociationPage]
	place   int
}

// Wait waits for the page; nil without an error means that the parent has none.
func (p EdgesPage) Wait() (*hubspot.AssociationPage, error) {
	pages, err := p.portion.Wait()
	if err != nil {
		return nil, err
	}
	return pages[p.place], nil
}

func newEdges(api API, pairs *Pairs, pair edgesKey) *Edges {
	read := func(ctx context.Context, inputs []hubspot.AssociationInput) ([]*hubspot.AssociationPage, error) {
		if pairs.isUndefined(pair) {
			return make([]*hubspot.AssociationPage, len(inputs)), nil
		}
		pages, err := readPages(ctx, api, pair, inputs)
		if err != nil {
			if err = pairs.explain(ctx, api, pair, err); err != nil {
				return nil, err
			}
			pages = make([]*hubspot.AssociationPage, len(inputs))
		}
		return pages, nil
	}
	return &Edges{
		portions: newPortions(hubspot.MaxAssociationInputs, read),
		asked:    make(map[hubspot.AssociationInput]EdgesPage),
	}
}

// readPages reads one page for each input. An answer names its parent but not
// the page, so two pages of one parent go in different calls.
func readPages(ctx context.Context, api API, pair edgesKey, inputs []hubspot.AssociationInput) ([]*hubspot.AssociationPage, error) {
	pages := make([]*hubspot.AssociationPage, len(inputs))
	left := make([]int, len(inputs)) // places in inputs
	for i := range left {
		left[i] = i
	}
	for len(left) > 0 {
		var rest []int
		call, now := inputs, left
		if !onePageEach(inputs) {
			asked := make(map[string]bool, len(left))
			call, now = nil, nil
			for _, i := range left {
				if id := inputs[i].ID; asked[id] {
					rest = append(rest, i)
				} else {
					asked[id] = true
					call, now = append(call, inputs[i]), append(now, i)
				}
			}
		}
		answer, err := api.AssociationsBatchRead(ctx, pair.from, pair.to, call)
		if err != nil {
			return nil, err
		}
		for _, i := range now {
			pages[i] = answer[inputs[i].ID]
		}
		left = rest
	}
	return pages, nil
}

// onePageEach says whether no parent is there twice, which takes two pages: no
// input is there twice, and there is one first page.
func onePageEach(inputs []hubspot.AssociationInput) bool {
	return !slices.ContainsFunc(inputs, func(in hubspot.AssociationInput) bool { return in.After != "" })
}

// LoadAll queues pages, and appends them in order to pages. What was queued
// before is not read again.
func (e *Edges) LoadAll(ctx context.Context, inputs []hubspot.AssociationInput, pages []EdgesPage) []EdgesPage {
	e.mu.Lock()
	defer e.mu.Unlock()
	fresh := make([]hubspot.AssociationInput, 0, len(inputs))
	for _, in := range inputs {
		if _, known := e.asked[in]; !known {
			e.asked[in] = EdgesPage{}
			fresh = append(fresh, in)
		}
	}
	loaded := e.portions.load(ctx, fresh)
	for i := range loaded {
		for place, in := range fresh[:loaded[i].Len] {
			e.asked[in] = EdgesPage{&loaded[i], place}
		}
		fresh = fresh[loaded[i].Len:]
	}
	for _, in := range inputs {
		pages = append(pages, e.asked[in])
	}
	return pages
}

// Flush sends what is queued.
func (e *Edges) Flush() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.portions.flush()
}
