package where

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/schema"
)

func TestParseErrors(t *testing.T) {
	s := testSchema(t)
	contacts := s.TypeByID("0-1")
	for _, test := range []struct{ where, want string }{
		{`{}`, `contacts: where is empty; leave it out to match all records`},
		{`[]`, `contacts: where is []; it must be an input object`},
		{`{email: {}}`, `contacts: where.email is empty; leave it out, or say {exists: true} or {exists: false}`},
		{`{email: null}`, `contacts: where has only nulls; leave it out to match all records`},
		{`{email: {eq: null}}`, `contacts: where.email has only nulls; leave it out, or say {exists: true} or {exists: false}`},
		{`{amount: {gt: 1}, email: {eq: null, in: null}}`, `contacts: where.email has only nulls; leave it out, or say {exists: true} or {exists: false}`},
		{`{amount: {gt: 1}, AND: [null]}`, `contacts: where.AND[0] is null; leave it out to match all records`},
		{`{amount: {gt: 1}, OR: [{AND: null, email: null}]}`, `contacts: where.OR[0] has only nulls; leave it out to match all records`},
		{`{amount: {between: {from: 1, to: null}}}`, `contacts: where.amount.between.to is missing; give both ends, or use gte or lte alone`},
		{`{amount: {between: {from: null, to: null}}}`, `contacts: where.amount.between has only nulls; give it from and to`},
		{`{associatedWith: {company: [null]}}`, `contacts: where.associatedWith.company[0] is null, which is no record ID; it is a number such as "51", or "0-2:51"`},
		{`{email: {eq: ""}}`, `contacts: where.email.eq is "", which HubSpot does not tell from no value; ask for {exists: false} or {exists: true}`},
		{`{email: {in: ["a", ""]}}`, `contacts: where.email.in[1] is "", which HubSpot does not tell from no value; ask for {exists: false} or {exists: true}`},
		{`{email: {in: [null]}}`, `contacts: where.email.in[0] is null; say {exists: false} under OR for records without a value`},
		{`{email: {in: null}}`, `contacts: where.email has only nulls; leave it out, or say {exists: true} or {exists: false}`},
		{`{email: {exists: null}}`, `contacts: where.email has only nulls; leave it out, or say {exists: true} or {exists: false}`},
		{`{email: {containsToken: " "}}`, `contacts: where.email.containsToken is blank; give a word, or say {exists: true}`},
		{`{email: {eq: true}}`, `contacts: where.email.eq is true; it must be text`},
		{`{email: {gt: "a"}}`, `contacts: where.email.gt does not go with email, whose kind of value is text; use one of eq, neq, in, notIn, exists, containsToken, notContainsToken`},
		{`{amount: {eq: "high"}}`, `contacts: where.amount.eq is "high"; it must be a number such as 100 or 0.5`},
		{`{amount: {eq: 1e99999}}`, `contacts: where.amount.eq is 1e99999; it must be a number such as 100 or 0.5`},
		{`{OR: [{email: {eq: "a"}}, {amount: {between: {from: "x", to: 1}}}]}`, `contacts: where.OR[1].amount.between.from is "x"; it must be a number such as 100 or 0.5`},
		{`{amount: {between: {from: 1}}}`, `contacts: where.amount.between.to is missing; give both ends, or use gte or lte alone`},
		{`{born: {eq: "05/01/2026"}}`, `contacts: where.born.eq is "05/01/2026"; it must be a date such as "2026-01-31"`},
		{`{born: {eq: "2026-02-30"}}`, `contacts: where.born.eq is "2026-02-30"; it must be a date such as "2026-01-31"`},
		{`{createdate: {gt: "yesterday"}}`, `contacts: where.createdate.gt is "yesterday"; it must be a time such as "2026-01-31T10:00:00Z", or a date for its midnight in UTC`},
		{`{createdate: {gt: "2026-01-31T10:00:00"}}`, `contacts: where.createdate.gt is "2026-01-31T10:00:00"; it must be a time such as "2026-01-31T10:00:00Z", or a date for its midnight in UTC`},
		{`{active: {eq: "yes"}}`, `contacts: where.active.eq is "yes"; it must be true or false`},
		{`{hs_object_id: {eq: "0-2:51"}}`, `contacts: where.hs_object_id.eq is "0-2:51", a record of another object type; it must be one of 0-1, such as "0-1:51"`},
		{`{hs_object_id: {eq: "x"}}`, `contacts: where.hs_object_id.eq is "x", which is no record ID; it is a number such as "51", or "0-1:51"`},
		{`{hubspot_owner_id: {lt: 7}}`, `contacts: where.hubspot_owner_id.lt does not go with hubspot_owner_id, whose IDs HubSpot keeps as enumeration and not as numbers; use eq, in or exists`},
		{`{legacy_id: {eq: true}}`, `contacts: where.legacy_id.eq is true; it must be an ID, as text or number`},
		{`{AND: []}`, `contacts: where.AND is an empty list; leave it out, or give it at least one condition`},
		{`{OR: []}`, `contacts: where.OR is an empty list; leave it out, or give it at least one condition`},
		{`{OR: null}`, `contacts: where has only nulls; leave it out to match all records`},
		{`{OR: [{}]}`, `contacts: where.OR[0] is empty; leave it out to match all records`},
		{`{nope: {eq: "a"}}`, `contacts: where.nope is no property field of Contact; objectTypes { properties { field } } lists them`},
		{`{associatedWith: {}}`, `contacts: where.associatedWith is empty; leave it out`},
		{`{associatedWith: {company: null}}`, `contacts: where.associatedWith has only nulls; leave it out`},
		{`{associatedWith: {company: ["0-1:7"]}}`, `contacts: where.associatedWith.company[0] is "0-1:7", a record of another object type; it must be one of 0-2, such as "0-2:51"`},
		{`{associatedWith: {deal: 7}}`, `contacts: where.associatedWith.deal does not go with contacts: this portal does not associate them with any deal`},
		{`{associatedWith: {house: 7}}`, `contacts: where.associatedWith.house is unknown; HubSpot's search can filter by contact, company, deal and ticket`},
		{strings.Repeat(`{AND: `, 40) + `{email: {eq: "a"}}` + strings.Repeat(`}`, 40), `contacts: where` + strings.Repeat(".AND[0]", 33) + ` stands more than 32 conditions deep; write it flatter`},
		{`{email: {eq: ["` + strings.Repeat("é", 100) + `"]}}`, `contacts: where.email.eq is ["` + strings.Repeat("é", 31) + `…; it must be text`},
	} {
		checkError(t, "Parse", Parse, contacts, test.where, test.want)
	}
}

