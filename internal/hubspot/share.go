package hubspot

import "time"

// Permits is whoever hands a [Limiter] its part of an allowance that several
// processes share. It asks for [Limiter.Report], and brings what comes of it by
// [Limiter.Apply] or [Limiter.Cut].
type Permits interface {
	// Wanted says that a report now is worth more than one later. It is called
	// with the limiter locked: it must neither wait nor call the limiter.
	Wanted()
}

// A Report is what a limiter has and needs of a shared allowance.
type Report struct {
	Claims [budgetCount]Claim // by Budget
	Spent  time.Duration      // until the day's allowance is there again; 0 if there is some
	Fresh  bool               // nothing was granted yet, or all of it was given up
	Lapsed bool               // the last lease has ended: the static share is in use, or soon will be
}

// A Claim is a [Report]'s part about one budget.
type Claim struct {
	Held     int           // calls that may be in the window, or are
	Own      int           // calls of ours in the window
	Need     int           // Own, and those who wait; at most Limit
	Limit    int           // calls in a window for all, as far as is known here
	Ceiling  int           // Limit is never more; 0 for no ceiling
	Learned  bool          // HubSpot has just named Limit
	Foreign  int           // calls of other apps that HubSpot's headers have just shown
	Closed   time.Duration // how long HubSpot has just told to wait; 0 if it did not
	NextFree time.Duration // until a call that is held may start; 0 for now
	Window   time.Duration
	Slack    time.Duration // a call leaves HubSpot's window at most so long after Window
}

// A Grant answers a [Report].
type Grant struct {
	Parts [budgetCount]Part // by Budget
	Spent time.Duration     // until the day's allowance is there again; 0 if there is some
	Until time.Time         // when everything that is held is to be granted anew
}

// A Part is a [Grant]'s part about one budget.
type Part struct {
	Grant  int           // by how much Held grows
	Target int           // what Held is to become: what is above it goes back when it is free
	Others int           // calls of the other processes in the window, when they last said
	Limit  int           // calls in a window for all
	Closed time.Duration // how long no call may start
	Within time.Duration // until the others can give what Target has above Held; a guess
}

// Pending says whether the target is still to be reached.
func (p Part) Pending(held int) bool { return p.Target > held+p.Grant }

// sharing is what a limiter that shares its allowance keeps for all budgets. The
// Limiter's mutex guards it.
type sharing struct {
	permits  Permits
	answered bool
	held     bool      // whether anything was ever granted
	left     bool      // whether what was held was given up: others may have it
	until    time.Time // when the lease ends
}

// Share makes the limiter one of several, at most replicas in all, that share the
// allowance through p. It must be called before the first call. Nothing may start
// until the first [Limiter.Apply] or [Limiter.Cut].
func (l *Limiter) Share(p Permits, replicas int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shared = &sharing{permits: p}
	for _, b := range l.budgets {
		b.room = 0
		b.part = &part{permits: p, sharing: l.shared, replicas: max(replicas, 1), asked: -1}
	}
}

// Report is what the limiter has and needs now.
func (l *Limiter) Report() Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	r := Report{Fresh: !l.shared.held, Lapsed: l.shared.answered && !now.Before(l.shared.until)}
	if l.daily.stopped(now) != nil {
		r.Spent = l.daily.midnight(l.daily.spent).Sub(now)
	}
	for i, b := range l.budgets {
		r.Claims[i] = b.claim(now)
	}
	return r
}

// Apply takes what came of a report, and hands it out.
func (l *Limiter) Apply(r Report, g Grant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.shared.answered, l.shared.until = true, g.Until
	if g.Spent > 0 && l.daily.spent.IsZero() {
		l.daily.spent = now
		l.failAll(l.daily.stopped(now))
	}
	for i, b := range l.budgets {
		b.apply(r.Claims[i], g.Parts[i], now)
		b.part.others = g.Parts[i].Others
		l.shared.held = l.shared.held || g.Parts[i].Grant > 0
	}
	for i, b := range l.budgets {
		others := b.part.others
		if Budget(i) == BudgetAssociations { // see countForeign
			others += l.budgets[BudgetBurst].part.others
		}
		b.confirm(others, now)
		b.expire(now)
		b.settle(now)
		l.dispatch(b, now)
		l.judge(b, now)
		b.foresee()
	}
}

// Leave gives up what is held, for others to have, if nobody needs it: no call is
// in any window and none waits. It reports whether that is so; a report must follow
// then. Nothing may start until the next Apply or Cut, which [Permits.Wanted] asks
// for when somebody waits.
func (l *Limiter) Leave() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for _, b := range l.budgets {
		b.expire(now)
		if len(b.occupied) > 0 || len(b.queue) > 0 || b.closed.After(now) || b.part.named || b.part.foreign > 0 {
			return false
		}
	}
	*l.shared = sharing{permits: l.shared.permits, left: true}
	for _, b := range l.budgets {
		b.room = 0
		b.part = &part{permits: l.shared.permits, sharing: l.shared, replicas: b.part.replicas, asked: -1}
	}
	return true
}

// Needs reports whether somebody waits for a call to start.
func (l *Limiter) Needs() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.budgets {
		if len(b.queue) > 0 {
			return true
		}
	}
	return false
}

// Busy reports whether a call is in a window, or waits.
func (l *Limiter) Busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.budgets {
		if b.own > 0 || len(b.queue) > 0 {
			return true
		}
	}
	return false
}

// Cut says that a report was not answered. What is held may be used until the
// lease ends, and no more of it than an equal share after that. grown is how
// long, after a window and its slack, the others may still take a share of ours
// for their own: then it is whole. gone says that nobody will answer for now: who
// never was answered then has its share at once.
func (l *Limiter) Cut(grown time.Duration, gone bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for _, b := range l.budgets {
		b.cut(now, grown, gone)
		l.dispatch(b, now)
		l.judge(b, now)
	}
}

// judge lets go of those who would wait in vain, and could not be told when they
// came.
func (l *Limiter) judge(b *budget, now time.Time) {
	stay := b.queue[:0:0]
	for _, w := range b.queue {
		if w.unjudged {
			w.unjudged = false
			if at := b.estimate(now, b.queue.ahead(w)); at.After(w.deadline) {
				w.fail(tooLong(at.Sub(now)))
				continue
			}
		}
		stay = append(stay, w)
	}
	if len(stay) == len(b.queue) {
		return
	}
	b.queue = stay
	l.dispatch(b, now)
}
