package loaders_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// TestSharedPartsAtChanges holds that nobody waits for a call that left before
// a change was told, and that whoever waited already is not disturbed.
func TestSharedPartsAtChanges(t *testing.T) {
	tests := []struct {
		name   string
		events []hubspot.WebhookEvent
		calls  int64
		late   time.Duration // what the caller after it takes
	}{
		{"a change", []hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: "0-1", ObjectID: "1"}}, 2, time.Second},
		{"no change", nil, 1, 500 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newSlowHub(t, nil)
				s := loaders.NewShared(h, func(hubspot.Endpoint) {})
				var wg sync.WaitGroup
				for _, c := range []caller{{takes: time.Second}, {from: 100 * time.Millisecond, takes: 900 * time.Millisecond}} {
					wg.Go(func() { c.call(t, "a caller before", s) })
				}
				time.Sleep(400 * time.Millisecond)
				s.Apply(tt.events)
				wg.Go(func() { caller{from: 100 * time.Millisecond, takes: tt.late}.call(t, "a caller after", s) })
				wg.Wait()
				if got := h.calls.Load(); got != tt.calls {
					t.Errorf("%d calls, want %d", got, tt.calls)
				}
			})
		})
	}
}

// TestBatchesPart: nobody who comes after a change was told, or who demands
// fresh data, has a record from a call that left before; from one that leaves
// later everybody has.
func TestBatchesPart(t *testing.T) {
	event := []hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: "0-1", ObjectID: "101"}}
	tests := []struct {
		name  string
		waits bool // whether the batch still waits for the limiter
		told  bool
		fresh bool
		calls int
	}{
		{"under way", false, false, false, 1},
		{"under way, told", false, true, false, 2},
		{"under way, fresh", false, false, true, 2},
		{"waiting", true, false, false, 1},
		{"waiting, told", true, true, false, 1},
		{"waiting, fresh", true, false, true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			limits, before := hubspot.Limits{Burst: 100, Associations: 100}, 0
			if tt.waits {
				limits, before = one, plugged
			}
			inBubble(t, limits, func(t *testing.T, r *rig) {
				if tt.waits {
					r.plug()
				}
				var all sync.WaitGroup
				read := func(ctx context.Context) {
					all.Go(func() {
						if err := r.read(ctx, []string{"101"}, "firstname"); err != nil {
							t.Error(err)
						}
					})
					all.Go(func() {
						if err := r.associations(ctx, []string{"101"}); err != nil {
							t.Error(err)
						}
					})
					synctest.Wait()
				}
				read(t.Context())
				time.Sleep(500 * time.Millisecond)
				if tt.told {
					r.Apply(event)
				}
				ctx := t.Context()
				if tt.fresh {
					ctx = loaders.WithFresh(ctx)
				}
				read(ctx)
				read(t.Context()) // has what the second has
				all.Wait()
				if got := r.tap.since(before); len(got) != 2*tt.calls {
					t.Errorf("calls = %v, want %d of each", got, tt.calls)
				}
			})
		})
	}
}
