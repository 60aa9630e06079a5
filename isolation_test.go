package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A tenant is one of several portals in one process. Its mark is in all that it
// holds, values and names alike, and in nothing that others hold.
type tenant struct {
	*testGateway
	mark string
	id   int64
}

const tenantRecords = 40 // of each type; the same IDs in every portal

func newTenant(t *testing.T, mark string, id int64) *tenant {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true, PortalID: id, Token: "pat-" + mark})
	property := mark + "_only"
	p.DefineProperty("contacts", hubspottest.Property{Name: property, Label: mark + " property"})
	p.DefineProperty("contacts", hubspottest.Property{Name: "level", Type: "enumeration", Options: []hubspottest.Option{{Value: "1", Label: mark + " level"}}})
	p.DefineObject(hubspottest.Object{Name: mark + "_thing", TypeID: "2-77", Associations: []string{"contacts"}})
	p.DefineLabel("contacts", "companies", mark+" label")
	p.DefinePipeline("deals", hubspottest.Pipeline{ID: "default", Label: mark + " pipeline", Stages: []hubspottest.Stage{{ID: "won", Label: mark + " stage"}}})
	owner := p.AddOwner(hubspottest.Owner{FirstName: mark, LastName: "Owner", Email: mark + "@owner.example"})
	var contacts []string
	for i := range tenantRecords {
		text := fmt.Sprintf("%s %d", mark, i)
		contact := p.AddRecord("contacts", map[string]string{
			"email":     fmt.Sprintf("contact%d@example.com", i), // the same in every portal
			"firstname": text, property: text, "level": "1", "hubspot_owner_id": owner,
		})
		contacts = append(contacts, contact)
		company := p.AddRecord("companies", map[string]string{"name": text})
		deal := p.AddRecord("deals", map[string]string{"dealname": text, "pipeline": "default", "dealstage": "won"})
		thing := p.AddRecord(mark+"_thing", map[string]string{"name": text})
		p.Associate("contacts", contact, "companies", company, "Primary", mark+" label")
		p.Associate("companies", company, "deals", deal)
		p.Associate(mark+"_thing", thing, "contacts", contact)
	}
	p.AddList(hubspottest.ListDefinition{Name: mark + " list", ObjectType: "contacts", Members: contacts})
	g := startGateway(t, p, unthrottled, func(cfg *config.Config) {
		cfg.RecordTTL, cfg.RecordCacheBytes = time.Hour, 16<<20
	})
	return &tenant{testGateway: g, mark: mark, id: id}
}

// TestTenantsShareNothing asks random questions of two portals at once, whose
// records have the same IDs, types and addresses. The gateways share calls and
// keep records: no answer holds anything of the other portal.
func TestTenantsShareNothing(t *testing.T) {
	tenants := []*tenant{newTenant(t, "kestrel", 4711), newTenant(t, "wolfram", 4712)}
	own := make([]int, len(tenants)) // answers that hold something
	rapid.Check(t, func(t *rapid.T) {
		// Each round anew: with the record cache as those before have left it.
		queries := rapid.SliceOfN(rapid.Custom(drawTenantQuery), 4, 12).Draw(t, "queries")
		var wg sync.WaitGroup
		var mu sync.Mutex
		var leaks []string
		for i, me := range tenants {
			for _, q := range queries {
				wg.Go(func() {
					text, leak := me.leaks(q, tenants[1-i])
					mu.Lock()
					defer mu.Unlock()
					if leak != "" {
						leaks = append(leaks, leak)
					}
					if strings.Contains(text, me.mark) {
						own[i]++
					}
				})
			}
		}
		wg.Wait()
		if len(leaks) > 0 {
			t.Fatal(leaks[0])
		}
	})
	for i, me := range tenants {
		other := tenants[1-i]
		if own[i] < 200 {
			t.Errorf("%d answers of %s held something of its own: the questions are too poor", own[i], me.mark)
		}
		for name, text := range map[string]string{"schema": me.get("/schema.graphql"), "metrics": me.get("/metrics"), "log": me.logs.String()} {
			if strings.Contains(text, other.mark) || strings.Contains(text, other.portal.Token()) {
				t.Errorf("the %s of %s holds something of %s", name, me.mark, other.mark)
			}
		}
	}
}

// A tenantQuery is a question for any portal: MARK stands for its mark.
type tenantQuery struct {
	text    string
	foreign bool // whether MARK is that of the other portal
}

