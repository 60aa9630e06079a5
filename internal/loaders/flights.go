package loaders

import (
	"context"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// flights are the calls that only their like can share.
type flights struct {
	joined func(hubspot.Endpoint)

	mu    sync.Mutex // guards what follows, and when a flight left
	byKey map[string]*keyedFlight
}

type keyedFlight struct {
	flight

	key string
}

// share makes the call, or waits for the one that is under way for the same key.
func share[T any](ctx context.Context, fs *flights, e hubspot.Endpoint, k key, call func(context.Context) (T, error)) (T, error) {
	var none T
	who := newCaller(ctx, nil)
	for {
		if ctx.Err() != nil {
			return none, gaveUp(ctx, e, false)
		}
		f, joined := fs.board(ctx, who, k)
		if joined {
			fs.joined(e)
		} else {
			go fs.fly(f, func(ctx context.Context) (any, error) { return call(ctx) }) //nolint:contextcheck // as with batches, it belongs to none of its callers
		}
		if err := f.await(ctx, e, func(why error) (bool, bool) { return fs.leave(f, who, why) }); err != nil {
			return none, err
		}
		if f.panicked != nil {
			panic(f.panicked)
		}
		if joined && f.cutShort(ctx, f.err) {
			continue // whoever made that flight makes no other: the turns end
		}
		if f.err != nil {
			return none, f.err
		}
		if joined && !f.left.IsZero() {
			hubspot.TraceFrom(ctx).AddAsOf(f.left)
		}
		return f.value.(T), nil
	}
}

// board finds a flight of the key that suits the caller, or makes one.
func (fs *flights) board(ctx context.Context, who *caller, k key) (f *keyedFlight, joined bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f = fs.byKey[string(k)]; f != nil && (f.left.IsZero() || !Fresh(ctx)) {
		f.join(who)
		return f, true
	}
	f = &keyedFlight{key: string(k)}
	f.open(ctx, who)
	fs.byKey[f.key] = f
	return f, false
}

// fly makes the call.
func (fs *flights) fly(f *keyedFlight, call func(context.Context) (any, error)) {
	f.fly(func(ctx context.Context) (any, error) {
		return call(hubspot.OnDeparture(ctx, func() { fs.depart(f) }))
	}, func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.close(f)
	})
}

// depart notes that the flight has left. What is repeated left the first time:
// the answer is at least as new.
func (fs *flights) depart(f *keyedFlight) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f.left.IsZero() {
		f.left = time.Now()
	}
}

func (fs *flights) leave(f *keyedFlight, who *caller, why error) (over, left bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	empty, over := f.leave(who, why)
	if empty {
		fs.close(f)
	}
	return over, !f.left.IsZero()
}

// close lets nobody board any more. fs.mu is held.
func (fs *flights) close(f *keyedFlight) {
	if fs.byKey[f.key] == f {
		delete(fs.byKey, f.key)
	}
}

// part lets nobody board the flights any more that have left.
func (fs *flights) part() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.byKey {
		if !f.left.IsZero() {
			fs.close(f)
		}
	}
}
