package execute_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// planPortal has a custom object and a unique property besides the usual.
func planPortal(tb testing.TB) *hubspottest.Portal {
	p := unlimited(tb)
	p.DefineObject(hubspottest.Object{
		Name: "house", TypeID: "2-77", Associations: []string{"contacts", "deals"},
		Properties: []hubspottest.Property{{Name: "plot_number", HasUniqueValue: true}},
	})
	p.DefineLabel("contacts", "companies", "Billing")
	return p
}

var planCases = []struct {
	name      string
	query     string
	variables map[string]any
}{
	{name: "list", query: `{ contacts(first: 100) { nodes { email firstname } } }`},
	{name: "three_levels", query: `{ contacts(first: 100) { nodes { email companies { nodes { name deals(first: 50) { nodes { dealname amount } } } } } } }`},
	{name: "three_levels_labels", query: `{ contacts(first: 100) { nodes { email companies { edges { isPrimary labels { label } node { name deals(first: 50) { nodes { dealname } } } } } } } }`},
	{name: "siblings_with_and_without_labels", query: `{ contacts { nodes { a: companies { nodes { name } } b: companies(labels: ["Billing", "Access"]) { nodes { name } } deals { nodes { id } } } } }`},
	{name: "aliases", query: `{ one: contacts(first: 1) { nodes { mail: email } } two: contacts(first: 2) { nodes { phone again: email } } }`},
	{name: "fragments", query: `
		query { contacts { ...C } contact(by: {id: "51"}) { ... on Record { id property(name: "phone") { raw } } ... on Node { id } ...D } }
		fragment C on ContactConnection { nodes { ...D } edges { ...E } }
		fragment E on ContactEdge { cursor node { lastname } }
		fragment D on Contact { email companies { nodes { ... on Company { domain } } } }`},
	{name: "directives", query: `
		query($yes: Boolean!, $no: Boolean!) { contacts {
			nodes { email @include(if: $yes) phone @include(if: $no) companies @skip(if: $yes) { nodes { name } } ... @include(if: $no) { lastname } }
			totalCount @skip(if: $no) } }`, variables: map[string]any{"yes": true, "no": false}},
	{name: "node", query: `{ node(id: "0-1:51") { id ... on Contact { email } ... on Company { name } } }`},
	{name: "nodes", query: `{ nodes(ids: ["0-1:51", "0-2:7", "0-1:52", "9-9:1", "0-2:007"]) { id ... on Contact { email deals { nodes { dealname } } } ... on Company { name } } }`},
	{name: "lone_values_for_lists", query: `{ nodes(ids: "0-1:51") { id ... on Contact { companies(labels: "Billing") { nodes { id } } properties(names: "email") { raw } } } }`},
	{name: "primary", query: `{ contacts { nodes { primaryCompany { name } } } }`},
	{name: "display_name", query: `{ contacts { nodes { displayName } } }`},
	{name: "stages", query: `{ deals { nodes { dealstage { label } pipeline { id } } } tickets { nodes { hs_pipeline_stage { id } } } }`},
	{name: "ids_only", query: `{ contacts { nodes { id companies { nodes { id objectType hs_object_id __typename deals { nodes { id } } } } } } }`},
	{name: "lookups", query: `{ a: contact(by: {email: "a@b.c"}) { email } b: contact(by: {id: 51}) { id } c: house(by: {plot_number: "X-1"}) { name contacts { nodes { email } } } d: contact(by: {id: "0-1:0052"}) { id } }`},
	{name: "search", query: `{ contacts(query: " ada ", first: 300) { totalCount nodes { email companies { nodes { name } } } } }`},
	{name: "where", query: `{
		a: deals(where: {amount: {gt: 100}, OR: [{dealstage: {eq: "closedwon"}}, {closedate: {gte: "2026-01-01"}}], associatedWith: {contact: 51}}) { totalCount nodes { dealname } }
		b: deals(where: {dealname: {in: []}}) { totalCount nodes { dealname contacts { nodes { email } } } }
		c: deals(where: {amount: {gt: 100}}) { totalCount }
		d: deals(where: {amount: {gt: 100}}, archived: true) { nodes { dealname } } }`},
	{name: "order", query: `{
		a: deals(orderBy: {property: amount, direction: DESC}, first: 5) { totalCount nodes { dealname contacts { nodes { email } } } }
		b: deals(orderBy: {property: hs_object_id, direction: DESC}, query: "x") { nodes { dealname } } }`},
	{name: "generic", query: `{
		a: record(objectType: "Contacts", by: {unique: {property: "email", value: "a@b.c"}}) { id ... on Contact { email deals { nodes { dealname } } } }
		b: record(objectType: "2-77", by: {id: "51"}) { displayName }
		c: records(objectType: "house", where: {property: {name: "plot_number", exists: true}}, orderBy: {property: "name"}) { totalCount nodes { ... on House { name contacts { nodes { id } } } } }
		d: records(objectType: "hose") { nodes { id } }
		e: record(objectType: "house", by: {unique: {property: "name", value: "x"}}) { id }
		f: records(objectType: "house", archived: true) { nodes { createdAt } } }`},
	{name: "associated_where", query: `{ contacts(first: 100) { nodes { email
		rich: companies(where: {annualrevenue: {gt: 1000000}}, orderBy: {property: name}, first: 3) { totalCount nodes { id deals { nodes { dealname } } } }
		billing: companies(labels: "Billing", where: {domain: {exists: true}}) { totalCount }
		named: companies(where: {hs_object_id: {in: ["1", "2"]}}) { nodes { id } }
		ordered: companies(orderBy: {property: name}) { totalCount }
		none: companies(where: {name: {in: []}}) { nodes { name } } } } }`},
	{name: "associated_where_nested", query: `{ contact(by: {id: "51"}) {
		companies(where: {name: {exists: true}}) { nodes { contacts(orderBy: {property: email}) { nodes { companies { nodes { name } } } } } } } }`},
	{name: "associated", query: `{
		contacts { nodes { companies { nodes { name } } associated(to: "COMPANY", where: {property: {name: "name", eq: "x"}}) { nodes { ... on Company { domain } } } } }
		houses { nodes { ...R } }
		products { nodes { associated(to: "contacts") { nodes { id } } } }
	}
	fragment R on Record { a: associated(to: "2-99") { totalCount } b: associated(to: "tickets") { totalCount } c: associated(to: "0-1", where: {associatedWith: {deal: 1}}) { totalCount } }`},
	{name: "archived", query: `{ contacts(archived: true) { nodes { email archivedAt } } }`},
	{name: "counts", query: `{ contacts { totalCount } companies(first: 0) { totalCount nodes { id deals { totalCount } contacts { __typename } } } }`},
	{name: "cycle", query: `{ contacts { nodes { companies { nodes { contacts { nodes { email companies { nodes { name } } } } } } } } }`},
	{name: "no_labels_at_all", query: `{ contacts { nodes { companies(labels: []) { nodes { name } } } } }`},
	{name: "history", query: `{
		contacts(first: 100) { nodes { email past: history(properties: [lifecyclestage, email], first: 3) { name versions { value } } companies { nodes { history(properties: name) { versions { value } } } } } }
		found: contacts(query: "ada") { nodes { history(properties: phone) { versions { value } } } }
		ada: contact(by: {email: "ada@x.org"}) { history(properties: [email]) { label } }
		bob: contact(by: {email: "bob@x.org"}) { history(properties: [email]) { versions { value } } }
		deals { nodes { history(properties: [amount], first: 0) { name } } } }`},
	{name: "segments", query: `{
		vip: list(id: 12) { id size members(first: 100) { totalCount nodes { id ... on Contact { email companies { nodes { name } } } ... on Deal { dealname } } } }
		all: list(id: 13) { members { edges { addedAt node { displayName } } } }
		contact(by: {id: 51}) { lists { firstAddedAt list { id name members { nodes { id ... on Contact { phone lists { list { id } } } } } } } } }`},
	{name: "segments_leaf", query: `{ list(id: 12) { name } contacts { nodes { lists { list { name } } } } deals { nodes { lists { lastAddedAt } } } }`},
	{name: "segments_page", query: `{
		of: lists(objectType: "contacts", query: " vip ", first: 600) { totalCount nodes { name members(first: 5) { totalCount nodes { ... on Contact { email } } } } edges { cursor node { id } } }
		count: lists { totalCount }
		names: lists { __typename } }`},
	{name: "segments_bad_arguments", query: `{
		a: list(id: "x") { id members { nodes { id } } }
		b: lists(objectType: "nothing") { nodes { id } }
		c: lists(first: -1) { nodes { id } }
		d: lists(after: "?") { nodes { id } }
		e: list(id: 1) { members(first: 5000) { nodes { id } } more: members(after: "?") { nodes { id } } } }`},
	{name: "bad_arguments", query: `{
		a: contacts(first: -1) { nodes { id } }
		b: contacts(first: 1001, after: "?", archived: true, query: "x") { nodes { id } }
		c: contact(by: {id: "x"}) { id }
		d: contact(by: {id: "0-2:5"}) { id }
		e: contact(by: {email: " "}) { id }
		f: node(id: "51") { id }
		g: nodes(ids: ["0-1:5", "", "0-1:-5"]) { id }
		h: contact(by: {id: "1"}) { companies(first: 5000) { nodes { name } } deals(after: "abc") { nodes { id } } } }`},
}

func TestPlan(t *testing.T) {
	h := newHarness(t, planPortal(t))
	for _, c := range planCases {
		t.Run(c.name, func(t *testing.T) {
			op, fields := h.parse(c.query, c.variables)
			got := h.engine.Plan(op, fields).String()
			golden(t, filepath.Join("testdata", "plans", c.name+".txt"), got)
		})
	}
	h.calls(nil)
}

// TestPlanIsDeterministic plans again and again: maps must not show.
func TestPlanIsDeterministic(t *testing.T) {
	h := newHarness(t, planPortal(t))
	for _, c := range planCases {
		op, fields := h.parse(c.query, c.variables)
		first := h.engine.Plan(op, fields).String()
		for range 10 {
			op, fields := h.parse(c.query, c.variables)
			if diff := cmp.Diff(first, h.engine.Plan(op, fields).String()); diff != "" {
				t.Fatalf("%s planned twice (-first +second):\n%s", c.name, diff)
			}
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
