package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A hub is HubSpot as these tests need it: records by ID, in no useful order.
type hub struct {
	records []map[string]string // with their "id"
	refuse  error               // what association reads answer
	labels  []hubspot.AssociationType

	mu    sync.Mutex
	reads []hubspot.BatchReadRequest
	pages [][]hubspot.AssociationInput
	asked int // for labels
	lists []string
}

func (h *hub) BatchRead(_ context.Context, r hubspot.BatchReadRequest) ([]*hubspot.Record, error) {
	h.mu.Lock()
	h.reads = append(h.reads, r)
	h.mu.Unlock()
	if r.Archived {
		return nil, errors.New("no archive")
	}
	var found []*hubspot.Record
	for _, of := range h.records {
		record := &hubspot.Record{ID: of["id"], Set: r.Properties}
		for _, name := range r.Properties.Names() {
			record.Values = append(record.Values, of[name])
		}
		found = append(found, record)
	}
	return found, nil
}

func (h *hub) AssociationsBatchRead(_ context.Context, _, _ string, inputs []hubspot.AssociationInput) (map[string]*hubspot.AssociationPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages = append(h.pages, inputs)
	if h.refuse != nil {
		return nil, h.refuse
	}
	answer := make(map[string]*hubspot.AssociationPage)
	for _, in := range inputs {
		answer[in.ID] = &hubspot.AssociationPage{To: []hubspot.Associated{{ID: in.ID + in.After}}}
	}
	return answer, nil
}

func (h *hub) AssociationLabels(context.Context, string, string) ([]hubspot.AssociationType, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	return h.labels, nil
}

// ids loads all keys together and returns the IDs of what was found.
func ids(t *testing.T, r *loaders.Records, keys ...string) []string {
	t.Helper()
	thunks := make([]loaders.RecordThunk, len(keys))
	for i, key := range keys {
		thunks[i] = r.Load(t.Context(), key)
	}
	r.Flush()
	found := make([]string, len(keys))
	for i, thunk := range thunks {
		record, err := thunk()
		if err != nil {
			t.Fatalf("Load(%q): %v", keys[i], err)
		}
		if record != nil {
			found[i] = record.ID
		}
	}
	return found
}

func TestRecordsByID(t *testing.T) {
	h := &hub{records: []map[string]string{{"id": "2", "hs_merged_object_ids": "7;8;1"}, {"id": "1"}}}
	l := loaders.New(h, loaders.NewPairs())
	r := l.Records(loaders.RecordsKey{ObjectType: "0-1"}, hubspot.NewPropertySet("email", "hs_merged_object_ids"))
	if diff := cmp.Diff([]string{"1", "2", "2", "", "1"}, ids(t, r, "1", "2", "8", "9", "1")); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	ids(t, r, "1", "9")
	if len(h.reads) != 1 || !cmp.Equal(h.reads[0].IDs, []string{"1", "2", "8", "9"}) {
		t.Errorf("reads = %v, want one, with no ID twice", h.reads)
	}
	if r != l.Records(loaders.RecordsKey{ObjectType: "0-1"}, nil) || r == l.Records(loaders.RecordsKey{ObjectType: "0-1", Archived: true}, nil) {
		t.Error("Records does not tell loaders apart by their keys")
	}
}

