package loaders

import (
	"context"
	"errors"
	"sync"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Pairs remembers the pairs of object types between which HubSpot defines no
// association at all. HubSpot has no list of them, and refuses to read such a
// pair, while the truth about the records is simply that none are associated.
// One Pairs serves all requests of one version of a portal's metadata. Its
// methods may be called from many goroutines at once.
type Pairs struct {
	undefined sync.Map // edgesKey → struct{}
}

// NewPairs returns a Pairs that knows nothing yet.
func NewPairs() *Pairs { return new(Pairs) }

func (p *Pairs) isUndefined(key edgesKey) bool {
	_, ok := p.undefined.Load(key)
	return ok
}

// explain finds out whether refused is HubSpot's way to say that the pair has
// no definition, and then remembers it and returns nil. The message of a
// refusal is for people, so the pair's labels decide: a pair that has a
// definition has at least the unlabelled type.
func (p *Pairs) explain(ctx context.Context, api API, key edgesKey, refused error) error {
	if !errors.Is(refused, hubspot.ErrInvalid) {
		return refused
	}
	types, err := api.AssociationLabels(ctx, key.from, key.to)
	if len(types) > 0 || err != nil && !errors.Is(err, hubspot.ErrInvalid) {
		return refused
	}
	p.undefined.Store(key, struct{}{})
	return nil
}
