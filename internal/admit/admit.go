// Package admit bounds how many requests are served at once, and how many wait
// for their turn, so that a flood of them costs neither memory nor the time of
// those that were there before.
//
// The bound follows what the gateway itself can do, and not how long requests
// take. What a request waits for is mostly HubSpot's allowance, so that a limit
// which shrinks when requests get slower would shut the door just when HubSpot
// makes everybody wait, for no reason of ours. It shrinks when those inside have
// more to compute than there are processors for, and grows again when they do not.
package admit

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Limits are the bounds of a [Door]. A field that is 0 stands for its default.
type Limits struct {
	Requests int           // served at once at most; [DefaultRequests]
	Queue    int           // waiting for their turn; as many as Requests; less than 0: none
	Patience time.Duration // the longest wait; 1 s

	// Strained reports whether there is more to compute than can be done in time.
	// It is asked some ten times a second, and must be quick. nil means never.
	Strained func() bool
}

// DefaultRequests is how many are served at once, unless that is set.
const DefaultRequests = 1_000

const (
	defaultPatience = time.Second

	// adaptEvery is how often the bound is looked at: longer than it takes for a
	// change to show.
	adaptEvery = 100 * time.Millisecond
	// leastRequests are let in however strained the gateway is: fewer would leave
	// processors idle while they wait for HubSpot.
	leastRequests = 32
)

// A Door lets requests in. It is safe for concurrent use.
type Door struct {
	limits Limits

	mu      sync.Mutex
	bound   int // of those inside, for now
	adapted time.Time
	inside  int
	queue   []*ticket // in order of arrival
	turned  int64
}

// A ticket is a request's place in the queue.
type ticket struct{ in chan struct{} } // closed when it is let in

// NewDoor returns a door with nobody inside.
func NewDoor(l Limits) *Door {
	if l.Requests == 0 {
		l.Requests = DefaultRequests
	}
	if l.Queue == 0 {
		l.Queue = l.Requests
	}
	if l.Patience == 0 {
		l.Patience = defaultPatience
	}
	if l.Strained == nil {
		l.Strained = func() bool { return false }
	}
	return &Door{limits: l, bound: l.Requests}
}

// Enter lets a request in, who must Leave in the end, or reports false: at once
// if too many wait already, later if its turn does not come or ctx ends. Turns
// come in order of arrival.
func (d *Door) Enter(ctx context.Context) bool {
	t, in := d.arrive(time.Now())
	if t == nil {
		return in
	}
	ctx, cancel := context.WithTimeout(ctx, d.limits.Patience)
	defer cancel()
	select {
	case <-t.in:
		return true
	case <-ctx.Done():
		return d.giveUp(t)
	}
}

// TurnsAway reports whether a request that came now would be turned away at once,
// and counts it as that if so.
func (d *Door) TurnsAway() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.adapt(time.Now())
	full := len(d.queue) >= d.limits.Queue && d.inside >= d.bound
	if full {
		d.turned++
	}
	return full
}

// arrive lets a request in, turns it away, or gives it a ticket.
func (d *Door) arrive(now time.Time) (t *ticket, in bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.adapt(now)
	switch {
	case len(d.queue) == 0 && d.inside < d.bound:
		d.inside++
		return nil, true
	case len(d.queue) >= d.limits.Queue:
		d.turned++
		return nil, false
	}
	t = &ticket{in: make(chan struct{})}
	d.queue = append(d.queue, t)
	return t, false
}

// giveUp takes a request out of the queue, unless it was let in just now.
func (d *Door) giveUp(t *ticket) (in bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.Index(d.queue, t)
	if i < 0 {
		return true
	}
	d.queue = slices.Delete(d.queue, i, i+1)
	d.turned++
	return false
}

// Leave makes room for another request.
func (d *Door) Leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inside--
	d.adapt(time.Now())
	d.call()
}

// call lets in those whose turn it is.
func (d *Door) call() {
	for len(d.queue) > 0 && d.inside < d.bound {
		close(d.queue[0].in)
		d.queue = slices.Delete(d.queue, 0, 1)
		d.inside++
	}
}

// adapt lowers the bound by an eighth of those inside while they are more than
// can be served in time, and raises it by an eighth when they are not.
func (d *Door) adapt(now time.Time) {
	if now.Sub(d.adapted) < adaptEvery {
		return
	}
	d.adapted = now
	least := min(leastRequests, d.limits.Requests)
	switch {
	case d.limits.Strained():
		d.bound = max(least, min(d.bound, d.inside)*7/8)
	case d.bound < d.limits.Requests:
		d.bound = min(d.limits.Requests, d.bound+max(1, d.bound/8))
		d.call()
	}
}

// A State is who is where.
type State struct {
	Inside     int64 // requests that are served
	Waiting    int64 // for their turn
	TurnedAway int64 // so far
	Bound      int64 // of those inside, for now
}

// State tells who is where now.
func (d *Door) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return State{Inside: int64(d.inside), Waiting: int64(len(d.queue)), TurnedAway: d.turned, Bound: int64(d.bound)}
}