func TestRecordsByValue(t *testing.T) {
	h := &hub{records: []map[string]string{
		{"id": "1", "email": "Ada@x.org", "hs_additional_emails": "ada@home.org;BOB@x.org", "badge": "a-1"},
		{"id": "2", "email": "bob@x.org", "badge": "B-2"},
		{"id": "3"},
	}}
	l := loaders.New(h, loaders.NewPairs())
	set := hubspot.NewPropertySet("firstname")
	email := l.Records(loaders.RecordsKey{ObjectType: "0-1", IDProperty: "email"}, set)
	if diff := cmp.Diff([]string{"1", "1", "1", "2", ""}, ids(t, email, "ada@x.org", " ADA@X.ORG", "Ada@Home.org", "bob@x.org", "no@x.org")); diff != "" {
		t.Errorf("records by email (-want +got):\n%s", diff)
	}
	badge := l.Records(loaders.RecordsKey{ObjectType: "0-1", IDProperty: "badge"}, set)
	if diff := cmp.Diff([]string{"1", "2", ""}, ids(t, badge, "A-1", "B-2", "ada@home.org")); diff != "" {
		t.Errorf("records by badge (-want +got):\n%s", diff)
	}
	want := []hubspot.BatchReadRequest{
		{ObjectType: "0-1", IDProperty: "email", IDs: []string{"ada@x.org", "Ada@Home.org", "bob@x.org", "no@x.org"}},
		{ObjectType: "0-1", IDProperty: "badge", IDs: []string{"A-1", "B-2", "ada@home.org"}}, // as the client wrote them
	}
	for i, names := range [][]string{{"email", "firstname", "hs_additional_emails"}, {"badge", "firstname"}} {
		got := h.reads[i]
		if diff := cmp.Diff(names, got.Properties.Names()); diff != "" {
			t.Errorf("properties of read %d (-want +got):\n%s", i, diff)
		}
		got.Properties = nil
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("read %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestRecordsLeaveWhenFull(t *testing.T) {
	h := &hub{}
	r := loaders.New(h, loaders.NewPairs()).Records(loaders.RecordsKey{ObjectType: "0-1"}, hubspot.NewPropertySet())
	keys := make([]string, 250)
	for i := range keys {
		keys[i] = fmt.Sprint(i)
	}
	ids(t, r, keys...)
	sizes := make(map[int]int)
	for _, read := range h.reads {
		sizes[len(read.IDs)]++
	}
	if diff := cmp.Diff(map[int]int{100: 2, 50: 1}, sizes); diff != "" {
		t.Errorf("sizes of reads (-want +got):\n%s", diff)
	}
}

// TestRecordsManyAtOnce loads records as many small and some large parts: calls
// are as full as they would be of single ones, and each part gets its own.
func TestRecordsManyAtOnce(t *testing.T) {
	h := &hub{}
	for i := range 200 {
		h.records = append(h.records, map[string]string{"id": fmt.Sprint(i)})
	}
	r := loaders.New(h, loaders.NewPairs()).Records(loaders.RecordsKey{ObjectType: "0-1"}, hubspot.NewPropertySet())
	next := 0
	type part struct {
		ids      []string
		portions []loaders.Portion[*hubspot.Record]
	}
	var parts []part
	for _, n := range []int{1, 2, 3, 90, 130, 1, 20, 3} { // 250, of which 200 are there
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprint(next)
			next++
		}
		parts = append(parts, part{ids, r.LoadAll(t.Context(), ids)})
	}
	r.Flush()
	for _, p := range parts {
		var got []string
		for _, portion := range p.portions {
			records, err := portion.Wait()
			if err != nil || len(records) != portion.Len {
				t.Fatalf("%d records, %v, want %d", len(records), err, portion.Len)
			}
			for _, record := range records {
				if record == nil {
					got = append(got, p.ids[len(got)]) // beyond those that are there
				} else {
					got = append(got, record.ID)
				}
			}
		}
		if diff := cmp.Diff(p.ids, got); diff != "" {
			t.Errorf("records (-want +got):\n%s", diff)
		}
	}
	sizes := make(map[int]int)
	for _, read := range h.reads {
		sizes[len(read.IDs)]++
	}
	if diff := cmp.Diff(map[int]int{100: 2, 50: 1}, sizes); diff != "" {
		t.Errorf("sizes of reads (-want +got):\n%s", diff)
	}
}

func TestRecordsFail(t *testing.T) {
	l := loaders.New(&hub{}, loaders.NewPairs())
	r := l.Records(loaders.RecordsKey{ObjectType: "0-1", Archived: true}, hubspot.NewPropertySet())
	a, b := r.Load(t.Context(), "1"), r.Load(t.Context(), "2")
	many := r.LoadAll(t.Context(), []string{"3", "4"})
	l.Flush()
	if _, err := many[0].Wait(); err == nil || !strings.Contains(err.Error(), "no archive") {
		t.Errorf("error = %v, want that of the call", err)
	}
	for _, thunk := range []loaders.RecordThunk{a, b} {
		if _, err := thunk(); err == nil || !strings.Contains(err.Error(), "no archive") {
			t.Errorf("error = %v, want that of the call", err)
		}
	}
}

// TestPagesOfOneParent loads two pages of one parent at once: an answer does
// not say of which page it is, so that they need two calls.
func TestPagesOfOneParent(t *testing.T) {
	h := &hub{}
	l := loaders.New(h, loaders.NewPairs())
	e := l.Edges("0-1", "0-2")
	pages := e.LoadAll(t.Context(), []hubspot.AssociationInput{{ID: "1"}, {ID: "1", After: "x"}}, nil)
	pages = e.LoadAll(t.Context(), []hubspot.AssociationInput{{ID: "2"}, {ID: "1", After: "x"}}, pages)
	l.Flush()
	again := pages[3].Wait
	for want, of := range map[string]loaders.EdgesPage{"1": pages[0], "1x": pages[1], "2": pages[2]} {
		page, err := of.Wait()
		if err != nil || page == nil || page.To[0].ID != want {
			t.Errorf("page = %v, %v, want one to %s", page, err, want)
		}
	}
	if page, err := again(); err != nil || page.To[0].ID != "1x" {
		t.Errorf("page loaded twice = %v, %v", page, err)
	}
	want := [][]hubspot.AssociationInput{{{ID: "1"}, {ID: "2"}}, {{ID: "1", After: "x"}}}
	if diff := cmp.Diff(want, h.pages); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestUndefinedPairs reads pairs of types that HubSpot refuses: without any
// definition there are no associations, else the refusal stands.
func TestUndefinedPairs(t *testing.T) {
	refused := fmt.Errorf("%w: whatever it says", hubspot.ErrInvalid)
	cases := []struct {
		name   string
		refuse error
		labels []hubspot.AssociationType
		fails  bool
		asked  int // for labels, in two requests
		reads  int // in two requests
	}{
		{"no definition", refused, nil, false, 1, 1},
		{"a definition", refused, []hubspot.AssociationType{{TypeID: 1}}, true, 2, 2},
		{"another failure", hubspot.ErrUnavailable, nil, true, 0, 2},
		{"no failure", nil, nil, false, 0, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := &hub{refuse: c.refuse, labels: c.labels}
			pairs := loaders.NewPairs()
			for range 2 {
				e := loaders.New(h, pairs).Edges("0-1", "2-7")
				pages := e.LoadAll(t.Context(), []hubspot.AssociationInput{{ID: "1"}}, nil)
				e.Flush()
				page, err := pages[0].Wait()
				if (err != nil) != c.fails || c.fails && !errors.Is(err, c.refuse) || c.refuse != nil && page != nil {
					t.Errorf("page = %v, %v, want failure %v", page, err, c.fails)
				}
			}
			if h.asked != c.asked || len(h.pages) != c.reads {
				t.Errorf("%d calls for labels and %d reads, want %d and %d", h.asked, len(h.pages), c.asked, c.reads)
			}
		})
	}
}
