package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// wholeGraph asks about ten object types at once: filters, order, paging,
// labels, reference objects, history, lists and generic access.
const wholeGraph = `
query Whole($min: Float!, $after: String, $house: String!) {
  customers: contacts(
    first: 6, after: $after
    where: {lifecyclestage: {eq: "customer"}, OR: [{city: {eq: "berlin"}}, {hubspotscore: {gte: 30}}]}
    orderBy: {property: hubspotscore, direction: DESC}
  ) {
    totalCount
    pageInfo { hasNextPage }
    nodes {
      id email hubspotscore
      lifecyclestage { value label }
      hubspot_owner_id { fullName archived teams { name } }
      primaryCompany { ...company }
      companies {
        edges {
          isPrimary
          labels { label }
          node {
            name
            deals(first: 2, where: {amount: {gt: $min}}, orderBy: {property: amount, direction: DESC}) {
              totalCount
              nodes { ...deal lineItems { totalCount nodes { name quantity } } quotes { nodes { hs_title } } }
            }
          }
        }
      }
      tickets { nodes { subject hs_pipeline_stage { label ticketState pipeline { label } } } }
      notes(first: 1) { totalCount nodes { hs_note_body } pageInfo { hasNextPage } }
      associated(to: $house) { nodes { displayName ... on House { rooms } } }
      history(properties: [lifecyclestage], first: 2) { name versions { value } }
      lists { list { name } }
    }
  }
  cheap: products(orderBy: {property: price}, first: 3) { nodes { name price } }
  urgent: tickets(
    where: {hs_pipeline_stage: {in: ["1", "2"]}}
    orderBy: {property: subject, direction: DESC}
    first: 2
  ) {
    totalCount
    nodes {
      subject
      contacts { nodes { email } }
    }
  }
  meetings(first: 2) { nodes { hs_meeting_title contacts { nodes { email } } } }
  houses(where: {rooms: {between: {from: 2, to: 3}}}) { totalCount nodes { name contacts { nodes { id } } } }
  records(objectType: "tasks", where: {property: {name: "hs_task_subject", containsToken: "call"}}) {
    nodes { objectType property(name: "hs_task_subject") { raw } associated(to: "deals") { nodes { displayName } } }
  }
  list(id: "1") { name size members(first: 3) { totalCount nodes { ... on Contact { email } } } }
  byMail: contact(by: {email: "C7@example.com"}) { id }
  nodes(ids: ["0-2:102", "0-2:999", "0-1:101"]) { id ... on Company { ...company } }
}
fragment company on Company { name numberofemployees }
fragment deal on Deal { dealname amount dealstage { label isClosed probability } pipeline { label } }`

// obj is a JSON object and arr a JSON array, as a test writes them.
type (
	obj = map[string]any
	arr = []any
)

// A whole is the portal that wholeGraph asks about, by numbers: record i of a
// type has the ID 101+i, and all values follow from i.
type whole struct{ p *hubspottest.Portal }

const (
	wholeContacts  = 40
	wholeCompanies = 8
	wholeDeals     = 24
)

func recordID(i int) string { return fmt.Sprint(101 + i) }

