package hubspot

import (
	"context"
	"time"
)

// A Turn says when a call is due: of the calls that wait for the limiter the
// one that is due first goes first. That may change while the call waits. Due
// is asked with the limiter locked, so it must be quick and must not call it.
type Turn interface{ Due() time.Time }

// perCall is by how much later a request is due for every call that it has left
// to make. One with little left goes before one with much left, unless that has
// waited for longer by this much a call: nobody can be overtaken for ever,
// because a request that arrives after the instant at which another is due is
// due later itself.
const perCall = time.Second

// Due is the instant at which the request arrived, later by a second for each
// call that it has left.
func (t *Trace) Due() time.Time {
	return t.arrived.Add(time.Duration(t.left.Load()) * perCall)
}

type turnKey struct{}

// WithTurn returns a context whose calls take their place at the limiter by t,
// and not by the context's [Trace].
func WithTurn(ctx context.Context, t Turn) context.Context {
	return context.WithValue(ctx, turnKey{}, t)
}

// TurnOf is whose turn orders the calls of ctx: that of [WithTurn], or else its
// [Trace]; if there is neither, the calls are due now.
func TurnOf(ctx context.Context, now time.Time) Turn {
	if t, ok := ctx.Value(turnKey{}).(Turn); ok {
		return t
	}
	if t := TraceFrom(ctx); t != nil && !t.arrived.IsZero() {
		return t
	}
	return arrivedAt(now)
}

// arrivedAt is the turn of a call that belongs to no request.
type arrivedAt time.Time

func (a arrivedAt) Due() time.Time { return time.Time(a) }
