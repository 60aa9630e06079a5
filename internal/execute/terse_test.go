package execute_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestTerse: calls are shared, so that HubSpot may complain to somebody of what
// somebody else asked for, in words or in scopes.
func TestTerse(t *testing.T) {
	for name, f := range map[string]hubspottest.Fault{
		"words":  {Status: http.StatusBadRequest, Body: `{"category":"VALIDATION_ERROR","message":"no property secret_salary"}`},
		"scopes": {Status: http.StatusForbidden, Body: hubspottest.MissingScopes("crm.objects.secret.read")},
	} {
		t.Run(name, func(t *testing.T) {
			f.Endpoint, f.ObjectType = hubspottest.BatchRead, "companies"
			for _, terse := range []bool{false, true} {
				h := newHarness(t, twoBranchesPortal(t), execute.Limits{Terse: terse})
				h.portal.Fail(f)
				r := h.query(`{ contacts { nodes { companies { nodes { name } } } } }`)
				told := len(r.Errs) > 0 && strings.Contains(r.Errs[0].Message, "secret")
				if _, scopes := r.Errs[0].Extensions["missingScopes"]; len(r.Errs) != 1 || told == terse || scopes && terse {
					t.Errorf("terse %t: errors %v, extensions %v", terse, r.errors(), r.Errs[0].Extensions)
				}
			}
		})
	}
}

// TestNodesThatAreNoRecords: an ID that the graph gives to something else is of no
// record, and only what is no ID at all is a mistake.
func TestNodesThatAreNoRecords(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	r := h.query(`{ nodes(ids: ["owner:1", "list:5", "pipeline:0-3:default", "stage:0-3:default:closedwon", "stage:0-3::7", "2-99:1", "stage:0-3", "owner:", "0-1:x", "0-1:101"]) { id } }`)
	if got, want := r.json(), `{"nodes":[null,null,null,null,null,null,null,null,null,{"id":"0-1:101"}]}`; got != want {
		t.Errorf("data = %s, want %s", got, want)
	}
	want := []string{"nodes.6 BAD_USER_INPUT", "nodes.7 BAD_USER_INPUT", "nodes.8 BAD_USER_INPUT"}
	if diff := cmp.Diff(want, r.codes()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}
