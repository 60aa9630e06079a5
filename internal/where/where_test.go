package where

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	gqlparser "github.com/vektah/gqlparser/v2/parser"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// contacts is a type with a property of each kind.
func contacts(t testing.TB) *schema.Type {
	t.Helper()
	return testSchema(t).TypeByID("0-1")
}

func testSchema(t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.Build(coreSDL(t), &portal.Metadata{Types: []portal.ObjectType{
		{
			TypeID: "0-1", Name: "contact", PluralName: "contacts", Searchable: true,
			Associates: []string{"0-1", "0-2"}, Properties: properties(),
		},
		{TypeID: "0-2", Name: "company", PluralName: "companies", Searchable: true},
		{TypeID: "0-49", Name: "email", PluralName: "emails", Searchable: true, Properties: []*hubspot.Property{
			{Name: "hs_email_html", Type: "string", FieldType: "html"},
			{Name: "hs_body_preview_html", Type: "string", FieldType: "html"},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func coreSDL(t testing.TB) string {
	t.Helper()
	sdl, err := os.ReadFile("../../graph/schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	return string(sdl)
}

func properties() []*hubspot.Property {
	return []*hubspot.Property{
		{Name: "active", Type: "bool", FieldType: "booleancheckbox"},
		{Name: "amount", Type: "number", FieldType: "number"},
		{Name: "born", Type: "date", FieldType: "date"},
		{Name: "colours", Type: "enumeration", FieldType: "checkbox"},
		{Name: "createdate", Type: "datetime", FieldType: "date"},
		{Name: "email", Type: "string", FieldType: "text"},
		{Name: "hs_object_id", Type: "number", FieldType: "number"},
		{Name: "hubspot_owner_id", Type: "enumeration", FieldType: "select", ReferencedObjectType: "OWNER"},
		{Name: "id", Type: "string", FieldType: "text"}, // clashes with the record's own field
		{Name: "legacy_id", Type: "string", FieldType: "text"},
		{Name: "stage", Type: "enumeration", FieldType: "select"},
	}
}

// parseArg reads the text of an argument in GraphQL and parses it.
func parseArg(t testing.TB, text string) any {
	t.Helper()
	doc, err := gqlparser.ParseQuery(&ast.Source{Input: "{f(a:" + text + ")}"})
	if err != nil {
		t.Fatal(err)
	}
	return Literal(doc.Operations[0].SelectionSet[0].(*ast.Field).Arguments[0].Value, nil)
}

// groupsText writes groups so that a table can hold them.
func groupsText(groups []hubspot.FilterGroup) string {
	var lines []string
	for _, g := range groups {
		var filters []string
		for _, f := range g.Filters {
			words := []string{f.Property, f.Operator}
			if f.Value != "" {
				words = append(words, f.Value)
			}
			if f.HighValue != "" {
				words = append(words, f.HighValue)
			}
			if f.Values != nil {
				b, _ := json.Marshal(f.Values)
				words = append(words, string(b))
			}
			filters = append(filters, strings.Join(words, " "))
		}
		lines = append(lines, strings.Join(filters, " & "))
	}
	return strings.Join(lines, " | ")
}

func TestFilterGroups(t *testing.T) {
	contacts := contacts(t)
	for _, test := range []struct{ name, where, want string }{
		{"text", `{email: {eq: "Ada@x.org"}}`, `email EQ Ada@x.org`},
		{"text in goes in lower case", `{email: {in: ["Ada@x.org", "b"]}}`, `email IN ["ada@x.org","b"]`},
		{"one value for a list", `{email: {in: "a"}}`, `email EQ a`},
		{"token", `{email: {containsToken: "*@x.org"}}`, `email CONTAINS_TOKEN *@x.org`},
		{"not token", `{email: {notContainsToken: "x"}}`, `email NOT_CONTAINS_TOKEN x`},
		{"digits stay", `{amount: {in: [12345678901234567890, 0.10, 1e5]}}`, `amount IN ["12345678901234567890","0.10","1e5"]`},
		{"number between", `{amount: {between: {from: 1, to: 2.50}}}`, `amount BETWEEN 1 2.50`},
		{"between the wrong way round", `{amount: {between: {from: 2, to: 1}}}`, neverText},
		{"date", `{born: {gte: "1970-01-02"}}`, `born GTE 86400000`},
		{"time", `{createdate: {lt: "1970-01-01T01:00:00+01:00"}}`, `createdate LT 0`},
		{"time by date", `{createdate: {eq: "1970-01-02"}}`, `createdate EQ 86400000`},
		{"microseconds", `{createdate: {gt: "1970-01-01T00:00:00.000500Z"}}`, `createdate GT 0`},
		{"microseconds from", `{createdate: {gte: "1970-01-01T00:00:00.000500Z"}}`, `createdate GTE 1`},
		{"microseconds equal nothing", `{createdate: {eq: "1970-01-01T00:00:00.000500Z"}}`, neverText},
		{"bool", `{active: {eq: false}}`, `active EQ false`},
		{"options", `{stage: {in: ["Lead", "lead"]}}`, `stage IN ["Lead","lead"]`},
		{"exists", `{stage: {exists: true}}`, `stage HAS_PROPERTY`},
		{"not exists", `{stage: {exists: false}}`, `stage NOT_HAS_PROPERTY`},
		{"in nothing", `{stage: {in: []}}`, neverText},
		{"not in nothing", `{stage: {notIn: []}}`, `stage HAS_PROPERTY`},
		{"owner", `{hubspot_owner_id: {eq: 7}}`, `hubspot_owner_id EQ 7`},
		{"record", `{hs_object_id: {in: [51, "52", "0-1:53"]}}`, `hs_object_id IN ["51","52","53"]`},
		{"field of another name", `{id_: {eq: "x"}}`, `id EQ x`},
		{"associated", `{associatedWith: {company: "0-2:7"}}`, `associations.company EQ 7`},
		{"associated with some", `{associatedWith: {company: [7, "8"], contact: 9}}`, `associations.company IN ["7","8"] & associations.contact EQ 9`},
		{"nulls are as good as not there", `{AND: null, OR: null, associatedWith: {company: 7, contact: null}, email: {eq: "a", neq: null, in: null}, stage: null}`, `associations.company EQ 7 & email EQ a`},
		{"associated with null", `{associatedWith: null, email: {eq: "a"}}`, `email EQ a`},
		{"two operators", `{amount: {gt: 1, neq: 5}}`, `amount GT 1 & amount NEQ 5`},
		{"two properties", `{email: {eq: "a"}, amount: {gt: 1}}`, `amount GT 1 & email EQ a`},
		{"or", `{OR: [{email: {eq: "a"}}, {amount: {gt: 1}}]}`, `email EQ a | amount GT 1`},
		{"and of ors", `{AND: [{OR: [{email: {eq: "a"}}, {amount: {gt: 1}}]}, {OR: [{born: {exists: true}}, {active: {eq: true}}]}]}`,
			`email EQ a & born HAS_PROPERTY | email EQ a & active EQ true | amount GT 1 & born HAS_PROPERTY | amount GT 1 & active EQ true`},

		{"absorbs", `{OR: [{email: {eq: "a"}}, {email: {eq: "a"}, amount: {gt: 1}}]}`, `email EQ a`},
		{"absorbs what is narrower", `{OR: [{amount: {between: {from: 5, to: 6}}}, {amount: {gte: 5.0}}]}`, `amount GTE 5.0`},
		{"ors to in", `{OR: [{stage: {eq: "a"}}, {stage: {eq: "b"}}, {stage: {in: ["b", "c"]}}]}`, `stage IN ["a","b","c"]`},
		{"ors beside others to in", `{OR: [{stage: {eq: "a"}, amount: {gt: 1}}, {amount: {gt: 1}, stage: {eq: "b"}}]}`, `amount GT 1 & stage IN ["a","b"]`},
		{"no in for dates", `{OR: [{born: {eq: "1970-01-01"}}, {born: {eq: "1970-01-02"}}]}`, `born EQ 0 | born EQ 86400000`},
		{"neqs to not in", `{AND: [{stage: {neq: "a"}}, {stage: {neq: "b"}}]}`, `stage NOT_IN ["a","b"]`},
		{"ends to between", `{amount: {gte: 1, lte: 5}}`, `amount BETWEEN 1 5`},
		{"open ends of numbers stay", `{amount: {gte: 1, lt: 5}}`, `amount GTE 1 & amount LT 5`},
		{"open ends of times close", `{createdate: {gte: "1970-01-01", lt: "1970-01-02"}}`, `createdate BETWEEN 0 86399999`},
		{"open ends of dates stay", `{born: {gte: "1970-01-01", lt: "1970-01-03"}}`, `born GTE 0 & born LT 172800000`},
		{"tighter end", `{AND: [{amount: {gt: 1}}, {amount: {gte: 1}}, {amount: {gt: 0}}]}`, `amount GT 1`},
		{"exists beside a comparison", `{stage: {exists: true, neq: "a"}}`, `stage NEQ a`},
		{"contradiction", `{stage: {exists: false, eq: "a"}}`, neverText},
		{"contradicting values", `{stage: {eq: "a"}, AND: {stage: {eq: "b"}}}`, neverText},
		{"contradiction vanishes", `{OR: [{amount: {gt: 5, lt: 3}}, {email: {eq: "a"}}]}`, `email EQ a`},
		{"a list of options has both", `{AND: [{colours: {eq: "a"}}, {colours: {eq: "b"}}]}`, `colours EQ a & colours EQ b`},
		{"values and ends", `{amount: {in: [1, 2, 3], gt: 1, neq: 3}}`, `amount EQ 2`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := Parse(contacts, "contacts", parseArg(t, test.where))
			if err != nil {
				t.Fatalf("Parse(%s) fails: %v", test.where, err)
			}
			groups, err := e.FilterGroups()
			if err != nil {
				t.Fatalf("FilterGroups of %s fails: %v", test.where, err)
			}
			if got := groupsText(groups); got != test.want {
				t.Errorf("FilterGroups of %s = %s, want %s", test.where, got, test.want)
			}
			if got := e.Never(); got != (test.want == neverText) {
				t.Errorf("Never of %s = %t, want %t", test.where, got, !got)
			}
		})
	}
}

const neverText = `hs_object_id HAS_PROPERTY & hs_object_id NOT_HAS_PROPERTY`

func TestNil(t *testing.T) {
	e, err := Parse(contacts(t), "contacts", nil)
	if e != nil || err != nil {
		t.Fatalf("Parse(nil) = %v, %v, want nil, nil", e, err)
	}
	groups, err := e.FilterGroups()
	if groups != nil || err != nil || e.Never() || e.Properties() != nil || e.Local() != nil || e.String() != "" || !e.Match(nil) {
		t.Errorf("a nil Expr does not match everything: %v, %v", groups, err)
	}
}

// TestOperatorsAreTheSchemas: a RecordWhere takes just the operators that the
// input of a property's own type has.
func TestOperatorsAreTheSchemas(t *testing.T) {
	s := testSchema(t)
	inputs := s.AST.Types["ContactWhere"]
	for _, f := range s.TypeByID("0-1").Fields() {
		if f.Kind != schema.KindProperty {
			continue
		}
		var want []string
		for _, operator := range s.AST.Types[inputs.Fields.ForName(f.Name).Type.Name()].Fields {
			want = append(want, operator.Name)
		}
		if diff := cmp.Diff(want, kindOf(f.Property.Value).operators()); diff != "" {
			t.Errorf("operators of %s differ (-schema +where):\n%s", f.Name, diff)
		}
	}
}
