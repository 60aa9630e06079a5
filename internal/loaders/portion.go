package loaders

import (
	"context"

	"github.com/graph-gophers/dataloader/v7"
)

// portions loads keys many at a time. To dataloader all keys that are queued
// together are one, a portion, so that a key costs no channel, no closure and no
// place in a cache of its own. A portion is cut where a call is full. Its users
// guard it by locks of their own.
type portions[K any, V any] struct {
	loader   *dataloader.Loader[*portion[K], []V]
	capacity int // keys of a call

	queued int // keys in the batch that dataloader has open
}

// A portion is keys that leave in one call.
type portion[K any] struct{ keys []K }

// A Portion waits for what keys that were queued one behind the other came to.
type Portion[V any] struct {
	Len  int // how many keys they are
	Wait dataloader.Thunk[[]V]
}

// newPortions returns a loader of the keys that read takes capacity of in a
// call. Read answers in the order of its keys.
func newPortions[K, V any](capacity int, read func(context.Context, []K) ([]V, error)) *portions[K, V] {
	batch := func(ctx context.Context, asked []*portion[K]) []*dataloader.Result[[]V] {
		keys := asked[0].keys
		if len(asked) > 1 {
			keys = make([]K, 0, capacity)
			for _, p := range asked {
				keys = append(keys, p.keys...)
			}
		}
		values, err := read(ctx, keys)
		if err != nil {
			return failed[*portion[K], []V](asked, err)
		}
		results := make([]*dataloader.Result[[]V], len(asked))
		for i, p := range asked {
			n := len(p.keys)
			results[i] = &dataloader.Result[[]V]{Data: values[:n:n]}
			values = values[n:]
		}
		return results
	}
	// No bound on a batch: it is full when its portions' keys are.
	const mostly = 8 // portions of a call; more than that wait for dataloader to take them in
	return &portions[K, V]{
		loader: dataloader.NewBatchedLoader(batch,
			dataloader.WithCache[*portion[K], []V](&dataloader.NoCache[*portion[K], []V]{}),
			dataloader.WithInputCapacity[*portion[K], []V](mostly),
			dataloader.WithWait[*portion[K], []V](never),
		),
		capacity: capacity,
	}
}

// load queues keys. Calls that are full leave.
func (p *portions[K, V]) load(ctx context.Context, keys []K) []Portion[V] {
	loaded := make([]Portion[V], 0, 1+len(keys)/p.capacity)
	for len(keys) > 0 {
		n := min(len(keys), p.capacity-p.queued)
		loaded = append(loaded, Portion[V]{n, p.loader.Load(ctx, &portion[K]{keys[:n:n]})})
		keys = keys[n:]
		if p.queued += n; p.queued == p.capacity {
			p.loader.Flush()
			p.queued = 0
		}
	}
	return loaded
}

// flush sends what is queued.
func (p *portions[K, V]) flush() {
	p.loader.Flush()
	p.queued = 0
}
