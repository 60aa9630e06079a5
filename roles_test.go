package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A roleWorld is a portal and a gateway with keys of several roles.
type roleWorld struct {
	*testGateway
	keys                           map[string]string
	contact, company, deal, secret string // record IDs
}

const roleTexts = `
	"sales": {"objectTypes": ["contacts", "0-2"], "properties": {
		"contact": ["firstname", "phone", "hs_lead_status", "createdate", "associatedcompanyid", "hubspot_owner_id"],
		"companies": ["name", "domain", "city", "website", "phone"]}},
	"nosecrets": {"hiddenObjectTypes": ["secret"], "hiddenProperties": {"deals": ["pipeline", "dealstage", "amount"], "*": ["email", "hs_additional_emails"]}, "owners": false},
	"stages": {"properties": {"deals": ["dealstage"]}},
	"pipelines": {"properties": {"deals": ["pipeline"]}},
	"quiet": {"introspection": false, "suggestions": false},
	"same": {"hiddenObjectTypes": ["2-777"], "hiddenProperties": {"0-3": ["amount", "dealstage", "pipeline"], "*": ["hs_additional_emails", "email"]}, "owners": false}`

func newRoleWorld(t *testing.T, change ...func(*config.Config)) *roleWorld {
	t.Helper()
	p := hubspottest.New(t, hubspottest.Options{BurstLimit: 1000})
	p.DefineObject(hubspottest.Object{Name: "secret", TypeID: "2-777", Associations: []string{"contacts"}})
	owner := p.AddOwner(hubspottest.Owner{Email: "boss@example.com", FirstName: "Olga", LastName: "Boss"})
	w := &roleWorld{}
	w.company = p.AddRecord("companies", map[string]string{"name": "Acme", "domain": "acme.example"})
	w.contact = p.AddRecord("contacts", map[string]string{
		"firstname": "Ada", "lastname": "Hiddenname", "email": "ada@example.com", "hs_additional_emails": "second@example.com",
		"hubspot_owner_id": owner, "associatedcompanyid": w.company, "hs_lead_status": "NEW",
	})
	w.deal = p.AddRecord("deals", map[string]string{"dealname": "Big", "amount": "4200", "pipeline": "default", "dealstage": "closedwon", "hubspot_owner_id": owner})
	w.secret = p.AddRecord("secret", map[string]string{"name": "Plan"})
	p.Associate("contacts", w.contact, "companies", w.company, "Primary")
	p.Associate("contacts", w.contact, "deals", w.deal)
	p.Associate("contacts", w.contact, "secret", w.secret)
	list := p.AddList(hubspottest.ListDefinition{Name: "Hiddenlist", ObjectType: "contacts"})
	p.AddToList(list, w.contact)
	entries := map[string]string{"all": ""}
	for _, role := range []string{"sales", "nosecrets", "stages", "pipelines", "quiet", "same"} {
		entries[role] = fmt.Sprintf(`"role": %q`, role)
	}
	text, keys := keysText(t, roleTexts, entries)
	w.keys = keys
	w.testGateway = startGateway(t, p, append(change, withKeys(text))...)
	return w
}

func (w *roleWorld) as(role string) *testGateway { return w.bearer(w.keys[role]) }

