package hubspot

import "time"

// A part is what a budget keeps of an allowance that it has not alone. The room
// of the budget is what is held of it. The Limiter's mutex guards it.
type part struct {
	permits  Permits
	sharing  *sharing
	replicas int

	target int       // what the room is to become
	within time.Time // when others can give what it has above the room
	asked  int       // the need that was last reported and answered; -1 before the first

	cutAt time.Time // when a report was first not answered; zero if the last was
	grows time.Time // when, after that, the share may be used whole

	others int       // calls of the others in the window
	named  bool      // HubSpot named the limit, and the others do not know
	closed time.Time // until when HubSpot told to wait, if the others do not know

	seen    sighting
	foreign int // calls of other apps that the others do not know of
}

// foreignAfter is how long other processes have to tell of their calls, before
// calls that none of them made are taken for another app's.
const foreignAfter = 600 * time.Millisecond

// A sighting is that HubSpot counted more calls than were made here.
type sighting struct {
	at     time.Time // zero for none
	excess int       // how many
	others int       // the most that the others had in the window since
}

// share is the part of the limit that is always safe to use when all others use
// no more either.
func (b *budget) share() int { return max(b.limit/b.part.replicas, 1) }

// elsewhere is the number of calls of others in the window.
func (b *budget) elsewhere() int {
	if b.part == nil {
		return 0
	}
	return b.part.others
}

func (b *budget) need() int { return min(len(b.occupied)+len(b.queue), b.limit) }

// settle brings the room to what may be held now.
func (b *budget) settle(now time.Time) {
	p := b.part
	if !now.Before(p.sharing.until) { // without a lease
		b.room = min(b.room, b.share())
		if !p.cutAt.IsZero() && !now.Before(p.grows) {
			b.room = b.share()
		}
		return
	}
	if left := max(p.target, len(b.occupied)); p.cutAt.IsZero() && left < b.room {
		b.room = left
		p.permits.Wanted()
	}
}

// nextFree is when to look for a free place again; never if only a grant can
// bring one.
func (b *budget) nextFree() time.Time {
	at := never
	if len(b.occupied) > 0 {
		at = b.occupied[0].free
	}
	if b.part != nil && !b.part.cutAt.IsZero() && b.part.grows.Before(at) && b.room < b.share() {
		at = b.part.grows
	}
	return at
}

// promised is the number of calls that the window is going to hold, with when
// those places come free that are still to be granted.
func (b *budget) promised(now time.Time, free []time.Time) (int, []time.Time) {
	size, at := max(b.room, b.part.target, 1), b.part.within
	if !b.part.cutAt.IsZero() {
		size, at = max(b.room, 1), b.part.grows
		if !now.Before(b.part.sharing.until) || b.room < b.share() {
			size = b.share()
		}
	}
	for range size - b.room {
		free = append(free, at)
	}
	return size, free
}

// answered says whether what is held and promised takes account of all who wait
// and one more.
func (b *budget) answered() bool {
	return !b.part.cutAt.IsZero() || b.part.asked >= min(len(b.occupied)+len(b.queue)+1, b.limit)
}

// foresee asks for more before it is missed: when somebody waits whom no report
// has told of, and when a quarter of what is held is left or less.
func (b *budget) foresee() {
	p, need := b.part, b.need()
	switch {
	case need <= p.asked || !p.cutAt.IsZero():
	case len(b.queue) > 0 || need >= p.asked+max(b.limit/20, 1) && 4*(b.room-len(b.occupied)) <= b.room:
		p.permits.Wanted()
	}
}

// claim is what the budget reports.
func (b *budget) claim(now time.Time) Claim {
	b.expire(now)
	b.settle(now)
	p := b.part
	c := Claim{
		Held: max(b.room, len(b.occupied)), Own: b.own, Need: b.need(),
		Limit: b.limit, Ceiling: b.ceiling, Learned: p.named, Foreign: p.foreign,
		Window: b.window, Slack: b.slack + margin,
	}
	if p.closed.After(now) {
		c.Closed = p.closed.Sub(now)
	}
	if len(b.occupied) >= b.room {
		c.NextFree = max(min(b.nextFree().Sub(now), b.window), 0)
	}
	return c
}

// apply takes what came of a claim.
func (b *budget) apply(c Claim, a Part, now time.Time) {
	p := b.part
	p.cutAt, p.asked = time.Time{}, c.Need
	b.room += a.Grant
	p.target, p.within = a.Target, now.Add(a.Within)
	if c.Learned && b.limit == c.Limit {
		p.named = false
	}
	if !p.named {
		b.resize(a.Limit, now)
	}
	p.foreign -= c.Foreign
	if c.Closed > 0 && !p.closed.After(now.Add(c.Closed)) {
		p.closed = time.Time{}
	}
	if until := now.Add(a.Closed); a.Closed > 0 && until.After(b.closed.Add(margin)) {
		b.closeUntil(until, a.Closed)
	}
}

// cut notes that nobody answers.
func (b *budget) cut(now time.Time, grown time.Duration, gone bool) {
	p := b.part
	if !p.sharing.answered && !p.sharing.left { // nothing was ever held here, and nothing is known of others
		if gone {
			p.cutAt, p.grows = now, now
		}
		return
	}
	if p.cutAt.IsZero() {
		p.cutAt, p.grows = now, now.Add(grown+b.window+b.slack)
	}
}

// learned notes that HubSpot named another limit, for the others to hear.
func (b *budget) learned() {
	b.part.named = true
	b.part.permits.Wanted()
}

// sight notes that HubSpot counted excess calls more than were made here. They
// may be the others': that shows when these have reported.
func (b *budget) sight(excess int, now time.Time) {
	p := b.part
	if excess <= p.others || !p.seen.at.IsZero() && excess <= p.seen.excess {
		return
	}
	p.seen = sighting{at: now, excess: excess, others: p.others}
}

// confirm takes for other apps' calls what the others have not made.
func (b *budget) confirm(others int, now time.Time) {
	p := b.part
	if p.seen.at.IsZero() {
		return
	}
	p.seen.others = max(p.seen.others, others)
	if now.Sub(p.seen.at) < foreignAfter {
		return
	}
	p.foreign = max(p.foreign, min(p.seen.excess-p.seen.others, b.limit))
	p.seen = sighting{}
}