// leaks asks, and says what the answer holds that it must not.
func (me *tenant) leaks(q tenantQuery, other *tenant) (text, leak string) {
	mark := me.mark
	if q.foreign {
		mark = other.mark
	}
	query := strings.ReplaceAll(q.text, "MARK", mark)
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		return "", err.Error()
	}
	_, answer, err := me.post(context.Background(), body)
	if err != nil {
		return "", fmt.Sprintf("%s: %v", query, err)
	}
	text = string(answer)
	if q.foreign { // errors may repeat the question
		var a struct{ Data json.RawMessage }
		if err := json.Unmarshal(answer, &a); err != nil {
			return "", fmt.Sprintf("%s: %v in %s", query, err, answer)
		}
		text = string(a.Data)
	}
	if lower := strings.ToLower(text); strings.Contains(lower, other.mark) || strings.Contains(lower, fmt.Sprint("/", other.id, "/")) {
		return text, fmt.Sprintf("%s, asked\n%s\nanswers with something of %s: %.2000s", me.mark, query, other.mark, answer)
	}
	return text, ""
}

// drawTenantQuery draws a question of one to three fields.
func drawTenantQuery(t *rapid.T) tenantQuery {
	var b strings.Builder
	b.WriteString("{ ")
	for i := range rapid.IntRange(1, 3).Draw(t, "fields") {
		fmt.Fprintf(&b, "f%d: %s ", i, drawTenantField(t))
	}
	b.WriteString("}")
	return tenantQuery{b.String(), rapid.IntRange(0, 5).Draw(t, "foreign") == 0}
}

func drawTenantField(t *rapid.T) string {
	id := rapid.IntRange(101, 101+tenantRecords).Draw(t, "id")
	first := rapid.SampledFrom([]int{1, 3, 40}).Draw(t, "first")
	contact, company := drawContact(t), "name url deals(first: 2) { nodes { dealname dealstage { label pipeline { label } } } }"
	return rapid.SampledFrom([]string{
		fmt.Sprintf("contacts(first: %d) { nodes { %s } totalCount }", first, contact),
		fmt.Sprintf(`contacts(first: %d, query: "MARK") { nodes { %s } totalCount }`, first, contact),
		fmt.Sprintf(`contacts(first: %d, where: {firstname: {containsToken: "%d"}}, orderBy: {property: email}) { edges { cursor node { %s } } }`, first, id%9, contact),
		fmt.Sprintf(`contact(by: {id: "%d"}) { %s }`, id, contact),
		fmt.Sprintf(`contact(by: {email: "contact%d@example.com"}) { %s }`, id-101, contact),
		fmt.Sprintf(`node(id: "0-2:%d") { ... on Company { %s } }`, id, company),
		fmt.Sprintf(`nodes(ids: ["0-1:%d", "2-77:%d", "0-2:%d"]) { id ... on Record { displayName url property(name: "MARK_only") { label raw } } }`, id, id, id),
		fmt.Sprintf("companies(first: %d) { nodes { %s contacts(first: 2) { edges { labels { label } node { %s } } } } }", first, company, contact),
		fmt.Sprintf(`record(objectType: "MARK_thing", by: {id: "%d"}) { displayName url associated(to: "contacts") { nodes { displayName } } }`, id),
		fmt.Sprintf(`records(objectType: "2-77", first: %d) { nodes { displayName } totalCount }`, first),
		fmt.Sprintf(`records(objectType: "contacts", first: %d, where: {property: {name: "MARK_only", exists: true}}) { nodes { property(name: "MARK_only") { raw } } }`, first),
		fmt.Sprintf("lists { nodes { name members(first: %d) { nodes { displayName } } } }", first),
		"owners { fullName email }",
		`pipelines(objectType: "deals") { label stages { label } }`,
		`associationLabels(from: "contacts", to: "companies") { label }`,
		`objectType(name: "2-77") { name pluralName singularLabel graphqlType }`,
		`objectType(name: "contacts") { properties { name field label options { label } } }`,
		"portal { id warnings }",
		`__type(name: "Contact") { fields { name description } }`,
	}).Draw(t, "field")
}

// drawContact draws what is asked of a contact.
func drawContact(t *rapid.T) string {
	return strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
		"id", "firstname", "MARK_only", "displayName", "url", "email", "level { value label }", "hubspot_owner_id { fullName email }",
		"primaryCompany { name }", "companies { edges { labels { label } node { name } } }", "lists { list { name } }", "history(properties: [firstname]) { versions { value } }",
	}), 1, 5, rapid.ID).Draw(t, "contact"), " ")
}