// TestRoles asks what a role may not see at each place where it could show.
func TestRoles(t *testing.T) {
	w := newRoleWorld(t)
	invalid, badInput := any("GRAPHQL_VALIDATION_FAILED"), any("BAD_USER_INPUT")
	tests := []struct {
		name, role, query string
		want              any // code of the first error, or the data
	}{
		{"fields", "sales", `{ contacts { nodes { firstname } } }`, `{"contacts":{"nodes":[{"firstname":"Ada"}]}}`},
		{"hidden field", "sales", `{ contacts { nodes { lastname } } }`, invalid},
		{"hidden type", "sales", `{ deals { nodes { id } } }`, invalid},
		{"hidden type by name", "sales", `{ records(objectType: "deals") { nodes { id } } }`, badInput},
		{"hidden type by ID", "sales", `{ record(objectType: "0-3", by: {id: "$deal"}) { id } }`, badInput},
		{"hidden type by fragment", "sales", `{ node(id: "0-1:$contact") { ... on Deal { id } } }`, invalid},
		{"hidden record", "sales", `{ node(id: "0-3:$deal") { id } nodes(ids: ["0-3:$deal", "2-777:1"]) { id } }`, `{"node":null,"nodes":[null,null]}`},
		{"property by name", "sales", `{ contacts { nodes { property(name: "lastname") { raw } a: property(name: "nonsense") { raw } } } }`, `{"contacts":{"nodes":[{"property":null,"a":null}]}}`},
		{"properties by name", "sales", `{ contacts { nodes { properties(names: ["lastname"]) { raw } } } }`, badInput},
		{"display name", "sales", `{ contacts { nodes { displayName } } companies { nodes { displayName } } }`, `{"contacts":{"nodes":[{"displayName":"Ada"}]},"companies":{"nodes":[{"displayName":"Acme"}]}}`},
		{"condition", "sales", `{ contacts(where: {lastname: {eq: "Hiddenname"}}) { nodes { id } } }`, invalid},
		{"condition by name", "sales", `{ records(objectType: "contacts", where: {property: {name: "lastname", eq: "Hiddenname"}}) { nodes { id } } }`, badInput},
		{"condition on associated", "sales", `{ companies { nodes { contacts(where: {lastname: {exists: true}}) { nodes { id } } } } }`, invalid},
		{"order", "sales", `{ contacts(orderBy: {property: lastname}) { nodes { id } } }`, invalid},
		{"order by name", "sales", `{ records(objectType: "contacts", orderBy: {property: "lastname"}) { nodes { id } } }`, badInput},
		{"history", "sales", `{ contacts { nodes { history(properties: [lastname]) { name } } } }`, invalid},
		{"key", "sales", `{ contact(by: {email: "ada@example.com"}) { id } }`, invalid},
		{"key by name", "sales", `{ record(objectType: "contacts", by: {unique: {property: "email", value: "ada@example.com"}}) { id } }`, badInput},
		{"association", "sales", `{ contacts { nodes { deals { nodes { id } } } } }`, invalid},
		{"association by name", "sales", `{ contacts { nodes { associated(to: "deals") { nodes { id } } } } }`, badInput},
		{"associated with hidden", "sales", `{ contacts(where: {associatedWith: {deal: ["$deal"]}}) { nodes { id } } }`, invalid},
		{"associated with hidden by name", "sales", `{ records(objectType: "contacts", where: {associatedWith: {deal: ["$deal"]}}) { nodes { id } } }`, invalid},
		{"primary company", "sales", `{ contacts { nodes { primaryCompany { name } companies { nodes { name } } } } }`, `{"contacts":{"nodes":[{"primaryCompany":{"name":"Acme"},"companies":{"nodes":[{"name":"Acme"}]}}]}}`},
		{"reference to a type that is there", "sales", `{ contacts { nodes { associatedcompanyid } } }`, `{"contacts":{"nodes":[{"associatedcompanyid":"$company"}]}}`},
		{"owners are not of the types named", "sales", `{ contacts { nodes { hubspot_owner_id { email } } } }`, invalid},
		{"list of owners", "sales", `{ owners { email } }`, invalid},
		{"who changed it", "sales", `{ contacts { nodes { history(properties: [firstname]) { versions { sourceLabel } } } } }`, invalid},
		{"lists", "sales", `{ lists { nodes { name } } }`, invalid},
		{"a list", "sales", `{ list(id: "1") { name } }`, invalid},
		{"lists of a record", "sales", `{ contacts { nodes { lists { list { name } } } } }`, invalid},
		{"words in hidden properties", "sales", `{ contacts(query: "Hiddenname") { nodes { id } } }`, invalid},
		{"words by name of the type", "sales", `{ records(objectType: "contacts", query: "Hiddenname") { nodes { id } } }`, badInput},
		{"words where all is seen", "sales", `{ companies(query: "acme") { nodes { name } } }`, `{"companies":{"nodes":[{"name":"Acme"}]}}`},
		{"object types", "sales", `{ objectTypes(includeUnavailable: true) { name associates uniqueProperties } objectType(name: "deals") { name } }`,
			`{"objectTypes":[{"name":"contact","associates":["0-1","0-2"],"uniqueProperties":[]},{"name":"company","associates":["0-1","0-2"],"uniqueProperties":[]}],"objectType":null}`},
		{"pipelines of a hidden type", "sales", `{ pipelines(objectType: "deals") { label } }`, `{"pipelines":null}`},
		{"labels to a hidden type", "sales", `{ associationLabels(from: "contacts", to: "deals") { label } }`, `{"associationLabels":null}`},
		{"portal", "sales", `{ portal { unavailableObjectTypes { name } warnings } }`, `{"portal":{"unavailableObjectTypes":[],"warnings":[]}}`},
		{"allowance", "sales", `{ rateLimit { burst { windowMs } } }`, `{"rateLimit":{"burst":{"windowMs":10000}}}`},

		{"hidden custom type", "nosecrets", `{ secrets { nodes { id } } }`, invalid},
		{"hidden custom type as an association", "nosecrets", `{ contacts { nodes { secrets { nodes { id } } } } }`, invalid},
		{"hidden everywhere", "nosecrets", `{ contacts { nodes { lastname property(name: "email") { raw } } } }`, `{"contacts":{"nodes":[{"lastname":"Hiddenname","property":null}]}}`},
		{"name without hidden part", "nosecrets", `{ contacts { nodes { displayName } } }`, `{"contacts":{"nodes":[{"displayName":"Ada Hiddenname"}]}}`},
		{"pipelines without their properties", "nosecrets", `{ pipelines(objectType: "deals") { label } deals { nodes { dealname } } }`, `{"pipelines":[],"deals":{"nodes":[{"dealname":"Big"}]}}`},
		{"owner property without owners", "nosecrets", `{ deals { nodes { hubspot_owner_id } } }`, invalid},
		{"stages tell the pipeline", "stages", `{ deals { nodes { dealstage { label pipeline { label } } } } }`, `{"deals":{"nodes":[{"dealstage":{"label":"Closed Won","pipeline":{"label":"Sales Pipeline"}}}]}}`},
		{"pipelines without stages", "pipelines", `{ deals { nodes { pipeline { label stages { label } } } } pipelines(objectType: "deals") { stages { label } } }`,
			`{"deals":{"nodes":[{"pipeline":{"label":"Sales Pipeline","stages":[]}}]},"pipelines":[{"stages":[]}]}`},

		{"no schema", "quiet", `{ __schema { queryType { name } } }`, "FORBIDDEN"},
		{"no schema in a fragment", "quiet", `{ ...f } fragment f on Query { t: __type(name: "Contact") { name } }`, "FORBIDDEN"},
		{"type names", "quiet", `{ __typename contacts { nodes { __typename lastname } } }`, `{"__typename":"Query","contacts":{"nodes":[{"__typename":"Contact","lastname":"Hiddenname"}]}}`},
		{"all", "all", `{ deals { nodes { amount } } secrets { nodes { name } } lists { nodes { name } } contact(by: {email: "second@example.com"}) { email } }`,
			`{"deals":{"nodes":[{"amount":4200}]},"secrets":{"nodes":[{"name":"Plan"}]},"lists":{"nodes":[{"name":"Hiddenlist"}]},"contact":{"email":"ada@example.com"}}`},
	}
	fill := strings.NewReplacer("$deal", w.deal, "$contact", w.contact, "$company", w.company)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.portal.ResetCalls()
			a := w.as(tt.role).query(fill.Replace(tt.query), nil)
			want, isData := tt.want.(string)
			if isData = isData && strings.HasPrefix(want, "{"); isData {
				if diff := cmp.Diff(fill.Replace(want), string(a.Data)); diff != "" || len(a.Errors) > 0 {
					t.Errorf("%s\nerrors %+v, data (-want +got):\n%s", tt.query, a.Errors, diff)
				}
				return
			}
			if a.code() != tt.want {
				t.Errorf("%s\ncode %v, want %v: %+v\n%s", tt.query, a.code(), tt.want, a.Errors, a.Data)
			}
			text, _ := json.Marshal(a.Errors)
			for _, hidden := range []string{"Hiddenname", "Hiddenlist", "boss@", "4200"} {
				if strings.Contains(string(text)+string(a.Data), hidden) && !strings.Contains(tt.query, hidden) {
					t.Errorf("%s\nthe answer holds %s: %s %s", tt.query, hidden, text, a.Data)
				}
			}
		})
	}
}

