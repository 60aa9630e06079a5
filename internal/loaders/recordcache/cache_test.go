package recordcache

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	contacts  = "0-1"
	companies = "0-2"
	deals     = "0-3"
)

func newCache(t testing.TB, opts Options) *Cache {
	t.Helper()
	if opts.TTL == 0 {
		opts.TTL = time.Minute
	}
	if opts.Bytes == 0 {
		opts.Bytes = 1 << 20
	}
	c, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	// What shares a stamp goes stale together: with these, nothing shares one.
	c.things, c.types = newStamps(1<<22), newStamps(1<<20)
	t.Cleanup(c.Close)
	return c
}

// A hub answers calls from memory.
type hub struct {
	records map[string]map[string]string // by ID, then property
	merged  map[string]string            // ID to the ID it was merged into
	edges   map[string][]string          // by parent ID
	during  func()                       // called while a call is under way
}

func (h *hub) record(id string, set *hubspot.PropertySet) *hubspot.Record {
	r := &hubspot.Record{ID: id, Set: set, CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "2026-01-02T00:00:00Z", URL: "https://app.hubspot.com/" + id}
	for _, name := range set.Names() {
		r.Values = append(r.Values, h.records[id][name])
	}
	return r
}

func (h *hub) answer() {
	if h.during != nil {
		h.during()
	}
}

func (h *hub) BatchRead(_ context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	defer h.answer()
	var out []*hubspot.Record
	for _, id := range r.IDs {
		if into, ok := h.merged[id]; ok {
			id = into
		}
		if h.records[id] != nil && !slices.ContainsFunc(out, func(r *hubspot.Record) bool { return r.ID == id }) {
			out = append(out, h.record(id, r.Properties))
		}
	}
	return out, nil
}

func (h *hub) BatchReadLate(ctx context.Context, request func() hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	return h.BatchRead(ctx, request())
}

func (h *hub) AssociationsBatchReadLate(ctx context.Context, from, to string, inputs func() []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	return h.AssociationsBatchRead(ctx, from, to, inputs())
}

func (h *hub) ListLate(ctx context.Context, request func() hubspot.ListRequest) (*hubspot.Page, error) {
	return h.List(ctx, request())
}

func (h *hub) List(_ context.Context, r hubspot.ListRequest) (*hubspot.Page, error) {
	defer h.answer()
	page := &hubspot.Page{}
	for _, id := range slices.Sorted(maps.Keys(h.records)) {
		if id <= r.After {
			continue
		}
		if len(page.Records) == r.Limit {
			page.After = page.Records[len(page.Records)-1].ID
			break
		}
		record := h.record(id, r.Properties)
		if len(r.Associations) > 0 && len(h.edges[id]) > 0 {
			record.Associations = []hubspot.EmbeddedAssociations{{Name: "companies", IDs: h.edges[id], Cut: len(h.edges[id]) > 2}}
		}
		page.Records = append(page.Records, record)
	}
	return page, nil
}

func (h *hub) AssociationsBatchRead(_ context.Context, _, _ string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	defer h.answer()
	pages := make(map[string]*hubspot.AssociationPage)
	for _, in := range inputs {
		if len(h.edges[in.ID]) == 0 {
			continue
		}
		page := &hubspot.AssociationPage{}
		for _, id := range h.edges[in.ID] {
			page.To = append(page.To, hubspot.Associated{ID: id, Types: []hubspot.AssociationType{{Category: "HUBSPOT_DEFINED", TypeID: 1, Label: "Primary"}}})
		}
		if len(page.To) > 2 {
			page.To, page.After = page.To[:2], "2"
		}
		pages[in.ID] = page
	}
	return pages, nil
}

// A rig is a cache with a Filler over a hub.
type rig struct {
	*Cache

	t    testing.TB
	hub  *hub
	fill *Filler
}

func newRig(t testing.TB, opts Options) *rig {
	if opts.TypeID == nil {
		opts.TypeID = func(name string) string { return map[string]string{"companies": companies}[name] }
	}
	h := &hub{records: make(map[string]map[string]string), merged: make(map[string]string), edges: make(map[string][]string)}
	c := newCache(t, opts)
	return &rig{c, t, h, NewFiller(h, c)}
}

func (r *rig) put(id string, pairs ...string) {
	record := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		record[pairs[i]] = pairs[i+1]
	}
	r.hub.records[id] = record
}

