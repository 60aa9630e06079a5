package recordcache

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A downHub fails all calls if err is not nil.
type downHub struct {
	*Filler

	err       error
	hang      bool          // until the call's time is up
	meanwhile func()        // happens while a call hangs, the last one to do so
	wait      time.Duration // at the limiter, which refuses who has less time
}

func (d *downHub) fails(ctx context.Context) error {
	deadline, _ := ctx.Deadline()
	switch {
	case d.hang:
		<-ctx.Done()
		if d.meanwhile != nil {
			d.hang = false
			d.meanwhile()
		}
		return &hubspot.Error{Kind: hubspot.ErrTimeout}
	case d.wait > 0 && time.Until(deadline) < d.wait:
		return &hubspot.Error{Kind: hubspot.ErrRateLimited, RetryAfter: d.wait}
	}
	time.Sleep(d.wait)
	return d.err
}

func (d *downHub) List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	if err := d.fails(ctx); err != nil {
		return nil, err
	}
	return d.Filler.List(ctx, r)
}

func (d *downHub) BatchRead(ctx context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	if err := d.fails(ctx); err != nil {
		return nil, err
	}
	return d.Filler.BatchRead(ctx, r)
}

func (d *downHub) AssociationsBatchRead(ctx context.Context, from, to string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	if err := d.fails(ctx); err != nil {
		return nil, err
	}
	return d.Filler.AssociationsBatchRead(ctx, from, to, inputs)
}

var errDown = &hubspot.Error{Kind: hubspot.ErrUnavailable, StatusCode: 503}

// A fallbackRig has two contacts, one of which has a company, and an ID that
// stands for none; all of it was read a minute ago and kept for a second.
type fallbackRig struct {
	*rig

	down  *downHub
	back  *Fallback
	fresh bool
	asked time.Time
}

func newFallbackRig(t *testing.T) *fallbackRig {
	r := &fallbackRig{rig: newRig(t, Options{TTL: time.Second, Stale: 10 * time.Minute}), asked: time.Now()}
	r.down = &downHub{Filler: r.fill}
	r.back = NewFallback(r.down, r.Cache, func(context.Context) bool { return r.fresh })
	r.put("1", "a", "A1", mergedIDs, "9")
	r.put("2", "a", "A2")
	r.hub.merged["9"] = "1"
	r.hub.edges = map[string][]string{"1": {"7"}}
	for _, read := range []func(context.Context) error{r.list, r.batch, r.merged, r.edges} {
		if err := read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	r.Wait()
	time.Sleep(time.Minute)
	r.down.err = errDown
	return r
}

var aProperty = hubspot.NewPropertySet("a", mergedIDs)

// list, batch, merged and edges read what is kept.
func (r *fallbackRig) list(ctx context.Context) error {
	page, err := r.back.List(ctx, hubspot.ListRequest{ObjectType: contacts, Properties: aProperty, Associations: []string{companies}, Limit: 5})
	if err != nil {
		return err
	}
	if len(page.Records) != 2 || page.Records[0].Value("a") != "A1" || page.Records[1].Value("a") != "A2" {
		r.t.Errorf("list = %+v", page.Records)
	}
	if e := page.Records[0].Associations; len(e) != 1 || len(e[0].IDs) != 1 || e[0].IDs[0] != "7" || e[0].Cut {
		r.t.Errorf("associations of the first = %+v, want 7 alone", e)
	}
	return nil
}

func (r *fallbackRig) batch(ctx context.Context) error {
	records, err := r.back.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: contacts, IDs: []string{"1", "2", "3"}, Properties: aProperty})
	if err == nil && (len(records) != 2 || records[0].Value("a") != "A1") {
		r.t.Errorf("batch = %+v", records)
	}
	return err
}

func (r *fallbackRig) merged(ctx context.Context) error {
	records, err := r.back.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: contacts, IDs: []string{"9", "1"}, Properties: aProperty})
	if err == nil && (len(records) != 1 || records[0].ID != "1") {
		r.t.Errorf("batch of a merged record = %+v", records)
	}
	return err
}

func (r *fallbackRig) edges(ctx context.Context) error {
	pages, err := r.back.AssociationsBatchRead(ctx, contacts, companies, []hubspot.AssociationInput{{ID: "1"}, {ID: "2"}})
	if err == nil && (len(pages) != 1 || pages["1"].To[0].ID != "7" || len(pages["1"].To[0].Types) != 1) {
		r.t.Errorf("associations = %+v", pages)
	}
	return err
}

