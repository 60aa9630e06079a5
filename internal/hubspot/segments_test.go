package hubspot_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestLists walks through the calls about lists against a strict portal, once
// per API version.
func TestLists(t *testing.T) {
	for _, version := range []hubspot.APIVersion{hubspot.APIVersionV3, hubspot.APIVersion202603} {
		t.Run(string(version), func(t *testing.T) {
			p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
			contacts := p.AddRecords("contacts", 5)
			deals := p.AddRecords("deals", 1)
			news := p.AddList(hubspottest.ListDefinition{Name: "Newsletter", ObjectType: "contacts", Members: contacts[:3]})
			vips := p.AddList(hubspottest.ListDefinition{Name: "VIPs", ObjectType: "contacts", ProcessingType: "DYNAMIC", Size: 7, Members: contacts[:1]})
			big := p.AddList(hubspottest.ListDefinition{Name: "Big news", ObjectType: "deals", Members: deals})
			c := newClient(t, p, hubspot.Options{APIVersion: version})
			trace := hubspot.NewTrace(time.Now())
			ctx := hubspot.WithTrace(t.Context(), trace)

			var names []string
			offset := 0
			for more := true; more; {
				page, err := c.SearchLists(ctx, hubspot.ListSearchRequest{Query: "NEWS", Limit: 1, Offset: offset})
				if err != nil || page.Total != 2 {
					t.Fatalf("SearchLists = %+v, %v; want a page of 2", page, err)
				}
				for _, l := range page.Lists {
					names = append(names, fmt.Sprintf("%s %s %s %d", l.ID, l.Name, l.ObjectTypeID, *l.Size))
				}
				more, offset = page.More, page.Offset
			}
			if want := []string{news + " Newsletter 0-1 3", big + " Big news 0-3 1"}; !slices.Equal(names, want) {
				t.Errorf("SearchLists found %q, want %q", names, want)
			}
			if page, err := c.SearchLists(ctx, hubspot.ListSearchRequest{ObjectTypeID: "0-3"}); err != nil || len(page.Lists) != 1 || page.More {
				t.Errorf("SearchLists of deals = %+v, %v; want one", page, err)
			}

			lists, err := c.ListsByID(ctx, []string{vips, "999", news})
			if err != nil || len(lists) != 2 {
				t.Fatalf("ListsByID = %+v, %v; want two", lists, err)
			}
			i := slices.IndexFunc(lists, func(l hubspot.List) bool { return l.ID == vips })
			if i < 0 || lists[i].ProcessingType != "DYNAMIC" || lists[i].ProcessingStatus != "COMPLETE" || *lists[i].Size != 7 || lists[i].CreatedAt == "" {
				t.Errorf("ListsByID = %+v, want the dynamic list %s of 7", lists, vips)
			}

			var members []string
			after := ""
			for {
				page, err := c.ListMembers(ctx, hubspot.ListMembersRequest{ListID: news, Limit: 2, After: after})
				if err != nil || page.Total == nil || *page.Total != 3 {
					t.Fatalf("ListMembers = %+v, %v; want a page of 3", page, err)
				}
				for _, m := range page.Members {
					if m.AddedAt == "" {
						t.Errorf("member %s was added at no time", m.RecordID)
					}
					members = append(members, m.RecordID)
				}
				if after = page.After; after == "" {
					break
				}
			}
			if !slices.Equal(members, contacts[:3]) {
				t.Errorf("ListMembers = %q, want %q", members, contacts[:3])
			}
			if _, err := c.ListMembers(ctx, hubspot.ListMembersRequest{ListID: "999"}); !errors.Is(err, hubspot.ErrNotFound) {
				t.Errorf("ListMembers of no list = %v, want %v", err, hubspot.ErrNotFound)
			}

			of, err := c.ListsOfRecords(ctx, "0-1", []string{contacts[0], contacts[1], contacts[4], "999"})
			got := map[string][]string{}
			for id, in := range of {
				for _, m := range in {
					if m.FirstAddedAt == "" || m.LastAddedAt == "" {
						t.Errorf("membership of %s = %+v, want its times", id, m)
					}
					got[id] = append(got[id], m.ListID)
				}
			}
			if diff := gocmp.Diff(map[string][]string{contacts[0]: {news, vips}, contacts[1]: {news}}, got); diff != "" || err != nil {
				t.Errorf("ListsOfRecords = %v (-want +got):\n%s", err, diff)
			}

			want := map[hubspot.Endpoint]int{hubspot.EndpointSegments: 4, hubspot.EndpointSegmentMembers: 3, hubspot.EndpointRecordSegments: 1}
			if diff := gocmp.Diff(want, trace.Calls()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListsRefused(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	c := newClient(t, p, hubspot.Options{})
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	tests := []struct {
		name string
		call func() error
	}{
		{"page of lists", func() error {
			_, err := c.SearchLists(t.Context(), hubspot.ListSearchRequest{Limit: 501})
			return err
		}},
		{"offset", func() error {
			_, err := c.SearchLists(t.Context(), hubspot.ListSearchRequest{Offset: -1})
			return err
		}},
		{"list ids", func() error { _, err := c.ListsByID(t.Context(), many); return err }},
		{"list id", func() error { _, err := c.ListsByID(t.Context(), []string{"1,2"}); return err }},
		{"list id as a path", func() error {
			_, err := c.ListMembers(t.Context(), hubspot.ListMembersRequest{ListID: "../search"})
			return err
		}},
		{"page of members", func() error {
			_, err := c.ListMembers(t.Context(), hubspot.ListMembersRequest{ListID: "1", Limit: 251})
			return err
		}},
		{"records", func() error { _, err := c.ListsOfRecords(t.Context(), "0-1", many); return err }},
		{"record twice", func() error { _, err := c.ListsOfRecords(t.Context(), "0-1", []string{"1", "1"}); return err }},
		{"record type", func() error { _, err := c.ListsOfRecords(t.Context(), "a/b", []string{"1"}); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.call(); !errors.Is(err, hubspot.ErrInvalid) {
				t.Errorf("error = %v, want %v", err, hubspot.ErrInvalid)
			}
		})
	}
	for name, call := range map[string]func() (int, error){
		"lists":   func() (int, error) { l, err := c.ListsByID(t.Context(), nil); return len(l), err },
		"records": func() (int, error) { l, err := c.ListsOfRecords(t.Context(), "0-1", nil); return len(l), err },
	} {
		if n, err := call(); n != 0 || err != nil {
			t.Errorf("%s of no ids = %d, %v; want none", name, n, err)
		}
	}
	if calls := p.Calls(); len(calls) != 0 {
		t.Errorf("calls were made:\n%s", calls)
	}
	p.RemoveScope("crm.lists.read")
	_, err := c.SearchLists(t.Context(), hubspot.ListSearchRequest{})
	if e, ok := errors.AsType[*hubspot.Error](err); !ok || e.Kind != hubspot.ErrNoAccess || !slices.Contains(e.Scopes, "crm.lists.read") {
		t.Errorf("SearchLists without scope = %v, want %v naming it", err, hubspot.ErrNoAccess)
	}
}

// TestHistory reads earlier values from lists and batches.
func TestHistory(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	id := p.AddRecord("contacts", map[string]string{"email": "ann@example.com", "firstname": "Ann"})
	p.Update("contacts", id, map[string]string{"firstname": "Anna", "lastname": "Ng"})
	p.Update("contacts", id, map[string]string{"firstname": ""})
	c := newClient(t, p, hubspot.Options{})
	with := hubspot.NewPropertySet("firstname", "lastname", "phone")

	page, err := c.List(t.Context(), hubspot.ListRequest{ObjectType: "0-1", Properties: hubspot.NewPropertySet("email"), History: with})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := c.BatchRead(t.Context(), hubspot.BatchReadRequest{ObjectType: "0-1", IDs: []string{id}, History: with})
	if err != nil {
		t.Fatal(err)
	}
	for name, records := range map[string][]*hubspot.Record{"List": page.Records, "BatchRead": batch} {
		got := map[string][]string{}
		for property, versions := range records[0].History {
			for i, v := range versions {
				got[property] = append(got[property], v.Value)
				if v.Timestamp == "" || v.SourceType == "" || i > 0 && v.Timestamp > versions[i-1].Timestamp {
					t.Errorf("%s: versions of %s = %+v, want the newest first with times and sources", name, property, versions)
				}
			}
		}
		if diff := gocmp.Diff(map[string][]string{"firstname": {"", "Anna", "Ann"}, "lastname": {"Ng"}}, got); diff != "" {
			t.Errorf("%s: history (-want +got):\n%s", name, diff)
		}
	}
	if plain, err := c.BatchRead(t.Context(), hubspot.BatchReadRequest{ObjectType: "0-1", IDs: []string{id}}); err != nil || plain[0].History != nil {
		t.Errorf("BatchRead without history = %+v, %v; want no history", plain, err)
	}
	if got := page.Records[0].Value("email"); got != "ann@example.com" {
		t.Errorf("email = %q, want ann@example.com", got)
	}
}

func TestHistoryBounds(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 60)
	c := newClient(t, p, hubspot.Options{})
	with := hubspot.NewPropertySet("email")
	if page, err := c.List(t.Context(), hubspot.ListRequest{ObjectType: "0-1", History: with}); err != nil || len(page.Records) != hubspot.MaxHistoryInputs {
		t.Errorf("List of the most = %+v, %v; want %d records", page, err, hubspot.MaxHistoryInputs)
	}
	if _, err := c.List(t.Context(), hubspot.ListRequest{ObjectType: "0-1", History: with, Limit: 51}); !errors.Is(err, hubspot.ErrInvalid) {
		t.Errorf("List of 51 = %v, want %v", err, hubspot.ErrInvalid)
	}
	ids := make([]string, 51)
	for i := range ids {
		ids[i] = fmt.Sprint(101 + i)
	}
	if _, err := c.BatchRead(t.Context(), hubspot.BatchReadRequest{ObjectType: "0-1", IDs: ids, History: with}); !errors.Is(err, hubspot.ErrInvalid) {
		t.Errorf("BatchRead of 51 = %v, want %v", err, hubspot.ErrInvalid)
	}
	if got, err := c.BatchRead(t.Context(), hubspot.BatchReadRequest{ObjectType: "0-1", IDs: ids[:50], History: with}); err != nil || len(got) != 50 {
		t.Errorf("BatchRead of 50 = %d, %v; want 50", len(got), err)
	}
}

func TestSearchFits(t *testing.T) {
	c := newClient(t, hubspottest.New(t, hubspottest.Options{}), hubspot.Options{})
	names := make([]string, 150)
	for i := range names {
		names[i] = fmt.Sprintf("a_rather_long_property_name_%d", i)
	}
	tests := []struct {
		name string
		r    hubspot.SearchRequest
		want bool
	}{
		{"nothing", hubspot.SearchRequest{}, true},
		{"50 names", hubspot.SearchRequest{Properties: hubspot.NewPropertySet(names[:50]...)}, true},
		{"150 names", hubspot.SearchRequest{Properties: hubspot.NewPropertySet(names...)}, false},
		{"values", hubspot.SearchRequest{Groups: []hubspot.FilterGroup{{Filters: []hubspot.Filter{{Property: "email", Operator: "IN", Values: names}}}}}, false},
		{"bad utf-8", hubspot.SearchRequest{Query: "\xff"}, false},
	}
	for _, tt := range tests {
		if got := c.SearchFits(tt.r); got != tt.want {
			t.Errorf("SearchFits(%s) = %t, want %t", tt.name, got, tt.want)
		}
	}
}
