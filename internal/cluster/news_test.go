package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/servertest"
)

// A listener keeps what it hears.
type listener struct {
	heard  chan string
	missed atomic.Int64
}

func (l *listener) Invalidate(portal string, message []byte) {
	l.heard <- portal + "|" + string(message)
}
func (l *listener) Missed() { l.missed.Add(1) }

func listen(t *testing.T, r *replica) *listener {
	t.Helper()
	l := &listener{heard: make(chan string, 100)}
	r.Listen(l)
	until(t, 2*time.Second, "subscribe", func() bool { return r.Counters().Missed > 0 })
	return l
}

func TestInvalidationsReachAll(t *testing.T) {
	redis := servertest.Redis(t)
	var replicas []*replica
	var listeners []*listener
	for range 3 {
		r := join(t, redis.URL(), 3, hubspot.Limits{})
		replicas, listeners = append(replicas, r), append(listeners, listen(t, r))
	}
	longest := time.Duration(0)
	for i, message := range []string{"0-1:51", "", "a b\x00\xff|c"} {
		start := time.Now()
		if err := replicas[i].Publish(t.Context(), "1 2:3", []byte(message)); err != nil {
			t.Fatal(err)
		}
		for _, l := range listeners {
			if got, want := <-l.heard, "1 2:3|"+message; got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		}
		longest = max(longest, time.Since(start))
	}
	t.Logf("heard by all within %v", longest)
	if longest > 100*time.Millisecond {
		t.Errorf("heard by all after %v, want at most 100ms", longest)
	}
	if err := replicas[0].Publish(t.Context(), portal, make([]byte, maxMessage+1)); err == nil {
		t.Error("a message that is too long was published")
	}
}

// TestMissed: whoever may have missed something is told, because its own line was
// gone, or because the line of whoever had something to say was.
func TestMissed(t *testing.T) {
	t.Parallel()
	redis := servertest.Redis(t)
	lines := []*proxy{newProxy(t, redis.Addr()), newProxy(t, redis.Addr())}
	var replicas []*replica
	var listeners []*listener
	for _, p := range lines {
		r := joinWith(t, Options{URL: Address(p.url()), Replicas: 2}, hubspot.Limits{})
		replicas, listeners = append(replicas, r), append(listeners, listen(t, r))
	}

	lines[0].set(true, true)
	start := time.Now()
	for range 5 {
		before := time.Now()
		if err := replicas[0].Publish(t.Context(), portal, []byte("x")); !errors.Is(err, ErrUnavailable) {
			t.Fatalf("Publish into a black hole = %v, want %v", err, ErrUnavailable)
		}
		if took := time.Since(before); took > 80*time.Millisecond {
			t.Errorf("Publish took %v, want about 50ms at most", took)
		}
	}
	time.Sleep(3 * time.Second) // the subscription notices
	seen := listeners[0].missed.Load()
	heard := listeners[1].missed.Load()
	lines[0].set(false, false)
	until(t, 10*time.Second, "who was cut off is told", func() bool { return listeners[0].missed.Load() > seen })
	until(t, 10*time.Second, "who was not is told of what could not be said", func() bool { return listeners[1].missed.Load() > heard })
	t.Logf("told %v after it began", time.Since(start))

	redis.Stop()
	redis.Start()
	seen = listeners[1].missed.Load()
	took := until(t, 3*time.Second, "told after a restart", func() bool { return listeners[1].missed.Load() > seen })
	t.Logf("told %v after a restart", took)
}

func TestLock(t *testing.T) {
	redis := servertest.Redis(t)
	a := joinWith(t, Options{URL: Address(redis.URL()), Replicas: 2}, hubspot.Limits{})
	b := join(t, redis.URL(), 2, hubspot.Limits{})
	lock := func(r *replica, ttl time.Duration) (func(), bool) {
		t.Helper()
		unlock, held, err := r.Lock(t.Context(), "refresh", ttl)
		if err != nil {
			t.Fatal(err)
		}
		return unlock, held
	}
	unlockA, held := lock(a, time.Minute)
	if !held {
		t.Fatal("a free lock was not had")
	}
	unlockB, held := lock(b, time.Minute)
	if held {
		t.Fatal("a lock was had twice")
	}
	unlockB()
	if _, held := lock(b, time.Minute); held {
		t.Fatal("who did not have the lock gave it back")
	}
	unlockA()
	if _, held = lock(b, 30*time.Millisecond); !held {
		t.Fatal("a lock that was given back was not had")
	}
	var unlockLater func()
	until(t, time.Second, "the lock ends by itself", func() (held bool) {
		unlockLater, held = lock(a, time.Minute)
		return held
	})
	unlockA() // again, and long not ours
	if _, held := lock(b, time.Minute); held {
		t.Fatal("a lock was given back by who had it before")
	}
	unlockLater()

	if _, _, err := a.Lock(t.Context(), "refresh", 0); err == nil {
		t.Error("a lock of no time was had")
	}
	redis.Pause()
	defer redis.Resume()
	start := time.Now()
	_, held, err := a.Lock(t.Context(), "refresh", time.Minute)
	if took := time.Since(start); held || !errors.Is(err, ErrUnavailable) || took > 80*time.Millisecond {
		t.Errorf("Lock without redis = %v, %v after %v; want %v after about 50ms", held, err, took, ErrUnavailable)
	}
}

// TestAddressIsSecret: no part of a URL comes back, however it fails.
func TestAddressIsSecret(t *testing.T) {
	for _, url := range []string{
		"redis://user:hunter2@127.0.0.1:1/0", "redis://:hunter2/@host:6379", "redis://u:hunter2@host:port", "redis://u:hunter2 @host",
		"http://u:hunter2@host", "redis://u:hunter2@host/nine", "unix://hunter2", "redis://h?hunter2=1", "hunter2",
	} {
		var log bytes.Buffer
		c, err := New(slog.New(slog.NewTextHandler(&log, nil)), Options{URL: Address(url), Replicas: 2})
		text := fmt.Sprintf("%v %+v %#v %v", err, Options{URL: Address(url)}, Options{URL: Address(url)}, Address(url).LogValue())
		if err == nil {
			if _, _, err := c.Lock(context.Background(), "x", time.Second); err != nil {
				text += err.Error()
			}
			text += fmt.Sprintf("%+v", c.Status()) + log.String()
			_ = c.Close()
		}
		if strings.Contains(text, "hunter2") {
			t.Errorf("%s: the password shows in %s", url, text)
		}
	}
}

func TestOptions(t *testing.T) {
	if _, err := New(discard, Options{URL: "redis://127.0.0.1:1", Replicas: -1}); err == nil || !strings.Contains(err.Error(), "-1") {
		t.Errorf("-1 replicas: %v, want an error that says so", err)
	}
	r := join(t, "redis://127.0.0.1:1", 1, hubspot.Limits{})
	if err := r.Share(portal, hubspot.NewLimiter(hubspot.Limits{})); err == nil {
		t.Error("one portal's allowance was shared twice")
	}
	_ = r.Close()
	if err := r.Share("456", hubspot.NewLimiter(hubspot.Limits{})); err == nil {
		t.Error("a closed cluster takes a portal")
	}
}
