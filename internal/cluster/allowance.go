package cluster

import (
	"context"
	_ "embed" // the script
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/redis/go-redis/v9"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

//go:embed allowance.lua
var allowanceText string

var allowanceScript = redis.NewScript(allowanceText)

// What is leased, and how often it is asked for. The package's doc says what
// follows from them.
const (
	lease       = time.Second
	reportEvery = lease / 4
	pendingPoll = 50 * time.Millisecond // while something is due to us: who has it may not have heard
	reportGap   = 5 * time.Millisecond  // those who come meanwhile are reported together
	leaseMargin = 20 * time.Millisecond // clocks do not run alike
	grace       = time.Second           // for calls that were under way when a lease ended
	hear        = 2 * reportEvery       // for those who are connected to a server that came back empty
	forget      = 10 * time.Minute      // those who left without a goodbye
	idleAfter   = 30 * time.Second      // without a call, from when on a portal's part is given up
)

var errOvertaken = errors.New("the report was overtaken by a later one")

// A member is one portal's part in this replica.
type member struct {
	cluster *Cluster
	portal  string
	limiter *hubspot.Limiter
	wake    chan struct{}

	// Of the goroutine that runs it.
	number int64  // of the last report
	epoch  string // of the data that was last seen
	seen   int64  // how old they were
}

// Wanted is for the limiter.
func (m *member) Wanted() { m.nudged() }

func (m *member) nudged() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// run reports until the cluster closes: while the portal is in use, and when it is
// again.
func (m *member) run() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	away, used := false, time.Now()
	for {
		select {
		case <-m.cluster.ctx.Done():
			if !away {
				m.leave()
			}
			return
		case <-m.wake:
		case <-timer.C:
		}
		if away && !m.limiter.Needs() {
			continue
		}
		if away = !away && time.Since(used) > m.cluster.idle && m.limiter.Leave(); away {
			m.leave()
			continue
		}
		if m.limiter.Busy() {
			used = time.Now()
		}
		next := m.sync()
		if !m.pause(reportGap) {
			continue
		}
		timer.Reset(max(next-reportGap, 0))
	}
}

// leave gives back what is held. If that is not heard, it is when the lease ends.
func (m *member) leave() {
	_, _ = m.exchange(m.limiter.Report(), true)
	m.epoch, m.seen = "", 0 // data that are gone by the return are none that were lost
}

// pause waits, or reports false when the cluster closes.
func (m *member) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-m.cluster.ctx.Done():
		return false
	}
}

// sync reports once, and says when to do so again at the latest.
func (m *member) sync() time.Duration {
	start := time.Now()
	r := m.limiter.Report()
	a, err := m.exchange(r, false)
	if err != nil {
		grown, status := 3*lease+grace, m.cluster.Status()
		if !status.Connected {
			grown -= time.Since(status.Since)
		}
		m.limiter.Cut(grown, status.Fallback)
		for d := m.cluster.remote.rest(); d > 0; d = m.cluster.remote.rest() {
			if !m.pause(d) {
				break
			}
		}
		return 0
	}
	g := hubspot.Grant{Spent: milliseconds(a.Spent), Until: start.Add(lease - leaseMargin)}
	next := reportEvery
	for i, p := range a.Parts {
		g.Parts[i] = hubspot.Part{
			Grant: p.Grant, Target: p.Target, Others: p.Others, Limit: p.Limit,
			Closed: milliseconds(p.Closed), Within: milliseconds(p.Within),
		}
		m.cluster.stats.leased.Add(int64(p.Grant))
		if g.Parts[i].Pending(r.Claims[i].Held) {
			next = pendingPoll
		}
	}
	m.cluster.stats.reports.Add(1)
	m.limiter.Apply(r, g)
	if r.Lapsed {
		next = 0 // what was kept for us meanwhile is free for all from the next report on
	}
	return next
}

// exchange sends a report and returns the answer.
func (m *member) exchange(r hubspot.Report, bye bool) (*answer, error) {
	m.number++
	q, err := json.Marshal(m.question(r, bye))
	if err != nil {
		return nil, err
	}
	c := m.cluster
	var text string
	err = c.remote.do(context.Background(), "allowance", func(ctx context.Context) (err error) {
		text, err = allowanceScript.Run(ctx, c.remote.client, []string{c.key("allowance", m.portal), c.whole()}, q, c.nudges(), c.id+" "+m.portal).Text()
		return err
	})
	if err != nil {
		return nil, err
	}
	a := new(answer)
	if err := json.Unmarshal([]byte(text), a); err != nil {
		return nil, err
	}
	if a.Stale || len(a.Parts) != len(r.Claims) {
		return nil, errOvertaken
	}
	m.epoch, m.seen = a.Epoch, a.Seq
	return a, nil
}
