package main

import (
	"fmt"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
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
