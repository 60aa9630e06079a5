package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// objectTypeTable is the object types that HubSpot documents: what they are
// called on both sides, and the association field each is asked for.
var objectTypeTable = []struct {
	typeID, path       string // HubSpot's
	name, lookup, list string // GraphQL's
	toPath, toField    string // an associated type; "" for types that take no associations
	toType             string
	notSearchable      bool
}{
	{typeID: "0-1", path: "contacts", name: "Contact", lookup: "contact", list: "contacts", toPath: "companies", toField: "companies", toType: "0-2"},
	{typeID: "0-2", path: "companies", name: "Company", lookup: "company", list: "companies", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-3", path: "deals", name: "Deal", lookup: "deal", list: "deals", toPath: "line_items", toField: "lineItems", toType: "0-8"},
	{typeID: "0-5", path: "tickets", name: "Ticket", lookup: "ticket", list: "tickets", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-7", path: "products", name: "Product", lookup: "product", list: "products"},
	{typeID: "0-8", path: "line_items", name: "LineItem", lookup: "lineItem", list: "lineItems", toPath: "deals", toField: "deals", toType: "0-3"},
	{typeID: "0-14", path: "quotes", name: "Quote", lookup: "quote", list: "quotes", toPath: "deals", toField: "deals", toType: "0-3"},
	{typeID: "0-18", path: "communications", name: "Communication", lookup: "communication", list: "communications", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-19", path: "feedback_submissions", name: "FeedbackSubmission", lookup: "feedbackSubmission", list: "feedbackSubmissions", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-27", path: "tasks", name: "Task", lookup: "task", list: "tasks", toPath: "deals", toField: "deals", toType: "0-3"},
	{typeID: "0-46", path: "notes", name: "Note", lookup: "note", list: "notes", toPath: "companies", toField: "companies", toType: "0-2"},
	{typeID: "0-47", path: "meetings", name: "Meeting", lookup: "meeting", list: "meetings", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-48", path: "calls", name: "Call", lookup: "call", list: "calls", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-49", path: "emails", name: "Email", lookup: "email", list: "emails", toPath: "tickets", toField: "tickets", toType: "0-5"},
	{typeID: "0-53", path: "invoices", name: "Invoice", lookup: "invoice", list: "invoices", toPath: "commerce_payments", toField: "commercePayments", toType: "0-101"},
	{typeID: "0-54", path: "marketing_events", name: "MarketingEvent", lookup: "marketingEvent", list: "marketingEvents", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-69", path: "subscriptions", name: "CommerceSubscription", lookup: "commerceSubscription", list: "commerceSubscriptions", toPath: "commerce_payments", toField: "commercePayments", toType: "0-101"},
	{typeID: "0-74", path: "goal_targets", name: "GoalTarget", lookup: "goalTarget", list: "goalTargets", toPath: "deals", toField: "deals", toType: "0-3"},
	{typeID: "0-84", path: "discounts", name: "Discount", lookup: "discount", list: "discounts", toPath: "line_items", toField: "lineItems", toType: "0-8"},
	{typeID: "0-85", path: "fees", name: "Fee", lookup: "fee", list: "fees", toPath: "quotes", toField: "quotes", toType: "0-14"},
	{typeID: "0-86", path: "taxes", name: "Tax", lookup: "tax", list: "taxes", toPath: "orders", toField: "orders", toType: "0-123"},
	{typeID: "0-101", path: "commerce_payments", name: "CommercePayment", lookup: "commercePayment", list: "commercePayments", toPath: "orders", toField: "orders", toType: "0-123"},
	{typeID: "0-115", path: "users", name: "User", lookup: "user", list: "users"},
	{typeID: "0-116", path: "postal_mail", name: "PostalMail", lookup: "postalMail", list: "postalMails", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-123", path: "orders", name: "Order", lookup: "order", list: "orders", toPath: "carts", toField: "carts", toType: "0-142"},
	{typeID: "0-136", path: "leads", name: "Lead", lookup: "lead", list: "leads", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-142", path: "carts", name: "Cart", lookup: "cart", list: "carts", toPath: "deals", toField: "deals", toType: "0-3"},
	{typeID: "0-162", path: "services", name: "Service", lookup: "service", list: "services", toPath: "companies", toField: "companies", toType: "0-2"},
	{typeID: "0-410", path: "courses", name: "Course", lookup: "course", list: "courses", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-420", path: "listings", name: "Listing", lookup: "listing", list: "listings", toPath: "deals", toField: "deals", toType: "0-3"},
	{typeID: "0-421", path: "appointments", name: "Appointment", lookup: "appointment", list: "appointments", toPath: "contacts", toField: "contacts", toType: "0-1"},
	{typeID: "0-970", path: "projects", name: "Project", lookup: "project", list: "projects", toPath: "companies", toField: "companies", toType: "0-2"},
	{typeID: "contracts", path: "contracts", name: "Contract", lookup: "contract", list: "contracts", notSearchable: true},
	{typeID: "partner_clients", path: "partner_clients", name: "PartnerClient", lookup: "partnerClient", list: "partnerClients"},
	{typeID: "partner_services", path: "partner_services", name: "PartnerService", lookup: "partnerService", list: "partnerServices"},
	{typeID: "2-777", path: "house", name: "House", lookup: "house", list: "houses", toPath: "contacts", toField: "contacts", toType: "0-1"},
}

// TestEveryObjectType asks each type for a page and the next one, a record by
// its ID, the same by the generic fields, a search and an association.
func TestEveryObjectType(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true, Extra: hubspottest.ExtraTypes()})
	p.DefineObject(hubspottest.Object{Name: "house", TypeID: "2-777", Associations: []string{"contacts"}})
	for _, o := range objectTypeTable {
		p.AddRecords(o.path, 3)
	}
	for _, o := range objectTypeTable {
		if o.toPath != "" {
			p.Associate(o.path, "102", o.toPath, "103")
		}
	}
	g := startGateway(t, p, unthrottled)
	var catalogue struct {
		ObjectTypes []struct{ TypeID, GraphqlType, LookupField, ListField string }
	}
	g.data(`{ objectTypes { typeId graphqlType lookupField listField } }`, nil, &catalogue)
	if got, want := len(catalogue.ObjectTypes), len(objectTypeTable); got != want {
		t.Errorf("objectTypes lists %d types, want %d", got, want)
	}
	for _, o := range objectTypeTable {
		t.Run(o.list, func(t *testing.T) {
			g := *g
			g.t = t
			id := func(n int) string { return fmt.Sprintf("%s:%d", o.typeID, n) }
			query := fmt.Sprintf(`query($after: String) {
				page: %[2]s(first: 2, after: $after) { nodes { __typename id objectType hs_object_id } pageInfo { hasNextPage endCursor } }
				one: %[1]s(by: {id: "102"}) { id archived }
				none: %[1]s(by: {id: "999"}) { id }
				node(id: "%[3]s:103") { __typename id }
				record(objectType: "%[4]s", by: {id: "101"}) { __typename id }
				records(objectType: "%[3]s", first: 1) { nodes { id } }
			}`, o.lookup, o.list, o.typeID, o.path)
			record := func(n int) obj {
				return obj{"__typename": o.name, "id": id(n), "objectType": o.typeID, "hs_object_id": fmt.Sprint(n)}
			}
			var got obj
			g.data(query, nil, &got)
			pageInfo := got["page"].(obj)["pageInfo"].(obj)
			after := pageInfo["endCursor"]
			delete(pageInfo, "endCursor")
			want := obj{
				"page":    obj{"nodes": arr{record(101), record(102)}, "pageInfo": obj{"hasNextPage": true}},
				"one":     obj{"id": id(102), "archived": false},
				"none":    nil,
				"node":    obj{"__typename": o.name, "id": id(103)},
				"record":  obj{"__typename": o.name, "id": id(101)},
				"records": obj{"nodes": arr{obj{"id": id(101)}}},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("query %s (-want +got):\n%s", query, diff)
			}
			g.data(query, obj{"after": after}, &got)
			if diff := cmp.Diff(arr{record(103)}, got["page"].(obj)["nodes"]); diff != "" {
				t.Errorf("second page (-want +got):\n%s", diff)
			}
			var fields struct {
				Type struct{ Fields []struct{ Name string } }
			}
			g.data(fmt.Sprintf(`{ type: __type(name: %q) { fields { name } } }`, o.name), nil, &fields)
			hasField := func(name string) bool {
				return slices.ContainsFunc(fields.Type.Fields, func(f struct{ Name string }) bool { return f.Name == name })
			}
			if o.toField == "" {
				if hasField("contacts") || hasField("companies") || hasField("deals") {
					t.Errorf("%s has association fields, and HubSpot associates it with nothing", o.name)
				}
			} else {
				var linked obj
				g.data(fmt.Sprintf(`{ %s(by: {id: "102"}) { %s { totalCount nodes { id } } same: associated(to: %q) { nodes { id } } } }`, o.lookup, o.toField, o.toPath), nil, &linked)
				there := obj{"id": o.toType + ":103"}
				want := obj{o.lookup: obj{o.toField: obj{"totalCount": 1.0, "nodes": arr{there}}, "same": obj{"nodes": arr{there}}}}
				if diff := cmp.Diff(want, linked); diff != "" {
					t.Errorf("association (-want +got):\n%s", diff)
				}
			}
			if !o.notSearchable {
				var found obj
				g.data(fmt.Sprintf(`{ %s(where: {hs_object_id: {gt: 101}}, orderBy: {property: hs_object_id, direction: DESC}) { totalCount nodes { id } } }`, o.list), nil, &found)
				want := obj{o.list: obj{"totalCount": 2.0, "nodes": arr{obj{"id": id(103)}, obj{"id": id(102)}}}}
				if diff := cmp.Diff(want, found); diff != "" {
					t.Errorf("search (-want +got):\n%s", diff)
				}
			}
		})
	}
}
