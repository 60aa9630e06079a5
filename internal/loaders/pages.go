package loaders

import (
	"context"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// List shares [hubspot.Client.List]. Callers may want different properties of
// one page: what waits for the limiter asks for those of all, if that is not too
// long for HubSpot, and what is under way is for everybody who wants no more. So
// records may come with more properties, as from [Shared.BatchRead].
func (s *Shared) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	with := func(set *hubspot.PropertySet) hubspot.ListRequest {
		r := r
		r.Properties = set
		return r
	}
	what := errand{
		key: listKey(with(nil)), set: r.Properties,
		fits: func(set *hubspot.PropertySet) bool { return s.hub.ListFits(with(set)) },
	}
	page, f, err := run(ctx, &s.flights, hubspot.EndpointList, what, func(ctx context.Context, f *keyedFlight) (*hubspot.Page, error) {
		return s.hub.ListLate(ctx, func() hubspot.ListRequest { return with(s.flights.seal(f)) })
	})
	if f.askedTooMuch(r.Properties, err) {
		return share(ctx, &s.flights, hubspot.EndpointList, listKey(r).flag(true), func(ctx context.Context) (*hubspot.Page, error) {
			return s.hub.List(ctx, r)
		})
	}
	return page, err
}

// Search shares [hubspot.Client.Search], as [Shared.List] does a list.
func (s *Shared) Search(ctx context.Context, r hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	with := func(set *hubspot.PropertySet) hubspot.SearchRequest {
		r := r
		r.Properties = set
		return r
	}
	what := errand{
		key: searchKey(with(nil)), set: r.Properties,
		fits: func(set *hubspot.PropertySet) bool { return s.hub.SearchFits(with(set)) },
	}
	page, f, err := run(ctx, &s.flights, hubspot.EndpointSearch, what, func(ctx context.Context, f *keyedFlight) (*hubspot.SearchPage, error) {
		return s.hub.SearchLate(ctx, func() hubspot.SearchRequest { return with(s.flights.seal(f)) })
	})
	if f.askedTooMuch(r.Properties, err) {
		return share(ctx, &s.flights, hubspot.EndpointSearch, searchKey(r).flag(true), func(ctx context.Context) (*hubspot.SearchPage, error) {
			return s.hub.Search(ctx, r)
		})
	}
	return page, err
}

// askedTooMuch says whether the flight may have failed with err for what others
// wanted of it beside the set.
func (f *keyedFlight) askedTooMuch(set *hubspot.PropertySet, err error) bool {
	return f != nil && ofOne(err) && f.set.Len() > set.Len()
}