// TestHiddenLooksUnknown: what a role may not see is refused in the very words
// for what there is not.
func TestHiddenLooksUnknown(t *testing.T) {
	w := newRoleWorld(t)
	tests := []struct{ query, hidden, unknown string }{
		{`{ records(objectType: "%s") { nodes { id } } }`, "deals", "dealz"},
		{`{ contacts { nodes { associated(to: "%s") { nodes { id } } } } }`, "secret", "sacred"},
		{`{ %s { nodes { id } } }`, "deals", "dealz"},
		{`{ contacts { nodes { %s } } }`, "lastname", "lostname"},
		{`{ contacts { nodes { properties(names: ["%s"]) { raw } } } }`, "lastname", "lostname"},
		{`{ records(objectType: "contacts", where: {property: {name: "%s", eq: "x"}}) { nodes { id } } }`, "lastname", "lostname"},
		{`{ records(objectType: "contacts", orderBy: {property: "%s"}) { nodes { id } } }`, "lastname", "lostname"},
		{`{ record(objectType: "contacts", by: {unique: {property: "%s", value: "x"}}) { id } }`, "email", "imail"},
		{`{ contacts(where: {associatedWith: {%s: ["1"]}}) { nodes { id } } }`, "deal", "dell"},
		{`{ lists(objectType: "%s") { nodes { id } } }`, "deals", "dealz"},
		{`{ __type(name: "%s") { name } }`, "Deal", "Dell"},
	}
	for _, tt := range tests {
		of := func(name string) string {
			a := w.as("sales").query(fmt.Sprintf(tt.query, name), nil)
			text, err := json.Marshal([]any{a.Status, a.Data, a.Errors})
			if err != nil {
				t.Fatal(err)
			}
			return strings.ReplaceAll(string(text), name, "NAME")
		}
		if diff := cmp.Diff(of(tt.unknown), of(tt.hidden)); diff != "" {
			t.Errorf("%s of %s and of %s differ:\n%s", tt.query, tt.unknown, tt.hidden, diff)
		}
	}
}

