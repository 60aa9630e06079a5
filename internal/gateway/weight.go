package gateway

import "github.com/hubgraph/hubgraph/internal/portal"

// What a graph takes of the heap, a little more than TestWeight finds: the
// schema, its text and the model, with property definitions that portals mostly
// share, and what there is of each type and of each gateway.
const (
	bytesPerGateway  = 320 << 10
	bytesPerType     = 48 << 10
	bytesPerProperty = 1000
)

// Weight is how many bytes the gateway takes, about: with all that is kept for
// later requests, and without what requests under way take.
func (g *Gateway) Weight() int64 {
	v := g.current.Load()
	weight := bytesPerGateway + v.weight(v.metadata) + v.views.weight()
	if g.records != nil {
		weight += g.records.Bytes()
	}
	return weight
}

// weight is that of a view of the metadata.
func (v *view) weight(meta *portal.Metadata) int64 {
	weight := v.live.Kept()
	for _, t := range meta.Types {
		weight += bytesPerType + int64(len(t.Properties))*bytesPerProperty
	}
	return weight
}
