package execute_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestHostileConditions evaluates the longest condition there may be on many
// edges, in many branches: each record is judged once a branch, and a longer
// condition is refused before anything is read.
func TestHostileConditions(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 200)
	p.AddRecords("companies", 20)
	p.AssociateEach("contacts", "companies", 5)
	query := func(comparisons, branches int) string {
		where := "{OR: [" + strings.Repeat(`{name: {containsToken: "x"}},`, comparisons) + "]}"
		var b strings.Builder
		fmt.Fprint(&b, "{ contacts(first: 200) { nodes { id")
		for i := range branches {
			fmt.Fprintf(&b, " b%d: companies(where: %s) { nodes { id } }", i, where)
		}
		return b.String() + " } } }"
	}
	h := newHarness(t, p)
	h.data(query(100, 10))
	h.calls(counts{"list": 2, "batch_read": 1})
	errs := h.query(query(101, 1)).errors()
	if len(errs) != 1 || !strings.Contains(errs[0], "comparison number 101") {
		t.Errorf("errors = %v, want one about comparison number 101", errs)
	}
}

// TestListSearchThatDoesNotEnd has HubSpot say that more lists follow, and lead
// to the same page again.
func TestListSearchThatDoesNotEnd(t *testing.T) {
	p := unlimited(t)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.Segments, Status: 200, Body: `{"hasMore":true,"offset":0,"total":9,"lists":[]}`})
	h := newHarness(t, p)
	errs := h.query(`{ lists(first: 5) { nodes { id } } }`).errors()
	if len(errs) != 1 || !strings.Contains(errs[0], "UPSTREAM_UNAVAILABLE") {
		t.Errorf("errors = %v, want that HubSpot fails", errs)
	}
}
