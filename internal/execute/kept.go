package execute

import (
	"context"
	"errors"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// hits are what an operation was given that earlier requests had read: records,
// one record's associations with a type, or pages of a list.
type hits struct {
	n    int
	asOf time.Time // when the oldest of it was asked of HubSpot
}

func (h *hits) add(n int, asOf time.Time) {
	if n == 0 {
		return // of no age
	}
	if h.n == 0 || asOf.Before(h.asOf) {
		h.asOf = asOf
	}
	h.n += n
}

// tell counts the hits in the trace of ctx.
func (h *hits) tell(ctx context.Context) {
	if h.n > 0 {
		trace := hubspot.TraceFrom(ctx)
		trace.AddCacheHits(h.n)
		trace.AddAsOf(h.asOf)
	}
}

// errNotKept is a page that HubSpot must be asked for.
var errNotKept = errors.New("not kept")

// kept is the list, if all its pages are kept, and so much of the edges that it
// would bring along that reading the others takes no more calls than the list.
func (l *lister) kept(ctx context.Context) (listResult, bool) {
	if l.cache == nil || l.args.search() {
		return listResult{}, false
	}
	var found hits
	pages := 0
	result, err := l.list(ctx, func(_ context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
		if r.Properties != nil {
			r.Properties = l.least
		}
		page, asOf, ok := l.cache.List(r)
		if !ok {
			return nil, errNotKept
		}
		pages++
		found.add(1, asOf)
		return page, nil
	})
	if err != nil || l.keptEdges(&result, &found) > pages {
		return listResult{}, false
	}
	result.hits = found
	return result, true
}

// keptEdges takes the edges that are kept of the list's records, and says how
// many calls it takes to read the others.
func (l *lister) keptEdges(result *listResult, found *hits) (calls int) {
	if len(l.args.embed) == 0 || len(result.records) == 0 {
		return 0
	}
	ids := make([]string, len(result.records))
	for i, item := range result.records {
		ids[i] = item.record.ID
	}
	result.embedded = make(map[*schema.Type][]embeddedEdges, len(l.args.embed))
	for _, target := range l.args.embed {
		edges := make([]embeddedEdges, len(ids))
		result.embedded[target] = edges
		missing := len(ids)
		l.cache.Edges(l.field.Type.Object.TypeID, target.Object.TypeID, false, ids, func(i int, page *hubspot.AssociationPage, asOf time.Time) {
			edges[i] = embeddedEdges{page: page, whole: true}
			found.add(1, asOf)
			missing--
		})
		calls += (missing + hubspot.MaxAssociationInputs - 1) / hubspot.MaxAssociationInputs
	}
	return calls
}