// reads are all of them, by name.
func (r *fallbackRig) reads() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{"list": r.list, "batch": r.batch, "merged": r.merged, "edges": r.edges}
}

func TestFallback(t *testing.T) {
	daily := &hubspot.Error{Kind: hubspot.ErrRateLimited, PolicyName: "DAILY"}
	for name, tt := range map[string]struct {
		err    error
		change func(*fallbackRig)
		want   map[string]bool // whether each read is answered; nil for all
	}{
		"unavailable":         {err: errDown},
		"timed out":           {err: &hubspot.Error{Kind: hubspot.ErrTimeout}},
		"day spent":           {err: daily},
		"rate limit":          {err: &hubspot.Error{Kind: hubspot.ErrRateLimited}, want: map[string]bool{}},
		"bad token":           {err: &hubspot.Error{Kind: hubspot.ErrUnauthenticated}, want: map[string]bool{}},
		"no access":           {err: &hubspot.Error{Kind: hubspot.ErrNoAccess}, want: map[string]bool{}},
		"not found":           {err: &hubspot.Error{Kind: hubspot.ErrNotFound}, want: map[string]bool{}},
		"invalid":             {err: &hubspot.Error{Kind: hubspot.ErrInvalid}, want: map[string]bool{}},
		"fresh":               {err: errDown, change: func(r *fallbackRig) { r.fresh = true }, want: map[string]bool{}},
		"as old as it may be": {err: errDown, change: func(*fallbackRig) { time.Sleep(9*time.Minute - time.Second) }},
		"too old":             {err: errDown, change: func(*fallbackRig) { time.Sleep(9 * time.Minute) }, want: map[string]bool{}},
		"a contact changed": {err: errDown, change: func(r *fallbackRig) {
			r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: "1"}})
		}, want: map[string]bool{"edges": true}},
		"a contact was added": {err: errDown, change: func(r *fallbackRig) {
			r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookCreation, ObjectTypeID: contacts, ObjectID: "5"}})
		}, want: map[string]bool{"batch": true, "merged": true, "edges": true}},
		"a contact was deleted": {err: errDown, change: func(r *fallbackRig) {
			r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookDeletion, ObjectTypeID: contacts, ObjectID: "2"}})
		}, want: map[string]bool{"merged": true}},
		"everything changed": {err: errDown, change: func(r *fallbackRig) {
			r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange}})
		}, want: map[string]bool{}},
		"closed": {err: errDown, change: func(r *fallbackRig) { r.Close() }, want: map[string]bool{}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newFallbackRig(t)
				r.down.err = tt.err
				if tt.change != nil {
					tt.change(r)
				}
				for name, read := range r.reads() {
					trace := hubspot.NewTrace(time.Now())
					err := read(hubspot.WithTrace(t.Context(), trace))
					want := tt.want == nil || tt.want[name]
					if (err == nil) != want || err != nil && !errors.Is(err, tt.err) {
						t.Errorf("%s: error %v, want answered %v", name, err, want)
					}
					if trace.Stale() != want || want && (trace.CacheHits() == 0 || !trace.DataAsOf().Equal(r.asked)) {
						t.Errorf("%s: stale %v, %d hits, as of %v; want %v, some, as of %v", name, trace.Stale(), trace.CacheHits(), trace.DataAsOf(), want, r.asked)
					}
				}
			})
		})
	}
}

// TestFallbackOfAssociationsInAList: an association that changed is not what a
// list brings along; the list says that it does not know.
func TestFallbackOfAssociationsInAList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFallbackRig(t)
		r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookAssociationChange, FromTypeID: contacts, FromID: "1", ToTypeID: companies, ToID: "8"}})
		page, err := r.back.List(t.Context(), hubspot.ListRequest{ObjectType: contacts, Properties: aProperty, Associations: []string{companies}, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		first, second := page.Records[0].Associations[0], page.Records[1].Associations[0]
		if !first.Cut || len(first.IDs) > 0 || second.Cut {
			t.Errorf("associations %+v and %+v, want the first unknown", first, second)
		}
		if err := r.edges(t.Context()); !errors.Is(err, errDown) {
			t.Errorf("associations that changed: %v, want %v", err, errDown)
		}
	})
}

