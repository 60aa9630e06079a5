package execute_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// userID is the user that the fake says changes were made by.
const userID = 9586504

func TestHistory(t *testing.T) {
	p := unlimited(t)
	p.AddOwner(hubspottest.Owner{ID: "7", Email: "gone@x.org", UserID: userID, Archived: true})
	p.AddOwner(hubspottest.Owner{ID: "8", Email: "eve@x.org", UserID: userID})
	p.AddRecord("contacts", map[string]string{"email": "ada@x.org"})
	p.Update("contacts", "101", map[string]string{"email": "ada@y.org"})
	p.Update("contacts", "101", map[string]string{"email": ""})
	h := newHarness(t, p)
	cases := []struct {
		name, field, want string
	}{
		{"versions", `history(properties: [email, phone]) { name label versions { value sourceType updatedByUserId } }`,
			`[{"name":"email","label":"Email","versions":[` +
				`{"value":null,"sourceType":"CRM_UI","updatedByUserId":"9586504"},` +
				`{"value":"ada@y.org","sourceType":"CRM_UI","updatedByUserId":"9586504"},` +
				`{"value":"ada@x.org","sourceType":"INTEGRATION","updatedByUserId":null}]},` +
				`{"name":"phone","label":"Phone Number","versions":[]}]`},
		{"first", `history(properties: email, first: 1) { __typename versions { __typename sourceId sourceLabel } }`,
			`[{"__typename":"PropertyHistory","versions":[{"__typename":"PropertyVersion","sourceId":"userId:9586504","sourceLabel":null}]}]`},
		{"owner", `history(properties: [email]) { versions { updatedBy { id email archived } } }`,
			`[{"versions":[{"updatedBy":{"id":"owner:8","email":"eve@x.org","archived":false}},{"updatedBy":{"id":"owner:8","email":"eve@x.org","archived":false}},{"updatedBy":null}]}]`},
		{"order and repetition", `history(properties: [phone, email, phone]) { name versions { value } }`,
			`[{"name":"phone","versions":[]},{"name":"email","versions":[{"value":null},{"value":"ada@y.org"},{"value":"ada@x.org"}]},{"name":"phone","versions":[]}]`},
		{"none", `history(properties: []) { name }`, `[]`},
		{"no versions", `history(properties: [email], first: 0) { versions { value } }`, `[{"versions":[]}]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := h.data(`{ contact(by: {id: 101}) { history: ` + c.field + ` } }`)
			if diff := cmp.Diff(`{"contact":{"history":`+c.want+`}}`, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.field, diff)
			}
			h.calls(counts{"batch_read": 1})
		})
	}
}

// TestHistoryCalls counts the calls that histories take.
func TestHistoryCalls(t *testing.T) {
	const past = `history(properties: [name]) { versions { value } }`
	const pastOfContact = `history(properties: [email]) { versions { value } }`
	ids := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`"0-1:%d"`, 101+i))
		}
		return strings.Join(list, ",")
	}
	cases := []struct {
		name, query string
		want        counts
	}{
		{"a list brings histories", `{ contacts(first: 100) { nodes { email ` + pastOfContact + ` } } }`, counts{"list": 2}},
		{"short list", `{ contacts(first: 50) { nodes { ` + pastOfContact + ` } } }`, counts{"list": 1}},
		{"a list with edges", `{ contacts(first: 100) { nodes { ` + pastOfContact + ` companies { nodes { name } } } } }`, counts{"list": 2, "batch_read": 1}},
		{"histories of several properties", `{ contacts(first: 50) { nodes { a: ` + pastOfContact + ` b: history(properties: [phone, firstname]) { versions { value } } } } }`, counts{"list": 1}},
		{"the same list with and without", `{ a: contacts(first: 50) { nodes { email } } b: contacts(first: 50) { nodes { ` + pastOfContact + ` } } }`, counts{"list": 1}},
		{"search", `{ contacts(query: "example", first: 100) { nodes { email ` + pastOfContact + ` } } }`, counts{"search": 1, "batch_read": 2}},
		{"look-up", `{ contact(by: {id: 101}) { email ` + pastOfContact + ` } }`, counts{"batch_read": 1}},
		{"nodes", `{ nodes(ids: [` + ids(100) + `]) { ... on Contact { email ` + pastOfContact + ` } } }`, counts{"batch_read": 2}},
		{"read with properties", `{ contacts(first: 100) { nodes { companies { nodes { name ` + past + ` } } } } }`, counts{"list": 1, "batch_read": 2}},
		{"read with and without", `{ contacts(first: 100) { nodes { companies { nodes { name } } } } company(by: {id: 101}) { ` + past + ` } }`, counts{"list": 1, "batch_read": 2}},
		{"wanted early without and late with", `{ company(by: {id: 101}) { name } contact(by: {id: 101}) { companies { nodes { ` + past + ` } } } }`, counts{"associations": 1, "batch_read": 2}},
		{"without is not slowed down", `{ a: nodes(ids: [` + ids(100) + `]) { ... on Contact { email } } company(by: {id: 101}) { contacts { nodes { ` + pastOfContact + ` } } } }`, counts{"associations": 1, "batch_read": 3}},
		{"names alone", `{ contacts(first: 100) { nodes { history(properties: [email]) { name label } } } }`, counts{"list": 1}},
		{"names alone of associated records", `{ contacts(first: 100) { nodes { companies { nodes { history(properties: [name]) { name } } } } } }`, counts{"list": 1}},
		{"twice below each other", `{ contacts(first: 100) { nodes { ` + pastOfContact + ` companies { nodes { contacts { nodes { ` + pastOfContact + ` } } } } } } }`, counts{"list": 2, "associations": 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, crm(t))
			if got := h.data(c.query); strings.Contains(c.query, "versions") && !strings.Contains(got, `"versions":[{"value":"`) {
				t.Errorf("query %s = %.300s, want versions in it", c.query, got)
			}
			h.calls(c.want)
		})
	}
}

