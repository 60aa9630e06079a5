package hubspot

import (
	"net/http"
	"strconv"
	"time"
)

// RateLimit is what is known of a portal's allowances at one moment.
type RateLimit struct {
	Burst, Associations, Search BudgetState
	Daily                       *DailyState // nil if HubSpot has not said (it never does for OAuth apps)
}

// BudgetState is one budget: Limit calls in any rolling Window, of which
// Remaining may start now.
type BudgetState struct {
	Limit, Remaining int
	Window           time.Duration
}

// DailyState is the account's allowance for today, shared by all its apps.
type DailyState struct {
	Limit, Remaining int
}

// Snapshot reports the allowances.
func (l *Limiter) Snapshot() RateLimit {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	state := func(which Budget) BudgetState {
		b := l.budgets[which]
		b.expire(now)
		return BudgetState{Limit: b.limit, Remaining: max(b.limit-len(b.occupied)-b.elsewhere(), 0), Window: b.window}
	}
	return RateLimit{
		Burst:        state(BudgetBurst),
		Associations: state(BudgetAssociations),
		Search:       state(BudgetSearch),
		Daily:        l.daily.state(now),
	}
}

// HubSpot's headers. The Secondly pair is still sent but no longer enforced.
//
// Source: https://developers.hubspot.com/docs/api/usage-details, read 2026-04.
const (
	headerMax            = "X-Hubspot-Ratelimit-Max"
	headerRemaining      = "X-Hubspot-Ratelimit-Remaining"
	headerInterval       = "X-Hubspot-Ratelimit-Interval-Milliseconds"
	headerDaily          = "X-Hubspot-Ratelimit-Daily"
	headerDailyRemaining = "X-Hubspot-Ratelimit-Daily-Remaining"
)

// Learn corrects the limiter by the headers of this slot's answer.
func (s *Slot) Learn(h http.Header) {
	limit, hasLimit := headerInt(h, headerMax)
	remaining, hasRemaining := headerInt(h, headerRemaining)
	interval, hasInterval := headerInt(h, headerInterval)
	dayLimit, hasDay := headerInt(h, headerDaily)
	dayRemaining, hasDayRemaining := headerInt(h, headerDailyRemaining)

	l, b := s.limiter, s.budget
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if hasDay && hasDayRemaining {
		l.daily.learn(dayLimit, dayRemaining, now)
		if err := l.daily.stopped(now); err != nil {
			l.failAll(err)
			return
		}
	}
	ours := !hasInterval || time.Duration(interval)*time.Millisecond == b.window
	if !ours || !hasLimit || b == l.budgets[BudgetSearch] {
		return
	}
	if b.resize(limit, now) && b.part != nil {
		b.learned()
	}
	if hasRemaining {
		s.countForeign(limit-remaining, now)
	}
	l.dispatch(b, now)
}

// countForeign makes room for other apps' calls, given how many calls HubSpot
// had counted in the window when this one arrived. All of ours that HubSpot can
// have counted are those the window held at the grant and those granted since;
// what exceeds them is not ours. When it leaves the window is not known, so it
// is kept for a whole one.
func (s *Slot) countForeign(counted int, now time.Time) {
	b := s.budget
	b.expire(now)
	mine := s.ownAtGrant + int(b.granted-s.granted)
	if b == s.limiter.budgets[BudgetAssociations] {
		// HubSpot does not document whose numbers these endpoints carry. If they
		// are the burst window's, our own burst calls are among them.
		mine += s.limiter.budgets[BudgetBurst].own
	}
	if b.part != nil {
		b.sight(counted-mine, now)
		return
	}
	known := len(b.occupied) - b.own
	for range min(counted-mine, b.limit) - known {
		b.occupy(s.limiter, now.Add(b.window), false)
	}
}

// headerInt reads a header that holds a number that is not negative.
func headerInt(h http.Header, name string) (int, bool) {
	v := h.Get(name)
	if v == "" {
		return 0, false
	}
	n, err := strconv.Atoi(v)
	return n, err == nil && n >= 0
}
