package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A soakAsk is one question and what is right about its answer.
type soakAsk struct {
	text      string
	variables map[string]any
	// check looks at data without errors; what is null beside an error is no
	// matter of it.
	check func(data json.RawMessage, see seen) error
}

// seen checks one contact of an answer.
type seen func(contact int, title string) error

// soakRecord is a contact as the questions ask for it.
type soakRecord struct {
	ID, Jobtitle, City string
	Companies          struct {
		Edges []struct {
			IsPrimary bool
			Node      struct{ ID string }
		}
	}
}

const soakFields = `id jobtitle city`

// of checks that a record is the contact of that number, and as the portal has it.
func (r *soakRecord) of(contact int, see seen) error {
	if want := contactID(contact); r.ID != want || r.City != soakCity(contact) {
		return fmt.Errorf("contact %d came as %s of %s", contact, r.ID, r.City)
	}
	return see(contact, r.Jobtitle)
}

func contactID(contact int) string { return "0-1:" + strconv.Itoa(firstContact+contact) }

func companyID(company int) string { return "0-2:" + strconv.Itoa(firstCompany+company) }

// draw makes a question of one kind or another.
func drawSoakAsk(r *rand.Rand) soakAsk {
	switch r.IntN(6) {
	case 0:
		return askContact(r.IntN(soakContacts))
	case 1:
		return askLookups(r)
	case 2:
		return askList(1 + r.IntN(150))
	case 3:
		return askSearch(r.IntN(soakCompanies))
	case 4:
		return askNodes(r)
	}
	return askCompany(r.IntN(soakCompanies))
}

func askContact(contact int) soakAsk {
	return soakAsk{
		text:      `query($id: ID!) { contact(by: {id: $id}) { ` + soakFields + ` companies { edges { isPrimary node { id } } } } }`,
		variables: map[string]any{"id": contactID(contact)},
		check: func(data json.RawMessage, see seen) error {
			var got struct{ Contact *soakRecord }
			if err := json.Unmarshal(data, &got); err != nil {
				return err
			}
			if got.Contact == nil {
				return fmt.Errorf("no contact %d", contact)
			}
			edges := got.Contact.Companies.Edges
			if len(edges) != 1 || !edges[0].IsPrimary || edges[0].Node.ID != companyID(contact%soakCompanies) {
				return fmt.Errorf("contact %d has the companies %+v", contact, edges)
			}
			return got.Contact.of(contact, see)
		},
	}
}

func askLookups(r *rand.Rand) soakAsk {
	var fields strings.Builder
	var contacts []int
	for i := range 8 {
		contacts = append(contacts, r.IntN(soakContacts))
		fmt.Fprintf(&fields, "c%d: contact(by: {email: %q}) { %s } ", i, soakEmail(contacts[i]), soakFields)
	}
	return soakAsk{text: "{ " + fields.String() + "}", check: func(data json.RawMessage, see seen) error {
		var got map[string]*soakRecord
		if err := json.Unmarshal(data, &got); err != nil {
			return err
		}
		for i, contact := range contacts {
			record := got[fmt.Sprint("c", i)]
			if record == nil {
				return fmt.Errorf("no contact with the address of %d", contact)
			}
			if err := record.of(contact, see); err != nil {
				return err
			}
		}
		return nil
	}}
}

// askList asks for the first contacts: the list is in order of IDs.
func askList(n int) soakAsk {
	return soakAsk{
		text:      `query($n: Int) { contacts(first: $n) { nodes { ` + soakFields + ` } pageInfo { hasNextPage } } }`,
		variables: map[string]any{"n": n},
		check: func(data json.RawMessage, see seen) error {
			var got struct {
				Contacts struct {
					Nodes    []soakRecord
					PageInfo struct{ HasNextPage bool }
				}
			}
			if err := json.Unmarshal(data, &got); err != nil {
				return err
			}
			if len(got.Contacts.Nodes) != n || !got.Contacts.PageInfo.HasNextPage {
				return fmt.Errorf("%d contacts, want %d and more to come", len(got.Contacts.Nodes), n)
			}
			return inOrder(got.Contacts.Nodes, 0, 1, see)
		},
	}
}

// askSearch asks for the contacts of one city: of a company, that is.
func askSearch(company int) soakAsk {
	return soakAsk{
		text:      `query($city: String) { contacts(where: {city: {eq: $city}}, first: 100) { totalCount nodes { ` + soakFields + ` } } }`,
		variables: map[string]any{"city": soakCity(company)},
		check: func(data json.RawMessage, see seen) error {
			var got struct {
				Contacts struct {
					TotalCount int
					Nodes      []soakRecord
				}
			}
			const want = soakContacts / soakCompanies
			if err := json.Unmarshal(data, &got); err != nil {
				return err
			}
			if len(got.Contacts.Nodes) != want || got.Contacts.TotalCount != want {
				return fmt.Errorf("%d contacts of %d, want %d", len(got.Contacts.Nodes), got.Contacts.TotalCount, want)
			}
			return inOrder(got.Contacts.Nodes, company, soakCompanies, see)
		},
	}
}

func askNodes(r *rand.Rand) soakAsk {
	var ids []string
	var contacts []int
	for range 20 {
		contact := r.IntN(soakContacts)
		contacts = append(contacts, contact)
		ids = append(ids, contactID(contact))
	}
	return soakAsk{
		text:      `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { ` + soakFields + ` } } }`,
		variables: map[string]any{"ids": ids},
		check: func(data json.RawMessage, see seen) error {
			var got struct{ Nodes []*soakRecord }
			if err := json.Unmarshal(data, &got); err != nil {
				return err
			}
			if len(got.Nodes) != len(ids) {
				return fmt.Errorf("%d nodes, want %d", len(got.Nodes), len(ids))
			}
			for i, record := range got.Nodes {
				if record == nil {
					return fmt.Errorf("no node for contact %d", contacts[i])
				}
				if err := record.of(contacts[i], see); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// askCompany asks for a company's contacts.
func askCompany(company int) soakAsk {
	return soakAsk{
		text:      `query($id: ID!) { company(by: {id: $id}) { name contacts(first: 100, orderBy: {property: hs_object_id}) { totalCount nodes { ` + soakFields + ` } } } }`,
		variables: map[string]any{"id": companyID(company)},
		check: func(data json.RawMessage, see seen) error {
			var got struct {
				Company *struct {
					Name     string
					Contacts struct {
						TotalCount int
						Nodes      []soakRecord
					}
				}
			}
			if err := json.Unmarshal(data, &got); err != nil {
				return err
			}
			if got.Company == nil {
				return fmt.Errorf("no company %d", company)
			}
			const want = soakContacts / soakCompanies
			if c := got.Company; c.Name != fmt.Sprint("Company ", company) || c.Contacts.TotalCount != want || len(c.Contacts.Nodes) != want {
				return fmt.Errorf("company %d is %q with %d contacts, want %d", company, c.Name, len(c.Contacts.Nodes), want)
			}
			return inOrder(got.Company.Contacts.Nodes, company, soakCompanies, see)
		},
	}
}

// inOrder checks records of every step-th contact.
func inOrder(records []soakRecord, from, step int, see seen) error {
	for i := range records {
		if err := records[i].of(from+i*step, see); err != nil {
			return err
		}
	}
	return nil
}