// TestHistoryOfLookups looks 50 records up by a unique property: the read that
// finds them brings their histories too.
func TestHistoryOfLookups(t *testing.T) {
	p := unlimited(t)
	var query strings.Builder
	for i := range 50 {
		p.AddRecord("contacts", map[string]string{"email": fmt.Sprintf("mail%d@x.org", i)})
		fmt.Fprintf(&query, ` c%d: contact(by: {email: "mail%d@x.org"}) { id history(properties: [email]) { versions { value } } }`, i, i)
	}
	h := newHarness(t, p)
	if got := h.data("{" + query.String() + "}"); strings.Count(got, `{"value":"mail`) != 50 {
		t.Errorf("50 look-ups with histories = %s", got)
	}
	h.calls(counts{"batch_read": 1})
}

// TestHistoryOfMerged asks for records that were merged away.
func TestHistoryOfMerged(t *testing.T) {
	p := unlimited(t)
	p.AddRecord("contacts", map[string]string{"phone": "1"})
	p.AddRecord("contacts", map[string]string{"phone": "2"})
	p.Merge("contacts", "101", "102")
	h := newHarness(t, p)
	got := h.data(`{
		a: contact(by: {id: 102}) { id history(properties: [phone]) { versions { value } } }
		b: contact(by: {id: 101}) { id history(properties: [phone]) { versions { value } } }
		c: contact(by: {id: 102}) { phone } }`)
	want := `{"a":{"id":"0-1:101","history":[{"versions":[{"value":"1"}]}]},"b":{"id":"0-1:101","history":[{"versions":[{"value":"1"}]}]},"c":{"phone":"1"}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("histories of merged records (-want +got):\n%s", diff)
	}
	h.calls(counts{"batch_read": 1})
}

// TestHistoryOfPages goes through a list whose pages are shorter with history,
// by the cursors of longer pages.
func TestHistoryOfPages(t *testing.T) {
	p := unlimited(t)
	p.AddRecords("contacts", 130)
	h := newHarness(t, p)
	var got struct {
		Contacts struct {
			Edges []struct{ Cursor string }
			Nodes []struct {
				ID      string
				History []struct{ Versions []struct{ Value string } }
			}
			PageInfo struct{ HasNextPage bool }
		}
	}
	h.into(&got, `{ contacts(first: 100) { edges { cursor } } }`)
	for _, at := range []int{0, 20, 48, 49, 50, 75, 98, 99} {
		h.into(&got, `query($after: String) { contacts(first: 20, after: $after) { nodes { id history(properties: [email]) { versions { value } } } pageInfo { hasNextPage } } }`,
			map[string]any{"after": got.Contacts.Edges[at].Cursor})
		nodes := got.Contacts.Nodes
		if want := fmt.Sprintf("0-1:%d", 102+at); len(nodes) != 20 || nodes[0].ID != want || len(nodes[19].History[0].Versions) != 1 || !got.Contacts.PageInfo.HasNextPage {
			t.Errorf("page behind edge %d = %v, want 20 contacts from %s on", at, nodes, want)
		}
	}
}

func TestHistoryOfWidePortal(t *testing.T) {
	p := unlimited(t)
	widen(p)
	for _, id := range p.AddRecords("contacts", 60) {
		p.Archive("contacts", id)
	}
	h := newHarness(t, p)
	for query, want := range map[string]counts{
		// The list's URL holds either the properties or the histories' names.
		`{ contacts(archived: true, first: 60) { nodes { archived email ` + h.allFields("Contact") + ` history(properties: [email]) { versions { value } } } } }`: {"list": 1, "batch_read": 2},
		`{ contacts(archived: true, first: 60) { nodes { archived email history(properties: [email]) { versions { value } } } } }`:                                {"list": 2},
	} {
		if got := h.data(query); strings.Count(got, `"versions":[{"value":"`) != 60 || strings.Count(got, `"archived":true`) != 60 {
			t.Errorf("query %.100s = %.500s, want 60 archived records with versions", query, got)
		}
		h.calls(want)
	}
}

