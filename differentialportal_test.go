//go:build clients

package main

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A mixedPortal fills a fake portal at random, the same in every run.
type mixedPortal struct {
	*hubspottest.Portal
	*rand.Rand
	owners []string            // and one ID that is none's
	live   map[string][]string // IDs by object type
}

// mixedTypes are the object types that have records, and how many.
var mixedTypes = []struct {
	name string
	n    int
}{{"contacts", 130}, {"companies", 24}, {"deals", 70}, {"tickets", 30}, {"line_items", 40}, {"notes", 12}, {"house", 17}}

// differentialPortal is small, so that random conditions match some of it and
// not all, and has something of everything: lists longer than HubSpot's pages,
// archived and merged records, labels, stages that two pipelines share, owners
// and options that are gone, names that are no GraphQL, values of no type.
func differentialPortal(t *testing.T) *hubspottest.Portal {
	m := &mixedPortal{
		Portal: hubspottest.New(t, hubspottest.Options{Unlimited: true}),
		Rand:   rand.New(rand.NewPCG(5, 2026)),
		live:   map[string][]string{},
	}
	m.addOwners()
	m.define()
	for _, t := range mixedTypes {
		m.fill(t.name, t.n)
	}
	m.associate()
	contacts, companies := m.live["contacts"], m.live["companies"]
	m.Merge("contacts", contacts[3], contacts[4])
	m.Merge("companies", companies[3], companies[4])
	m.AddList(hubspottest.ListDefinition{Name: "Everybody", ObjectType: "contacts", Members: append(contacts[:4:4], contacts[5:]...)})
	m.AddList(hubspottest.ListDefinition{Name: "Big deals", ObjectType: "deals", ProcessingType: "DYNAMIC", Members: m.live["deals"][:9], Size: 12})
	m.AddList(hubspottest.ListDefinition{Name: "Nobody", ObjectType: "companies"})
	return m.Portal
}

func (m *mixedPortal) pick(from ...string) string { return from[m.IntN(len(from))] }

func (m *mixedPortal) addOwners() {
	north := hubspottest.Team{ID: "7", Name: "North", Primary: true}
	for _, o := range []hubspottest.Owner{
		{FirstName: "Lena", LastName: "Petersen", Email: "lena@example.com", Teams: []hubspottest.Team{north, {ID: "8", Name: "South"}}},
		{Email: "nameless@example.com"},
		{FirstName: "Victor", LastName: "Lange", Email: "victor@example.com", Archived: true},
		{FirstName: "Desk", Type: "QUEUE", Email: "desk@example.com", Teams: []hubspottest.Team{north}},
	} {
		m.owners = append(m.owners, m.AddOwner(o))
	}
	m.owners = append(m.owners, "999")
}

// define adds what a portal of its own has.
func (m *mixedPortal) define() {
	m.DefineObject(hubspottest.Object{Name: "house", TypeID: "2-77", Associations: []string{"contacts", "companies", "deals"}})
	m.DefineLabel("contacts", "companies", "Billing contact")
	m.DefineLabel("contacts", "companies", "Decision maker")
	m.DefineLabel("contacts", "contacts", "Manager", "Report")
	m.DefineLabel("contacts", "house", "Tenant", "Let to")
	m.DefinePipeline("deals", hubspottest.Pipeline{ID: "renewals", Label: "Renewals", DisplayOrder: 1, Stages: []hubspottest.Stage{
		{ID: "closedwon", Label: "Renewed", Metadata: map[string]string{"probability": "1.0", "isClosed": "true"}},
		{ID: "due", Label: "Due", DisplayOrder: 1, Metadata: map[string]string{"probability": "0.5", "isClosed": "false"}},
	}})
	options := []hubspottest.Option{{Value: "a", Label: "Option A"}, {Value: "b", Label: "Option B", DisplayOrder: 1}, {Value: "c d", Label: `"C"`, DisplayOrder: 2}}
	yesNo := []hubspottest.Option{{Value: "true", Label: "Yes"}, {Value: "false", Label: "No"}}
	for _, t := range mixedTypes {
		for _, prop := range []hubspottest.Property{
			{Name: "x_text"},
			{Name: "x_number", Type: "number"},
			{Name: "x_day", Type: "date"},
			{Name: "x_time", Type: "datetime"},
			{Name: "x_enum", Type: "enumeration", Options: options},
			{Name: "x_many", Type: "enumeration", FieldType: "checkbox", Options: options},
			{Name: "x_bool", Type: "bool", Options: yesNo},
			{Name: "x_owner", Type: "enumeration", ReferencedObjectType: "OWNER", ExternalOptions: true},
			{Name: "x other-text"}, // no GraphQL name
		} {
			m.DefineProperty(t.name, prop)
		}
	}
}

