package schema

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// TestQueries has gqlparser validate queries against a schema that it has not
// loaded itself.
func TestQueries(t *testing.T) {
	s := build(t, goldenPortal(t))
	tests := []struct {
		name, query string
		wantErr     string // "" for a good query
	}{
		{"nested", `{ contacts(first: 100) { totalCount pageInfo { endCursor hasNextPage }
			nodes { id email lifecyclestage { label } hubspot_owner_id { email teams { name } }
				companies(first: 5, labels: ["Boss"]) { edges { cursor isPrimary labels { label typeId } node { name deals { nodes { amount dealstage { label pipeline { id } } } } } } }
				primaryCompany { domain } houses { nodes { hs_pipeline { stages { id } } } } } } }`, ""},
		{"defaults", `{ contacts { nodes { companies { nodes { id } } } } }`, ""},
		{"search", `query($q: String) { contacts(query: $q, archived: false) { edges { node { properties(names: ["a"]) { raw } } } } }`, ""},
		{"aliases of one lookup", `{ a: contact(by: {email: "a@b.c"}) { id } b: contact(by: {customer_id: 7}) { id } }`, ""},
		{"lookup by variable", `query($by: ContactKey!) { contact(by: $by) { __typename } }`, ""},
		{"lookup by variable field", `query($email: String!) { contact(by: {email: $email}) { id } }`, ""},
		{"fragments on interfaces", `{ node(id: "0-1:51") { id __typename ... on Record { displayName property(name: "x") { raw } } ... on Contact { email } }
			nodes(ids: ["0-1:51"]) { ...deal } } fragment deal on Deal { amount }`, ""},
		{"core", `{ objectTypes { name properties { field } } owners { id } portal { schemaVersion } }`, ""},
		{"introspection", introspection.Query, ""},
		{"type by name", `{ __type(name: "Contact") { name } __schema { queryType { name } } }`, ""},

		{"filter and order", `query($w: ContactWhere, $o: OrderDirection!) {
			contacts(where: {OR: [{email: {containsToken: "*@example.com"}}, {AND: [{birthday: {gte: "2026-01-01"}}]}], associatedWith: {company: [51]}}, orderBy: {property: birthday, direction: $o}) { totalCount }
			deals(where: {amount: {between: {from: 1, to: 2.5}}, dealstage: {in: ["a", 7]}, closedate: {exists: false}}, orderBy: {property: amount}) {
				nodes { contacts(where: $w, orderBy: {property: email, direction: DESC}) { nodes { id } } } } }`, ""},
		{"history", `{ contacts { nodes { history(properties: [email, lifecyclestage], first: 3) { name versions { value timestamp updatedBy { email } } } } } }`, ""},
		{"generic", `{ record(objectType: "contacts", by: {unique: {property: "email", value: "a@b.c"}}) { id ... on Contact { email }
				associated(to: "deals", where: {property: {name: "amount", gt: "5"}}, orderBy: {property: "amount"}) { nodes { id displayName } } lists { list { name } } }
			records(objectType: "house", where: {OR: [{property: {name: "size", eq: "1"}}]}, orderBy: {property: "size", direction: DESC}) { edges { cursor node { id } } }
			list(id: 7) { members { nodes { ... on Contact { email } } } } lists(query: "x") { totalCount nodes { id } } }`, ""},

		{"filter of another kind", `{ deals(where: {amount: {containsToken: "1"}}) { totalCount } }`, `Field "containsToken" is not defined by type "NumberFilter"`},
		{"unknown property in a filter", `{ contacts(where: {emial: {eq: "x"}}) { totalCount } }`, `Field "emial" is not defined by type "ContactWhere"`},
		{"order by an unknown property", `{ contacts(orderBy: {property: emial}) { totalCount } }`, `Value "emial" does not exist in "ContactProperty!" enum`},
		{"order without property", `{ contacts(orderBy: {direction: ASC}) { totalCount } }`, `ContactOrder.property`},
		{"history of another type's property", `{ contacts { nodes { history(properties: [amount]) { name } } } }`, `does not exist in "ContactProperty!" enum`},
		{"history of any record", `{ node(id: 1) { ... on Record { history(properties: ["email"]) { name } } } }`, `Cannot query field "history" on type "Record"`},
		{"no filter", `{ lineItems(where: {name: {eq: "x"}}) { totalCount } }`, `Unknown argument "where"`},
		{"no order", `{ lineItems(orderBy: {property: name}) { totalCount } }`, `Unknown argument "orderBy"`},
		{"two record keys", `{ record(objectType: "x", by: {id: 1, unique: {property: "a", value: "b"}}) { id } }`, `must specify exactly one key`},
		{"no search", `{ lineItems(query: "x") { totalCount } }`, `Unknown argument "query"`},
		{"unknown property", `{ contacts { nodes { emial } } }`, `Cannot query field "emial" on type "Contact"`},
		{"no leaf", `{ contacts { nodes { hubspot_owner_id } } }`, `must have a selection of subfields`},
		{"two keys", `{ contact(by: {id: 1, email: "a@b.c"}) { id } }`, `must specify exactly one key`},
		{"no key", `{ contact(by: {}) { id } }`, `must specify exactly one key`},
		{"null key", `{ contact(by: {email: null}) { id } }`, `must be non-null`},
		{"nullable variable key", `query($e: String) { contact(by: {email: $e}) { id } }`, `must be non-nullable to be used for OneOf`},
		{"unknown key", `{ contact(by: {phone: "1"}) { id } }`, `Field "phone" is not defined by type "ContactKey"`},
		{"no by", `{ contact { id } }`, `argument "by" of type "ContactKey!" is required`},
		{"text as first", `{ contacts(first: "ten") { totalCount } }`, `Int cannot represent non-integer value`},
		{"wrong type of variable", `query($n: String) { contacts(first: $n) { totalCount } }`, `used in position expecting type "Int"`},
		{"impossible fragment", `{ node(id: 1) { ... on Owner { id } } }`, `can never be of type`},
		{"internal field", `{ _records }`, `Cannot query field "_records"`},
		{"internal type", `query($x: RecordTree) { portal { id } }`, `Unknown type "RecordTree"`},
		{"internal directive", `{ portal { id @internal } }`, `Unknown directive`},
		{"mutation", `mutation { x }`, `does not support operation type "mutation"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := gqlparser.LoadQueryWithRules(s.AST, tt.query, rules.NewDefaultRules())
			switch {
			case tt.wantErr == "" && err != nil:
				t.Errorf("query is refused: %v", err)
			case tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)):
				t.Errorf("got error %v, want %q", err, tt.wantErr)
			}
		})
	}
}

// TestDefaultValues: gqlparser fills in the defaults of arguments that are shared.
func TestDefaultValues(t *testing.T) {
	s := build(t, goldenPortal(t))
	doc, errs := gqlparser.LoadQueryWithRules(s.AST,
		`query($n: Int = 3, $by: ContactKey!) { contacts { nodes { companies(first: $n) { totalCount } } } contact(by: $by) { id } }`,
		rules.NewDefaultRules())
	if errs != nil {
		t.Fatal(errs)
	}
	vars, err := validator.VariableValues(s.AST, doc.Operations[0], map[string]any{"by": map[string]any{"email": "a@b.c"}})
	if err != nil {
		t.Fatal(err)
	}
	list := doc.Operations[0].SelectionSet[0].(*ast.Field)
	if args := list.ArgumentMap(vars); args["first"] != int64(25) || args["archived"] != false {
		t.Errorf("arguments of contacts = %v, want first 25 and archived false", args)
	}
	companies := list.SelectionSet[0].(*ast.Field).SelectionSet[0].(*ast.Field)
	if args := companies.ArgumentMap(vars); args["first"] != int64(3) {
		t.Errorf("arguments of companies = %v, want first 3", args)
	}
	if _, err := validator.VariableValues(s.AST, doc.Operations[0], map[string]any{"by": map[string]any{"phone": "1"}}); err == nil {
		t.Error("an unknown key in a variable is accepted")
	}
}

// TestIntrospection walks everything that gqlgen's introspection can reach.
func TestIntrospection(t *testing.T) {
	s := build(t, goldenPortal(t))
	wrapped := introspection.WrapSchema(s.AST)
	if got := *wrapped.QueryType().Name(); got != "Query" {
		t.Errorf("queryType = %s, want Query", got)
	}
	types := make(map[string]introspection.Type)
	for _, typ := range wrapped.Types() {
		types[*typ.Name()] = typ
		for _, f := range typ.Fields(true) {
			walkType(t, f.Type)
			for _, arg := range f.Args {
				walkType(t, arg.Type)
			}
		}
		for _, f := range typ.InputFields() {
			walkType(t, f.Type)
		}
	}
	for _, d := range wrapped.Directives() {
		if d.Name == internal {
			t.Error("@internal is visible")
		}
	}
	key := types["ContactKey"]
	if !key.IsOneOf() {
		t.Error("ContactKey is not oneOf")
	}
	for _, name := range []string{"Node", "Record"} {
		typ := types[name]
		if got := len(typ.PossibleTypes()); got != len(s.Types()) {
			t.Errorf("%s has %d possible types, want the %d record types", name, got, len(s.Types()))
		}
	}
	contact := types["Contact"]
	if got := len(contact.Interfaces()); got != 2 {
		t.Errorf("Contact has %d interfaces, want 2", got)
	}
	for _, f := range contact.Fields(true) {
		if f.Name == "companies" && *f.Args[0].DefaultValue != "25" {
			t.Errorf("default of companies(first:) = %s, want 25", *f.Args[0].DefaultValue)
		}
	}
}

// walkType follows a type to its name.
func walkType(t *testing.T, typ *introspection.Type) {
	t.Helper()
	for typ.OfType() != nil {
		if kind := typ.Kind(); kind != "LIST" && kind != "NON_NULL" {
			t.Fatalf("a wrapper has kind %s", kind)
		}
		typ = typ.OfType()
	}
	if typ.Name() == nil {
		t.Fatal("a type has no name")
	}
}
