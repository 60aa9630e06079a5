package recordcache

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A world is HubSpot's side of the model: contacts whose properties say, in
// their values, when they were set.
type world struct {
	t     *rapid.T
	cache *Cache
	begun time.Time

	set     map[string]map[string]time.Duration // by record, then property; absent if the record is gone
	told    map[string]time.Duration            // when the last event about a record was applied
	changed map[string]time.Duration            // when its edges last did
	toldOf  map[string]time.Duration            // when that was told
	came    time.Duration                       // when a record last came or went
	toldAll time.Duration                       // when that was told
	flights []*flight
}

// A flight is a read of all the model's records.
type flight struct {
	ticket  Ticket
	left    time.Duration
	names   *hubspot.PropertySet
	records []*hubspot.Record // nil until HubSpot reads them
	edges   map[string]*hubspot.AssociationPage
}

// inBubble hides the deadline of a test, which is not known in virtual time.
type inBubble struct{ *testing.T }

const modelTTL = time.Minute

var (
	modelIDs   = []string{"1", "2", "3"}
	modelNames = []string{"a", "b", "c"}
)

func (w *world) now() time.Duration { return time.Since(w.begun) }

// TestModel holds the cache against a plain account of what changed when: a hit
// is never older than it says, than the TTL, or than the last event about it;
// and what was read last and has not changed is found.
func TestModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(rt *rapid.T) {
			cache, err := New(Options{TTL: modelTTL, Bytes: 1 << 20})
			if err != nil {
				rt.Fatal(err)
			}
			defer cache.Close()
			w := &world{
				t: rt, cache: cache, begun: time.Now(),
				set: make(map[string]map[string]time.Duration), told: make(map[string]time.Duration),
				changed: make(map[string]time.Duration), toldOf: make(map[string]time.Duration),
			}
			time.Sleep(time.Nanosecond)
			rt.Repeat(map[string]func(*rapid.T){
				"wait":          w.wait,
				"change":        w.change,
				"come or go":    w.comeOrGo,
				"associate":     w.associate,
				"leave":         w.leave,
				"read":          w.read,
				"land":          w.land,
				"land out loud": w.landAndFind,
				"":              w.lookUp,
			})
		})
	})
}

func (w *world) wait(t *rapid.T) {
	time.Sleep(time.Duration(rapid.IntRange(1, 40).Draw(t, "seconds")) * time.Second)
}

// change gives a property a new value, and tells so or not, once or twice.
func (w *world) change(t *rapid.T) {
	id := rapid.SampledFrom(modelIDs).Draw(t, "id")
	if w.set[id] == nil {
		return
	}
	time.Sleep(time.Nanosecond)
	w.set[id][rapid.SampledFrom(modelNames).Draw(t, "property")] = w.now()
	w.tell(t, id, hubspot.WebhookEvent{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: id})
}

func (w *world) tell(t *rapid.T, id string, e hubspot.WebhookEvent) {
	time.Sleep(time.Nanosecond)
	for range rapid.IntRange(0, 2).Draw(t, "times told") {
		w.cache.Apply([]hubspot.WebhookEvent{e})
		w.told[id] = w.now()
	}
	time.Sleep(time.Nanosecond)
}

func (w *world) comeOrGo(t *rapid.T) {
	id := rapid.SampledFrom(modelIDs).Draw(t, "id")
	time.Sleep(time.Nanosecond)
	w.came = w.now()
	e := hubspot.WebhookEvent{Kind: hubspot.WebhookDeletion, ObjectTypeID: contacts, ObjectID: id}
	if w.set[id] != nil {
		delete(w.set, id)
	} else {
		e.Kind = hubspot.WebhookCreation
		w.set[id] = map[string]time.Duration{"a": w.now(), "b": w.now(), "c": w.now()}
	}
	before := w.told[id]
	w.tell(t, id, e)
	if w.told[id] != before {
		w.toldAll, w.toldOf[id] = w.told[id], w.told[id]
	}
}

func (w *world) associate(t *rapid.T) {
	id := rapid.SampledFrom(modelIDs).Draw(t, "id")
	time.Sleep(time.Nanosecond)
	w.changed[id] = w.now()
	if rapid.Bool().Draw(t, "told") {
		time.Sleep(time.Nanosecond)
		w.cache.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookAssociationChange, FromTypeID: companies, FromID: "7", ToTypeID: contacts, ToID: id}})
		w.toldOf[id] = w.now()
	}
	time.Sleep(time.Nanosecond)
}

func (w *world) leave(t *rapid.T) {
	names := rapid.SliceOfDistinct(rapid.SampledFrom(modelNames), rapid.ID).Draw(t, "names")
	time.Sleep(time.Nanosecond)
	w.flights = append(w.flights, &flight{ticket: w.cache.Ticket(), left: w.now(), names: hubspot.NewPropertySet(append(names, mergedIDs)...)})
	time.Sleep(time.Nanosecond)
}

// read is the instant at which HubSpot makes the answer to a call under way.
func (w *world) read(t *rapid.T) {
	if len(w.flights) == 0 {
		return
	}
	f := rapid.SampledFrom(w.flights).Draw(t, "flight")
	if f.records != nil {
		return
	}
	f.records = []*hubspot.Record{}
	f.edges = make(map[string]*hubspot.AssociationPage)
	for _, id := range modelIDs {
		f.edges[id] = &hubspot.AssociationPage{To: []hubspot.Associated{{ID: fmt.Sprint(int64(w.changed[id]))}}}
		if w.set[id] == nil {
			continue
		}
		r := &hubspot.Record{ID: id, Set: f.names}
		for _, name := range f.names.Names() {
			value := fmt.Sprint(int64(w.set[id][name]))
			if name == mergedIDs {
				value = "" // none was
			}
			r.Values = append(r.Values, value)
		}
		f.records = append(f.records, r)
	}
}

