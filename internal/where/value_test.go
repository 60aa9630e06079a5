package where

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	for _, test := range []struct {
		text string
		want decimal
		ok   bool
	}{
		{"0", decimal{}, true},
		{"-0.00e5", decimal{}, true},
		{"1", decimal{digits: "1", exponent: 1}, true},
		{"007", decimal{digits: "7", exponent: 1}, true},
		{"-120", decimal{negative: true, digits: "12", exponent: 3}, true},
		{"1.50", decimal{digits: "15", exponent: 1}, true},
		{"0.0010", decimal{digits: "1", exponent: -2}, true},
		{".5", decimal{digits: "5"}, true},
		{"5.", decimal{digits: "5", exponent: 1}, true},
		{"+1e5", decimal{digits: "1", exponent: 6}, true},
		{"1E-5", decimal{digits: "1", exponent: -4}, true},
		{text: ""}, {text: "."}, {text: "-"}, {text: "e5"}, {text: "1e"}, {text: "1e10000"}, {text: "0x10"}, {text: "1_000"},
		{text: "1,5"}, {text: " 1"}, {text: "--1"}, {text: "NaN"}, {text: "1/2"}, {text: "1e5.0"}, {text: "٣"},
	} {
		if got, ok := parseDecimal(test.text); got != test.want || ok != test.ok {
			t.Errorf("parseDecimal(%q) = %+v, %t, want %+v, %t", test.text, got, ok, test.want, test.ok)
		}
	}
}

