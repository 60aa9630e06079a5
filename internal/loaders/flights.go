package loaders

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// flights are the calls under way.
type flights struct {
	joined func(hubspot.Endpoint)

	mu    sync.Mutex
	byKey map[string]*flight
}

// A flight is one call under way, for as many callers as ask for it.
type flight struct {
	key      string
	ctx      context.Context
	cancel   context.CancelFunc
	deadline time.Time // zero for none
	begun    time.Time
	callers  int // that have not given up; guarded by flights.mu

	done     chan struct{}
	value    any // what follows is readable once done is closed
	err      error
	panicked any
}

// share makes the call, or waits for the one that is under way for the same key.
func share[T any](ctx context.Context, fs *flights, e hubspot.Endpoint, k key, call func(context.Context) (T, error)) (T, error) {
	var none T
	for {
		if ctx.Err() != nil {
			return none, gaveUp(ctx, e)
		}
		f, joined := fs.board(ctx, k)
		if joined {
			fs.joined(e)
		} else {
			go fs.fly(f, func(ctx context.Context) (any, error) { return call(ctx) })
		}
		if !fs.wait(ctx, f) {
			return none, gaveUp(ctx, e)
		}
		if f.panicked != nil {
			panic(f.panicked)
		}
		if joined && f.cutShort(ctx) {
			continue // whoever made that flight makes no other: the turns end
		}
		if f.err != nil {
			return none, f.err
		}
		if joined {
			hubspot.TraceFrom(ctx).AddAsOf(f.begun) // or a little later, when the call left
		}
		return f.value.(T), nil
	}
}

// board finds the flight of the key, or makes one.
func (fs *flights) board(ctx context.Context, k key) (f *flight, joined bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f = fs.byKey[string(k)]; f != nil {
		f.callers++
		return f, true
	}
	f = &flight{key: string(k), begun: time.Now(), done: make(chan struct{}), callers: 1}
	f.ctx = context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		f.deadline = deadline
		f.ctx, f.cancel = context.WithDeadline(f.ctx, deadline)
	} else {
		f.ctx, f.cancel = context.WithCancel(f.ctx)
	}
	fs.byKey[f.key] = f
	return f, false
}

// fly makes the call.
func (fs *flights) fly(f *flight, call func(context.Context) (any, error)) {
	defer func() {
		if v := recover(); v != nil {
			f.panicked = fmt.Sprintf("%v\n%s", v, debug.Stack()) // the callers' to handle
		}
		fs.mu.Lock()
		fs.close(f)
		fs.mu.Unlock()
		close(f.done)
		f.cancel()
	}()
	f.value, f.err = call(f.ctx)
}

// wait returns when the flight has landed, or false when the caller gives up.
func (fs *flights) wait(ctx context.Context, f *flight) bool {
	select {
	case <-f.done:
		return true
	case <-ctx.Done():
	}
	deadline, bounded := ctx.Deadline()
	if bounded && deadline.Equal(f.deadline) && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		<-f.done // it ends at the same instant, and knows better why
		return true
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f.callers--; f.callers == 0 {
		fs.close(f)
		f.cancel()
	}
	return false
}

// close lets nobody board any more. fs.mu is held.
func (fs *flights) close(f *flight) {
	if fs.byKey[f.key] == f {
		delete(fs.byKey, f.key)
	}
}

// gaveUp is what the client says of a call whose ctx has ended.
func gaveUp(ctx context.Context, e hubspot.Endpoint) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &hubspot.Error{Op: string(e), Kind: hubspot.ErrTimeout, Message: "the deadline passed before HubSpot answered"}
	}
	return ctx.Err()
}

// cutShort says whether the flight failed for want of time that ctx still has.
func (f *flight) cutShort(ctx context.Context) bool {
	if f.err == nil || f.deadline.IsZero() || ctx.Err() != nil {
		return false
	}
	mine, bounded := ctx.Deadline()
	if bounded && !mine.After(f.deadline) {
		return false
	}
	if refusal, ok := errors.AsType[*hubspot.Error](f.err); ok && refusal.RetryAfter > 0 {
		at := time.Now().Add(refusal.RetryAfter)
		return at.After(f.deadline) && (!bounded || at.Before(mine))
	}
	return !time.Now().Before(f.deadline)
}
