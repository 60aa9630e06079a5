package loaders_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
)

func (h *hub) note(call string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lists = append(h.lists, call)
}

func (h *hub) ListsByID(_ context.Context, ids []string) ([]hubspot.List, error) {
	h.note(fmt.Sprint("by id ", ids))
	return []hubspot.List{{ID: "2", Name: "two"}, {ID: "1", Name: "one"}}, h.refuse
}

func (h *hub) ListMembers(_ context.Context, r hubspot.ListMembersRequest) (*hubspot.ListMembersPage, error) {
	h.note(fmt.Sprintf("members %s %q %d", r.ListID, r.After, r.Limit))
	return &hubspot.ListMembersPage{Members: []hubspot.ListMember{{RecordID: r.ListID + r.After}}}, h.refuse
}

func (h *hub) ListsOfRecords(_ context.Context, objectTypeID string, ids []string) (map[string][]hubspot.ListMembership, error) {
	h.note(fmt.Sprint("of ", objectTypeID, " ", ids))
	return map[string][]hubspot.ListMembership{"7": {{ListID: "1"}}}, h.refuse
}

func TestSegments(t *testing.T) {
	h := &hub{}
	s := loaders.New(h, loaders.NewPairs()).Segments()
	thunks := []loaders.SegmentThunk{s.Load(t.Context(), "1"), s.Load(t.Context(), "2"), s.Load(t.Context(), "9"), s.Load(t.Context(), "1")}
	s.Flush()
	var names []string
	for _, thunk := range thunks {
		list, err := thunk()
		if err != nil {
			t.Fatal(err)
		}
		if list == nil {
			list = &hubspot.List{Name: "none"}
		}
		names = append(names, list.Name)
	}
	if diff := cmp.Diff([]string{"one", "two", "none", "one"}, names); diff != "" {
		t.Errorf("lists (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"by id [1 2 9]"}, h.lists); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestMemberships(t *testing.T) {
	h := &hub{}
	l := loaders.New(h, loaders.NewPairs())
	m := l.Memberships("0-1")
	in, out := m.Load(t.Context(), "7"), m.Load(t.Context(), "8")
	l.Flush()
	if lists, err := in(); err != nil || len(lists) != 1 || lists[0].ListID != "1" {
		t.Errorf("lists of 7 = %v, %v, want list 1", lists, err)
	}
	if lists, err := out(); err != nil || lists != nil {
		t.Errorf("lists of 8 = %v, %v, want none", lists, err)
	}
	if m != l.Memberships("0-1") || m == l.Memberships("0-2") {
		t.Error("Memberships does not tell loaders apart by their object type")
	}
	if diff := cmp.Diff([]string{"of 0-1 [7 8]"}, h.lists); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestMembers loads pages without ever flushing: they leave by themselves.
func TestMembers(t *testing.T) {
	h := &hub{}
	m := loaders.New(h, loaders.NewPairs()).Members()
	for want, thunk := range map[string]loaders.MembersThunk{"5": m.Load(t.Context(), "5", ""), "5x": m.Load(t.Context(), "5", "x")} {
		page, err := thunk()
		if err != nil || page.Members[0].RecordID != want {
			t.Errorf("page = %v, %v, want %s", page, err, want)
		}
	}
	if _, err := m.Load(t.Context(), "5", "")(); err != nil || len(h.lists) != 2 {
		t.Errorf("calls after loading a page twice = %q, %v, want two", h.lists, err)
	}
}

func TestSegmentsFail(t *testing.T) {
	h := &hub{refuse: hubspot.ErrNoAccess}
	l := loaders.New(h, loaders.NewPairs())
	list, lists, members := l.Segments().Load(t.Context(), "1"), l.Memberships("0-1").Load(t.Context(), "7"), l.Members().Load(t.Context(), "1", "")
	l.Flush()
	_, a := list()
	_, b := lists()
	_, c := members()
	for _, err := range []error{a, b, c} {
		if !errors.Is(err, hubspot.ErrNoAccess) {
			t.Errorf("error = %v, want that of the call", err)
		}
	}
}

// TestRecordsWithHistory reads 120 records with history: 50 leave together.
func TestRecordsWithHistory(t *testing.T) {
	h := &hub{}
	l := loaders.New(h, loaders.NewPairs())
	past, set := hubspot.NewPropertySet("phone"), hubspot.NewPropertySet("email")
	keys := make([]string, 120)
	for i := range keys {
		keys[i] = fmt.Sprint(i)
	}
	ids(t, l.Records(loaders.RecordsKey{ObjectType: "0-1", History: past}, set), keys...)
	ids(t, l.Records(loaders.RecordsKey{ObjectType: "0-1", History: past, Bare: true}, set), "1", "2")
	got := make(map[string]int)
	for _, read := range h.reads {
		got[fmt.Sprint(len(read.IDs), read.Properties.Names(), read.History.Names())]++
	}
	want := map[string]int{"50 [email] [phone]": 2, "20 [email] [phone]": 1, "2 [] [phone]": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
}
