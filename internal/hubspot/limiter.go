package hubspot

import (
	"context"
	"sync"
	"time"
)

// Limits are the sizes of a portal's budgets. A zero field starts at the
// smallest allowance of any HubSpot plan and then follows HubSpot's response
// headers, up or down. Any other value is a ceiling: headers may lower it, never
// raise it above what was asked for.
type Limits struct {
	Burst        int // calls per 10 s; 0 starts at 100
	Associations int // calls per 10 s; 0 starts at 100
	Search       int // calls per second; 0 means 4 (HubSpot sends no headers for it)
}

// The allowances of the smallest plan, and the lengths of their windows.
//
// Source: https://developers.hubspot.com/docs/api/usage-details and the CRM
// search guide (5 a second for the account; one is left to others), read 2026-04.
const (
	defaultBurst        = 100
	defaultAssociations = 100
	defaultSearch       = 4
	burstWindow         = 10 * time.Second
	searchWindow        = time.Second
)

// A Limiter keeps one portal's calls inside HubSpot's allowances, so that
// HubSpot never has to answer 429. All clients of a portal share one. It is
// safe for concurrent use and runs no goroutine of its own.
//
// Each budget holds two bounds: a refilling bucket, and an exact window that
// never lets more than the allowance arrive at HubSpot in any rolling window
// (a bucket alone lets its burst and its refill through in one window). Callers
// that must wait are served in the order in which they are due ([Turn]), so that
// what was begun is finished, and requests end one after the other rather than
// all late.
type Limiter struct {
	mu      sync.Mutex
	budgets [budgetCount]*budget
	daily   daily
	shared  *sharing // nil if the allowance is this limiter's alone
}

// NewLimiter returns a Limiter with all of its allowance free.
func NewLimiter(l Limits) *Limiter {
	return &Limiter{
		budgets: [budgetCount]*budget{
			BudgetBurst:        newBudget(defaultBurst, l.Burst, burstWindow),
			BudgetAssociations: newBudget(defaultAssociations, l.Associations, burstWindow),
			BudgetSearch:       newBudget(defaultSearch, l.Search, searchWindow),
		},
		daily: daily{zone: time.UTC},
	}
}

// Wait returns a slot for one call of the budget, as soon as there is one, and
// how long that took. The caller must tell the slot what became of the call.
//
// It fails with [ErrRateLimited], whose RetryAfter is the time until a slot
// would be free, when ctx has a deadline that the wait would outlive (at once:
// nobody waits in vain) or when the day's allowance is used up; and with ctx's
// own error when ctx is cancelled.
func (l *Limiter) Wait(ctx context.Context, which Budget) (*Slot, time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	start := time.Now()
	slot, w, err := l.enter(ctx, which, start)
	if w == nil {
		return slot, 0, err
	}
	select {
	case <-w.done:
		return w.slot, time.Since(start), w.err
	case <-ctx.Done():
		return nil, time.Since(start), l.leave(ctx, which, w)
	}
}

// enter returns a slot, or an error, or else a place in the queue.
func (l *Limiter) enter(ctx context.Context, which Budget, now time.Time) (*Slot, *waiter, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.daily.stopped(now); err != nil {
		return nil, nil, err
	}
	b := l.budgets[which]
	if len(b.queue) == 0 && !b.ready(now).After(now) {
		slot := b.take(l, now)
		if b.part != nil {
			b.foresee()
		}
		return slot, nil, nil
	}
	w := &waiter{turn: TurnOf(ctx, now), seq: b.nextSeq(), done: make(chan struct{})}
	if deadline, ok := ctx.Deadline(); ok {
		w.deadline = deadline
		if b.part != nil && !b.answered() {
			w.unjudged = true
		} else if at := b.estimate(now, b.queue.ahead(w)); at.After(deadline) {
			return nil, nil, tooLong(at.Sub(now))
		}
	}
	b.queue = append(b.queue, w)
	l.dispatch(b, now)
	if b.part != nil {
		b.foresee()
	}
	return nil, w, nil
}

// leave gives up w's place in the queue and explains why.
func (l *Limiter) leave(ctx context.Context, which Budget, w *waiter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, now := l.budgets[which], time.Now()
	var ahead int
	switch {
	case w.slot != nil: // the grant and the end of ctx crossed
		b.occupied.drop(w.slot)
	case w.err != nil:
		return w.err
	default:
		ahead = b.queue.ahead(w)
		b.queue.drop(w)
	}
	l.dispatch(b, now)
	if err := ctx.Err(); err != context.DeadlineExceeded {
		return err
	}
	return tooLong(max(b.estimate(now, ahead).Sub(now), time.Millisecond))
}

// dispatch hands out what is free to the waiters in order, and sets the alarm
// for the rest.
func (l *Limiter) dispatch(b *budget, now time.Time) {
	for len(b.queue) > 0 {
		at := b.ready(now)
		if at.After(now) {
			b.alarm.set(at, now, func() { l.wake(b) })
			return
		}
		w := b.queue.take()
		w.slot = b.take(l, now)
		close(w.done)
	}
	b.alarm.stop()
}

func (l *Limiter) wake(b *budget) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b.alarm.rang()
	l.dispatch(b, time.Now())
}

// close lets no call of the budget start before d has passed. Those whose
// deadline is sooner need not wait for it.
func (l *Limiter) close(which Budget, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, until := l.budgets[which], time.Now().Add(d)
	if !until.After(b.closed) {
		return
	}
	if b.part != nil {
		b.part.closed = until
		b.part.permits.Wanted()
	}
	b.closeUntil(until, d)
}

// closeUntil lets no call of the budget start before until, which is d away.
func (b *budget) closeUntil(until time.Time, d time.Duration) {
	b.closed = until
	stay := b.queue[:0]
	for _, w := range b.queue {
		if !w.deadline.IsZero() && w.deadline.Before(until) {
			w.fail(tooLong(d))
			continue
		}
		stay = append(stay, w)
	}
	clear(b.queue[len(stay):])
	b.queue = stay
	if len(b.queue) == 0 {
		b.alarm.stop()
	}
}

// rest is how long the current window of the budget lasts at most: until the
// oldest call in it, other than the one that was just refused, leaves it.
func (l *Limiter) rest(which Budget) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.budgets[which].rest(time.Now())
}

func tooLong(wait time.Duration) error {
	return &Error{Kind: ErrRateLimited, RetryAfter: wait, Message: "the wait for HubSpot's rate limit would outlast the request"}
}
