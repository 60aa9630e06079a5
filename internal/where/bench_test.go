package where

import "testing"

const (
	simple = `{stage: {eq: "customer"}, amount: {gte: 100}}`
	large  = `{stage: {in: ["a", "b", "c"]}, createdate: {gte: "2026-01-01", lt: "2027-01-01"}, OR: [
		{email: {containsToken: "*@x.org"}, amount: {gt: 100}}, {hubspot_owner_id: {eq: 7}}, {hubspot_owner_id: {eq: 8}}, {active: {eq: true}}]}`
)

func BenchmarkParseAndGroups(b *testing.B) {
	contacts := contacts(b)
	for name, where := range map[string]string{"simple": simple, "large": large} {
		arg := parseArg(b, where)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e, err := Parse(contacts, "contacts", arg)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := e.FilterGroups(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	record := map[string]string{
		"stage": "c", "amount": "250.50", "createdate": "2026-03-04T05:06:07.089Z", "email": "Ada.Lovelace@x.org",
		"hubspot_owner_id": "9", "active": "false",
	}
	value := func(property string) string { return record[property] }
	for name, where := range map[string]string{"simple": simple, "large": large} {
		e, err := Parse(contacts(b), "contacts", parseArg(b, where))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Match(value)
			}
		})
	}
}
