package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// An asker wants one page of contacts.
type asker struct {
	names string
	limit int // 0 for 10
	fresh bool
	wait  time.Duration // before it asks
	quits time.Duration // when it gives up, from then on; 0 for never
	err   error         // what it must get instead of a page
}

// ask has the asker list or search, and checks the records.
func (a asker) ask(r *rig, search bool) error {
	ctx := r.t.Context()
	if a.fresh {
		ctx = loaders.WithFresh(ctx)
	}
	if a.quits > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer time.AfterFunc(a.quits, cancel).Stop()
	}
	names, limit := strings.Fields(a.names), max(a.limit, 10)
	var records []*hubspot.Record
	if search {
		page, err := r.Search(ctx, hubspot.SearchRequest{ObjectType: "0-1", Properties: hubspot.NewPropertySet(names...), Limit: limit})
		if err != nil {
			return err
		}
		records = page.Records
	} else {
		page, err := r.List(ctx, hubspot.ListRequest{ObjectType: "0-1", Properties: hubspot.NewPropertySet(names...), Limit: limit})
		if err != nil {
			return err
		}
		records = page.Records
	}
	if len(records) != limit {
		return fmt.Errorf("%d records, want %d", len(records), limit)
	}
	for _, record := range records {
		for _, name := range names {
			if got, want := record.Value(name), strings.TrimSuffix(name, "name")+" "+record.ID; got != want && !strings.HasPrefix(name, "x") {
				return fmt.Errorf("%s of %s = %q, want %q", name, record.ID, got, want)
			}
		}
	}
	return nil
}

// TestPages: callers of one page share a call, whatever they want of it, as long
// as it waits; when it has left, those who want no more than it brings.
func TestPages(t *testing.T) {
	const second = time.Second
	long := func(i int) string { return fmt.Sprint(strings.Repeat("x", 4000), i) } // two do not fit
	tests := []struct {
		name   string
		waits  bool // whether the limiter has no slot at first
		askers []asker
		want   []string // the properties of each call
		joined int
	}{
		{"waiting", true, []asker{{names: "firstname"}, {names: "lastname"}, {names: "jobtitle firstname"}}, []string{"firstname jobtitle lastname"}, 2},
		{"one gives up", true, []asker{{names: "firstname"}, {names: "lastname", quits: second, err: context.Canceled}}, []string{"firstname"}, 1},
		{"the first gives up", true, []asker{{names: "firstname", quits: second, err: context.Canceled}, {names: "lastname"}}, []string{"lastname"}, 1},
		{"of another page", true, []asker{{names: "firstname"}, {names: "lastname", limit: 20}}, []string{"firstname", "lastname"}, 0},
		{"too long together", true, []asker{{names: long(1)}, {names: long(2)}}, []string{long(1), long(2)}, 0},
		{"fresh, but it has not left", true, []asker{{names: "firstname"}, {names: "lastname", fresh: true}}, []string{"firstname lastname"}, 1},
		{"under way", false, []asker{{names: "firstname lastname"}, {names: "lastname", wait: second / 2}}, []string{"firstname lastname"}, 1},
		{"under way, with too little", false, []asker{{names: "firstname"}, {names: "lastname", wait: second / 2}, {names: "lastname", wait: second / 2}}, []string{"firstname", "lastname"}, 1},
		{"under way, not fresh", false, []asker{{names: "firstname"}, {names: "firstname", wait: second / 2, fresh: true}}, []string{"firstname", "firstname"}, 0},
		{"refused for one's sake", true, []asker{{names: "firstname"}, {names: "email", err: hubspot.ErrInvalid}}, []string{"email firstname", "firstname", "email"}, 1},
		{"refused", true, []asker{{names: "email", err: hubspot.ErrInvalid}, {names: "email", err: hubspot.ErrInvalid}}, []string{"email"}, 1},
	}
	for _, search := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprint(tt.name, " search=", search), func(t *testing.T) {
				limits, before := hubspot.Limits{Burst: 100}, 0
				if tt.waits {
					limits, before = hubspot.Limits{Burst: 1, Search: 1}, 1
				}
				inBubble(t, limits, func(t *testing.T, r *rig) {
					if tt.waits {
						if err := (asker{names: "firstname"}).ask(r, search); err != nil {
							t.Fatal(err)
						}
					}
					r.tap.refuse = map[string]int{"email": http.StatusBadRequest}
					var all sync.WaitGroup
					for i, a := range tt.askers {
						all.Go(func() {
							if err := a.ask(r, search); !errors.Is(err, a.err) {
								t.Errorf("asker %d: %v, want %v", i, err, a.err)
							}
						})
						synctest.Wait()
						if i+1 < len(tt.askers) && tt.askers[i+1].wait > 0 {
							time.Sleep(tt.askers[i+1].wait / 2)
						}
					}
					all.Wait()
					var got []string
					for _, c := range r.tap.calls[before:] {
						got = append(got, strings.Join(c.names, " "))
					}
					want := slices.Clone(tt.want)
					slices.Sort(want)
					slices.Sort(got)
					if diff := cmp.Diff(want, got); diff != "" || r.joined != tt.joined {
						t.Errorf("joined %d times, want %d; properties of the calls (-want +got):\n%s", r.joined, tt.joined, diff)
					}
				})
			})
		}
	}
}