func (r *rig) read(ids []string, names ...string) {
	r.t.Helper()
	_, err := r.fill.BatchReadLate(r.t.Context(), func() hubspot.BatchReadRequest {
		return hubspot.BatchReadRequest{ObjectType: contacts, IDs: ids, Properties: hubspot.NewPropertySet(names...)}
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Wait()
}

func (r *rig) readEdges(ids ...string) {
	r.t.Helper()
	inputs := make([]hubspot.AssociationInput, len(ids))
	for i, id := range ids {
		inputs[i].ID = id
	}
	asked := func() []hubspot.AssociationInput { return inputs }
	if _, err := r.fill.AssociationsBatchReadLate(r.t.Context(), contacts, companies, asked); err != nil {
		r.t.Fatal(err)
	}
	r.Wait()
}

func (r *rig) list(request hubspot.ListRequest) {
	r.t.Helper()
	if _, err := r.fill.ListLate(r.t.Context(), func() hubspot.ListRequest { return request }); err != nil {
		r.t.Fatal(err)
	}
	r.Wait()
}

// found is what look-ups of contacts find: by ID the record's own ID and the
// values of the properties, "none" for a known absence.
func (r *rig) found(ids []string, names ...string) map[string]string {
	out := make(map[string]string)
	r.Records(contacts, hubspot.NewPropertySet(names...), ids, func(i int, record *hubspot.Record, _ time.Time) {
		if record == nil {
			out[ids[i]] = "none"
			return
		}
		out[ids[i]] = record.ID
		for _, name := range names {
			out[ids[i]] += " " + record.Value(name)
		}
	})
	return out
}

func (r *rig) foundEdges(labels bool, ids ...string) map[string]string {
	out := make(map[string]string)
	r.Edges(contacts, companies, labels, ids, func(i int, page *hubspot.AssociationPage, _ time.Time) {
		text := ""
		for _, to := range page.To {
			text += to.ID
			for _, t := range to.Types {
				text += ":" + t.Label
			}
			text += " "
		}
		out[ids[i]] = text
	})
	return out
}

func check(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

type hits = map[string]string

func TestRecordsThatCoverTheSelection(t *testing.T) {
	r := newRig(t, Options{})
	r.put("1", "a", "A1", "b", "B1")
	r.put("2", "a", "A2")
	r.read([]string{"1", "2", "3"}, "a", "b", mergedIDs)
	ids := []string{"1", "2", "3", "4"}
	check(t, "all properties", r.found(ids, "a", "b"), hits{"1": "1 A1 B1", "2": "2 A2 ", "3": "none"})
	check(t, "some properties", r.found(ids, "b"), hits{"1": "1 B1", "2": "2 ", "3": "none"})
	check(t, "no properties", r.found(ids), hits{"1": "1", "2": "2", "3": "none"})
	check(t, "another property", r.found(ids, "b", "c"), hits{"3": "none"})
	got := false
	r.Records(companies, nil, ids, func(int, *hubspot.Record, time.Time) { got = true })
	check(t, "another type", got, false)
	h, m := r.Lookups(KindRecord)
	check(t, "hits and misses", []int64{h, m}, []int64{3 + 3 + 3 + 1, 1 + 1 + 1 + 3 + 4})
}

func TestWhatARecordKeeps(t *testing.T) {
	r := newRig(t, Options{})
	r.put("1", "a", "A1", "b", "")
	r.read([]string{"1"}, "b", "a")
	want := r.hub.record("1", hubspot.NewPropertySet("a", "b"))
	r.Records(contacts, nil, []string{"1"}, func(_ int, got *hubspot.Record, _ time.Time) {
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *hubspot.PropertySet) bool { return slices.Equal(a.Names(), b.Names()) })); diff != "" {
			t.Errorf("record (-want +got):\n%s", diff)
		}
	})
}