// TestSecondaryAddress: who may not see secondary addresses cannot try them out
// either, whatever others had read of the record just before.
func TestSecondaryAddress(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.AddRecord("contacts", map[string]string{"email": "ada@example.com", "hs_additional_emails": "second@example.com"})
	text, keys := keysText(t, "", map[string]string{"all": "", "some": `"properties": {"contacts": ["email"]}`})
	g := startGateway(t, p, withKeys(text))
	const query = `query($e: String!) { contact(by: {email: $e}) { email } }`
	for _, tt := range []struct{ key, address, want string }{
		{"all", "second@example.com", `{"contact":{"email":"ada@example.com"}}`},
		{"some", "second@example.com", `{"contact":null}`},
		{"some", "ADA@example.com", `{"contact":{"email":"ada@example.com"}}`},
	} {
		if a := g.bearer(keys[tt.key]).query(query, map[string]any{"e": tt.address}); string(a.Data) != tt.want {
			t.Errorf("%s asks for %s: %s %+v, want %s", tt.key, tt.address, a.Data, a.Errors, tt.want)
		}
	}
}

// TestMergedForRoles: an old ID answers, whether or not the role may see which
// records were merged.
func TestMergedForRoles(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	winner := p.AddRecord("contacts", map[string]string{"firstname": "Ada"})
	loser := p.AddRecord("contacts", map[string]string{"firstname": "Old"})
	p.Merge("contacts", winner, loser)
	text, keys := keysText(t, "", map[string]string{"some": `"properties": {"contacts": ["firstname"]}`})
	g := startGateway(t, p, withKeys(text)).bearer(keys["some"])
	if a := g.query(fmt.Sprintf(`{ contact(by: {id: %q}) { firstname } }`, loser), nil); string(a.Data) != `{"contact":{"firstname":"Ada"}}` {
		t.Errorf("by the old ID: %s %+v", a.Data, a.Errors)
	}
	if a := g.query(`{ contacts { nodes { property(name: "hs_merged_object_ids") { raw } } } }`, nil); strings.Contains(string(a.Data), loser) {
		t.Errorf("the old ID shows: %s", a.Data)
	}
}

