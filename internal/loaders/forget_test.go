package loaders_test

import (
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
				h := &slowHub{}
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