func TestParseRecordErrors(t *testing.T) {
	s := testSchema(t)
	contacts := s.TypeByID("0-1")
	for _, test := range []struct{ where, want string }{
		{`{email: {eq: "a"}}`, `records: where.email is unknown; a condition has the fields property, AND, OR and associatedWith`},
		{`{property: {eq: "a"}}`, `records: where.property has no name; give HubSpot's name of the property, such as "createdate"`},
		{`{property: {name: "email"}}`, `records: where.property compares email with nothing; add one of eq, neq, in, notIn, exists, containsToken, notContainsToken`},
		{`{property: {name: "nope", eq: "a"}}`, `records: where.property.name is "nope", and contacts has no such property; objectType(name: "0-1") { properties { name } } lists them`},
		{`{property: {name: "associations.company", eq: "a"}}`, `records: where.property.name is "associations.company", and is no property; use associatedWith`},
		{`{property: {name: "amount", gt: "high"}}`, `records: where.property.gt is "high"; it must be a number such as 100 or 0.5`},
		{`{AND: [{property: {name: "born", in: ["2026-01-01"]}}]}`, `records: where.AND[0].property.in does not go with born, whose kind of value is date; use one of eq, neq, lt, lte, gt, gte, between, exists`},
		{`{property: {name: "active", eq: "yes"}}`, `records: where.property.eq is "yes"; it must be true or false`},
		{`{property: {name: "email", eq: null}}`, `records: where.property compares email with nothing; add one of eq, neq, in, notIn, exists, containsToken, notContainsToken`},
		{`{property: null}`, `records: where has only nulls; leave it out to match all records`},
	} {
		checkError(t, "ParseRecord", ParseRecord, contacts, test.where, test.want)
	}
}

