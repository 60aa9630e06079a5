// Package admit bounds how many requests are served at once, and how many wait
// for their turn, so that a flood of them costs neither memory nor the time of
// those that were there before.
//
// The bound is a number and not a time. What a request waits for is mostly
// HubSpot's allowance, so that a limit which shrinks when requests get slower
// would shut the door just when HubSpot makes everybody wait, for no reason of
// ours. What we compute ourselves takes turns elsewhere, see package compute.
package admit

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// Limits are the bounds of a [Door]. A field that is 0 stands for its default.
type Limits struct {
	Requests int           // served at once; 1,000
	Queue    int           // waiting for their turn; as many as Requests; less than 0: none
	Patience time.Duration // the longest wait; 1 s
}

const (
	defaultRequests = 1_000
	defaultPatience = time.Second
)

// A Door lets requests in. It is safe for concurrent use.
type Door struct {
	limits Limits
	places *semaphore.Weighted

	inside  atomic.Int64
	waiting atomic.Int64
	turned  atomic.Int64
}

// NewDoor returns a door with nobody inside.
func NewDoor(l Limits) *Door {
	if l.Requests == 0 {
		l.Requests = defaultRequests
	}
	if l.Queue == 0 {
		l.Queue = l.Requests
	}
	if l.Patience == 0 {
		l.Patience = defaultPatience
	}
	return &Door{limits: l, places: semaphore.NewWeighted(int64(l.Requests))}
}

// Enter lets a request in, who must Leave in the end, or reports false: at once
// if too many wait already, later if its turn does not come or ctx ends. Turns
// come in order of arrival.
func (d *Door) Enter(ctx context.Context) bool {
	if d.places.TryAcquire(1) || d.wait(ctx) {
		d.inside.Add(1)
		return true
	}
	d.turned.Add(1)
	return false
}

func (d *Door) wait(ctx context.Context) bool {
	defer d.waiting.Add(-1)
	if d.waiting.Add(1) > int64(d.limits.Queue) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, d.limits.Patience)
	defer cancel()
	return d.places.Acquire(ctx, 1) == nil
}

// Leave makes room for another request.
func (d *Door) Leave() {
	d.inside.Add(-1)
	d.places.Release(1)
}

// A State is who is where.
type State struct {
	Inside     int64 // requests that are served
	Waiting    int64 // for their turn
	TurnedAway int64 // so far
}

// State tells who is where now.
func (d *Door) State() State {
	return State{Inside: d.inside.Load(), Waiting: d.waiting.Load(), TurnedAway: d.turned.Load()}
}
