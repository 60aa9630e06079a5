package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

// bubbled hides the deadline of a test, which is not known in virtual time.
type bubbled struct{ *testing.T }

// poison is the contact that HubSpot refuses, in the model, with all that is
// asked for beside it.
const poison = "120"

// A reader is a caller of the model.
type reader struct {
	from   time.Duration // since the beginning
	cancel time.Duration // when it gives up, from then on; 0 for never
	within time.Duration // its deadline, from then on; 0 for none
	fresh  bool
	of     string // "records", "histories" or "associations"
	ids    []string
	names  []string

	trace *hubspot.Trace
}

func drawReader(t *rapid.T, ids []string) *reader {
	ms := func(name string, most int) time.Duration {
		return time.Duration(rapid.IntRange(1, most).Draw(t, name)) * time.Millisecond
	}
	r := &reader{
		from:  ms("from", 15_000),
		fresh: rapid.IntRange(0, 4).Draw(t, "fresh") == 0,
		of:    rapid.SampledFrom([]string{"records", "records", "histories", "associations"}).Draw(t, "of"),
		ids:   rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 20, rapid.ID).Draw(t, "ids"),
		names: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"firstname", "lastname", "jobtitle"}), rapid.ID).Draw(t, "names"),
		trace: hubspot.NewTrace(time.Now()),
	}
	switch rapid.IntRange(0, 5).Draw(t, "ends") {
	case 0:
		r.cancel = ms("cancel", 20_000)
	case 1:
		r.within = ms("within", 40_000)
	}
	return r
}

// A model is a portal whose contacts change, and what was told of it.
type model struct {
	*rig
	rt *rapid.T

	mu   sync.Mutex
	told map[string]int // by contact, the version of its last name that was told
}

// change gives a contact's last name a new version, and tells so.
func (m *model) change(id string, version int) {
	m.portal.Update("contacts", id, map[string]string{"lastname": fmt.Sprint("last ", id, " ", version)})
	m.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: "0-1", ObjectID: id}})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told[id] = version
}

func (m *model) toldOf(ids []string) map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	told := make(map[string]int)
	for _, id := range ids {
		told[id] = m.told[id]
	}
	return told
}

// run has a reader read, and checks what it gets.
func (m *model) run(r *reader) {
	time.Sleep(r.from)
	ctx := hubspot.WithTrace(context.Background(), r.trace)
	if r.fresh {
		ctx = loaders.WithFresh(ctx)
	}
	if r.within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.within)
		defer cancel()
	}
	if r.cancel > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer time.AfterFunc(r.cancel, cancel).Stop()
	}
	told := m.toldOf(r.ids)
	begun := time.Now()
	err := m.ask(ctx, r, told)
	took := time.Since(begun)
	poisoned := strings.Contains(strings.Join(r.ids, " "), poison)
	switch {
	case r.cancel > 0 && took > r.cancel || r.within > 0 && took > r.within:
		m.rt.Errorf("%+v took %v", *r, took)
	case r.cancel > 0 && errors.Is(err, context.Canceled):
	case r.within > 0 && (errors.Is(err, hubspot.ErrRateLimited) || errors.Is(err, hubspot.ErrTimeout)):
	case poisoned != errors.Is(err, hubspot.ErrInvalid), !poisoned && err != nil:
		m.rt.Errorf("%+v: %v", *r, err)
	}
}

// ask reads what the reader wants. What was told before must show.
func (m *model) ask(ctx context.Context, r *reader, told map[string]int) error {
	if r.of == "associations" {
		return m.associations(ctx, r.ids)
	}
	request := hubspot.BatchReadRequest{ObjectType: "0-1", IDs: r.ids, Properties: hubspot.NewPropertySet(r.names...)}
	if r.of == "histories" {
		request.History = hubspot.NewPropertySet("lastname")
	}
	records, err := m.BatchRead(ctx, request)
	if err != nil {
		return err
	}
	byID := make(map[string]*hubspot.Record)
	for _, record := range records {
		if byID[record.ID] != nil {
			m.rt.Errorf("record %s came twice", record.ID)
		}
		byID[record.ID] = record
	}
	for _, id := range r.ids {
		record := byID[id]
		if record == nil {
			m.rt.Errorf("%+v: record %s did not come", *r, id)
			continue
		}
		for _, name := range r.names {
			text, ok := strings.CutPrefix(record.Value(name), strings.TrimSuffix(name, "name")+" "+id)
			var version int
			_, _ = fmt.Sscan(text, &version)
			if !ok || name == "lastname" && version < told[id] {
				m.rt.Errorf("%+v: %s of %s = %q; told of version %d", *r, name, id, record.Value(name), told[id])
			}
		}
		if r.of == "histories" && len(record.History["lastname"]) == 0 {
			m.rt.Errorf("%+v: %s has no history", *r, id)
		}
	}
	return nil
}

// TestModelOfSharing: whatever callers come and go, each has what it asked for,
// no older than what it could know, for no more calls than alone.
func TestModelOfSharing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(bubbled{t}, func(rt *rapid.T) {
			ids := append(contacts(101, 118), poison)
			if rapid.Bool().Draw(rt, "healthy") {
				ids = contacts(101, 119)
			}
			m := &model{
				rig: newRig(t, hubspot.Limits{Burst: rapid.IntRange(1, 4).Draw(rt, "burst"), Associations: 1}),
				rt:  rt, told: make(map[string]int),
			}
			random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
			m.tap.latency = func() time.Duration { return time.Duration(1+random.IntN(1500)) * time.Millisecond }
			sick := ids[len(ids)-1] == poison
			if sick {
				m.tap.refuse = map[string]int{poison: http.StatusBadRequest}
			}
			readers := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) *reader { return drawReader(rt, ids) }), 1, 12).Draw(rt, "readers")
			changes := rapid.SliceOfN(rapid.IntRange(1, 30_000), 0, 8).Draw(rt, "changes at")
			var all sync.WaitGroup
			for version, at := range changes {
				all.Go(func() {
					time.Sleep(time.Duration(at)*time.Millisecond + 500*time.Microsecond)
					m.change(ids[at%3], at*10+version)
				})
			}
			for _, r := range readers {
				all.Go(func() { m.run(r) })
			}
			all.Wait()
			synctest.Wait()
			m.check(readers, sick)
		})
	})
}

// check holds the calls that were made against what each reader would have
// made alone: one, and one more where a batch with another's inputs was refused.
func (m *model) check(readers []*reader, sick bool) {
	most := 1
	if sick {
		most = 2
	}
	for _, r := range readers {
		calls := 0
		for _, n := range r.trace.Calls() {
			calls += n
		}
		if calls > most {
			m.rt.Errorf("%+v made %d calls, want %d at most", *r, calls, most)
		}
	}
	if got := len(m.tap.calls); got > most*len(readers) {
		m.rt.Errorf("%d calls for %d readers, want %d at most", got, len(readers), most*len(readers))
	}
	if !m.Idle() {
		m.rt.Errorf("something is left of the calls when all have ended")
	}
}
