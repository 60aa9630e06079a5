package hubspot

import (
	"time"
)

// daily is the allowance of the portal's day. The Limiter's mutex guards it.
type daily struct {
	zone      *time.Location
	known     bool
	limit     int
	remaining int
	seen      time.Time // when HubSpot last said
	spent     time.Time // when it was found used up; zero if it is not
}

func (d *daily) learn(limit, remaining int, now time.Time) {
	d.known, d.limit, d.remaining, d.seen = true, limit, remaining, now
	if remaining == 0 {
		d.spent = now
	}
}

// stopped is the error of every call until the day ends, if it is used up.
func (d *daily) stopped(now time.Time) error {
	if d.spent.IsZero() {
		return nil
	}
	wait := d.midnight(d.spent).Sub(now)
	if wait <= 0 {
		d.spent = time.Time{}
		return nil
	}
	return &Error{Kind: ErrRateLimited, PolicyName: policyDaily, RetryAfter: wait, Message: "the account's daily allowance of HubSpot calls is used up"}
}

func (d *daily) state(now time.Time) *DailyState {
	if !d.known || !now.Before(d.midnight(d.seen)) {
		return nil
	}
	return &DailyState{Limit: d.limit, Remaining: d.remaining}
}

// midnight is the end of the portal's day that holds t.
func (d *daily) midnight(t time.Time) time.Time {
	year, month, day := t.In(d.zone).Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, d.zone)
}

// SetTimeZone sets the portal's time zone, in which HubSpot's day ends. Until
// then it is UTC. [Client.Account] sets it.
func (l *Limiter) SetTimeZone(zone *time.Location) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.daily.zone = zone
}

// stopDay refuses all calls until the portal's next midnight, and says how
// long that is.
func (l *Limiter) stopDay() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.daily.spent = now
	l.failAll(l.daily.stopped(now))
	if l.shared != nil {
		l.shared.permits.Wanted()
	}
	return l.daily.midnight(now).Sub(now)
}

// failAll ends every wait with err.
func (l *Limiter) failAll(err error) {
	for _, b := range l.budgets {
		for _, w := range b.queue {
			w.fail(err)
		}
		b.queue = nil
		b.alarm.stop()
	}
}