// TestCompareDecimals checks the order of numbers against that of math/big.
func TestCompareDecimals(t *testing.T) {
	number := rapid.StringMatching(`-?[0-9]{1,3}(\.[0-9]{1,3})?(e-?[0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		x, okX := parseDecimal(a)
		y, okY := parseDecimal(b)
		p, _ := new(big.Rat).SetString(a)
		q, _ := new(big.Rat).SetString(b)
		if got, want := x.compare(y), p.Cmp(q); !okX || !okY || got != want {
			t.Fatalf("compare(%s, %s) = %d, want %d", a, b, got, want)
		}
		if equal := x.key() == y.key(); equal != (p.Cmp(q) == 0) {
			t.Fatalf("the keys of %s and %s are the same: %t", a, b, equal)
		}
	})
}

func TestTokens(t *testing.T) {
	for _, test := range []struct {
		token, text string
		want        bool
	}{
		{"ada", "ada@x.org", true},
		{"x.org", "ada@x.org", true},
		{"*@x.org", "ada@x.org", true},
		{"*@X.ORG", "Ada@X.org", true},
		{"ada@x.org", "ada@x.org", true},
		{"ad*", "ada@x.org", true},
		{"a*@*.org", "ada@x.org", true},
		{"ad", "ada@x.org", false},
		{"x.or", "ada@x.org", false},
		{"da@x.org", "ada@x.org", false},
		{"*@y.org", "ada@x.org", false},
		{"lovelace", "Ada Lovelace", true},
		{"lovelace ada", "Ada Lovelace", true},
		{"lovelace bob", "Ada Lovelace", false},
		{"ada*lovelace", "Ada Lovelace", false}, // not over a space
		{"love*", "Ada\tLovelace\n", true},
		{"*lace", "Ada Lovelace", true},
		{"lace", "Ada Lovelace", false},
		{"ana", "ananas ana", true},
		{"b*b", "ab bab bb", true},
		{"*", "x", true},
		{"*", " ", false},
		{"**", "x", true},
		{"555", "+49 (40) 555-12", true},
		{"55", "+49 (40) 555-12", false},
		{"öz", "Ünal ÖZ", true},
		{"日本", "日本語", false},
		{"日本*", "日本語", true},
		{"a", "\xffa", true},
	} {
		if got := parseToken(test.token).in(test.text); got != test.want {
			t.Errorf("token %q in %q = %t, want %t", test.token, test.text, got, test.want)
		}
	}
}

func TestMatch(t *testing.T) {
	contacts := contacts(t)
	for _, test := range []struct {
		where, property, value string
		want                   bool
	}{
		{`{email: {eq: "ADA"}}`, "email", "ada", true},
		{`{email: {neq: "ADA"}}`, "email", "ada", false},
		{`{email: {neq: "ADA"}}`, "email", "bob", true},
		{`{email: {neq: "ADA"}}`, "email", "", false},
		{`{email: {notIn: ["a", "b"]}}`, "email", "", false},
		{`{email: {notIn: ["a", "b"]}}`, "email", "B", false},
		{`{email: {notIn: []}}`, "email", "a", true},
		{`{email: {notIn: []}}`, "email", "", false},
		{`{email: {notContainsToken: "x"}}`, "email", "", false},
		{`{email: {notContainsToken: "x"}}`, "email", "y", true},
		{`{OR: [{email: {neq: "a"}}, {email: {exists: false}}]}`, "email", "", true},
		{`{stage: {eq: "Lead"}}`, "stage", "lead", false},
		{`{stage: {in: ["Lead", "lead"]}}`, "stage", "lead", true},
		{`{colours: {eq: "red"}}`, "colours", "blue;red", true},
		{`{colours: {neq: "red"}}`, "colours", "blue;red", false},
		{`{colours: {in: ["green", "red"]}}`, "colours", "blue;red", true},
		{`{amount: {eq: 0.10}}`, "amount", "0.1", true},
		{`{amount: {eq: 1e5}}`, "amount", "100000", true},
		{`{amount: {gt: 12345678901234567890}}`, "amount", "12345678901234567891", true},
		{`{amount: {gt: 9}}`, "amount", "10", true},
		{`{amount: {lt: 9}}`, "amount", "", false},
		{`{amount: {gt: 9}}`, "amount", "ten", false},
		{`{amount: {between: {from: 1, to: 2}}}`, "amount", "2.0", true},
		{`{amount: {between: {from: 2, to: 1}}}`, "amount", "1.5", false},
		{`{born: {eq: "2026-01-05"}}`, "born", "2026-01-05", true},
		{`{born: {eq: "2026-01-05"}}`, "born", "1767571200000", true},
		{`{born: {lt: "2026-01-05"}}`, "born", "2026-01-04", true},
		{`{createdate: {gte: "2026-01-05T11:00:00+01:00"}}`, "createdate", "2026-01-05T10:00:00.000Z", true},
		{`{createdate: {gt: "2026-01-05T10:00:00Z"}}`, "createdate", "1767607200000", false},
		{`{createdate: {gte: "2026-01-05T10:00:00.0001Z"}}`, "createdate", "1767607200000", false},
		{`{active: {eq: false}}`, "active", "", false},
		{`{active: {eq: false}}`, "active", "false", true},
		{`{active: {neq: true}}`, "active", "false", true},
		{`{hs_object_id: {gt: 9}}`, "hs_object_id", "10", true},
		{`{hubspot_owner_id: {in: [7, "8"]}}`, "hubspot_owner_id", "8", true},
		{`{associatedWith: {company: 7}}`, "email", "a", false},
	} {
		e, err := Parse(contacts, "contacts", parseArg(t, test.where))
		if err != nil {
			t.Fatalf("Parse(%s) fails: %v", test.where, err)
		}
		value := func(property string) string {
			if property == test.property {
				return test.value
			}
			return ""
		}
		if got := e.Match(value); got != test.want {
			t.Errorf("%s matches %s %q: %t, want %t", test.where, test.property, test.value, got, test.want)
		}
	}
}

func TestProperties(t *testing.T) {
	e, err := Parse(contacts(t), "contacts", parseArg(t,
		`{stage: {eq: "a"}, OR: [{id_: {eq: "x"}}, {stage: {eq: "b"}, associatedWith: {company: 7}}, {amount: {in: []}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(e.Properties(), " "); got != "id stage" {
		t.Errorf("Properties() = %s, want id stage", got)
	}
}

func TestString(t *testing.T) {
	contacts := contacts(t)
	for _, test := range []struct{ where, want string }{
		{`{stage: {eq: "a\"b"}}`, `stage EQ "a\"b"`},
		{`{stage: {eq: "a"}, amount: {lt: 5, gt: 1}}`, `amount GT "1" AND amount LT "5" AND stage EQ "a"`},
		{`{stage: {eq: "a"}, OR: [{amount: {exists: true}}, {email: {in: ["a", "B"]}, active: {eq: true}}]}`,
			`(amount HAS_PROPERTY OR (active EQ "true" AND email IN "a" "B")) AND stage EQ "a"`},
		{`{AND: [{AND: [{stage: {eq: "a"}}]}]}`, `stage EQ "a"`},
		{`{stage: {in: []}, email: {eq: "x"}}`, `NEVER`},
		{`{OR: [{stage: {in: []}}, {email: {eq: "x"}}]}`, `email EQ "x"`},
		{`{amount: {between: {from: 1, to: 2}}}`, `amount BETWEEN "1" "2"`},
	} {
		for range 10 { // fields of an input come in any order
			e, err := Parse(contacts, "contacts", parseArg(t, test.where))
			if got := e.String(); got != test.want || err != nil {
				t.Fatalf("String of %s = %s, %v, want %s", test.where, got, err, test.want)
			}
		}
	}
}
