package hubspottest

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestDump holds what a dump says of a record against what was put in.
func TestDump(t *testing.T) {
	p := New(t, Options{})
	contact := p.AddRecord("contacts", map[string]string{"email": "ada@example.com"})
	loser := p.AddRecord("contacts", nil)
	company := p.AddRecord("companies", map[string]string{"name": "Acme"})
	p.Associate("contacts", contact, "companies", company, "Primary")
	p.Update("contacts", contact, map[string]string{"email": "ada@example.org"})
	p.Archive("contacts", p.AddRecord("contacts", nil))
	p.Merge("contacts", contact, loser)
	p.AddList(ListDefinition{Name: "All", ObjectType: "contacts", Members: []string{contact}})
	var text bytes.Buffer
	if err := p.Dump(&text); err != nil {
		t.Fatal(err)
	}
	var d dump
	if err := json.Unmarshal(text.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	contacts := d.Types[0]
	if contacts.ID != "0-1" || len(contacts.Records) != 2 || contacts.Merged[loser] != contact {
		t.Fatalf("type %s has %d records, merged %v, want a live and an archived contact and the merged one's ID", contacts.ID, len(contacts.Records), contacts.Merged)
	}
	live, archived := contacts.Records[0], contacts.Records[1]
	if live.ID != contact || live.Values["email"] != "ada@example.org" || live.ArchivedAt != "" || archived.ArchivedAt == "" {
		t.Errorf("records = %+v", contacts.Records)
	}
	if past := live.History["email"]; len(past) != 2 || past[1].Value != "ada@example.com" || past[0].UserID == 0 {
		t.Errorf("history = %+v, want both addresses, the newest first", past)
	}
	links := live.Links["0-2"]
	if len(links) != 1 || links[0].To != company || len(links[0].Types) != 2 {
		t.Errorf("links = %+v, want one with its unlabelled type and the primary one", links)
	}
	if len(d.Lists) != 1 || len(d.Lists[0].Members) != 1 || d.Lists[0].Members[0].ID != contact {
		t.Errorf("lists = %+v, want one with %s in it", d.Lists, contact)
	}
}
