package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// sales is 500 deals of one contact, each at one of 150 companies.
func sales(t testing.TB, opts hubspottest.Options) *hubspottest.Portal {
	p := hubspottest.New(t, opts)
	owner := p.AddOwner(hubspottest.Owner{FirstName: "Ada", LastName: "Ng", Email: "ada@example.com"})
	contact := p.AddRecord("contacts", map[string]string{"email": "buyer@example.com"})
	companies := p.AddRecords("companies", 150)
	for i := range 500 {
		deal := p.AddRecord("deals", map[string]string{
			"dealname": fmt.Sprintf("Deal %d", i), "amount": fmt.Sprint(i), "pipeline": "default", "dealstage": "closedwon", "hubspot_owner_id": owner,
		})
		p.Associate("deals", deal, "companies", companies[i%len(companies)], "Primary")
		p.Associate("deals", deal, "contacts", contact)
	}
	return p
}

// TestPromisedCalls holds the numbers of calls that the README promises.
func TestPromisedCalls(t *testing.T) {
	people := func(t testing.TB, opts hubspottest.Options) *hubspottest.Portal {
		p := hubspottest.New(t, opts)
		for i := range 50 {
			p.AddRecord("contacts", map[string]string{"email": fmt.Sprintf("c%d@example.com", i)})
		}
		return p
	}
	lookups := new(strings.Builder)
	for i := range 50 {
		fmt.Fprintf(lookups, " c%d: contact(by: {email: %q}) { id email }", i, fmt.Sprintf("c%d@example.com", i))
	}
	ten := func(t testing.TB, opts hubspottest.Options) *hubspottest.Portal { return crm(t, opts, 10) }
	cases := []struct {
		name   string
		portal func(testing.TB, hubspottest.Options) *hubspottest.Portal
		query  string
		want   calls
	}{
		{"100 contacts", ten, `{ contacts(first: 100) { nodes { email firstname } } }`, calls{"list": 1}},
		{"their primary companies", ten, `{ contacts(first: 100) { nodes { primaryCompany { name } } } }`, calls{"list": 1, "associations": 1, "batch_read": 1}},
		{"contacts, companies, deals", ten, threeLevels, calls{"list": 1, "associations": 1, "batch_read": 1 + 10}},
		{"the same with labels", ten, threeLevelsLabelled, calls{"list": 1, "associations": 2, "batch_read": 1 + 10}},
		{"50 look-ups by e-mail", people, "{" + lookups.String() + "}", calls{"batch_read": 1}},
		{
			"500 deals with stage, pipeline, owner and company", sales,
			`{ deals(first: 500) { nodes { dealname dealstage { label } pipeline { label } hubspot_owner_id { email } companies { nodes { name } } } } }`,
			calls{"list": 5, "batch_read": 2},
		},
		{
			"the same with the companies' labels", sales,
			`{ deals(first: 500) { nodes { dealname dealstage { label } pipeline { label } hubspot_owner_id { email } companies { edges { labels { label } node { name } } } } } }`,
			calls{"list": 5, "associations": 1, "batch_read": 2},
		},
		{
			"large deals of one contact", sales,
			`{ deals(where: {associatedWith: {contact: "101"}, amount: {gt: 490}}) { totalCount nodes { dealname amount } } }`,
			calls{"search": 1},
		},
		{
			"one record in five places", ten, `{
				a: contact(by: {id: "101"}) { email } b: contact(by: {id: "0-1:101"}) { firstname } c: node(id: "0-1:101") { ... on Contact { lastname } }
				d: nodes(ids: ["0-1:101"]) { ... on Contact { phone } } e: record(objectType: "contacts", by: {id: "101"}) { displayName } }`,
			calls{"batch_read": 1},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := startGateway(t, c.portal(t, hubspottest.Options{Unlimited: true}), unthrottled)
			g.data(c.query, nil, &obj{})
			g.calls(c.want)
		})
	}
}