func TestRecordsUnite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{TTL: time.Minute})
		begun := time.Now()
		asOf := func() (at time.Duration) {
			r.Records(contacts, nil, []string{"1"}, func(_ int, _ *hubspot.Record, asOf time.Time) { at = asOf.Sub(begun) })
			return at
		}
		r.put("1", "a", "A1", "b", "B1", "c", "C1")
		r.read([]string{"1"}, "a", "b")
		time.Sleep(10 * time.Second)
		r.put("1", "a", "A2", "b", "B2", "c", "C2")
		r.read([]string{"1"}, "b", "c")
		check(t, "both", r.found([]string{"1"}, "a", "b", "c"), hits{"1": "1 A1 B2 C2"})
		check(t, "asOf of both", asOf(), time.Duration(0))

		time.Sleep(10 * time.Second)
		r.put("1", "a", "A3", "b", "B3", "c", "C3")
		r.read([]string{"1"}, "a", "b", "c")
		check(t, "all, anew", r.found([]string{"1"}, "a", "b", "c"), hits{"1": "1 A3 B3 C3"})
		check(t, "asOf of all", asOf(), 20*time.Second)

		time.Sleep(40 * time.Second)
		r.read([]string{"1"}, "c")
		check(t, "what is old is let go", r.found([]string{"1"}, "a"), hits{})
		check(t, "asOf of the new", asOf(), 60*time.Second)
	})
}

func TestUnionIsAsOldAsItsOlderPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{TTL: time.Minute})
		r.put("1", "a", "A1", "b", "B1")
		// The narrow read leaves first, and an event comes before the wide one.
		r.hub.during = func() {
			r.hub.during = nil
			r.read([]string{"1"}, "a")
			r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: "1"}})
		}
		r.read([]string{"1"}, "b")
		check(t, "both asked before the event", r.found([]string{"1"}), hits{})
		r.read([]string{"1"}, "a")
		check(t, "asked after", r.found([]string{"1"}, "a"), hits{"1": "1 A1"})
		check(t, "not revived", r.found([]string{"1"}, "b"), hits{})
	})
}

func TestOlderReadsDoNotReplaceNewer(t *testing.T) {
	tests := []struct {
		name         string
		older, newer []string
		want         string        // of a, b and c
		asOf         time.Duration // after the older call left
	}{
		{"the same", []string{"a"}, []string{"a"}, "A2  ", time.Second},
		{"older is narrower", []string{"a"}, []string{"a", "b"}, "A2 B2 ", time.Second},
		{"older is wider", []string{"a", "b"}, []string{"a"}, "A2 B1 ", 0},
		{"each has one of its own", []string{"a", "b"}, []string{"a", "c"}, "A2 B1 C2", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Options{TTL: time.Minute})
				begun := time.Now()
				r.put("1", "a", "A1", "b", "B1", "c", "C1")
				r.hub.during = func() { // the older call has been answered, and has not come back
					r.hub.during = nil
					time.Sleep(time.Second)
					r.put("1", "a", "A2", "b", "B2", "c", "C2")
					r.read([]string{"1"}, tt.newer...)
				}
				r.read([]string{"1"}, tt.older...)
				r.Records(contacts, nil, []string{"1"}, func(_ int, record *hubspot.Record, asOf time.Time) {
					check(t, "values", record.Value("a")+" "+record.Value("b")+" "+record.Value("c"), tt.want)
					check(t, "asOf", asOf.Sub(begun), tt.asOf)
				})
			})
		})
	}
}

// TestKeysMayClash stores entries where those of others are looked for, as if
// their keys had the same hash.
func TestKeysMayClash(t *testing.T) {
	r := newRig(t, Options{})
	r.put("1", "a", "A1")
	r.hub.edges["1"] = []string{"7"}
	r.read([]string{"1"}, "a")
	r.readEdges("1")
	r.list(hubspot.ListRequest{ObjectType: contacts, Limit: 5})
	record, edges := r.base(kindRecord, contacts, ""), r.base(kindEdges, contacts, companies)
	pages := func(typeID string, limit int) uint64 {
		return r.pageKey(hubspot.ListRequest{ObjectType: typeID, Limit: limit})
	}
	for from, to := range map[uint64]uint64{
		r.key(record, "1"): r.key(record, "2"), r.key(edges, "1"): r.key(edges, "2"), pages(contacts, 5): pages(contacts, 6),
	} {
		if e, ok := r.entries.Get(from); ok {
			r.set(to, e, 1)
		}
	}
	r.Wait()
	check(t, "another record", r.found([]string{"2"}), hits{})
	check(t, "associations of another record", r.foundEdges(true, "2"), hits{})
	if _, _, ok := r.List(hubspot.ListRequest{ObjectType: contacts, Limit: 6}); ok {
		t.Error("List found another page")
	}
}

func TestTTLRunsFromWhenTheCallLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{TTL: time.Minute})
		r.put("1", "a", "A1")
		r.hub.edges["1"] = []string{"7"}
		left := time.Now()
		slow := func() { time.Sleep(20 * time.Second) }
		r.hub.during = slow
		r.read([]string{"1", "2"}, "a", mergedIDs)
		r.Records(contacts, nil, []string{"1", "2"}, func(_ int, _ *hubspot.Record, asOf time.Time) {
			check(t, "asOf", asOf.Equal(left), true)
		})
		r.readEdges("1")
		time.Sleep(20*time.Second - 1)
		check(t, "a moment before", r.found([]string{"1", "2"}, "a"), hits{"1": "1 A1", "2": "none"})
		time.Sleep(time.Nanosecond)
		check(t, "at the end", r.found([]string{"1", "2"}, "a"), hits{})
		check(t, "edges, read later", r.foundEdges(true, "1"), hits{"1": "7:Primary "})
		time.Sleep(20 * time.Second)
		check(t, "edges at the end", r.foundEdges(true, "1"), hits{})
		r.hub.during = func() { time.Sleep(time.Minute) }
		r.read([]string{"1"}, "a")
		check(t, "an answer that took the whole TTL", r.found([]string{"1"}, "a"), hits{})
		r.Wait()
		time.Sleep(time.Minute) // ristretto looks every few seconds for what has expired
		check(t, "bytes when all has expired", r.Bytes(), int64(0))
	})
}

func TestMergedRecords(t *testing.T) {
	r := newRig(t, Options{})
	r.put("9", "a", "A9", mergedIDs, "4;5")
	r.hub.merged["5"] = "9"

	r.read([]string{"5", "6", "9"}, "a")
	check(t, "read without merges", r.found([]string{"5", "6", "9"}, "a"), hits{"9": "9 A9"})
	r.read([]string{"5", "6"}, "a", mergedIDs)
	all := []string{"4", "5", "6", "9"}
	check(t, "known by both IDs", r.found(all, "a", mergedIDs), hits{"5": "9 A9 4;5", "6": "none", "9": "9 A9 4;5"})
	check(t, "for all to use", r.found(all, "a"), hits{"5": "9 A9", "6": "none", "9": "9 A9"})
	r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: "9"}})
	check(t, "changed", r.found(all, "a"), hits{"6": "none"})

	r.read([]string{"5", "6", "9"}, "a", mergedIDs)
	r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookMerge, ObjectTypeID: contacts, PrimaryID: "7", MergedIDs: []string{"8", "5"}, NewID: "6"}})
	check(t, "merged", r.found(all, "a"), hits{"9": "9 A9"})
}

func TestEdges(t *testing.T) {
	r := newRig(t, Options{})
	r.hub.edges = map[string][]string{"1": {"7", "8"}, "3": {"7", "8", "9"}}
	r.readEdges("1", "2", "3")
	all := []string{"1", "2", "3", "4"}
	check(t, "whole lists", r.foundEdges(true, all...), hits{"1": "7:Primary 8:Primary ", "2": ""})
	check(t, "without labels", r.foundEdges(false, all...), hits{"1": "7:Primary 8:Primary ", "2": ""})
	got := false
	r.Edges(companies, contacts, false, all, func(int, *hubspot.AssociationPage, time.Time) { got = true })
	check(t, "the other way", got, false)
	if _, err := r.fill.AssociationsBatchRead(t.Context(), contacts, companies, []hubspot.AssociationInput{{ID: "4", After: "2"}}); err != nil {
		t.Fatal(err)
	}
	r.Wait()
	check(t, "a later page", r.foundEdges(false, "4"), hits{})
}

