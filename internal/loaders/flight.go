package loaders

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A flight is one call, waiting for the limiter or under way, for as many
// callers as ask for it.
type flight struct {
	crowd

	left time.Time // when it was first sent to HubSpot; zero until then. Guarded as its owner says

	done     chan struct{}
	value    any // what follows is readable once done is closed
	err      error
	panicked any
}

func (f *flight) open(ctx context.Context, who *caller) {
	f.crowd.open(ctx, who)
	f.done = make(chan struct{})
}

// fly makes the call, which takes its turn by the crowd's, and then lets landed
// put the flight away before anybody learns of the end.
func (f *flight) fly(call func(context.Context) (any, error), landed func()) {
	defer func() {
		if v := recover(); v != nil {
			f.panicked = fmt.Sprintf("%v\n%s", v, debug.Stack()) // the callers' to handle
		}
		landed()
		close(f.done)
		f.end(context.Canceled)
	}()
	f.value, f.err = call(hubspot.WithTurn(f, f))
}

// await waits until the flight has landed. It fails if the caller gives up
// before, which leave tells the flight.
func (f *flight) await(ctx context.Context, e hubspot.Endpoint, leave func(why error) (over, left bool)) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
	}
	why := ctx.Err()
	over, left := leave(why)
	if over && errors.Is(why, context.DeadlineExceeded) {
		<-f.done // it ends at the same instant, and knows better why
		return nil
	}
	return gaveUp(ctx, e, left)
}

// gaveUp is what the client says of a call whose ctx has ended.
func gaveUp(ctx context.Context, e hubspot.Endpoint, left bool) error {
	switch {
	case !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return ctx.Err()
	case left:
		return &hubspot.Error{Op: string(e), Kind: hubspot.ErrTimeout, Message: "the deadline passed before HubSpot answered"}
	}
	return &hubspot.Error{Op: string(e), Kind: hubspot.ErrRateLimited, Message: "the wait for HubSpot's rate limit outlasted the request"}
}
