package execute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// segmented is 300 contacts, 200 of them at 10 companies, in lists: 1 holds
// all contacts, 2 holds three of them, 3 holds two companies, 4 nobody, and 5
// is one whose size HubSpot counted long ago.
func segmented(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	contacts := p.AddRecords("contacts", 300)
	companies := p.AddRecords("companies", 10)
	for i := range 200 {
		p.Associate("contacts", contacts[i], "companies", companies[i%10])
	}
	p.AddList(hubspottest.ListDefinition{Name: "Everybody", ObjectType: "contacts", ProcessingType: "DYNAMIC", Members: contacts})
	p.AddList(hubspottest.ListDefinition{Name: "Three VIPs", ObjectType: "contacts", Members: []string{"103", "101", "102"}})
	p.AddList(hubspottest.ListDefinition{Name: "Key accounts", ObjectType: "companies", ProcessingType: "SNAPSHOT", Members: companies[:2]})
	p.AddList(hubspottest.ListDefinition{Name: "Nobody (VIP)", ObjectType: "contacts", Status: "PROCESSING"})
	p.AddList(hubspottest.ListDefinition{Name: "Old", ObjectType: "contacts", Members: []string{"104"}, Size: 7})
	return p
}

func TestSegments(t *testing.T) {
	cases := []struct {
		name, query, want string
		calls             counts
	}{
		{"list", `{ list(id: "list:1") { __typename id listId name objectType processingType processingStatus size } }`,
			`{"list":{"__typename":"List","id":"list:1","listId":"1","name":"Everybody","objectType":"0-1","processingType":"DYNAMIC","processingStatus":"COMPLETE","size":300}}`,
			counts{"segments": 1}},
		{"aliases in one call", `{ a: list(id: 1) { name } b: list(id: "0003") { name objectType } c: list(id: 99) { name } d: list(id: 1) { size } }`,
			`{"a":{"name":"Everybody"},"b":{"name":"Key accounts","objectType":"0-2"},"c":null,"d":{"size":300}}`,
			counts{"segments": 1}},
		{"members by id cost no record", `{ list(id: 2) { members { totalCount nodes { id objectType __typename } pageInfo { hasNextPage } } } }`,
			`{"list":{"members":{"totalCount":3,"nodes":[{"id":"0-1:101","objectType":"0-1","__typename":"Contact"},{"id":"0-1:102","objectType":"0-1","__typename":"Contact"},{"id":"0-1:103","objectType":"0-1","__typename":"Contact"}],"pageInfo":{"hasNextPage":false}}}}`,
			counts{"segments": 1, "segment_members": 1}},
		{"members of any type", `{ a: list(id: 2) { members(first: 1) { ...M } } b: list(id: 3) { members(first: 1) { ...M } } }
			fragment M on ListMemberConnection { __typename edges { __typename node { id ... on Contact { email } ... on Company { name contacts(first: 1) { nodes { id } } } } } }`,
			`{"a":{"members":{"__typename":"ListMemberConnection","edges":[{"__typename":"ListMemberEdge","node":{"id":"0-1:101","email":"email-of-101"}}]}},` +
				`"b":{"members":{"__typename":"ListMemberConnection","edges":[{"__typename":"ListMemberEdge","node":{"id":"0-2:101","name":"name-of-101","contacts":{"nodes":[{"id":"0-1:101"}]}}}]}}}`,
			counts{"segments": 1, "segment_members": 2, "batch_read": 2, "associations": 1}},
		{"size alone", `{ list(id: 5) { members { totalCount } } }`, `{"list":{"members":{"totalCount":7}}}`, counts{"segments": 1}},
		{"no members", `{ list(id: 4) { processingStatus members { totalCount nodes { id } pageInfo { endCursor hasNextPage } } } }`,
			`{"list":{"processingStatus":"PROCESSING","members":{"totalCount":0,"nodes":[],"pageInfo":{"endCursor":null,"hasNextPage":false}}}}`,
			counts{"segments": 1, "segment_members": 1}},
		{"unknown list with members", `{ list(id: 99) { id members { nodes { id } } } }`, `{"list":null}`, counts{"segments": 1, "segment_members": 1}},
		{"lists", `{ lists { totalCount nodes { id name } pageInfo { hasNextPage } } }`,
			`{"lists":{"totalCount":5,"nodes":[{"id":"list:1","name":"Everybody"},{"id":"list:2","name":"Three VIPs"},{"id":"list:3","name":"Key accounts"},{"id":"list:4","name":"Nobody (VIP)"},{"id":"list:5","name":"Old"}],"pageInfo":{"hasNextPage":false}}}`,
			counts{"segments": 1}},
		{"lists of a type", `{ a: lists(objectType: "COMPANY") { __typename edges { __typename node { id size } } } b: lists(objectType: "0-1", query: "vip") { nodes { name } } }`,
			`{"a":{"__typename":"ListConnection","edges":[{"__typename":"ListEdge","node":{"id":"list:3","size":2}}]},"b":{"nodes":[{"name":"Three VIPs"},{"name":"Nobody (VIP)"}]}}`,
			counts{"segments": 2}},
		{"lists counted", `{ a: lists { totalCount } b: lists(first: 2) { nodes { id } } c: lists(first: 2) { totalCount } d: lists(query: "vip") { totalCount } e: lists { __typename } f: lists(first: 2) { edges { node { name } } } }`,
			`{"a":{"totalCount":5},"b":{"nodes":[{"id":"list:1"},{"id":"list:2"}]},"c":{"totalCount":5},"d":{"totalCount":2},"e":{"__typename":"ListConnection"},"f":{"edges":[{"node":{"name":"Everybody"}},{"node":{"name":"Three VIPs"}}]}}`,
			counts{"segments": 2}},
		{"first 0", `{ lists(first: 0) { nodes { id } pageInfo { hasNextPage } } list(id: 2) { members(first: 0) { nodes { id } pageInfo { hasNextPage } } } }`,
			`{"list":{"members":{"nodes":[],"pageInfo":{"hasNextPage":true}}},"lists":{"nodes":[],"pageInfo":{"hasNextPage":true}}}`,
			counts{"segments": 2, "segment_members": 1}},
		{"members of many lists", `{ lists(query: "vip") { nodes { members { totalCount nodes { ... on Contact { email } } } } } }`,
			`{"lists":{"nodes":[{"members":{"totalCount":3,"nodes":[{"email":"email-of-101"},{"email":"email-of-102"},{"email":"email-of-103"}]}},{"members":{"totalCount":0,"nodes":[]}}]}}`,
			counts{"segments": 1, "segment_members": 2, "batch_read": 1}},
		{"a list found is not read again", `{ lists { nodes { id } } list(id: 2) { name } contact(by: {id: 101}) { lists { list { name } } } }`,
			`{"contact":{"lists":[{"list":{"name":"Everybody"}},{"list":{"name":"Three VIPs"}}]},"list":{"name":"Three VIPs"},"lists":{"nodes":[{"id":"list:1"},{"id":"list:2"},{"id":"list:3"},{"id":"list:4"},{"id":"list:5"}]}}`,
			counts{"segments": 1, "record_segments": 1, "batch_read": 1}},
		{"members shared by aliases", `{ list(id: 2) { a: members(first: 1) { nodes { id } } b: members { edges { node { ... on Contact { email } } } } } contact(by: {id: 102}) { email lists { list { id members(first: 2) { nodes { id } } } } } }`, "",
			counts{"segments": 1, "record_segments": 1, "segment_members": 2, "batch_read": 1}},
		{"lists of records by id", `{ contacts(first: 4) { nodes { lists { list { __typename id objectType } } } } }`,
			`{"contacts":{"nodes":[{"lists":[{"list":{"__typename":"List","id":"list:1","objectType":"0-1"}},{"list":{"__typename":"List","id":"list:2","objectType":"0-1"}}]},` +
				`{"lists":[{"list":{"__typename":"List","id":"list:1","objectType":"0-1"}},{"list":{"__typename":"List","id":"list:2","objectType":"0-1"}}]},` +
				`{"lists":[{"list":{"__typename":"List","id":"list:1","objectType":"0-1"}},{"list":{"__typename":"List","id":"list:2","objectType":"0-1"}}]},` +
				`{"lists":[{"list":{"__typename":"List","id":"list:1","objectType":"0-1"}},{"list":{"__typename":"List","id":"list:5","objectType":"0-1"}}]}]}}`,
			counts{"list": 1, "record_segments": 1}},
		{"lists of 300 records", `{ contacts(first: 300) { nodes { lists { list { id name } } } } }`, "", counts{"list": 3, "record_segments": 3, "segments": 1}},
		{"lists of records of several types", `{ contacts(first: 2) { nodes { lists { __typename } companies { nodes { lists { list { name } } contacts(first: 3) { nodes { lists { list { name } } } } } } } } list(id: 4) { name } }`, "",
			counts{"list": 1, "associations": 1, "record_segments": 2, "segments": 1}},
		{"round and round", `{ contact(by: {id: 101}) { lists { list { members(first: 2) { nodes { ... on Contact { email lists { list { id members { totalCount } } } } } } } } } }`, "",
			counts{"batch_read": 1, "record_segments": 2, "segment_members": 2, "segments": 1}},
		{"300 members and their companies", `{ list(id: 1) { members(first: 300) { totalCount nodes { ... on Contact { email companies { nodes { name } } } } } } }`, "",
			counts{"segments": 1, "segment_members": 2, "batch_read": 4, "associations": 1}},
		{"members that others select too", `{ contacts(first: 100) { nodes { email phone } } list(id: 2) { members { nodes { ... on Contact { firstname } } } } }`, "",
			counts{"list": 1, "segments": 1, "segment_members": 1}},
		{"members behind a filter that waits for records of their type", `{ contact(by: {id: 101}) { companies(where: {name: {exists: true}}) { nodes { name lists { list { members { totalCount nodes { ... on Company { name history(properties: [name], first: 1) { versions { value } } } } } } } } } } }`,
			`{"contact":{"companies":{"nodes":[{"name":"name-of-101","lists":[{"list":{"members":{"totalCount":2,"nodes":[` +
				`{"name":"name-of-101","history":[{"versions":[{"value":"name-of-101"}]}]},{"name":"name-of-102","history":[{"versions":[{"value":"name-of-102"}]}]}]}}}]}]}}}`,
			counts{"associations": 1, "batch_read": 3, "record_segments": 1, "segment_members": 1}},
		{"a filter that waits for records whose history is wanted", `{ company(by: {id: 101}) { history(properties: [name], first: 1) { versions { value } } } contact(by: {id: 101}) { companies(where: {name: {exists: true}}) { nodes { contacts(first: 1) { nodes { companies { nodes { name } } } } } } } }`, "",
			counts{"associations": 2, "batch_read": 2}},
		{"history of members", `{ list(id: 1) { members(first: 100) { nodes { ... on Contact { email history(properties: [email]) { versions { value } } } } } } }`, "",
			counts{"segments": 1, "segment_members": 1, "batch_read": 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := segmented(t)
			for i := range 3 {
				id := fmt.Sprint(101 + i)
				p.Update("contacts", id, map[string]string{"email": "email-of-" + id})
				p.Update("companies", id, map[string]string{"name": "name-of-" + id})
			}
			h := newHarness(t, p)
			got := h.data(c.query)
			if c.want != "" {
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("query %s (-want +got):\n%s", c.query, diff)
				}
			}
			h.calls(c.calls)
		})
	}
}