func TestPages(t *testing.T) {
	r := newRig(t, Options{})
	for i := range 5 {
		r.put(fmt.Sprint(i), "a", fmt.Sprint("A", i))
	}
	r.hub.edges = map[string][]string{"0": {"7"}, "1": {"7", "8", "9"}}
	request := hubspot.ListRequest{ObjectType: contacts, Properties: hubspot.NewPropertySet("a"), Associations: []string{companies}, Limit: 3}
	r.list(request)
	page, _, ok := r.List(request)
	if !ok || page.After != "2" || len(page.Records) != 3 || page.Records[1].Value("a") != "A1" || page.Records[0].Associations != nil {
		t.Errorf("List = %+v, %t, want three records without associations", page, ok)
	}
	check(t, "edges brought along, but for those cut", r.foundEdges(false, "0", "1", "2"), hits{"0": "7 ", "2": ""})
	check(t, "those with labels", r.foundEdges(true, "0", "1", "2"), hits{})

	for name, change := range map[string]func(*hubspot.ListRequest){
		"another limit":     func(r *hubspot.ListRequest) { r.Limit = 2 },
		"another page":      func(r *hubspot.ListRequest) { r.After = "2" },
		"another type":      func(r *hubspot.ListRequest) { r.ObjectType = companies },
		"archived":          func(r *hubspot.ListRequest) { r.Archived = true },
		"histories":         func(r *hubspot.ListRequest) { r.History = hubspot.NewPropertySet("a") },
		"another property":  func(r *hubspot.ListRequest) { r.Properties = hubspot.NewPropertySet("a", "b") },
		"HubSpot's own 100": func(r *hubspot.ListRequest) { r.Limit = 0 },
	} {
		other := request
		change(&other)
		if _, _, ok := r.List(other); ok {
			t.Errorf("List of %s = a page, want none", name)
		}
	}
	r.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookPropertyChange, ObjectTypeID: contacts, ObjectID: "1"}})
	if _, _, ok := r.List(request); ok {
		t.Error("List with a record that changed = a page, want none")
	}
	r.read([]string{"1"}, "a")
	if _, _, ok := r.List(request); !ok {
		t.Error("List with the record read again = none, want the page")
	}
}

func TestUnknownNamesOfTypes(t *testing.T) {
	r := newRig(t, Options{TypeID: func(string) string { return "" }})
	r.put("1")
	r.put("2")
	r.hub.edges["1"] = []string{"7"}
	r.list(hubspot.ListRequest{ObjectType: contacts, Associations: []string{companies}, Limit: 3})
	check(t, "edges of a list that names no type we know", r.foundEdges(false, "1", "2"), hits{})
}

func TestNotKept(t *testing.T) {
	r := newRig(t, Options{})
	r.put("1", "a", "A1")
	for name, request := range map[string]hubspot.BatchReadRequest{
		"archived":       {ObjectType: contacts, IDs: []string{"1", "2"}, Archived: true},
		"no type ID":     {ObjectType: "contacts", IDs: []string{"1", "2"}},
		"odd type ID":    {ObjectType: "0-", IDs: []string{"1", "2"}},
		"neither a type": {ObjectType: "0-1x", IDs: []string{"1", "2"}},
	} {
		if _, err := r.fill.BatchRead(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		r.Wait()
		if r.Bytes() != 0 {
			t.Errorf("%s: %d bytes are kept, want none", name, r.Bytes())
		}
	}
	if _, err := r.fill.BatchRead(t.Context(), hubspot.BatchReadRequest{ObjectType: contacts, IDProperty: "email", IDs: []string{"1", "2"}}); err != nil {
		t.Fatal(err)
	}
	r.Wait()
	check(t, "after a look-up by another property", r.found([]string{"1", "2"}), hits{"1": "1"})
}

func TestNilAndClosed(t *testing.T) {
	var none *Cache
	closed := newCache(t, Options{})
	closed.Close()
	for name, c := range map[string]*Cache{"nil": none, "closed": closed} {
		called := false
		c.Records(contacts, nil, []string{"1"}, func(int, *hubspot.Record, time.Time) { called = true })
		c.Edges(contacts, companies, false, []string{"1"}, func(int, *hubspot.AssociationPage, time.Time) { called = true })
		_, _, ok := c.List(hubspot.ListRequest{ObjectType: contacts})
		c.Apply([]hubspot.WebhookEvent{{Kind: hubspot.WebhookCreation}})
		c.Close()
		if called || ok {
			t.Errorf("a %s cache answers", name)
		}
	}
	f := NewFiller(&hub{records: map[string]map[string]string{"1": {}}}, closed)
	if records, err := f.BatchRead(t.Context(), hubspot.BatchReadRequest{ObjectType: contacts, IDs: []string{"1"}}); err != nil || len(records) != 1 {
		t.Errorf("BatchRead over a closed cache = %v, %v, want the record", records, err)
	}
}
