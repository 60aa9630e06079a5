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
)

// one is the limiter's limits under pressure: a token each 10 seconds.
var one = hubspot.Limits{Burst: 1, Associations: 1}

// inBubble runs the test in virtual time, over a rig, and checks that nothing is
// left when it ends.
func inBubble(t *testing.T, limits hubspot.Limits, test func(*testing.T, *rig)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, limits)
		test(t, r)
		synctest.Wait()
		if !r.Idle() {
			t.Error("something is left of the calls when all have ended")
		}
	})
}

// TestBatchesLeaveAtOnce: with tokens to spare nothing waits and nothing merges,
// but what is under way already is not asked for again.
func TestBatchesLeaveAtOnce(t *testing.T) {
	inBubble(t, hubspot.Limits{Burst: 100}, func(t *testing.T, r *rig) {
		var all sync.WaitGroup
		reads := func(takes time.Duration, ids []string, names ...string) {
			all.Go(func() {
				begun := time.Now()
				if err := r.read(t.Context(), ids, names...); err != nil || time.Since(begun) != takes {
					t.Errorf("%s: %v after %v, want success after %v", summary(ids), err, time.Since(begun), takes)
				}
			})
			synctest.Wait()
		}
		reads(time.Second, contacts(101, 102), "firstname", "lastname")
		time.Sleep(400 * time.Millisecond)
		reads(time.Second, contacts(103, 104), "firstname")
		reads(time.Second, contacts(102, 105), "firstname") // joins both for 102, 103 and 104
		reads(600*time.Millisecond, contacts(101, 101), "lastname")
		reads(time.Second, contacts(101, 101), "jobtitle")
		all.Wait()
		want := []string{
			"objects/0-1 [firstname lastname] of 2: 101 102",
			"objects/0-1 [firstname] of 2: 103 104",
			"objects/0-1 [firstname] of 1: 105",
			"objects/0-1 [jobtitle] of 1: 101",
		}
		if diff := cmp.Diff(want, r.tap.since(0)); diff != "" || r.joined != 3 {
			t.Errorf("joined %d times, want 3; calls (-want +got):\n%s", r.joined, diff)
		}
	})
}

// TestBatchesFillUp: what waits for the limiter merges over requests.
func TestBatchesFillUp(t *testing.T) {
	type caller struct {
		ids   []string
		names string // of properties; "" reads associations
	}
	tests := []struct {
		name    string
		callers []caller
		want    []string
		joined  int
	}{
		{"united", []caller{
			{contacts(101, 102), "firstname"}, {contacts(102, 104), "lastname"}, {contacts(101, 104), "firstname"},
		}, []string{"objects/0-1 [firstname lastname] of 4: 101 102 103 104"}, 2},
		{"what does not exist", []caller{{[]string{"1", "101"}, "firstname"}, {[]string{"1", "2"}, "lastname"}},
			[]string{"objects/0-1 [firstname lastname] of 3: 1 101 2"}, 1},
		{"up to 100", []caller{{contacts(101, 160), "firstname"}, {contacts(151, 220), "firstname"}, {contacts(221, 230), "lastname"}}, []string{
			"objects/0-1 [firstname lastname] of 30: 201 … 230",
			"objects/0-1 [firstname] of 100: 101 … 200",
		}, 2},
		{"the room is used", []caller{{contacts(101, 160), "firstname"}, {contacts(101, 200), "firstname"}, {contacts(111, 200), "firstname"}},
			[]string{"objects/0-1 [firstname] of 100: 101 … 200"}, 2},
		{"associations", []caller{{contacts(101, 160), ""}, {contacts(151, 290), ""}},
			[]string{"associations/0-1/0-2 [] of 190: 101 … 290"}, 1},
		{"apart from associations", []caller{{contacts(101, 102), ""}, {contacts(102, 103), "firstname"}},
			[]string{"associations/0-1/0-2 [] of 2: 101 102", "objects/0-1 [firstname] of 2: 102 103"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, one, func(t *testing.T, r *rig) {
				r.plug()
				var all sync.WaitGroup
				for i, c := range tt.callers {
					all.Go(func() {
						var err error
						if c.names == "" {
							err = r.associations(t.Context(), c.ids)
						} else {
							err = r.read(t.Context(), c.ids, c.names)
						}
						if err != nil {
							t.Errorf("caller %d: %v", i, err)
						}
					})
					synctest.Wait()
				}
				all.Wait()
				calls := r.tap.since(plugged)
				slices.Sort(calls)
				if diff := cmp.Diff(tt.want, calls); diff != "" || r.joined != tt.joined {
					t.Errorf("joined %d times, want %d; calls (-want +got):\n%s", r.joined, tt.joined, diff)
				}
			})
		})
	}
}

