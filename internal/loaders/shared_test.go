package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// A slowHub answers lists after a second, and nothing else. A client of its own
// lets the calls leave at once.
type slowHub struct {
	*hubspot.Client
	answer func() error // what a list ends with; nil for a page

	calls     atomic.Int64
	cancelled atomic.Int64

	mu     sync.Mutex
	traces []*hubspot.Trace
}

func newSlowHub(t *testing.T, answer func() error) *slowHub {
	return &slowHub{Client: newClient(t, newPortal().Transport(), hubspot.Limits{Burst: 1000}), answer: answer}
}

func (h *slowHub) ListLate(ctx context.Context, request func() hubspot.ListRequest) (*hubspot.Page, error) {
	h.calls.Add(1)
	var r hubspot.ListRequest
	if _, err := h.Client.ListLate(ctx, func() hubspot.ListRequest {
		r = request()
		return r
	}); err != nil {
		return nil, err
	}
	h.mu.Lock()
	h.traces = append(h.traces, hubspot.TraceFrom(ctx))
	h.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		h.cancelled.Add(1)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, &hubspot.Error{Kind: hubspot.ErrTimeout}
		}
		return nil, ctx.Err()
	}
	if h.answer != nil {
		if err := h.answer(); err != nil {
			return nil, err
		}
	}
	return &hubspot.Page{After: r.ObjectType}, nil
}

// A caller lists contacts, from a moment on and until it has had enough.
type caller struct {
	from    time.Duration // since the beginning
	within  time.Duration // its deadline, from then on; 0 for none
	cancel  time.Duration // when it gives up, from then on; 0 for never
	want    error         // a kind, or context.Canceled; nil for a page
	takes   time.Duration
	another bool // lists companies instead
}

func (c caller) call(t *testing.T, name string, s *loaders.Shared) {
	time.Sleep(c.from)
	ctx := hubspot.WithTrace(t.Context(), hubspot.NewTrace(time.Now()))
	if c.within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.within)
		defer cancel()
	}
	if c.cancel > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer time.AfterFunc(c.cancel, cancel).Stop()
		defer cancel()
	}
	r := hubspot.ListRequest{ObjectType: "0-1"}
	if c.another {
		r.ObjectType = "0-2"
	}
	begin := time.Now()
	page, err := s.List(ctx, r)
	if took := time.Since(begin); took != c.takes {
		t.Errorf("%s took %v, want %v", name, took, c.takes)
	}
	if c.want == nil && (err != nil || page.After != r.ObjectType) || !errors.Is(err, c.want) {
		t.Errorf("%s: List() = %+v, %v, want error %v", name, page, err, c.want)
	}
}

