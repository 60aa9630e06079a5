package execute_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFiltersBesideLists has filters that wait for records which others want
// by way of histories, lists and their members, and the other way round: all
// ends, and no record is read twice.
func TestFiltersBesideLists(t *testing.T) {
	p := segmented(t)
	h := newHarness(t, p)
	cases := []struct {
		name, query, want string
		calls             counts
	}{
		{"lists below a filter and beside it", `{
			a: contact(by: {id: 101}) { id companies(where: {name: {exists: true}}) { nodes { lists { list { members(first: 1) { nodes { id archived } } } } } } }
			b: contact(by: {id: 102}) { id companies { nodes { lists { list { members(first: 5) { nodes { id archived } } } } } } } }`,
			`{"a":{"id":"0-1:101","companies":{"nodes":[{"lists":[{"list":{"members":{"nodes":[{"id":"0-2:101","archived":false}]}}}]}]}},` +
				`"b":{"id":"0-1:102","companies":{"nodes":[{"lists":[{"list":{"members":{"nodes":[{"id":"0-2:101","archived":false},{"id":"0-2:102","archived":false}]}}}]}]}}}`,
			counts{"associations": 1, "batch_read": 3, "record_segments": 1, "segment_members": 1}},
		{"histories of what a filter leaves", `{ contact(by: {id: 101}) { companies(where: {name: {exists: true}}) { nodes { id history(properties: [name]) { name } } } } }`,
			`{"contact":{"companies":{"nodes":[{"id":"0-2:101","history":[{"name":"name"}]}]}}}`,
			counts{"associations": 1, "batch_read": 2}},
		{"a filter on records whose histories others want", `{
			a: company(by: {id: 101}) { history(properties: [name]) { name } }
			b: contact(by: {id: 101}) { companies(where: {name: {exists: true}}) { nodes { archived contacts(first: 1) { nodes { id } } } } } }`,
			`{"a":{"history":[{"name":"name"}]},"b":{"companies":{"nodes":[{"archived":false,"contacts":{"nodes":[{"id":"0-1:101"}]}}]}}}`,
			counts{"associations": 2, "batch_read": 2}},
		{"histories in a circle", `{
			a: contact(by: {id: 101}) { companies(where: {name: {exists: true}}) { nodes { contacts(first: 1) { nodes { companies { nodes { history(properties: [domain]) { name } } } } } } } }
			b: company(by: {id: 102}) { contacts(first: 1, orderBy: {property: hs_object_id}, where: {email: {exists: true}}) { nodes { companies { nodes { id history(properties: [name]) { name } } } } } } }`,
			`{"a":{"companies":{"nodes":[{"contacts":{"nodes":[{"companies":{"nodes":[{"history":[{"name":"domain"}]}]}}]}}]}},` +
				`"b":{"contacts":{"nodes":[{"companies":{"nodes":[{"id":"0-2:102","history":[{"name":"name"}]}]}}]}}}`,
			counts{"associations": 4, "batch_read": 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.portal.ResetCalls()
			if diff := cmp.Diff(c.want, h.data(c.query)); diff != "" {
				t.Errorf("query %s (-want +got):\n%s", c.query, diff)
			}
			h.calls(c.calls)
		})
	}
}