func newWhole(t *testing.T) *whole {
	w := &whole{p: hubspottest.New(t, hubspottest.Options{Unlimited: true})}
	p := w.p
	p.DefineObject(hubspottest.Object{
		Name: "house", Properties: []hubspottest.Property{{Name: "rooms", Type: "number", FieldType: "number"}},
		Associations: []string{"contacts"},
	})
	owner := p.AddOwner(hubspottest.Owner{FirstName: "Ada", LastName: "Ng", Email: "ada@example.com", Teams: []hubspottest.Team{{ID: "7", Name: "North", Primary: true}}})
	gone := p.AddOwner(hubspottest.Owner{FirstName: "Bo", LastName: "Li", Email: "bo@example.com", Archived: true})
	for i := range wholeCompanies {
		p.AddRecord("companies", map[string]string{"name": companyName(i), "numberofemployees": fmt.Sprint(10 * i)})
	}
	for i := range wholeContacts {
		p.AddRecord("contacts", map[string]string{
			"email": contactEmail(i), "lifecyclestage": "lead", "hubspotscore": fmt.Sprint(i),
			"city": []string{"Berlin", "Bonn", "Kiel"}[i%3], "hubspot_owner_id": []string{owner, gone}[i%2],
		})
		if isCustomer(i) {
			p.Update("contacts", recordID(i), map[string]string{"lifecyclestage": "opportunity"})
			p.Update("contacts", recordID(i), map[string]string{"lifecyclestage": "customer"})
		}
		p.Associate("contacts", recordID(i), "companies", recordID(i%wholeCompanies), "Primary")
		p.Associate("contacts", recordID(i), "companies", recordID((i+1)%wholeCompanies), "Billing contact")
	}
	for i := range wholeDeals {
		p.AddRecord("deals", map[string]string{
			"dealname": dealName(i), "amount": fmt.Sprint(1000*i) + ".50", "pipeline": "default", "dealstage": []string{"qualifiedtobuy", "closedwon"}[i%2],
		})
		p.Associate("deals", recordID(i), "companies", recordID(i%wholeCompanies))
		p.AddRecord("line_items", map[string]string{"name": fmt.Sprintf("Item %d", i), "quantity": fmt.Sprint(i + 1)})
		p.Associate("deals", recordID(i), "line_items", recordID(i))
		p.AddRecord("tasks", map[string]string{"hs_task_subject": []string{"Call back", "Write offer"}[i%2]})
		p.Associate("tasks", recordID(i), "deals", recordID(i))
	}
	for i := range 10 {
		p.AddRecord("quotes", map[string]string{"hs_title": fmt.Sprintf("Quote %d", i)})
		p.Associate("quotes", recordID(i), "deals", recordID(i))
		p.AddRecord("products", map[string]string{"name": fmt.Sprintf("Product %d", i), "price": fmt.Sprint(10*((i*7+3)%10)) + ".05"})
		p.AddRecord("tickets", map[string]string{"subject": fmt.Sprintf("Ticket %d", i), "hs_pipeline": "0", "hs_pipeline_stage": fmt.Sprint(1 + i%4)})
		p.Associate("tickets", recordID(i), "contacts", recordID(wholeContacts-1-i))
		p.AddRecord("meetings", map[string]string{"hs_meeting_title": fmt.Sprintf("Meeting %d", i)})
		p.Associate("meetings", recordID(i), "contacts", recordID(i))
		p.AddRecord("house", map[string]string{"name": fmt.Sprintf("House %d", i), "rooms": fmt.Sprint(i)})
		p.Associate("house", recordID(i), "contacts", recordID(wholeContacts-1-i))
	}
	for i := range 20 {
		p.AddRecord("notes", map[string]string{"hs_note_body": fmt.Sprintf("Note %d", i)})
		p.Associate("notes", recordID(i), "contacts", recordID(wholeContacts-1-i/2))
	}
	newsletter := hubspottest.ListDefinition{Name: "Newsletter", ObjectType: "contacts"}
	for i := range wholeContacts {
		if inNewsletter(i) {
			newsletter.Members = append(newsletter.Members, recordID(i))
		}
	}
	p.AddList(newsletter)
	return w
}

func contactEmail(i int) string { return fmt.Sprintf("c%d@example.com", i) }
func companyName(i int) string  { return fmt.Sprintf("Company %d", i) }
func dealName(i int) string     { return fmt.Sprintf("Deal %d", i) }
func isCustomer(i int) bool     { return i%4 != 0 }

func (w *whole) company(i int) obj {
	return obj{"name": companyName(i), "numberofemployees": 10 * i}
}

