// Package genqlient_test runs genqlient's code, made from the gateway's schema
// and operations.graphql, against the gateway. `make clients` starts it.
package genqlient_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/Khan/genqlient/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/clients/genqlient/crm"
)

func connect(t *testing.T) graphql.Client {
	url := os.Getenv("HUBGRAPH_LARGE")
	if url == "" {
		t.Fatal(`HUBGRAPH_LARGE is not set: run the tests by "make clients", which starts the gateway`)
	}
	return graphql.NewClient(url+"/graphql", http.DefaultClient)
}

func TestLookup(t *testing.T) {
	for email, want := range map[string]string{
		"contact-42@example.com": `{"contact":{"id":"0-1:143","objectType":"0-1","displayName":"Ada 42","archived":false}}`,
		"nobody@example.com":     `{"contact":null}`,
	} {
		got, err := crm.ContactByEmail(t.Context(), connect(t), email)
		if err != nil {
			t.Fatal(err)
		}
		if text := asJSON(t, got); text != want {
			t.Errorf("ContactByEmail(%s) = %s, want %s", email, text, want)
		}
	}
}

func TestPagesOfAList(t *testing.T) {
	var got, want []string
	for i := range 60 {
		want = append(want, fmt.Sprintf("contact-%d@example.com", i))
	}
	var after *string
	for range 4 {
		page, err := crm.Contacts(t.Context(), connect(t), 20, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, contact := range page.Contacts.Nodes {
			got = append(got, *contact.Email)
			if contact.CreatedAt.IsZero() {
				t.Errorf("%s has no time of creation", *contact.Email)
			}
		}
		if after = page.Contacts.PageInfo.EndCursor; !page.Contacts.PageInfo.HasNextPage {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("contacts (-want +got):\n%s", diff)
	}
}

func TestPagesOfAnAssociation(t *testing.T) {
	var got, want []string
	for i := range 60 {
		want = append(want, fmt.Sprintf("contact-%d@example.com %t", i, i < 30))
	}
	var after *string
	for range 3 {
		page, err := crm.CompanyContacts(t.Context(), connect(t), "101", 25, after)
		if err != nil {
			t.Fatal(err)
		}
		contacts := page.Company.Contacts
		if *page.Company.Name != "Everybody's" || *contacts.TotalCount != 60 {
			t.Fatalf("CompanyContacts = %s with %d contacts, want Everybody's with 60", *page.Company.Name, *contacts.TotalCount)
		}
		for _, edge := range contacts.Edges {
			got = append(got, fmt.Sprintf("%s %t", *edge.Node.Email, edge.IsPrimary))
		}
		if after = contacts.PageInfo.EndCursor; !contacts.PageInfo.HasNextPage {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("contacts (-want +got):\n%s", diff)
	}
}

func TestConditions(t *testing.T) {
	where := &crm.ContactWhere{
		Firstname: &crm.StringFilter{Eq: new("ada")},
		OR: []*crm.ContactWhere{
			{Lastname: &crm.StringFilter{In: []string{"3", "4"}}},
			{Email: &crm.StringFilter{Eq: new("contact-7@example.com")}},
		},
	}
	orderBy := &crm.ContactOrder{Property: crm.ContactPropertyEmail, Direction: crm.OrderDirectionDesc}
	got, err := crm.MatchingContacts(t.Context(), connect(t), where, orderBy)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"contacts":{"totalCount":3,"nodes":[` +
		`{"email":"contact-7@example.com"},{"email":"contact-4@example.com"},{"email":"contact-3@example.com"}]}}`
	if text := asJSON(t, got); text != want {
		t.Errorf("MatchingContacts = %s, want %s", text, want)
	}
}

// TestOneOf names a record by one of several keys.
func TestOneOf(t *testing.T) {
	for _, by := range []*crm.ContactKey{{Email: new("contact-5@example.com")}, {Id: new("106")}, {Id: new("0-1:106")}} {
		got, err := crm.ContactByKey(t.Context(), connect(t), by)
		if err != nil {
			t.Fatal(err)
		}
		if text, want := asJSON(t, got), `{"contact":{"email":"contact-5@example.com"}}`; text != want {
			t.Errorf("ContactByKey(%s) = %s, want %s", asJSON(t, by), text, want)
		}
	}
}

// TestFragmentsOnInterfaces reads records of several types, and one that is not there.
func TestFragmentsOnInterfaces(t *testing.T) {
	got, err := crm.Nodes(t.Context(), connect(t), []string{"0-3:102", "0-1:101", "0-1:999", "0-2:101"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"nodes":[` +
		`{"__typename":"Deal","id":"0-3:102","dealname":"Deal 1","amount":101.5,"objectType":"0-3","displayName":"Deal 1","archived":false},` +
		`{"__typename":"Contact","id":"0-1:101","email":"contact-0@example.com","objectType":"0-1","displayName":"Ada 0","archived":false},` +
		`null,` +
		`{"__typename":"Company","id":"0-2:101","objectType":"0-2","displayName":"Everybody's","archived":false}]}`
	if text := asJSON(t, got); text != want {
		t.Errorf("Nodes = %s, want %s", text, want)
	}
}

func TestErrors(t *testing.T) {
	_, err := crm.Contacts(t.Context(), connect(t), -1, nil)
	var list gqlerror.List
	if !errors.As(err, &list) || len(list) != 1 || list[0].Extensions["code"] != "BAD_USER_INPUT" {
		t.Errorf("Contacts(first: -1): error %v, want one with the code BAD_USER_INPUT", err)
	}
}

// asJSON is an answer as text: genqlient's types write what they were read from.
func asJSON(t *testing.T, answer any) string {
	t.Helper()
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