// TestRolesShare: roles that come to the same share one schema, and all roles
// share HubSpot's answers.
func TestRolesShare(t *testing.T) {
	w := newRoleWorld(t, func(cfg *config.Config) { cfg.RecordTTL, cfg.RecordCacheBytes = 1<<40, 1<<22 })
	for _, role := range []string{"all", "nosecrets", "same", "sales", "sales"} {
		w.as(role).query(`{ contacts { nodes { firstname } } }`, nil)
	}
	if got := strings.Count(w.logs.String(), "schema of a role built"); got != 2 {
		t.Errorf("%d schemas for two kinds of roles", got)
	}
	w.portal.ResetCalls()
	query := fmt.Sprintf(`{ contact(by: {id: %q}) { firstname } }`, w.contact)
	w.as("all").query(query, nil)
	first := len(w.portal.Calls())
	if w.as("sales").query(query, nil); len(w.portal.Calls()) != first {
		t.Errorf("%d calls after %d: a kept record was read again for another role", len(w.portal.Calls()), first)
	}
}

func TestSuggestions(t *testing.T) {
	w := newRoleWorld(t)
	for _, query := range []string{
		`{ contactz { nodes { id } } }`, `{ contacts { nodes { firstnam } } }`, `{ contacts(firs: 1) { nodes { id } } }`,
		`{ contacts(orderBy: {property: firstnam}) { nodes { id } } }`, `{ contacts(where: {firstnam: {eq: "x"}}) { nodes { id } } }`,
	} {
		loud, quiet := w.as("all").query(query, nil), w.as("quiet").query(query, nil)
		if len(loud.Errors) == 0 || len(quiet.Errors) == 0 {
			t.Fatalf("%s: %+v, %+v", query, loud.Errors, quiet.Errors)
		}
		if !strings.Contains(loud.Errors[0].Message, "Did you mean") {
			t.Errorf("%s: %q proposes nothing to those who may have it", query, loud.Errors[0].Message)
		}
		if strings.Contains(quiet.Errors[0].Message, "Did you mean") {
			t.Errorf("%s: %q", query, quiet.Errors[0].Message)
		}
	}
	if res, err := w.as("quiet").client.Get(w.url + "/schema.graphql"); err != nil || res.StatusCode != 403 {
		t.Errorf("/schema.graphql: %v, %v", res, err)
	} else {
		_ = res.Body.Close()
	}
}

// TestRolesFollowThePortal: what HubSpot has anew is there for those who see
// all of it, and not for those who see what is named.
func TestRolesFollowThePortal(t *testing.T) {
	w := newRoleWorld(t)
	has := func(role string) bool {
		return strings.Contains(w.as(role).get("/schema.graphql"), "brand_new")
	}
	for _, role := range []string{"nosecrets", "sales"} {
		if has(role) {
			t.Fatalf("%s sees it before it is there", role)
		}
	}
	w.portal.DefineProperty("contacts", hubspottest.Property{Name: "brand_new"})
	if _, err := w.gateway.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !has("nosecrets") || has("sales") {
		t.Errorf("after a refresh nosecrets sees it: %t, sales: %t", has("nosecrets"), has("sales"))
	}
}

// TestTerseErrors: HubSpot's words may be about what somebody else asked for.
func TestTerseErrors(t *testing.T) {
	w := newRoleWorld(t)
	for role, told := range map[string]bool{"all": true, "sales": false} {
		w.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Status: 400, Body: `{"status":"error","message":"Property lastname is not allowed","category":"VALIDATION_ERROR"}`})
		a := w.as(role).query(`{ contacts { nodes { id firstname } } }`, nil)
		w.portal.ClearFaults()
		if a.code() != "BAD_USER_INPUT" || strings.Contains(a.Errors[0].Message, "lastname") != told {
			t.Errorf("%s is told %+v", role, a.Errors)
		}
	}
}

func TestMisspeltRights(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	text, _ := keysText(t, "", map[string]string{"a": `"hiddenObjectTypes": ["deelz"], "hiddenProperties": {"contacts": ["imail"], "*": ["any"]}`})
	g := startGateway(t, p, withKeys(text))
	if log := g.logs.String(); !strings.Contains(log, "rights name what the portal does not have") || !strings.Contains(log, "contacts.imail") || !strings.Contains(log, "deelz") {
		t.Errorf("the log does not warn of the names:\n%s", log)
	}
}
