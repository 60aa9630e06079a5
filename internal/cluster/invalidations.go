package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// How the subscription is kept.
const (
	quietAfter   = time.Second            // without a word, it is asked whether it lives
	reconnectGap = 250 * time.Millisecond // between two attempts
	maxMessage   = 64 << 10
)

// A Listener is told what other replicas, and this one, have published. It is
// called from one goroutine and should be quick.
type Listener interface {
	// Invalidate brings one message about a portal.
	Invalidate(portal string, message []byte)
	// Missed says that messages about any portal may have been lost: whatever they
	// could have made stale is. It is called after each connection, the first
	// included.
	Missed()
}

// invalidations is the state of publishing and of hearing.
type invalidations struct {
	mu       sync.Mutex
	listener Listener
	owed     atomic.Bool // something could not be published: all must be told to have missed it
}

// Listen sets who is told. What came before is lost, so it is best called before
// anything is kept that an invalidation could be about.
func (c *Cluster) Listen(l Listener) {
	c.news.mu.Lock()
	defer c.news.mu.Unlock()
	c.news.listener = l
}

// Publish sends a message, of 64 KiB at most, about a portal to all replicas, this
// one included. It takes 50 ms at most. If it fails, the message is lost, and all
// are told that they missed something as soon as Redis answers again.
func (c *Cluster) Publish(ctx context.Context, portal string, message []byte) error {
	if len(message) > maxMessage {
		return errors.New("an invalidation holds more than 64 KiB: split it")
	}
	text := append(binary.AppendUvarint(nil, uint64(len(portal))), portal...)
	err := c.publish(ctx, append(text, message...))
	if err != nil {
		c.news.owed.Store(true)
	}
	return err
}

func (c *Cluster) publish(ctx context.Context, text []byte) error {
	return c.remote.do(ctx, "publish", func(ctx context.Context) error {
		return c.remote.client.Publish(ctx, c.channel(), text).Err()
	})
}

// settle tells everybody of what could not be published, if there is something.
func (c *Cluster) settle() {
	if c.news.owed.CompareAndSwap(true, false) && c.publish(c.ctx, nil) != nil {
		c.news.owed.Store(true)
	}
}

func (c *Cluster) channel() string { return c.prefix + ":invalidations" }
func (c *Cluster) nudges() string  { return c.prefix + ":nudges" }

// listen keeps the subscription until the cluster closes.
func (c *Cluster) listen() {
	for c.ctx.Err() == nil {
		c.subscribe()
		select {
		case <-c.ctx.Done():
		case <-time.After(reconnectGap):
		}
	}
}

// subscribe hears until the connection fails.
func (c *Cluster) subscribe() {
	sub := c.remote.client.Subscribe(c.ctx, c.channel(), c.nudges())
	defer func() { _ = sub.Close() }()
	stop := context.AfterFunc(c.ctx, func() { _ = sub.Close() })
	defer stop()
	confirmed, asked := 0, false // of two channels
	for {
		message, err := sub.ReceiveTimeout(c.ctx, quietAfter)
		if err != nil {
			if timeout, ok := errors.AsType[net.Error](err); confirmed < 2 || asked || !ok || !timeout.Timeout() {
				if c.ctx.Err() == nil {
					c.remote.unheard(err)
				}
				return
			}
			c.settle()
			if asked = true; sub.Ping(c.ctx) != nil {
				return
			}
			continue
		}
		asked = false
		switch m := message.(type) {
		case *redis.Subscription:
			if confirmed++; confirmed >= 2 {
				c.remote.heard()
				c.missed() // before the first, too: what was kept by then heard nothing
				c.settle()
			}
		case *redis.Message:
			c.receive(m)
		}
	}
}

// receive passes on one message.
func (c *Cluster) receive(m *redis.Message) {
	if m.Channel == c.nudges() {
		if from, portal, ok := strings.Cut(m.Payload, " "); ok && from != c.id {
			c.report(portal)
		}
		return
	}
	n, size := binary.Uvarint([]byte(m.Payload))
	if size <= 0 || n > uint64(len(m.Payload)-size) {
		c.missed()
		return
	}
	c.stats.invalidations.Add(1)
	if l := c.listener(); l != nil {
		l.Invalidate(m.Payload[size:size+int(n)], []byte(m.Payload[size+int(n):]))
	}
}

func (c *Cluster) missed() {
	c.stats.missed.Add(1)
	if l := c.listener(); l != nil {
		l.Missed()
	}
}

func (c *Cluster) listener() Listener {
	c.news.mu.Lock()
	defer c.news.mu.Unlock()
	return c.news.listener
}