// customers are the contacts that the query's filter matches, best score first.
func (w *whole) customers() []int {
	var matching []int
	for i := range wholeContacts {
		if isCustomer(i) && (i%3 == 0 || i >= 30) {
			matching = append(matching, i)
		}
	}
	slices.Reverse(matching)
	return matching
}

// deals are those of a company worth more than least, the largest two first.
func (w *whole) deals(company, least int) obj {
	nodes, total := arr{}, 0
	for i := wholeDeals - 1; i >= 0; i-- {
		if i%wholeCompanies != company || 1000*i < least {
			continue
		}
		if total++; total > 2 {
			continue
		}
		stage := obj{"label": "Qualified To Buy", "isClosed": false, "probability": 0.4}
		if i%2 == 1 {
			stage = obj{"label": "Closed Won", "isClosed": true, "probability": 1}
		}
		quotes := arr{}
		if i < 10 {
			quotes = arr{obj{"hs_title": fmt.Sprintf("Quote %d", i)}}
		}
		nodes = append(nodes, obj{
			"dealname": dealName(i), "amount": float64(1000*i) + 0.5, "dealstage": stage, "pipeline": obj{"label": "Sales Pipeline"},
			"lineItems": obj{"totalCount": 1, "nodes": arr{obj{"name": fmt.Sprintf("Item %d", i), "quantity": i + 1}}},
			"quotes":    obj{"nodes": quotes},
		})
	}
	return obj{"totalCount": total, "nodes": nodes}
}

func (w *whole) customer(i, least int) obj {
	owner := obj{"fullName": "Ada Ng", "archived": false, "teams": arr{obj{"name": "North"}}}
	if i%2 == 1 {
		owner = obj{"fullName": "Bo Li", "archived": true, "teams": arr{}}
	}
	edges := arr{
		obj{"isPrimary": true, "labels": arr{obj{"label": "Primary"}}, "node": obj{"name": companyName(i % wholeCompanies), "deals": w.deals(i%wholeCompanies, least)}},
		obj{"isPrimary": false, "labels": arr{obj{"label": "Billing contact"}}, "node": obj{"name": companyName((i + 1) % wholeCompanies), "deals": w.deals((i+1)%wholeCompanies, least)}},
	}
	if (i+1)%wholeCompanies == 0 {
		slices.Reverse(edges) // edges come in the order of record IDs
	}
	tickets, notes, houses := arr{}, obj{"totalCount": 0, "nodes": arr{}, "pageInfo": obj{"hasNextPage": false}}, arr{}
	if k := wholeContacts - 1 - i; k < 10 {
		state := "OPEN"
		if k%4 == 3 {
			state = "CLOSED"
		}
		stages := []string{"New", "Waiting on contact", "Waiting on us", "Closed"}
		tickets = arr{obj{"subject": fmt.Sprintf("Ticket %d", k), "hs_pipeline_stage": obj{"label": stages[k%4], "ticketState": state, "pipeline": obj{"label": "Support Pipeline"}}}}
		notes = obj{"totalCount": 2, "nodes": arr{obj{"hs_note_body": fmt.Sprintf("Note %d", 2*k)}}, "pageInfo": obj{"hasNextPage": true}}
		houses = arr{obj{"displayName": fmt.Sprintf("House %d", k), "rooms": k}}
	}
	lists := arr{}
	if inNewsletter(i) {
		lists = arr{obj{"list": obj{"name": "Newsletter"}}}
	}
	return obj{
		"id": "0-1:" + recordID(i), "email": contactEmail(i), "hubspotscore": i,
		"lifecyclestage": obj{"value": "customer", "label": "Customer"}, "hubspot_owner_id": owner,
		"primaryCompany": w.company(i % wholeCompanies), "companies": obj{"edges": edges},
		"tickets": obj{"nodes": tickets}, "notes": notes, "associated": obj{"nodes": houses},
		"history": arr{obj{"name": "lifecyclestage", "versions": arr{obj{"value": "customer"}, obj{"value": "opportunity"}}}},
		"lists":   lists,
	}
}

