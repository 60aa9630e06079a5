package execute_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const twoBranches = `{ contacts { nodes { id
	work: companies { totalCount nodes { name } edges { node { name } } }
	business: deals { nodes { dealname } } } } }`

func twoBranchesPortal(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	p.AddRecords("contacts", 3)
	p.AddRecords("companies", 3)
	p.AddRecords("deals", 3)
	p.AssociateEach("contacts", "companies", 1)
	p.AssociateEach("contacts", "deals", 1)
	return p
}

// broken is a fault that no retry helps against.
func broken(endpoint hubspottest.Endpoint, objectType string) hubspottest.Fault {
	return hubspottest.Fault{Endpoint: endpoint, ObjectType: objectType, Status: http.StatusInternalServerError}
}

func TestFailures(t *testing.T) {
	cases := []struct {
		name   string
		faults []hubspottest.Fault
		query  string
		want   []string // paths and codes
		data   string   // must be in the answer
	}{
		{"records", []hubspottest.Fault{broken(hubspottest.BatchRead, "companies")}, twoBranches,
			[]string{"contacts.nodes.0.work.nodes.0 UPSTREAM_UNAVAILABLE", "contacts.nodes.0.work.edges.0.node UPSTREAM_UNAVAILABLE"},
			`{"id":"0-1:101","work":{"totalCount":1,"nodes":null,"edges":[{"node":null}]},"business":{"nodes":[{"dealname":`},
		{"associations", []hubspottest.Fault{broken(hubspottest.Associations, "contacts")},
			`{ contacts { nodes { id work: companies { edges { isPrimary } nodes { name } totalCount } } } }`,
			[]string{"contacts.nodes.0.work.edges UPSTREAM_UNAVAILABLE"},
			`{"id":"0-1:101","work":{"edges":null,"nodes":null,"totalCount":null}}`},
		{"list", []hubspottest.Fault{broken(hubspottest.List, "contacts")},
			`{ people: contacts { totalCount nodes { id companies { nodes { name } } } pageInfo { endCursor } } company(by: {id: 101}) { id } }`,
			[]string{"people.totalCount UPSTREAM_UNAVAILABLE"},
			`"company":{"id":"0-2:101"},"people":{"totalCount":null,"nodes":null,"pageInfo":null}`},
		{"count", []hubspottest.Fault{broken(hubspottest.Search, "contacts")},
			`{ contacts(first: 1) { all: totalCount nodes { id } } }`,
			[]string{"contacts.all UPSTREAM_UNAVAILABLE"}, `{"all":null,"nodes":[{"id":"0-1:101"}]}`},
		{"a page that counts for another field", []hubspottest.Fault{broken(hubspottest.Search, "contacts")},
			`{ a: contacts(query: "x") { totalCount } b: contacts(query: "x", first: 1) { nodes { id } } }`,
			[]string{"a.totalCount UPSTREAM_UNAVAILABLE", "b.nodes UPSTREAM_UNAVAILABLE"}, `{"a":{"totalCount":null},"b":{"nodes":null}}`},
		{"look-ups", []hubspottest.Fault{broken(hubspottest.BatchRead, "contacts")},
			`{ a: contact(by: {id: 101}) { id companies { nodes { name } } } b: contact(by: {email: "x@y.z"}) { id } c: nodes(ids: ["0-1:101", "0-2:101"]) { id } }`,
			[]string{"a UPSTREAM_UNAVAILABLE", "b UPSTREAM_UNAVAILABLE", "c.0 UPSTREAM_UNAVAILABLE"},
			`{"a":null,"b":null,"c":[null,{"id":"0-2:101"}]}`},
		{"primary", []hubspottest.Fault{broken(hubspottest.Associations, "")},
			`{ contacts { nodes { id first: primaryCompany { name } } } }`,
			[]string{"contacts.nodes.0.first UPSTREAM_UNAVAILABLE"}, `{"id":"0-1:103","first":null}`},
		{"a primary's record", []hubspottest.Fault{broken(hubspottest.BatchRead, "companies")},
			`{ contacts { nodes { id primaryCompany { name } } } }`,
			[]string{"contacts.nodes.0.primaryCompany UPSTREAM_UNAVAILABLE"}, `{"id":"0-1:101","primaryCompany":null}`},
		{"no scope", []hubspottest.Fault{{Endpoint: hubspottest.BatchRead, ObjectType: "companies", Status: http.StatusForbidden, Body: hubspottest.MissingScopes("crm.objects.companies.read")}},
			`{ contacts { nodes { companies { nodes { name } } } } }`,
			[]string{"contacts.nodes.0.companies.nodes.0 FORBIDDEN"}, `{"companies":{"nodes":null}}`},
		{"bad token", []hubspottest.Fault{{Status: http.StatusUnauthorized, Body: hubspottest.Unauthenticated("INVALID_AUTHENTICATION")}},
			`{ contacts { nodes { id } } }`, []string{"contacts.nodes UNAUTHENTICATED"}, `{"contacts":{"nodes":null}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // retries wait
			h := newHarness(t, twoBranchesPortal(t))
			for _, f := range c.faults {
				h.portal.Fail(f)
			}
			r := h.query(c.query)
			if diff := cmp.Diff(c.want, r.codes()); diff != "" {
				t.Errorf("errors (-want +got):\n%s\n%v", diff, r.errors())
			}
			if !strings.Contains(r.json(), c.data) {
				t.Errorf("data = %s, want %s in it", r.json(), c.data)
			}
			for _, err := range r.Errs {
				if err.Extensions["correlationId"] == nil {
					t.Errorf("error %v has no correlationId", err)
				}
				if err.Extensions["code"] == execute.CodeForbidden && !strings.Contains(err.Message, "crm.objects.companies.read") {
					t.Errorf("error %q does not name the scope", err.Message)
				}
				if strings.Contains(err.Message, h.portal.Token()) || strings.Contains(err.Message, "127.0.0.1") {
					t.Errorf("error %q tells too much", err.Message)
				}
			}
		})
	}
}

// TestFailedBatches fails each of several batches: the client reads about it once.
func TestFailedBatches(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 250)
	p.AddRecords("companies", 250)
	p.AssociateEach("contacts", "companies", 1)
	h := newHarness(t, p)
	p.Fail(broken(hubspottest.BatchRead, "companies"))
	r := h.query(`{ contacts(first: 250) { nodes { companies { nodes { name } } } } }`)
	if diff := cmp.Diff([]string{"contacts.nodes.0.companies.nodes.0 UPSTREAM_UNAVAILABLE"}, r.codes()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestDeadline(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	h.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.BatchRead, ObjectType: "companies", Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	r := h.run(ctx, `{ contacts { nodes { id companies { nodes { name } } } } }`, nil)
	if diff := cmp.Diff([]string{"contacts.nodes.0.companies.nodes.0 UPSTREAM_TIMEOUT"}, r.codes()); diff != "" {
		t.Errorf("errors (-want +got):\n%s\n%v", diff, r.errors())
	}
}

func TestCancel(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	h.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.Associations, Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	op, fields := h.parse(`{ contacts { nodes { id primaryCompany { name contacts { nodes { email } } } } } deals { nodes { dealname companies { edges { isPrimary } } } } }`, nil)
	o := h.engine.Start(ctx, h.engine.Plan(op, fields))
	cancel()
	for _, key := range []string{"contacts", "deals"} {
		if _, errs := o.Wait(key); len(errs) == 0 {
			t.Errorf("cancelled %s has no errors", key)
		}
	}
	// goleak sees to it that nothing of the run is left.
}

func TestLimits(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 40)
	p.AddRecords("companies", 2)
	p.AssociateEach("contacts", "companies", 2)
	explosion := `{ contacts(first: 40) { nodes { companies { nodes { contacts(first: 40) { nodes { companies { nodes { contacts(first: 40) { nodes { id } } } } } } } } } } }`
	cases := []struct {
		name   string
		limits execute.Limits
		query  string
		want   []string
	}{
		{"calls", execute.Limits{MaxCalls: 1}, `{ contacts { nodes { id companies { nodes { name } } } } }`, []string{"contacts.nodes.0.companies.nodes.0 TOO_EXPENSIVE"}},
		{"records", execute.Limits{MaxRecords: 10_000}, explosion, []string{"contacts TOO_EXPENSIVE"}},
		{"default records", execute.Limits{}, explosion, []string{"contacts TOO_EXPENSIVE"}},
		{"records of all roots", execute.Limits{MaxRecords: 60}, `{ a: contacts(first: 40) { nodes { id } } b: contacts(first: 40) { nodes { id } } }`, []string{"b TOO_EXPENSIVE"}},
		{"bytes", execute.Limits{MaxBytes: 100_000, MaxRecords: 1 << 30}, explosion, []string{"contacts TOO_EXPENSIVE"}},
		{"bytes of edges", execute.Limits{MaxBytes: 50_000}, `{ contacts(first: 40) { nodes { companies { nodes { contacts(first: 40) { edges { cursor } } } } } } }`, []string{"contacts TOO_EXPENSIVE"}},
		{"bytes of stages", execute.Limits{MaxBytes: 100_000}, `{ deals { nodes { pipeline { stages { pipeline { stages { pipeline { stages { pipeline { stages { pipeline { stages { label } } } } } } } } } } } } }`, []string{"deals TOO_EXPENSIVE"}},
		{"enough", execute.Limits{MaxCalls: 2, MaxRecords: 130}, `{ contacts(first: 40) { nodes { id companies { nodes { name } } } } }`, []string{}},
	}
	p.AddRecord("deals", map[string]string{"dealname": "x", "pipeline": "default", "dealstage": "closedwon"})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, p, c.limits)
			r := h.query(c.query)
			if diff := cmp.Diff(c.want, r.codes()); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeysByVariable passes look-up keys that validation does not see.
func TestKeysByVariable(t *testing.T) {
	p := unlimited(t)
	p.AddRecord("contacts", map[string]string{"email": "ada@x.org"})
	h := newHarness(t, p)
	cases := []struct {
		name string
		by   map[string]any
		want string // data, or the code of the error
	}{
		{"id", map[string]any{"id": "101"}, `{"contact":{"id":"0-1:101"}}`},
		{"number", map[string]any{"id": 101}, `{"contact":{"id":"0-1:101"}}`},
		{"email", map[string]any{"email": "ada@x.org"}, `{"contact":{"id":"0-1:101"}}`},
		{"none", map[string]any{}, "BAD_USER_INPUT"},
		{"two", map[string]any{"id": "101", "email": "ada@x.org"}, "BAD_USER_INPUT"},
		{"one and a null", map[string]any{"id": "101", "email": nil}, "BAD_USER_INPUT"},
		{"null", map[string]any{"email": nil}, "BAD_USER_INPUT"},
		{"null id", map[string]any{"id": nil}, "BAD_USER_INPUT"},
		{"blank", map[string]any{"email": " \t"}, "BAD_USER_INPUT"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := h.query(`query($by: ContactKey!) { contact(by: $by) { id } }`, map[string]any{"by": c.by})
			got := r.json()
			if len(r.Errs) > 0 {
				got, _ = r.Errs[0].Extensions["code"].(string)
			}
			if got != c.want {
				t.Errorf("contact(by: %v) = %s, want %s; errors = %v", c.by, got, c.want, r.errors())
			}
		})
	}
}

// brokenAPI panics where a bug of ours would.
type brokenAPI struct{ *hubspot.Client }

func (brokenAPI) Search(context.Context, hubspot.SearchRequest) (*hubspot.SearchPage, error) {
	panic("a bug")
}

// TestPanic has a run that panics: its own request fails, and nothing is left.
func TestPanic(t *testing.T) {
	h := newHarness(t, twoBranchesPortal(t))
	h.engine = execute.New(h.schema, h.meta, brokenAPI{h.client}, execute.Limits{})
	r := h.query(`{ contacts(query: "x") { nodes { id } } companies { nodes { name primaryContact: contacts { edges { isPrimary } } } } }`)
	if len(r.Errs) != 2 || r.Data["contacts"] == nil || string(r.Data["companies"]) != "null" {
		t.Errorf("panicked run = %s, errors = %v", r.json(), r.errors())
	}
	for _, err := range r.Errs {
		if _, known := execute.Present(errors.Unwrap(err)); known || err.Extensions["code"] != nil {
			t.Errorf("error %v is known, want one that comes out as internal", err)
		}
	}
}