// fill adds records, of which some are archived again.
func (m *mixedPortal) fill(objectType string, n int) {
	for i := range n {
		id := m.AddRecord(objectType, m.values(objectType, i))
		if i%11 == 5 {
			m.Archive(objectType, id)
			continue
		}
		m.live[objectType] = append(m.live[objectType], id)
		for range m.IntN(3) {
			m.Update(objectType, id, map[string]string{"x_text": m.pick("", "Ada", "later"), "x_enum": m.pick("a", "b", "")})
		}
	}
}

// values are few, so that they meet.
func (m *mixedPortal) values(objectType string, i int) map[string]string {
	values := map[string]string{
		"x_text":       m.pick("", "", "Ada", "ada", "ADA lovelace", "bob@x.org", "Öz Ünal", "日本 語", "a;b", "x-y_z", "\"quoted\"\n🙂"),
		"x_number":     m.pick("", "", "0", "1", "-3", "2.50", "2.5", "100", "1234567.891", "n/a"),
		"x_day":        m.pick("", "2026-01-05", "2026-01-06", "2025-12-31", "1767571200000", "soon"),
		"x_time":       m.pick("", "2026-01-05T10:00:00.000Z", "2026-01-05T10:00:00.001Z", "2026-02-01T00:00:00Z", "1767607200000", "2026-01-05T12:00:00+02:00"),
		"x_enum":       m.pick("", "a", "b", "c d", "removed"),
		"x_many":       m.pick("", "a", "b", "a;b", ";a;;c d;", "removed;b", ";"),
		"x_bool":       m.pick("", "true", "false"),
		"x_owner":      m.pick(append([]string{""}, m.owners...)...),
		"x other-text": m.pick("", "plain", "Plain", "other"),
	}
	switch objectType {
	case "contacts":
		values["email"] = fmt.Sprintf("Contact%d@example.com", i)
		values["firstname"], values["lastname"] = m.pick("Ada", "", "bob"), m.pick("Öz", "", "smith")
	case "companies":
		values["name"], values["domain"] = m.pick("Acme", "", "beta Ltd"), fmt.Sprintf("c%d.example.com", i)
	case "deals":
		values["dealname"], values["amount"] = fmt.Sprintf("Deal %d", i%9), m.pick("", "0", "1", "-3", "2.50", "2.5", "100", "1234567.891")
		values["pipeline"], values["dealstage"] = m.pick("default", "renewals", "", "gone"), m.pick("closedwon", "due", "qualifiedtobuy", "", "gone")
	case "house":
		values["name"] = m.pick("Villa", "", "hut")
	}
	return values
}

func (m *mixedPortal) associate() {
	for _, link := range []struct {
		from, to string
		most     int
		labels   []string
	}{
		{"contacts", "companies", 3, []string{"Primary", "Billing contact", "Decision maker"}},
		{"contacts", "contacts", 2, []string{"Manager"}},
		{"contacts", "deals", 4, nil},
		{"contacts", "tickets", 2, nil},
		{"companies", "deals", 6, []string{"Primary"}},
		{"companies", "tickets", 2, nil},
		{"deals", "line_items", 4, nil},
		{"contacts", "notes", 1, nil},
		{"house", "contacts", 9, []string{"Let to"}},
		{"house", "companies", 3, nil},
	} {
		for _, from := range m.live[link.from] {
			for range m.IntN(link.most + 1) {
				m.join(link.from, from, link.to, m.pick(m.live[link.to]...), link.labels)
			}
		}
	}
	for _, contact := range m.live["contacts"] { // one company knows them all
		m.Associate("contacts", contact, "companies", m.live["companies"][0])
	}
}

// join associates two records by some of the labels.
func (m *mixedPortal) join(fromType, from, toType, to string, labels []string) {
	if fromType == toType && from == to {
		return
	}
	var some []string
	for _, label := range labels {
		if m.IntN(3) == 0 {
			some = append(some, label)
		}
	}
	m.Associate(fromType, from, toType, to, some...)
}