func checkError(t *testing.T, name string, read func(*schema.Type, string, any) (*Expr, error), typ *schema.Type, where, want string) {
	t.Helper()
	field := "contacts"
	if name == "ParseRecord" {
		field = "records"
	}
	if _, err := read(typ, field, parseArg(t, where)); err == nil || err.Error() != want {
		t.Errorf("%s(%.200s) = %v\nwant %s", name, where, err, want)
	}
}

// TestBudget holds conditions to a size that the gateway can evaluate on every
// record of an association.
func TestBudget(t *testing.T) {
	contacts := contacts(t)
	const token = `{email: {containsToken: "t"}},`
	values := func(n int) string { return "[" + strings.Repeat(`"v",`, n) + "]" }
	if _, err := Parse(contacts, "contacts", parseArg(t, `{OR: [`+strings.Repeat(token, maxComparisons)+`]}`)); err != nil {
		t.Errorf("%d comparisons: %v", maxComparisons, err)
	}
	checkError(t, "Parse", Parse, contacts, `{OR: [`+strings.Repeat(token, maxComparisons+1)+`]}`,
		`contacts: where.OR[100].email.containsToken is comparison number 101, and a condition may have 100; compare with many values by in, or ask in several requests`)
	if _, err := Parse(contacts, "contacts", parseArg(t, `{email: {in: `+values(maxValues)+`}}`)); err != nil {
		t.Errorf("%d values: %v", maxValues, err)
	}
	checkError(t, "Parse", Parse, contacts, `{email: {in: ["a"], notIn: `+values(maxValues)+`}}`,
		`contacts: where.email.notIn is a list of 10000 values, and a condition may hold 10000 in all; ask in several requests`)
}

