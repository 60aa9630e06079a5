package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// DefaultReplicas is how many replicas there are at most, if nobody says.
const DefaultReplicas = 3

// Options configure a [Cluster].
type Options struct {
	URL      Address // of Redis
	Replicas int     // how many there are at most, this one included; 0 for DefaultReplicas
	Prefix   string  // of all keys and channels; "" for "hubgraph"
	// Observe is told of every exchange with Redis when it has ended, for metrics:
	// what it was for ("allowance", "publish", "lock"), how long it took and whether
	// it failed. It is called concurrently and must not block.
	Observe func(what string, took time.Duration, failed bool)

	patience time.Duration // how long Redis may take; 0 for answerTime
	idle     time.Duration // without a call, until a part is given up; 0 for idleAfter
}

// A Cluster is this replica's membership. It is safe for concurrent use.
type Cluster struct {
	lg       *slog.Logger
	remote   *remote
	id       string // of this process
	prefix   string
	replicas int
	idle     time.Duration // without a call, from when on a portal's part is given up
	stats    stats

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	members map[string]*member // by portal
	closed  bool

	news invalidations
}

// New returns this replica's membership. It makes no connection: it starts
// without Redis, and finds it later.
func New(lg *slog.Logger, o Options) (*Cluster, error) {
	if o.Replicas == 0 {
		o.Replicas = DefaultReplicas
	}
	if o.Replicas < 1 {
		return nil, fmt.Errorf("the number of replicas is %d: say how many gateways run at a time at most, 1 or more", o.Replicas)
	}
	if o.Prefix == "" {
		o.Prefix = "hubgraph"
	}
	if o.idle == 0 {
		o.idle = idleAfter
	}
	if o.patience == 0 {
		o.patience = answerTime
	}
	if o.Observe == nil {
		o.Observe = func(string, time.Duration, bool) {}
	}
	r, err := newRemote(o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &Cluster{
		lg: lg, remote: r, id: rand.Text(), prefix: o.Prefix, replicas: o.Replicas, idle: o.idle,
		ctx: ctx, cancel: cancel, members: make(map[string]*member),
	}
	r.changed = c.connection
	c.work.Go(c.listen)
	return c, nil
}

// Share makes the limiter, which must be that of the portal and have made no call
// yet, share the portal's allowance with the other replicas until Close.
func (c *Cluster) Share(portal string, l *hubspot.Limiter) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errors.New("the cluster is closed")
	}
	if c.members[portal] != nil {
		return fmt.Errorf("the allowance of portal %s is shared already: use one limiter for all its clients", portal)
	}
	m := &member{cluster: c, portal: portal, limiter: l, wake: make(chan struct{}, 1)}
	c.members[portal] = m
	l.Share(m, c.replicas)
	c.work.Go(m.run)
	return nil
}

// Close gives everything back and ends the membership. Limiters must not be used
// after it. It takes 50 ms for each portal at most.
func (c *Cluster) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.work.Wait()
	return c.remote.client.Close()
}

// key is the name of something in Redis. Braces keep what is about one portal on
// one node of a Redis cluster.
func (c *Cluster) key(what, name string) string {
	return c.prefix + ":" + what + ":{" + name + "}"
}

// whole is the name of what tells since when Redis has all that it was told.
func (c *Cluster) whole() string { return c.prefix + ":whole" }

// report makes the portal's member report at once.
func (c *Cluster) report(portal string) {
	c.mu.Lock()
	m := c.members[portal]
	c.mu.Unlock()
	if m != nil {
		m.nudged()
	}
}

// connection logs that Redis came or went.
func (c *Cluster) connection(up bool, cause string) {
	if up {
		c.lg.Info("redis answers: the allowance is shared again")
		return
	}
	c.stats.fallbacks.Add(1)
	c.lg.Warn("redis does not answer: this replica uses its share of the allowance", slog.String("cause", cause), slog.Int("replicas", c.replicas))
}