// TestSegmentPages goes through members and lists page by page.
func TestSegmentPages(t *testing.T) {
	p := segmented(t)
	for i := range 600 {
		p.AddList(hubspottest.ListDefinition{Name: fmt.Sprint("many ", i), ObjectType: "deals"})
	}
	h := newHarness(t, p)
	cases := []struct {
		name, query string
		first, want int
		decode      func(text []byte) (page, error)
	}{
		{"members", `query($first: Int, $after: String) { it: list(id: 1) { it: members(first: $first, after: $after) { totalCount edges { cursor node { id } } pageInfo { hasNextPage startCursor endCursor } } } }`, 70, 300,
			func(text []byte) (page, error) {
				var got struct{ It struct{ It page } }
				err := json.Unmarshal(text, &got)
				return got.It.It, err
			}},
		{"lists", `query($first: Int, $after: String) { it: lists(query: "many", first: $first, after: $after) { totalCount edges { cursor node { id } } pageInfo { hasNextPage startCursor endCursor } } }`, 550, 600,
			func(text []byte) (page, error) {
				var got struct{ It page }
				err := json.Unmarshal(text, &got)
				return got.It, err
			}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			seen := make(map[string]bool)
			var after any
			for {
				got, err := c.decode([]byte(h.data(c.query, map[string]any{"first": c.first, "after": after})))
				if err != nil || got.TotalCount != c.want {
					t.Fatalf("page = %+v, %v, want a total of %d", got, err, c.want)
				}
				for _, e := range got.Edges {
					if seen[e.Node.ID] {
						t.Fatalf("%s is given twice", e.Node.ID)
					}
					seen[e.Node.ID] = true
				}
				if !got.PageInfo.HasNextPage {
					break
				}
				after = *got.PageInfo.EndCursor
			}
			if len(seen) != c.want {
				t.Errorf("%d on all pages, want %d", len(seen), c.want)
			}
		})
	}
}