// TestWhatNoFallbackHas: an answer is whole or is none.
func TestWhatNoFallbackHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFallbackRig(t)
		ctx := t.Context()
		set := hubspot.NewPropertySet
		for name, request := range map[string]hubspot.BatchReadRequest{
			"an ID that is not kept":  {ObjectType: contacts, IDs: []string{"1", "4"}, Properties: set("a")},
			"a property that is not":  {ObjectType: contacts, IDs: []string{"1"}, Properties: set("a", "b")},
			"a merged ID, by no name": {ObjectType: contacts, IDs: []string{"9", "4"}, Properties: set("a")},
			"archived":                {ObjectType: contacts, IDs: []string{"1"}, Properties: set("a"), Archived: true},
			"by a value":              {ObjectType: contacts, IDs: []string{"1"}, IDProperty: "email", Properties: set("a")},
			"with history":            {ObjectType: contacts, IDs: []string{"1"}, Properties: set("a"), History: set("a")},
		} {
			if records, err := r.back.BatchRead(ctx, request); !errors.Is(err, errDown) {
				t.Errorf("%s: %+v, %v, want %v", name, records, err, errDown)
			}
		}
		for name, request := range map[string]hubspot.ListRequest{
			"another page":  {ObjectType: contacts, Properties: set("a"), Limit: 5, After: "1"},
			"another limit": {ObjectType: contacts, Properties: set("a"), Limit: 6},
			"archived":      {ObjectType: contacts, Properties: set("a"), Limit: 5, Archived: true},
			"with history":  {ObjectType: contacts, Properties: set("a"), Limit: 5, History: set("a")},
		} {
			if page, err := r.back.List(ctx, request); !errors.Is(err, errDown) {
				t.Errorf("%s: %+v, %v, want %v", name, page, err, errDown)
			}
		}
		if _, err := r.back.AssociationsBatchRead(ctx, contacts, companies, []hubspot.AssociationInput{{ID: "1", After: "2"}}); !errors.Is(err, errDown) {
			t.Errorf("a second page of associations: %v, want %v", err, errDown)
		}
	})
}

// TestOldPartsAreNotUnited: what is kept beyond its time does not make what is
// read anew as old as itself.
func TestOldPartsAreNotUnited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFallbackRig(t)
		r.put("1", "a", "A1", "b", "B1")
		r.read([]string{"1"}, "b")
		check(t, "what was read anew", r.found([]string{"1"}, "b"), hits{"1": "1 B1"})
		check(t, "what was kept", r.found([]string{"1"}, "a"), hits{})
	})
}

// TestFallbackLeavesTime: a HubSpot that does not answer leaves time for what is
// kept, and the limiter may take all of it.
func TestFallbackLeavesTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFallbackRig(t)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r.down.hang = true
		begin := time.Now()
		if err := r.batch(ctx); err != nil || time.Since(begin) != 5*time.Second {
			t.Errorf("a call that hangs: %v after %v, want an answer after 5s", err, time.Since(begin))
		}
		if err := r.edges(ctx); err != nil || time.Since(begin) != 7500*time.Millisecond {
			t.Errorf("the next: %v after %v, want an answer after 7.5s", err, time.Since(begin))
		}
		r.fresh = true
		if err := r.batch(ctx); !errors.Is(err, hubspot.ErrTimeout) || time.Since(begin) != 10*time.Second {
			t.Errorf("fresh: %v after %v, want %v after 10s", err, time.Since(begin), hubspot.ErrTimeout)
		}

		r.fresh, r.down.hang, r.down.err = false, false, nil
		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r.down.wait = 9 * time.Second
		begin = time.Now()
		trace := hubspot.NewTrace(begin)
		if err := r.batch(hubspot.WithTrace(ctx, trace)); err != nil || trace.Stale() || time.Since(begin) != 9*time.Second {
			t.Errorf("a wait at the limiter: %v after %v, stale %v; want HubSpot's own answer after 9s", err, time.Since(begin), trace.Stale())
		}
	})
}

// TestFallbackThatIsGone: what is kept is invalidated while a call waits, and so
// the call has the rest of the request's time too.
func TestFallbackThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFallbackRig(t)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r.down.err, r.down.hang = nil, true
		r.down.meanwhile = func() {
			r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: "1"}})
		}
		begin := time.Now()
		trace := hubspot.NewTrace(begin)
		if err := r.batch(hubspot.WithTrace(ctx, trace)); err != nil || trace.Stale() || time.Since(begin) != 5*time.Second {
			t.Errorf("%v after %v, stale %t; want HubSpot's own answer after 5s", err, time.Since(begin), trace.Stale())
		}
	})
}
