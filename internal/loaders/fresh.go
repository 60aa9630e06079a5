package loaders

import "context"

type freshKey struct{}

// WithFresh returns a context of a request that demands data as it is now: it
// is answered from no cache, and by no call that had left before it asked.
func WithFresh(ctx context.Context) context.Context {
	return context.WithValue(ctx, freshKey{}, true)
}

// Fresh says whether the request of ctx demands data as it is now.
func Fresh(ctx context.Context) bool { return ctx.Value(freshKey{}) != nil }