func TestSegmentFailures(t *testing.T) {
	denied := hubspottest.MissingScopes("crm.lists.read")
	forbidden := func(endpoint hubspottest.Endpoint) hubspottest.Fault {
		return hubspottest.Fault{Endpoint: endpoint, Status: http.StatusForbidden, Body: denied}
	}
	cases := []struct {
		name, query string
		faults      []hubspottest.Fault
		want        []string
		data        string
	}{
		{"no scope", `{ list(id: 1) { name } lists { __typename nodes { id } totalCount } contact(by: {id: 101}) { id lists { list { id } } } }`,
			[]hubspottest.Fault{forbidden(hubspottest.Segments), forbidden(hubspottest.RecordSegments)},
			[]string{"list FORBIDDEN", "lists.nodes FORBIDDEN", "contact.lists FORBIDDEN"},
			`{"contact":{"id":"0-1:101","lists":null},"list":null,"lists":{"__typename":"ListConnection","nodes":null,"totalCount":null}}`},
		{"lists of records", `{ contacts(first: 1) { nodes { id in: lists { list { id of: name members { nodes { id } } } } } } }`,
			[]hubspottest.Fault{broken(hubspottest.Segments, "")},
			[]string{"contacts.nodes.0.in.0.list UPSTREAM_UNAVAILABLE"},
			`{"id":"0-1:101","in":[{"list":null},{"list":null}]}`},
		{"members", `{ lists(first: 2) { nodes { id of: members { totalCount nodes { id } } } } }`,
			[]hubspottest.Fault{broken(hubspottest.SegmentMembers, "")},
			[]string{"lists.nodes.0.of.totalCount UPSTREAM_UNAVAILABLE"},
			`{"nodes":[{"id":"list:1","of":{"totalCount":null,"nodes":null}},{"id":"list:2","of":{"totalCount":null,"nodes":null}}]}`},
		{"members' records", `{ list(id: 2) { members { edges { node { ... on Contact { email } } } nodes { id } } } }`,
			[]hubspottest.Fault{broken(hubspottest.BatchRead, "contacts")},
			[]string{"list.members.edges.0.node UPSTREAM_UNAVAILABLE"},
			`{"edges":[{"node":null},{"node":null},{"node":null}],"nodes":[{"id":"0-1:101"},{"id":"0-1:102"},{"id":"0-1:103"}]}`},
		{"search", `{ lists { nodes { members { nodes { ... on Contact { companies { nodes { name } } } } } } pageInfo { endCursor } } company(by: {id: 101}) { id } }`,
			[]hubspottest.Fault{broken(hubspottest.Segments, "")},
			[]string{"lists.nodes UPSTREAM_UNAVAILABLE"},
			`{"company":{"id":"0-2:101"},"lists":{"nodes":null,"pageInfo":null}}`},
		{"arguments", `{ a: list(id: "x") { name } b: lists(objectType: "nothing") { nodes { id } } c: list(id: 2) { id m: members(first: -1) { nodes { id } } } d: lists(after: "?") { totalCount } }`, nil,
			[]string{"a BAD_USER_INPUT", "b.nodes BAD_USER_INPUT", "c.m.nodes BAD_USER_INPUT", "d.totalCount BAD_USER_INPUT"},
			`{"a":null,"b":{"nodes":null},"c":{"id":"list:2","m":{"nodes":null}},"d":{"totalCount":null}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // retries wait
			h := newHarness(t, segmented(t))
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
				if err.Extensions["code"] == execute.CodeForbidden && !strings.Contains(err.Message, "crm.lists.read") {
					t.Errorf("error %q does not name the scope", err.Message)
				}
			}
		})
	}
}

// TestUnreadableMembers has a list of records that the token may not read.
func TestUnreadableMembers(t *testing.T) {
	p := unlimited(t)
	deals := p.AddRecords("deals", 2)
	p.AddList(hubspottest.ListDefinition{Name: "Deals", ObjectType: "deals", Members: deals})
	p.RemoveScope("crm.objects.deals.read", "crm.schemas.deals.read")
	h := newHarness(t, p)
	r := h.query(`{ list(id: 1) { name size members { nodes { id } totalCount } count: members { totalCount } } }`)
	if diff := cmp.Diff([]string{"list.members.nodes FORBIDDEN"}, r.codes()); diff != "" {
		t.Errorf("errors (-want +got):\n%s\n%v", diff, r.errors())
	}
	if len(r.Errs) > 0 && !strings.Contains(r.Errs[0].Message, "crm.objects.deals.read") {
		t.Errorf("error %q does not name the scope", r.Errs[0].Message)
	}
	want := `{"list":{"name":"Deals","size":2,"members":{"nodes":null,"totalCount":null},"count":{"totalCount":2}}}`
	if got := r.json(); got != want {
		t.Errorf("list = %s, want %s", got, want)
	}
}

// TestSegmentCursors passes cursors to where they do not belong.
func TestSegmentCursors(t *testing.T) {
	h := newHarness(t, segmented(t))
	var got struct {
		List  struct{ Members page }
		Lists page
	}
	h.into(&got, `{ list(id: 1) { members(first: 1) { pageInfo { endCursor } } } lists(first: 1) { pageInfo { endCursor } } }`)
	r := h.query(`query($m: String, $l: String) {
		a: list(id: 2) { members(after: $m) { nodes { id } } }
		b: list(id: 1) { members(after: $l) { nodes { id } } }
		c: lists(after: $m) { nodes { id } }
		d: lists(query: "vip", after: $l) { nodes { id } }
		e: lists(after: $l, first: 5) { nodes { id } } }`,
		map[string]any{"m": got.List.Members.PageInfo.EndCursor, "l": got.Lists.PageInfo.EndCursor})
	want := []string{"a.members.nodes BAD_USER_INPUT", "b.members.nodes BAD_USER_INPUT", "c.nodes BAD_USER_INPUT", "d.nodes BAD_USER_INPUT"}
	if diff := cmp.Diff(want, r.codes()); diff != "" {
		t.Errorf("errors (-want +got):\n%s\n%v", diff, r.errors())
	}
	if got := string(r.Data["e"]); got != `{"nodes":[{"id":"list:2"},{"id":"list:3"},{"id":"list:4"},{"id":"list:5"}]}` {
		t.Errorf("lists behind a cursor = %s", got)
	}
}

// TestSegmentBudget counts the calls for lists in the operation's allowance.
func TestSegmentBudget(t *testing.T) {
	h := newHarness(t, segmented(t), execute.Limits{MaxCalls: 3})
	r := h.query(`{ lists { nodes { id members { nodes { id } } } } }`)
	if diff := cmp.Diff([]string{"TOO_EXPENSIVE"}, codesOnly(r)); diff != "" {
		t.Errorf("errors (-want +got):\n%s\n%v", diff, r.errors())
	}
	h.calls(counts{"segments": 1, "segment_members": 2})
}

func codesOnly(r result) []string {
	var codes []string
	for _, err := range r.Errs {
		codes = append(codes, fmt.Sprint(err.Extensions["code"]))
	}
	return codes
}

// TestSegmentCancel gives up while lists, members and records' lists are read.
func TestSegmentCancel(t *testing.T) {
	for _, endpoint := range []hubspottest.Endpoint{hubspottest.Segments, hubspottest.SegmentMembers, hubspottest.RecordSegments, hubspottest.BatchRead} {
		t.Run(string(endpoint), func(t *testing.T) {
			h := newHarness(t, segmented(t))
			h.portal.Fail(hubspottest.Fault{Endpoint: endpoint, Hang: true})
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			r := h.run(ctx, `{ list(id: 1) { members(first: 2) { nodes { ... on Contact { email lists { list { name members { nodes { id } } } } history(properties: [email]) { versions { value } } } } } } contacts(first: 2) { nodes { lists { list { name } } } } lists { totalCount } }`, nil)
			if len(r.Errs) == 0 {
				t.Error("a query that was given up has no errors")
			}
			// goleak sees to it that nothing of the run is left.
		})
	}
}