func TestShared(t *testing.T) {
	const second, ms = time.Second, time.Millisecond
	limited := func() error { return &hubspot.Error{Kind: hubspot.ErrRateLimited, RetryAfter: 10 * time.Second} }
	tests := []struct {
		name      string
		callers   []caller
		answer    func() error
		calls     int64
		joined    int64
		cancelled int64
	}{
		{"alone", []caller{{takes: second}}, nil, 1, 0, 0},
		{"together", []caller{{takes: second}, {from: 300 * ms, takes: 700 * ms}, {from: 900 * ms, takes: 100 * ms}}, nil, 1, 2, 0},
		{"one after the other", []caller{{takes: second}, {from: 1001 * ms, takes: second}}, nil, 2, 0, 0},
		{"for different things", []caller{{takes: second}, {another: true, takes: second}}, nil, 2, 0, 0},
		{"the first gives up", []caller{
			{cancel: 100 * ms, takes: 100 * ms, want: context.Canceled},
			{from: 50 * ms, takes: 950 * ms},
			{from: 500 * ms, takes: 500 * ms},
		}, nil, 1, 2, 0},
		{"a later one gives up", []caller{{takes: second}, {from: ms, cancel: 100 * ms, takes: 100 * ms, want: context.Canceled}}, nil, 1, 1, 0},
		{"all give up", []caller{
			{cancel: 100 * ms, takes: 100 * ms, want: context.Canceled},
			{from: ms, cancel: 200 * ms, takes: 200 * ms, want: context.Canceled},
			{from: 202 * ms, takes: second},
		}, nil, 2, 1, 1},
		{"a later one has less time", []caller{{takes: second}, {from: ms, within: 100 * ms, takes: 100 * ms, want: hubspot.ErrTimeout}}, nil, 1, 1, 0},
		{"a later one has more time", []caller{
			{within: 500 * ms, takes: 500 * ms, want: hubspot.ErrTimeout},
			{from: ms, within: 5 * second, takes: 999 * ms},
			{from: 2 * ms, takes: 998 * ms},
		}, nil, 1, 2, 0},
		{"a later one has a little more time", []caller{
			{within: 500 * ms, takes: 500 * ms, want: hubspot.ErrTimeout},
			{from: ms, within: 600 * ms, takes: 600 * ms, want: hubspot.ErrTimeout},
		}, nil, 1, 1, 1},
		{"out of calls for the first alone", []caller{
			{within: 5 * second, takes: second, want: hubspot.ErrRateLimited},
			{from: ms, within: 8 * second, takes: 999 * ms, want: hubspot.ErrRateLimited},
			{from: 2 * ms, within: 20 * second, takes: 1998 * ms, want: hubspot.ErrRateLimited}, // asks anew
		}, limited, 2, 2, 0},
		{"a failure", []caller{{takes: second, want: hubspot.ErrUnavailable}, {from: ms, takes: 999 * ms, want: hubspot.ErrUnavailable}},
			func() error { return hubspot.ErrUnavailable }, 1, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hub := newSlowHub(t, tt.answer)
				var joined atomic.Int64
				s := loaders.NewShared(hub, func(hubspot.Endpoint) { joined.Add(1) })
				var wg sync.WaitGroup
				for i, c := range tt.callers {
					wg.Go(func() { c.call(t, fmt.Sprintf("caller %d", i), s) })
				}
				wg.Wait()
				synctest.Wait()
				if got := [3]int64{hub.calls.Load(), joined.Load(), hub.cancelled.Load()}; got != [3]int64{tt.calls, tt.joined, tt.cancelled} {
					t.Errorf("calls, joined and cancelled = %v, want %v", got, [3]int64{tt.calls, tt.joined, tt.cancelled})
				}
			})
		})
	}
}

// TestSharedCountsForTheFirst: the request that made the call pays for it.
func TestSharedCountsForTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newSlowHub(t, nil)
		s := loaders.NewShared(hub, func(hubspot.Endpoint) {})
		first := hubspot.NewTrace(time.Now())
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = s.List(hubspot.WithTrace(t.Context(), first), hubspot.ListRequest{ObjectType: "0-1"}) })
		synctest.Wait()
		for range 50 {
			wg.Go(func() {
				_, _ = s.List(hubspot.WithTrace(t.Context(), hubspot.NewTrace(time.Now())), hubspot.ListRequest{ObjectType: "0-1"})
			})
		}
		wg.Wait()
		if len(hub.traces) != 1 || hub.traces[0] != first {
			t.Errorf("the calls have traces %p, want that of the first caller alone, %p", hub.traces, first)
		}
	})
}

func TestSharedPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := newSlowHub(t, func() error { panic("a bug") })
		s := loaders.NewShared(hub, func(hubspot.Endpoint) {})
		var panics atomic.Int64
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				defer func() {
					if recover() != nil {
						panics.Add(1)
					}
				}()
				_, err := s.List(t.Context(), hubspot.ListRequest{ObjectType: "0-1"})
				t.Errorf("List() = %v, want a panic", err)
			})
		}
		wg.Wait()
		if panics.Load() != 3 || hub.calls.Load() != 1 {
			t.Errorf("%d panics of %d calls, want 3 of 1", panics.Load(), hub.calls.Load())
		}
		hub.answer = nil
		if _, err := s.List(t.Context(), hubspot.ListRequest{ObjectType: "0-1"}); err != nil {
			t.Errorf("List() after the panic = %v", err)
		}
	})
}
