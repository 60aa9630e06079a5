package hubspottest

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Budget names a limit that calls count against.
type Budget string

// The budgets of a portal. A call counts against one of them, and all calls
// count against the day.
const (
	BurstBudget       Budget = "burst"
	AssociationBudget Budget = "associations"
	SearchBudget      Budget = "search"
)

// BudgetStats is what happened to one budget since the start or the last
// [Portal.ResetCalls].
type BudgetStats struct {
	Limit    int           // calls in any Window
	Window   time.Duration //
	Accepted int           // calls let through
	Rejected int           // calls answered 429
	Peak     int           // most calls that arrived in any Window, rejected ones included
	First    time.Time     // arrival of the first call; zero if there was none
	Last     time.Time     // arrival of the last call
}

// Utilisation is the share of the allowance that was used between the first
// and the last call: 1 means that not one call more would have been let in.
func (s BudgetStats) Utilisation() float64 {
	windows := float64(s.Last.Sub(s.First)) / float64(s.Window)
	return float64(s.Accepted) / ((1 + windows) * float64(s.Limit))
}

// limiter enforces the limits of a portal over rolling windows. Refused calls
// do not count against a limit.
type limiter struct {
	mu        sync.Mutex
	unlimited bool
	oauth     bool
	daily     int
	dailyUsed int
	budgets   map[Budget]*budget
}

type budget struct {
	stats    BudgetStats
	accepted window
	arrived  window
}

// window holds the times of the calls of one rolling window, oldest first.
type window struct{ times []time.Time }

// slide drops what is out of the window that ends now.
func (w *window) slide(now time.Time, length time.Duration) {
	i := 0
	for i < len(w.times) && now.Sub(w.times[i]) >= length {
		i++
	}
	w.times = w.times[i:]
}

func newLimiter(o Options) *limiter {
	fresh := func(limit int, window time.Duration) *budget {
		return &budget{stats: BudgetStats{Limit: limit, Window: window}}
	}
	return &limiter{
		unlimited: o.Unlimited,
		oauth:     o.OAuth,
		daily:     o.DailyLimit,
		budgets: map[Budget]*budget{
			BurstBudget:       fresh(o.BurstLimit, o.Window),
			AssociationBudget: fresh(o.AssociationLimit, o.Window),
			SearchBudget:      fresh(o.SearchLimit, time.Second),
		},
	}
}

// take lets a call through, or returns the policy it would break: "DAILY",
// "TEN_SECONDLY_ROLLING" or "SECONDLY".
func (l *limiter) take(name Budget, now time.Time) (broken string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.budgets[name]
	b.arrive(now)
	b.accepted.slide(now, b.stats.Window)
	switch {
	case l.unlimited:
	case !l.oauth && l.dailyUsed >= l.daily:
		broken = "DAILY"
	case len(b.accepted.times) < b.stats.Limit:
	case name == SearchBudget:
		broken = "SECONDLY"
	default:
		broken = "TEN_SECONDLY_ROLLING"
	}
	if broken != "" {
		b.stats.Rejected++
		return broken
	}
	l.dailyUsed++
	b.stats.Accepted++
	b.accepted.times = append(b.accepted.times, now)
	return ""
}

// arrive counts a call that a fault answers: it shows in the peak and spends
// nothing.
func (l *limiter) arrive(name Budget, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.budgets[name].arrive(now)
}

func (b *budget) arrive(now time.Time) {
	if b.stats.First.IsZero() {
		b.stats.First = now
	}
	b.stats.Last = now
	b.arrived.slide(now, b.stats.Window)
	b.arrived.times = append(b.arrived.times, now)
	b.stats.Peak = max(b.stats.Peak, len(b.arrived.times))
}

// headers adds HubSpot's limit headers: the daily ones unless the token is an
// OAuth app's, and those of the burst window except for searches.
//
// Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
func (l *limiter) headers(h http.Header, name Budget) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unlimited {
		return
	}
	if !l.oauth {
		h.Set("X-HubSpot-RateLimit-Daily", strconv.Itoa(l.daily))
		h.Set("X-HubSpot-RateLimit-Daily-Remaining", strconv.Itoa(l.daily-l.dailyUsed))
	}
	if name == SearchBudget {
		return
	}
	b := l.budgets[name]
	h.Set("X-HubSpot-RateLimit-Interval-Milliseconds", strconv.FormatInt(b.stats.Window.Milliseconds(), 10))
	h.Set("X-HubSpot-RateLimit-Max", strconv.Itoa(b.stats.Limit))
	h.Set("X-HubSpot-RateLimit-Remaining", strconv.Itoa(b.stats.Limit-len(b.accepted.times)))
	h.Set("X-HubSpot-RateLimit-Secondly", strconv.Itoa(b.stats.Limit/10))
	h.Set("X-HubSpot-RateLimit-Secondly-Remaining", strconv.Itoa(b.stats.Limit/10))
}

func (l *limiter) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.budgets {
		b.stats = BudgetStats{Limit: b.stats.Limit, Window: b.stats.Window}
	}
}

// Stats returns what happened to each budget.
func (p *Portal) Stats() map[Budget]BudgetStats {
	p.limits.mu.Lock()
	defer p.limits.mu.Unlock()
	stats := map[Budget]BudgetStats{}
	for name, b := range p.limits.budgets {
		stats[name] = b.stats
	}
	return stats
}
