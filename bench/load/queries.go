package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// The ten fields of each type that queries ask for.
const (
	contactFields = "email firstname lastname phone jobtitle company city country createdate num_notes"
	companyFields = "name domain phone city state zip country description createdate numberofemployees"
	dealFields    = "dealname amount closedate createdate description closed_won_reason hs_forecast_amount hs_forecast_probability days_to_close deal_currency_code { value }"
)

// A query is what a client posts.
type query struct {
	text  string
	after string // the variable of that name; "" for none
}

func (q query) body() []byte {
	variables := map[string]any{}
	if q.after != "" {
		variables["after"] = q.after
	}
	body, err := json.Marshal(map[string]any{"query": q.text, "variables": variables})
	if err != nil {
		panic(err) // text always encodes
	}
	return body
}

// threeLevels asks for contacts from a cursor on, their companies, and the
// deals of those.
func threeLevels(contacts, deals int, fields [3]string) string {
	return fmt.Sprintf("query($after: String) { contacts(first: %d, after: $after) { nodes { %s companies(first: 1) { nodes { %s deals(first: %d) { nodes { %s } } } } } } }",
		contacts, fields[0], fields[1], deals, fields[2])
}

// allFields are the ten of each type.
func allFields() [3]string { return [3]string{contactFields, companyFields, dealFields} }

// list asks for a page of contacts alone.
const list = "query($after: String) { contacts(first: 100, after: $after) { nodes { " + contactFields + " } } }"

// lookups are the bodies that ask for one contact each.
func lookups(n int) [][]byte {
	bodies := make([][]byte, n)
	for i := range bodies {
		bodies[i] = query{text: fmt.Sprintf(`{ contact(by: {id: "%d"}) { %s } }`, firstContact+i, contactFields)}.body()
	}
	return bodies
}

// firstContact is the ID of the fake portal's first contact.
const firstContact = 101

// cursors are the cursors behind which the first n pages of 100 contacts begin.
// Every server has cursors of its own.
func cursors(ctx context.Context, url string, n int) ([]string, error) {
	found := make([]string, 1, n) // the first page begins behind none
	for len(found) < n {
		text, err := post(ctx, url, query{
			"query($after: String) { contacts(first: 100, after: $after) { pageInfo { endCursor } } }", found[len(found)-1],
		}.body())
		if err != nil {
			return nil, err
		}
		var out struct {
			Data struct {
				Contacts struct{ PageInfo struct{ EndCursor string } }
			}
		}
		if err := json.Unmarshal(text, &out); err != nil {
			return nil, err
		}
		cursor := out.Data.Contacts.PageInfo.EndCursor
		if cursor == "" {
			return nil, fmt.Errorf("only %d pages of contacts, want %d", len(found), n)
		}
		found = append(found, cursor)
	}
	return found, nil
}

// pagesOf are the bodies that ask a server for n pages of the query.
func pagesOf(ctx context.Context, url, text string, n int) ([][]byte, error) {
	after, err := cursors(ctx, url, n)
	if err != nil {
		return nil, err
	}
	bodies := make([][]byte, n)
	for i := range bodies {
		bodies[i] = query{text, after[i]}.body()
	}
	return bodies, nil
}

// words are the first n of the fields.
func words(fields string, n int) string { return strings.Join(strings.Fields(fields)[:n], " ") }
