package hubspottest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestMembers follows who is in a list while records come and go.
func TestMembers(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddRecords("contacts", 5)
	list := p.AddList(hubspottest.ListDefinition{Name: "News", ObjectType: "contacts", Members: []string{"104", "101", "102"}})
	c := newClient(t, p)
	members := func() []any {
		ids, path := []any{}, "/crm/v3/lists/"+list+"/memberships?limit=2"
		for after := ""; ; {
			got := c.do(path+after, "")
			ids = append(ids, got.each("recordId")...)
			next, ok := got.get("paging", "next", "after").(string)
			if !ok {
				return ids
			}
			after = "&after=" + next
		}
	}
	check := func(when string, want ...any) {
		t.Helper()
		if diff := cmp.Diff(want, members()); diff != "" {
			t.Errorf("members %s (-want +got):\n%s", when, diff)
		}
		if size := c.do("/crm/v3/lists/"+list, "").get("list", "size"); fmt.Sprint(size) != fmt.Sprint(len(want)) {
			t.Errorf("size %s = %v, want %d", when, size, len(want))
		}
	}
	check("at first", "101", "102", "104")
	p.AddToList(list, "105")
	p.Archive("contacts", "102")
	check("without the archived one", "101", "104", "105")
	p.RemoveFromList(list, "104")
	check("without the removed one", "101", "105")
	p.AddToList(list, "101")
	in := c.do("/crm/v3/lists/records/0-1/101/memberships", "")
	first, last := in.get("results", 0, "firstAddedTimestamp"), in.get("results", 0, "lastAddedTimestamp")
	if first.(string) >= last.(string) {
		t.Errorf("added first at %v and last at %v, want another time", first, last)
	}
	p.RemoveScope("crm.lists.read")
	if got := c.do("/crm/v3/lists/"+list, ""); got.status != 403 {
		t.Errorf("list without scope = %d, want 403", got.status)
	}
}