// TestBatchesOfAThousand: a call takes 1,000 parents.
func TestBatchesOfAThousand(t *testing.T) {
	inBubble(t, one, func(t *testing.T, r *rig) {
		r.plug()
		var all sync.WaitGroup
		for _, ids := range [][]string{contacts(101, 800), contacts(701, 1400)} {
			all.Go(func() {
				if err := r.associations(t.Context(), ids); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		var sizes []int
		for _, c := range r.tap.calls[plugged:] {
			sizes = append(sizes, len(c.inputs))
		}
		if diff := cmp.Diff([]int{1000, 300}, sizes); diff != "" {
			t.Errorf("inputs of the calls (-want +got):\n%s", diff)
		}
	})
}

// TestBatchesOfOneKind: only calls that differ in their inputs and properties
// alone are one.
func TestBatchesOfOneKind(t *testing.T) {
	inBubble(t, one, func(t *testing.T, r *rig) {
		r.plug()
		history := func(from, to int) hubspot.BatchReadRequest {
			return hubspot.BatchReadRequest{ObjectType: "0-1", IDs: contacts(from, to), History: hubspot.NewPropertySet("email")}
		}
		emails := func(list ...string) hubspot.BatchReadRequest {
			return hubspot.BatchReadRequest{ObjectType: "0-1", IDProperty: "email", IDs: list, Properties: hubspot.NewPropertySet("email")}
		}
		var all sync.WaitGroup
		for _, c := range []struct {
			request hubspot.BatchReadRequest
			want    int // records at least
		}{
			{hubspot.BatchReadRequest{ObjectType: "0-1", IDs: contacts(101, 101), Properties: hubspot.NewPropertySet("email")}, 1},
			{hubspot.BatchReadRequest{ObjectType: "0-2", IDs: contacts(101, 101), Properties: hubspot.NewPropertySet("email")}, 1},
			{hubspot.BatchReadRequest{ObjectType: "0-1", IDs: contacts(101, 101), Properties: hubspot.NewPropertySet("email"), Archived: true}, 0},
			{history(101, 130), 30}, {history(121, 160), 40},
			{emails("101@example.com", "NO@example.com"), 1}, {emails("101@EXAMPLE.com", "102@example.com"), 2}, {emails("no@example.com"), 0},
		} {
			all.Go(func() {
				records, err := r.BatchRead(t.Context(), c.request)
				if err != nil || len(records) < c.want {
					t.Errorf("BatchRead(%+v) = %d records, %v, want at least %d", c.request, len(records), err, c.want)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		calls := r.tap.since(plugged)
		slices.Sort(calls)
		want := []string{
			"objects/0-1 [email] of 1: 101",
			"objects/0-1 [email] of 3: 101@example.com 102@example.com NO@example.com",
			"objects/0-1 [hs_object_id] of 10: 151 152 153 154 155 156 157 158 159 160",
			"objects/0-1 [hs_object_id] of 50: 101 … 150",
			"objects/0-1?archived=true [email] of 1: 101",
			"objects/0-2 [email] of 1: 101",
		}
		for i, c := range calls {
			calls[i] = strings.Replace(c, "/batch/read", "", 1)
		}
		if diff := cmp.Diff(want, calls); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}

// TestBatchesOfPages: two pages of one record go in different calls, for the
// answer does not say which is which; the same page is asked for once.
func TestBatchesOfPages(t *testing.T) {
	inBubble(t, one, func(t *testing.T, r *rig) {
		for range 600 {
			r.portal.Associate("contacts", "101", "companies", r.portal.AddRecord("companies", nil))
		}
		first, err := r.AssociationsBatchRead(t.Context(), "0-1", "0-2", []hubspot.AssociationInput{{ID: "101"}})
		if err != nil || first["101"] == nil || first["101"].After == "" {
			t.Fatalf("the first page = %+v, %v, want one of two", first, err)
		}
		after := first["101"].After
		var all sync.WaitGroup
		for _, c := range []struct {
			inputs []hubspot.AssociationInput
			to     int // of 101
		}{
			{[]hubspot.AssociationInput{{ID: "101"}, {ID: "102"}}, len(first["101"].To)},
			{[]hubspot.AssociationInput{{ID: "101", After: after}, {ID: "103"}}, 601 - len(first["101"].To)},
			{[]hubspot.AssociationInput{{ID: "104"}, {ID: "101", After: after}}, 601 - len(first["101"].To)},
			{[]hubspot.AssociationInput{{ID: "101"}}, len(first["101"].To)},
		} {
			all.Go(func() {
				pages, err := r.AssociationsBatchRead(t.Context(), "0-1", "0-2", c.inputs)
				if err != nil || len(pages) != len(c.inputs) || len(pages["101"].To) != c.to {
					t.Errorf("AssociationsBatchRead(%v) = %d pages, %v, want %d with %d of 101", c.inputs, len(pages), err, len(c.inputs), c.to)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		want := []string{"associations/0-1/0-2 [] of 4: 101 102 103 104", "associations/0-1/0-2 [] of 1: 101/" + after}
		if diff := cmp.Diff(want, r.tap.since(1)); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}

// TestBatchesGiveUp: who gives up takes out of a batch that waits what nobody
// else wants, and hurts nobody; the last one ends the call.
func TestBatchesGiveUp(t *testing.T) {
	tests := []struct {
		name   string
		cancel []time.Duration // when the callers of 101–102 and of 102–103 give up; 0 for never
		within []time.Duration // their deadlines; 0 for none
		errs   []error
		want   []string
		hungUp time.Duration
	}{
		{"the first", []time.Duration{3 * time.Second, 0}, nil, []error{context.Canceled, nil}, []string{"objects/0-1 [lastname] of 2: 102 103"}, 0},
		{"the second", []time.Duration{0, 3 * time.Second}, nil, []error{nil, context.Canceled}, []string{"objects/0-1 [firstname] of 2: 101 102"}, 0},
		{"both", []time.Duration{3 * time.Second, 4 * time.Second}, nil, []error{context.Canceled, context.Canceled}, nil, 0},
		{"the first, under way", []time.Duration{12500 * time.Millisecond, 0}, nil, []error{context.Canceled, nil}, []string{"objects/0-1 [firstname lastname] of 3: 101 102 103"}, 0},
		{"both, under way", []time.Duration{12 * time.Second, 12500 * time.Millisecond}, nil, []error{context.Canceled, context.Canceled},
			[]string{"objects/0-1 [firstname lastname] of 3: 101 102 103"}, 12500 * time.Millisecond},
		{"the first has too little time", nil, []time.Duration{3 * time.Second, 0}, []error{hubspot.ErrRateLimited, nil}, []string{"objects/0-1 [lastname] of 2: 102 103"}, 0},
		{"the second has too little time", nil, []time.Duration{0, 3 * time.Second}, []error{nil, hubspot.ErrRateLimited}, []string{"objects/0-1 [firstname] of 2: 101 102"}, 0},
		{"the first has little time", nil, []time.Duration{12500 * time.Millisecond, 0}, []error{hubspot.ErrTimeout, nil}, []string{"objects/0-1 [firstname lastname] of 3: 101 102 103"}, 0},
		{"both have little time", nil, []time.Duration{12 * time.Second, 12500 * time.Millisecond}, []error{hubspot.ErrTimeout, hubspot.ErrTimeout},
			[]string{"objects/0-1 [firstname lastname] of 3: 101 102 103"}, 12500 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, one, func(t *testing.T, r *rig) {
				if err := r.read(t.Context(), []string{"300"}, "firstname"); err != nil {
					t.Fatal(err)
				}
				r.tap.latency = func() time.Duration { return 2 * time.Second }
				var all sync.WaitGroup
				for i, name := range []string{"firstname", "lastname"} {
					all.Go(func() {
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						if tt.cancel != nil && tt.cancel[i] > 0 {
							time.AfterFunc(time.Until(r.begun.Add(tt.cancel[i])), cancel)
						}
						if tt.within != nil && tt.within[i] > 0 {
							ctx, cancel = context.WithDeadline(ctx, r.begun.Add(tt.within[i]))
							defer cancel()
						}
						if err := r.read(ctx, contacts(101+i, 102+i), name); !errors.Is(err, tt.errs[i]) {
							t.Errorf("caller %d: %v, want %v", i, err, tt.errs[i])
						}
					})
					synctest.Wait()
				}
				all.Wait()
				synctest.Wait()
				if diff := cmp.Diff(tt.want, r.tap.since(1)); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
				for _, c := range r.tap.calls[1:] {
					if c.hungUp != tt.hungUp {
						t.Errorf("the call was given up after %v, want %v", c.hungUp, tt.hungUp)
					}
				}
				if err := r.read(t.Context(), []string{"101"}, "firstname"); err != nil {
					t.Errorf("who comes then: %v", err)
				}
			})
		})
	}
}

type dueAt time.Duration

func (d dueAt) Due() time.Time { return time.Unix(0, 0).Add(time.Duration(d)) }

// TestBatchesTakeTurns: a batch goes when the first of its callers is due, so
// that who joins pulls it forward.
func TestBatchesTakeTurns(t *testing.T) {
	tests := []struct {
		name     string
		joins    bool
		cancels  bool // whether the one who joined gives up again
		firstOut string
	}{
		{"by itself", false, false, "objects/0-2"},
		{"pulled forward", true, false, "objects/0-1"},
		{"and back", true, true, "objects/0-2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, one, func(t *testing.T, r *rig) {
				r.plug()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var all sync.WaitGroup
				read := func(ctx context.Context, due time.Duration, objectType, id string) {
					all.Go(func() {
						_, err := r.BatchRead(hubspot.WithTurn(ctx, dueAt(due)), hubspot.BatchReadRequest{ObjectType: objectType, IDs: []string{id}})
						if err != nil && !(tt.cancels && errors.Is(err, context.Canceled)) {
							t.Error(err)
						}
					})
					synctest.Wait()
				}
				read(t.Context(), 3*time.Second, "0-1", "101")
				read(t.Context(), 2*time.Second, "0-2", "101")
				if tt.joins {
					read(ctx, time.Second, "0-1", "102")
				}
				if tt.cancels {
					cancel()
				}
				all.Wait()
				if got := r.tap.calls[plugged].path; got != tt.firstOut {
					t.Errorf("%s left first, want %s", got, tt.firstOut)
				}
			})
		})
	}
}

// TestBatchesApart: what is refused for one caller's sake is asked for again by
// each; what fails for other reasons is not.
func TestBatchesApart(t *testing.T) {
	tests := []struct {
		status int
		kind   error
		calls  int
		hurts  bool // whether all callers fail
	}{
		{http.StatusBadRequest, hubspot.ErrInvalid, 4, false},
		{http.StatusForbidden, hubspot.ErrNoAccess, 4, false},
		{http.StatusNotFound, hubspot.ErrNotFound, 4, false},
		{http.StatusRequestEntityTooLarge, hubspot.ErrInvalid, 4, false},
		{http.StatusRequestURITooLong, hubspot.ErrInvalid, 4, false},
		{http.StatusTooManyRequests, hubspot.ErrRateLimited, 0, true},
		{http.StatusServiceUnavailable, hubspot.ErrUnavailable, 0, true},
	}
	for _, associations := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprint(tt.status, " associations=", associations), func(t *testing.T) {
				inBubble(t, one, func(t *testing.T, r *rig) {
					r.tap.refuse = map[string]int{"666": tt.status}
					read := func(ids ...string) error {
						if associations {
							return r.associations(t.Context(), ids)
						}
						return r.read(t.Context(), ids, "firstname")
					}
					if tt.hurts {
						err := read("101", "666")
						if !errors.Is(err, tt.kind) {
							t.Errorf("alone: %v, want %v", err, tt.kind)
						}
						tt.calls = len(r.tap.calls)
					} else {
						r.plug()
						r.tap.calls = nil
					}
					before := len(r.tap.calls)
					if tt.hurts {
						before = tt.calls
					}
					var all sync.WaitGroup
					for i, ids := range [][]string{{"101", "102"}, {"102", "666"}, {"103", "1"}} {
						all.Go(func() {
							want := tt.kind
							if !tt.hurts && i != 1 {
								want = nil
							}
							if err := read(ids...); !errors.Is(err, want) {
								t.Errorf("caller %d: %v, want %v", i, err, want)
							}
						})
					}
					all.Wait()
					if got := len(r.tap.calls) - before; got > tt.calls {
						t.Errorf("%d calls, want %d: %v", got, tt.calls, r.tap.since(before))
					}
				})
			})
		}
	}
}

// TestBatchesTwice: an ID that a caller has twice is refused as ever, and not
// for the others.
func TestBatchesTwice(t *testing.T) {
	inBubble(t, one, func(t *testing.T, r *rig) {
		r.plug()
		var all sync.WaitGroup
		for i, ids := range [][]string{{"101", "101"}, {"101", "102"}, {"103", "103"}} {
			all.Go(func() {
				err := r.read(t.Context(), ids, "firstname")
				if i == 1 && err != nil || err != nil && !errors.Is(err, hubspot.ErrInvalid) {
					t.Errorf("caller %d: %v", i, err)
				}
			})
			synctest.Wait()
		}
		all.Wait()
	})
}