func TestHistoryFailures(t *testing.T) {
	const query = `{ contacts(query: "example") { nodes { id past: history(properties: [email]) { versions { value } } } } }`
	cases := []struct {
		name, query string
		fault       hubspottest.Fault
		want        []string
		data        string
	}{
		{"histories of known records", query, broken(hubspottest.BatchRead, "contacts"),
			[]string{"contacts.nodes.0.past UPSTREAM_UNAVAILABLE"}, `{"id":"0-1:101","past":null},{"id":"0-1:102","past":null}`},
		{"records with histories", `{ contact(by: {id: 101}) { id history(properties: [email]) { versions { value } } } }`, broken(hubspottest.BatchRead, "contacts"),
			[]string{"contact UPSTREAM_UNAVAILABLE"}, `{"contact":null}`},
		{"records that are gone", query, hubspottest.Fault{Endpoint: hubspottest.BatchRead, Status: http.StatusMultiStatus, Body: `{"status":"COMPLETE","results":[]}`},
			[]string{}, `{"id":"0-1:101","past":null}`},
		{"bad time", `{ contact(by: {id: 101}) { h: history(properties: [email]) { v: versions { value t: timestamp } } } }`,
			hubspottest.Fault{Endpoint: hubspottest.BatchRead, Status: http.StatusOK, Body: `{"status":"COMPLETE","results":[{"id":"101","properties":{},"propertiesWithHistory":{"email":[{"value":"a","timestamp":"soon"}]}}]}`},
			[]string{"contact.h.0.v.0.t UPSTREAM_BAD_VALUE"}, `{"h":[{"v":[{"value":"a","t":null}]}]}`},
		{"bad first", `{ contact(by: {id: 101}) { id a: history(properties: [email], first: 1001) { name } b: history(properties: [email], first: -1) { name } } }`, hubspottest.Fault{},
			[]string{"contact.a BAD_USER_INPUT", "contact.b BAD_USER_INPUT"}, `{"contact":{"id":"0-1:101","a":null,"b":null}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // retries wait
			p := unlimited(t)
			p.AddRecords("contacts", 2)
			h := newHarness(t, p)
			if c.fault.Status != 0 {
				p.Fail(c.fault)
			}
			r := h.query(c.query)
			if diff := cmp.Diff(c.want, r.codes()); diff != "" {
				t.Errorf("errors (-want +got):\n%s\n%v", diff, r.errors())
			}
			if !strings.Contains(r.json(), c.data) {
				t.Errorf("data = %s, want %s in it", r.json(), c.data)
			}
		})
	}
}