func inNewsletter(i int) bool { return i%5 == 0 }

// page is the answer to wholeGraph for customers from..to.
func (w *whole) page(from, to, least int) obj {
	customers := w.customers()
	nodes := arr{}
	for _, i := range customers[from:min(to, len(customers))] {
		nodes = append(nodes, w.customer(i, least))
	}
	tasks := arr{}
	for i := 0; i < wholeDeals; i += 2 {
		tasks = append(tasks, obj{"objectType": "0-27", "property": obj{"raw": "Call back"}, "associated": obj{"nodes": arr{obj{"displayName": dealName(i)}}}})
	}
	house := func(i int) obj {
		return obj{"name": fmt.Sprintf("House %d", i), "contacts": obj{"nodes": arr{obj{"id": "0-1:" + recordID(wholeContacts-1-i)}}}}
	}
	return obj{
		"customers": obj{"totalCount": len(customers), "pageInfo": obj{"hasNextPage": to < len(customers)}, "nodes": nodes},
		"cheap": obj{"nodes": arr{
			obj{"name": "Product 1", "price": 0.05}, obj{"name": "Product 4", "price": 10.05}, obj{"name": "Product 7", "price": 20.05},
		}},
		"meetings": obj{"nodes": arr{
			obj{"hs_meeting_title": "Meeting 0", "contacts": obj{"nodes": arr{obj{"email": contactEmail(0)}}}},
			obj{"hs_meeting_title": "Meeting 1", "contacts": obj{"nodes": arr{obj{"email": contactEmail(1)}}}},
		}},
		"urgent": obj{"totalCount": 6, "nodes": arr{
			obj{"subject": "Ticket 9", "contacts": obj{"nodes": arr{obj{"email": contactEmail(30)}}}},
			obj{"subject": "Ticket 8", "contacts": obj{"nodes": arr{obj{"email": contactEmail(31)}}}},
		}},
		"houses":  obj{"totalCount": 2, "nodes": arr{house(2), house(3)}},
		"records": obj{"nodes": tasks},
		"list": obj{"name": "Newsletter", "size": 8, "members": obj{"totalCount": 8, "nodes": arr{
			obj{"email": contactEmail(0)}, obj{"email": contactEmail(5)}, obj{"email": contactEmail(10)},
		}}},
		"byMail": obj{"id": "0-1:108"},
		"nodes":  arr{obj{"id": "0-2:102", "name": companyName(1), "numberofemployees": 10}, nil, obj{"id": "0-1:101"}},
	}
}

// TestWholeGraph compares the answer with the portal's data, record by record,
// on every page.
func TestWholeGraph(t *testing.T) {
	w := newWhole(t)
	g := startGateway(t, w.p, unthrottled)
	const least = 9000
	total := len(w.customers())
	var after any
	for from := 0; from < total; from += 6 {
		var got obj
		g.data(wholeGraph, obj{"min": least, "after": after, "house": "house"}, &got)
		if diff := cmp.Diff(asJSON(t, w.page(from, from+6, least)), got); diff != "" {
			t.Fatalf("from customer %d on, the answer differs (-want +got):\n%s", from, diff)
		}
		var page struct {
			Customers struct{ PageInfo struct{ EndCursor *string } }
		}
		g.data(`query($after: String) { customers: contacts(first: 6, after: $after,
			where: {lifecyclestage: {eq: "customer"}, OR: [{city: {eq: "berlin"}}, {hubspotscore: {gte: 30}}]}
			orderBy: {property: hubspotscore, direction: DESC}) { pageInfo { endCursor } } }`, obj{"after": after}, &page)
		after = page.Customers.PageInfo.EndCursor
	}
}

// asJSON is a value as it comes out of JSON.
func asJSON(t *testing.T, v any) obj {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out obj
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
