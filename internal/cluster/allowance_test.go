package cluster

import (
	"context"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/servertest"
)

// settled waits until all replicas have been heard and hold their share.
func settled(t *testing.T, replicas ...*replica) {
	t.Helper()
	until(t, 3*time.Second, "all replicas hold their share", func() bool {
		for _, r := range replicas {
			c := r.limiter.Report().Claims[r.budget]
			if c.Held < c.Limit/len(replicas) {
				return false
			}
		}
		return true
	})
}

// TestWindowIsShared: three replicas over one Redis never send more than the
// limit, and use nearly all of it, however the load is spread.
func TestWindowIsShared(t *testing.T) {
	tests := []struct {
		name    string
		limit   int
		clients [3]int
		latency time.Duration
	}{
		{"burst, all busy", 100, [3]int{100, 100, 100}, 20 * time.Millisecond},
		{"burst, one busy", 100, [3]int{250, 0, 0}, 20 * time.Millisecond},
		{"burst, uneven", 100, [3]int{150, 20, 2}, 20 * time.Millisecond},
		{"search, all busy", 4, [3]int{10, 10, 10}, 20 * time.Millisecond},
		{"search, one busy", 4, [3]int{10, 0, 0}, 20 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			redis := servertest.Redis(t)
			h := &hub{window: window}
			var replicas []*replica
			for range tt.clients {
				replicas = append(replicas, join(t, redis.URL(), 3, hubspot.Limits{Search: tt.limit}))
			}
			settled(t, replicas...)
			ctx, cancel := context.WithCancel(t.Context())
			start := time.Now()
			for i, r := range replicas {
				defer r.saturate(ctx, h, tt.clients[i], tt.latency)()
			}
			defer cancel()
			time.Sleep(6 * window)
			checkWorst(t, h, tt.limit)
			checkUse(t, h, tt.limit, start.Add(window), start.Add(6*window), 0.95)
			for i, r := range replicas {
				if c := tt.clients[i]; c > 0 && r.percentile(0, start, time.Now()) < 0 {
					t.Errorf("replica %d has made no call", i)
				}
			}
		})
	}
}