// land stores the answer of one call that HubSpot made.
func (w *world) land(t *rapid.T) { w.landing(t) }

func (w *world) landing(t *rapid.T) *flight {
	for i, f := range w.flights {
		if f.records == nil || rapid.Bool().Draw(t, "not this") {
			continue
		}
		w.flights = append(w.flights[:i], w.flights[i+1:]...)
		request := hubspot.ListRequest{ObjectType: contacts, Properties: f.names, Limit: 10}
		w.cache.storeList(f.ticket, request, &hubspot.Page{Records: f.records})
		w.cache.storeBatch(f.ticket, hubspot.BatchReadRequest{ObjectType: contacts, IDs: modelIDs, Properties: f.names}, f.records)
		var inputs []hubspot.AssociationInput
		for _, id := range modelIDs {
			inputs = append(inputs, hubspot.AssociationInput{ID: id})
		}
		w.cache.storeAssociations(f.ticket, contacts, companies, inputs, f.edges)
		w.cache.Wait()
		return f
	}
	return nil
}

// landAndFind lets a call be made from end to end, and wants all of it found.
func (w *world) landAndFind(t *rapid.T) {
	w.flights = nil
	w.leave(t)
	f := w.flights[0]
	w.read(t)
	for w.landing(t) == nil {
	}
	found := 0
	w.cache.Records(contacts, f.names, modelIDs, func(int, *hubspot.Record, time.Time) { found++ })
	w.cache.Edges(contacts, companies, true, modelIDs, func(int, *hubspot.AssociationPage, time.Time) { found++ })
	if found != 2*len(modelIDs) {
		w.t.Fatalf("%d of %d just read are found", found, 2*len(modelIDs))
	}
	if page, _, ok := w.cache.List(hubspot.ListRequest{ObjectType: contacts, Properties: f.names, Limit: 10}); !ok || len(page.Records) != len(w.set) {
		w.t.Fatalf("the page just read = %v, %t, want %d records", page, ok, len(w.set))
	}
}

// age holds that a hit is neither older than the TTL nor than the last event
// that was told about it.
func (w *world) age(what string, asOf, told time.Duration) {
	if asOf > w.now() || asOf <= w.now()-modelTTL {
		w.t.Fatalf("%s is as of %v, now is %v, the TTL %v", what, asOf, w.now(), modelTTL)
	}
	if asOf < told {
		w.t.Fatalf("%s is as of %v, before an event was told at %v", what, asOf, told)
	}
}

// value holds that a hit has the present value if that is older than the hit or
// the last event.
func (w *world) value(what, text string, since, present time.Duration) {
	var value time.Duration
	if _, err := fmt.Sscan(text, (*int64)(&value)); err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	if value != present && present < since {
		w.t.Fatalf("%s has the value of %v, as of %v, but was changed at %v", what, value, since, present)
	}
}

func (w *world) lookUp(*rapid.T) {
	for _, names := range [][]string{nil, {"a"}, {"b", "c"}, {"a", "b", "c"}} {
		set := hubspot.NewPropertySet(names...)
		w.cache.Records(contacts, set, modelIDs, func(i int, r *hubspot.Record, asOf time.Time) {
			w.age("record "+modelIDs[i], asOf.Sub(w.begun), w.told[modelIDs[i]])
			w.record(modelIDs[i], names, r, asOf.Sub(w.begun))
		})
		page, asOf, ok := w.cache.List(hubspot.ListRequest{ObjectType: contacts, Properties: set, Limit: 10})
		if ok {
			w.page(names, page, asOf.Sub(w.begun))
		}
	}
	w.cache.Edges(contacts, companies, false, modelIDs, func(i int, page *hubspot.AssociationPage, asOf time.Time) {
		id, told := modelIDs[i], w.toldOf[modelIDs[i]]
		w.age("edges of "+id, asOf.Sub(w.begun), told)
		w.value("edges of "+id, page.To[0].ID, max(asOf.Sub(w.begun), told), w.changed[id])
	})
}

// page is as old as the oldest record on it, which may be older than the last
// event about another.
func (w *world) page(names []string, page *hubspot.Page, asOf time.Duration) {
	w.age("page", asOf, 0)
	var got, want []string
	for _, r := range page.Records {
		got = append(got, r.ID)
		w.record(r.ID, names, r, asOf)
	}
	for _, id := range modelIDs {
		if w.set[id] != nil {
			want = append(want, id)
		}
	}
	if w.came < max(asOf, w.toldAll) && !slices.Equal(got, want) {
		w.t.Fatalf("page of %q, as of %v, want %q since %v", got, asOf, want, w.came)
	}
}

func (w *world) record(id string, names []string, r *hubspot.Record, asOf time.Duration) {
	since := max(asOf, w.told[id])
	if (r != nil) != (w.set[id] != nil) {
		if w.came < since {
			w.t.Fatalf("record %s is found: %t, as of %v; want %t since %v", id, r != nil, asOf, w.set[id] != nil, w.came)
		}
		return
	}
	if r == nil {
		return
	}
	for _, name := range names {
		w.value(name+" of record "+id, r.Value(name), since, w.set[id][name])
	}
}
