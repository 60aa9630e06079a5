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
	set *hubspot.PropertySet // what it asks for; more until it leaves, perhaps
}

// An errand is what a caller wants of a call.
type errand struct {
	key  key
	set  *hubspot.PropertySet            // the properties that the key does not tell; nil for none
	fits func(*hubspot.PropertySet) bool // whether one call can ask for so much
}

// share makes the call, or waits for the one that is under way for the same key.
func share[T any](ctx context.Context, fs *flights, e hubspot.Endpoint, k key, call func(context.Context) (T, error)) (T, error) {
	answer, _, err := run(ctx, fs, e, errand{key: k}, func(ctx context.Context, _ *keyedFlight) (T, error) { return call(ctx) })
	return answer, err
}

// run is share of an errand. It returns the flight, too, if one has landed.
func run[T any](ctx context.Context, fs *flights, e hubspot.Endpoint, what errand, call func(context.Context, *keyedFlight) (T, error)) (T, *keyedFlight, error) {
	var none T
	who := newCaller(ctx, what.set)
	for {
		if ctx.Err() != nil {
			return none, nil, gaveUp(ctx, e, false)
		}
		f, joined := fs.board(ctx, who, what)
		if joined {
			fs.joined(e)
		} else {
			go fs.fly(f, func(ctx context.Context) (any, error) { return call(ctx, f) }) //nolint:contextcheck // as with batches, it belongs to none of its callers
		}
		if err := f.await(ctx, e, func(why error) (bool, bool) { return fs.leave(f, who, why) }); err != nil {
			return none, nil, err
		}
		if f.panicked != nil {
			panic(f.panicked)
		}
		if joined && f.cutShort(ctx, f.err) {
			continue // whoever made that flight makes no other: the turns end
		}
		if f.err != nil {
			return none, f, f.err
		}
		if joined && !f.left.IsZero() {
			hubspot.TraceFrom(ctx).AddAsOf(f.left)
		}
		return f.value.(T), f, nil
	}
}

// board finds a flight that suits the caller, or makes one.
func (fs *flights) board(ctx context.Context, who *caller, what errand) (f *keyedFlight, joined bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f = fs.byKey[string(what.key)]; f != nil && f.takes(what, Fresh(ctx)) {
		f.join(who)
		return f, true
	}
	f = &keyedFlight{key: string(what.key), set: what.set}
	f.open(ctx, who)
	fs.byKey[f.key] = f
	return f, false
}

// takes says whether the flight can do the errand too, and has it done.
func (f *keyedFlight) takes(what errand, fresh bool) bool {
	if !f.left.IsZero() {
		return !fresh && covers(f.set, what.set)
	}
	both := united(f.set, what.set)
	if both != f.set && !what.fits(both) {
		return false
	}
	f.set = both
	return true
}

// seal ends the time in which the flight can be asked for more, for it may
// leave, and returns what those want who have not given up.
func (fs *flights) seal(f *keyedFlight) *hubspot.PropertySet {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f.left = time.Now()
	f.set = f.wants()
	return f.set
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