func TestLimits(t *testing.T) {
	contacts := contacts(t)
	comparisons := func(n int, one string) string {
		var list []string
		for i := range n {
			list = append(list, strings.ReplaceAll(one, "#", fmt.Sprint(i)))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	token := `{email: {containsToken: "t#"}}`
	either := `{OR: [{email: {containsToken: "a#"}}, {email: {containsToken: "b#"}}]}`
	const groupsHint = "use in instead of OR over one property, nest fewer ORs in ANDs, or ask in several fields with an alias each"
	for _, test := range []struct{ name, where, want string }{
		{"5 groups", `{OR: ` + comparisons(5, token) + `}`, ``},
		{"6 groups", `{OR: ` + comparisons(6, token) + `}`, `contacts: where takes 6 filter groups when its ORs are spelled out, and HubSpot's search takes 5; ` + groupsHint},
		{"100 groups", `{OR: ` + comparisons(100, token) + `}`, `contacts: where takes 100 filter groups when its ORs are spelled out, and HubSpot's search takes 5; ` + groupsHint},
		{"8 groups of a product", `{AND: ` + comparisons(3, either) + `}`, `contacts: where takes 8 filter groups when its ORs are spelled out, and HubSpot's search takes 5; ` + groupsHint},
		{"2^30 groups", `{AND: ` + comparisons(30, either) + `}`, `contacts: where takes more than a million filter groups when its ORs are spelled out, and HubSpot's search takes 5; ` + groupsHint},
		{"6 filters", `{AND: ` + comparisons(6, token) + `}`, ``},
		{"7 filters", `{AND: ` + comparisons(7, token) + `}`, `contacts: where has 7 comparisons that must hold together, and HubSpot's search takes 6 in a group; use between for two ends and notIn for several values, or compare less and filter the records yourself`},
		{"20 filters in all", `{OR: [` + `{AND: ` + comparisons(5, token) + `},{AND: ` + comparisons(5, `{email: {containsToken: "u#"}}`) +
			`},{AND: ` + comparisons(5, `{email: {containsToken: "v#"}}`) + `},{AND: ` + comparisons(5, `{email: {containsToken: "w#"}}`) + `}]}`,
			`contacts: where takes 20 filters in 4 groups when its ORs are spelled out, and HubSpot's search takes 18 in all; use in instead of OR over one property, or ask in several fields with an alias each`},
		{"100 values under OR", `{OR: ` + comparisons(100, `{stage: {eq: "s#"}}`) + `}`, ``},
		{"100 values to differ from", `{AND: ` + comparisons(100, `{stage: {neq: "s#"}}`) + `}`, ``},
		{"50 times the same", `{AND: ` + comparisons(50, `{OR: [{email: {eq: "a"}}, {amount: {gt: 1}}]}`) + `}`, ``},
		{"100 filters", `{AND: ` + comparisons(100, token) + `}`, `contacts: where has 100 comparisons that must hold together, and HubSpot's search takes 6 in a group; use between for two ends and notIn for several values, or compare less and filter the records yourself`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := Parse(contacts, "contacts", parseArg(t, test.where))
			if err != nil {
				t.Fatal(err)
			}
			groups, err := e.FilterGroups()
			if err == nil {
				checkLimits(t, groups)
			}
			if got := strings.TrimPrefix(fmt.Sprint(err), "<nil>"); got != test.want {
				t.Errorf("FilterGroups fails with %q, want %q", got, test.want)
			}
			if e.Never() {
				t.Error("Never() = true, want false")
			}
		})
	}
}

func TestNotForSearch(t *testing.T) {
	emails := testSchema(t).TypeByID("0-49")
	for _, name := range []string{"hs_email_html", "hs_body_preview_html"} {
		where := `{OR: [{` + name + `: {exists: true}}, {` + name + `: {containsToken: "hi"}}]}`
		e, err := Parse(emails, "emails", parseArg(t, where))
		if err != nil {
			t.Fatalf("Parse(%s) fails: %v", where, err)
		}
		want := "emails: where.OR[0]." + name + " compares " + name + ", which HubSpot's search cannot do; ask without it and compare the records yourself"
		if _, err := e.FilterGroups(); err == nil || err.Error() != want {
			t.Errorf("FilterGroups of %s fails with %v, want %s", where, err, want)
		}
		if !e.Match(func(string) string { return "oh hi" }) {
			t.Errorf("%s does not match", where)
		}
	}
}

func TestLocal(t *testing.T) {
	e, err := Parse(contacts(t), "company.contacts", parseArg(t, `{OR: [{email: {eq: "a"}}, {associatedWith: {company: 7}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = "company.contacts: where.OR[1].associatedWith can only be asked of HubSpot's search, and the records here come from elsewhere; ask for them in a list of the root, such as contacts(where: …)"
	if err := e.Local(); err == nil || err.Error() != want {
		t.Errorf("Local() = %v, want %s", err, want)
	}
}

// TestVariables: values that variables hold are of Go's own types.
func TestVariables(t *testing.T) {
	contacts := contacts(t)
	for _, test := range []struct {
		arg  any
		want string
	}{
		{map[string]any{"amount": map[string]any{"in": []any{int64(5), 0.5, 1e21, "7"}}}, `amount IN ["5","0.5","1000000000000000000000","7"]`},
		{map[string]any{"amount": map[string]any{"in": []float64{5}}}, `amount EQ 5`},
		{map[string]any{"OR": []map[string]any{{"email": map[string]any{"in": []string{"a", "b"}}}}}, `email IN ["a","b"]`},
		{map[string]any{"hs_object_id": map[string]any{"eq": 51}}, `hs_object_id EQ 51`},
		{map[string]any{"hs_object_id": map[string]any{"eq": float64(1 << 53)}}, `hs_object_id EQ 9007199254740992`},
		{map[string]any{"active": map[string]any{"eq": true}}, `active EQ true`},
		{map[string]any{"amount": map[string]any{"eq": math.NaN()}}, `contacts: where.amount.eq is NaN; it must be a number such as 100 or 0.5`},
		{map[string]any{"hs_object_id": map[string]any{"eq": 1.5}}, `contacts: where.hs_object_id.eq is 1.5, which is no record ID; it is a number such as "51", or "0-1:51"`},
	} {
		e, err := Parse(contacts, "contacts", test.arg)
		got := fmt.Sprint(err)
		if err == nil {
			groups, _ := e.FilterGroups()
			got = groupsText(groups)
		}
		if got != test.want {
			t.Errorf("Parse(%v) = %s, want %s", test.arg, got, test.want)
		}
	}
}
