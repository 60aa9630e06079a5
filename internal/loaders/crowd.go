package loaders

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A caller is one that waits for calls that may be others' as well.
type caller struct {
	turn     hubspot.Turn
	deadline time.Time            // zero for none
	set      *hubspot.PropertySet // of a batch of records: what the caller wants of them
}

func newCaller(ctx context.Context, set *hubspot.PropertySet) *caller {
	who := &caller{turn: hubspot.TurnOf(ctx, time.Now()), set: set}
	who.deadline, _ = ctx.Deadline()
	return who
}

// A crowd is all who wait for one call. It is the context that the call runs
// under, which ends when the last of them has given up and not before, and the
// call's turn at the limiter: that of the one who is due first. Its values are
// those of the one that opened it.
//
// Its lock may be taken with any other held, for it takes none itself.
type crowd struct {
	context.Context

	end context.CancelCauseFunc

	mu      sync.Mutex
	callers []*caller
	told    time.Time  // the deadline that the call last heard of; zero for none
	first   [1]*caller // where callers begins: most are alone
}

// open makes the crowd one of its first caller.
func (c *crowd) open(ctx context.Context, who *caller) {
	c.Context, c.end = context.WithCancelCause(context.WithoutCancel(ctx))
	c.first[0] = who
	c.callers = c.first[:]
}

// wants is all that any caller wants of the records.
func (c *crowd) wants() *hubspot.PropertySet {
	c.mu.Lock()
	defer c.mu.Unlock()
	var set *hubspot.PropertySet
	for i, who := range c.callers {
		if i == 0 {
			set = who.set
		}
		set = united(set, who.set)
	}
	return set
}

func (c *crowd) join(who *caller) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.callers = append(c.callers, who)
}

// leave takes out a caller that gives up because of why, and reports whether
// the crowd is no more: the last one ends it. It is over, too, if the deadline
// of those that are left is now.
func (c *crowd) leave(who *caller, why error) (empty, over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.callers, who)
	c.callers = slices.Delete(c.callers, i, i+1)
	if len(c.callers) == 0 {
		c.end(why)
		return true, true
	}
	latest := c.latest()
	return false, !latest.IsZero() && !latest.After(who.deadline)
}

// latest is the deadline of the caller with the most time, or zero if one has
// none. c.mu is held.
func (c *crowd) latest() time.Time {
	var latest time.Time
	for _, who := range c.callers {
		if who.deadline.IsZero() {
			return time.Time{}
		}
		if who.deadline.After(latest) {
			latest = who.deadline
		}
	}
	return latest
}

// Deadline is that of the caller with the most time, among those that are there
// now: who comes later may move it, and so may who leaves.
func (c *crowd) Deadline() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.callers) > 0 {
		c.told = c.latest()
	}
	return c.told, !c.told.IsZero()
}

// Err says why the last caller gave up: it was cancelled, or its deadline passed.
func (c *crowd) Err() error { return context.Cause(c.Context) }

// later is the turn of a call that nobody waits for.
var later = time.Unix(1<<40, 0)

// Due is the earliest instant at which the call is due for any caller.
func (c *crowd) Due() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := later
	for _, who := range c.callers {
		if at := who.turn.Due(); at.Before(due) {
			due = at
		}
	}
	return due
}

// cutShort says whether the call failed with err for want of time that a caller
// with the context ctx has: it would have waited for the limiter, and whoever
// opened the crowd could not.
func (c *crowd) cutShort(ctx context.Context, err error) bool {
	c.mu.Lock()
	told := c.told
	c.mu.Unlock()
	refusal, ok := errors.AsType[*hubspot.Error](err)
	if !ok || refusal.RetryAfter <= 0 || told.IsZero() || ctx.Err() != nil {
		return false
	}
	mine, bounded := ctx.Deadline()
	if bounded && !mine.After(told) {
		return false
	}
	at := time.Now().Add(refusal.RetryAfter)
	return at.After(told) && (!bounded || at.Before(mine))
}
