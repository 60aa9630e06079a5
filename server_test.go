package main

import (
	"fmt"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

type calls = map[hubspottest.Endpoint]int

// crm is a portal of 100 contacts with a company of their own each, and n
// deals for each company.
func crm(t testing.TB, opts hubspottest.Options, dealsPerCompany int) *hubspottest.Portal {
	p := hubspottest.New(t, opts)
	contacts := p.AddRecords("contacts", 100)
	for i, contact := range contacts {
		company := p.AddRecord("companies", map[string]string{"name": fmt.Sprintf("Company %d", i)})
		p.Associate("contacts", contact, "companies", company, "Primary")
		for j := range dealsPerCompany {
			deal := p.AddRecord("deals", map[string]string{
				"dealname": fmt.Sprintf("Deal %d of %d", j, i), "amount": "100.50", "pipeline": "default", "dealstage": "closedwon",
			})
			p.Associate("companies", company, "deals", deal)
		}
	}
	return p
}

func TestCallsOfAList(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	var got struct {
		Contacts struct{ Nodes []struct{ Email string } }
	}
	g.data(`{ contacts(first: 100) { nodes { email firstname lastname } } }`, nil, &got)
	if n := len(got.Contacts.Nodes); n != 100 {
		t.Errorf("%d contacts, want 100", n)
	}
	g.calls(calls{"list": 1})
}

func TestCallsOfPrimaryCompanies(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	var got struct {
		Contacts struct {
			Nodes []struct{ PrimaryCompany *struct{ Name string } }
		}
	}
	g.data(`{ contacts(first: 100) { nodes { primaryCompany { name } } } }`, nil, &got)
	for i, n := range got.Contacts.Nodes {
		if n.PrimaryCompany == nil || n.PrimaryCompany.Name != fmt.Sprintf("Company %d", i) {
			t.Fatalf("contact %d has primary company %v, want Company %d", i, n.PrimaryCompany, i)
		}
	}
	g.calls(calls{"list": 1, "associations": 1, "batch_read": 1})
}

const threeLevels = `{ contacts(first: 100) { nodes { email companies { nodes { name deals(first: 50) { nodes { dealname amount dealstage { label } } } } } } } }`

const threeLevelsLabelled = `{ contacts(first: 100) { nodes { email companies { edges { isPrimary node { name deals(first: 50) { nodes { dealname amount dealstage { label } } } } } } } } }`

func TestCallsOfThreeLevels(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 10))
	var got struct {
		Contacts struct {
			Nodes []struct {
				Companies struct {
					Nodes []struct {
						Name  string
						Deals struct {
							Nodes []struct {
								Dealname string
								Amount   float64
							}
						}
					}
				}
			}
		}
	}
	g.data(threeLevels, nil, &got)
	for i, contact := range got.Contacts.Nodes {
		if len(contact.Companies.Nodes) != 1 || contact.Companies.Nodes[0].Name != fmt.Sprintf("Company %d", i) {
			t.Fatalf("contact %d has companies %v, want Company %d", i, contact.Companies, i)
		}
		deals := contact.Companies.Nodes[0].Deals.Nodes
		if len(deals) != 10 {
			t.Fatalf("company %d has %d deals, want 10", i, len(deals))
		}
		for j, deal := range deals {
			if want := fmt.Sprintf("Deal %d of %d", j, i); deal.Dealname != want || deal.Amount != 100.5 {
				t.Fatalf("company %d deal %d = %v, want %s", i, j, deal, want)
			}
		}
	}
	g.calls(calls{"list": 1, "associations": 1, "batch_read": 11})

	g.data(threeLevelsLabelled, nil, &struct{}{})
	g.calls(calls{"list": 1, "associations": 2, "batch_read": 11})
}

func TestPairWithoutDefinition(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.AddRecords("contacts", 3)
	g := startGateway(t, p)
	var got struct {
		Contacts struct {
			Nodes []struct {
				LineItems struct {
					TotalCount int
					Edges      []struct{ IsPrimary bool }
				}
			}
		}
	}
	query := `{ contacts { nodes { lineItems { totalCount edges { isPrimary } } } } }`
	g.data(query, nil, &got)
	if n := len(got.Contacts.Nodes); n != 3 || len(got.Contacts.Nodes[0].LineItems.Edges) != 0 {
		t.Errorf("got %+v, want 3 contacts without line items", got)
	}
	// The labels tell a pair without a definition from a mistake.
	g.calls(calls{"list": 1, "associations": 1, "association_labels": 1})
	g.data(query, nil, &got)
	g.calls(calls{"list": 1}) // it is remembered
}

// TestThousandsOfAssociations pages through what hangs on one record: nothing
// may be cut, given twice or read twice.
func TestThousandsOfAssociations(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	company := p.AddRecord("companies", map[string]string{"name": "Everybody's"})
	contact := p.AddRecord("contacts", map[string]string{"email": "one@example.com"})
	for _, id := range p.AddRecords("contacts", 10_000) {
		p.Associate("companies", company, "contacts", id)
	}
	for _, id := range p.AddRecords("deals", 2_500) {
		p.Associate("contacts", contact, "deals", id)
	}
	g := startGateway(t, p, unthrottled)
	type page struct {
		Record struct {
			Page struct {
				Nodes    []struct{ ID string }
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
	}
	for _, c := range []struct {
		name, root, field, fields string
		first, want               int
		calls                     calls
	}{
		{"2,500 deals of a contact", "contact", "deals", "id dealname", 1000, 2_500, calls{"associations": 5, "batch_read": 3 + 25}},
		{"10,000 contacts of a company", "company", "contacts", "id email", 1000, 10_000, calls{"associations": 20, "batch_read": 10 + 100}},
		{"10,000 IDs", "company", "contacts", "id", 500, 10_000, calls{"associations": 20, "batch_read": 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := map[string]string{"contact": contact, "company": company}[c.root]
			query := fmt.Sprintf(`query($id: ID!, $after: String) { record: %s(by: {id: $id}) { page: %s(first: %d, after: $after) {
				nodes { %s } pageInfo { hasNextPage endCursor } } } }`, c.root, c.field, c.first, c.fields)
			seen := make(map[string]bool)
			var after *string
			for {
				var got page
				g.data(query, map[string]any{"id": id, "after": after}, &got)
				for _, n := range got.Record.Page.Nodes {
					if seen[n.ID] {
						t.Fatalf("%s comes twice", n.ID)
					}
					seen[n.ID] = true
				}
				if after = got.Record.Page.PageInfo.EndCursor; !got.Record.Page.PageInfo.HasNextPage {
					break
				}
			}
			if len(seen) != c.want {
				t.Errorf("%d records, want %d", len(seen), c.want)
			}
			// Each page also reads the record it hangs on, to see that it is there.
			g.calls(c.calls)
		})
	}
}

func TestOnlyLocal(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST:8080": true, "127.0.0.1:8080": true, "[::1]:8080": true, "[::1]": true,
		"evil.example": false, "evil.example:8080": false, "10.0.0.1:8080": false, "": false,
	} {
		if got := server.IsLoopback(host); got != want {
			t.Errorf("server.IsLoopback(%q) = %t, want %t", host, got, want)
		}
	}
}
