package execute

import (
	"context"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// hits are what an operation was given that earlier requests had read: records,
// one record's associations with a type, or pages of a list.
type hits struct {
	n    int
	asOf time.Time // when the oldest of it was asked of HubSpot
}

func (h *hits) add(n int, asOf time.Time) {
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
