package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

const (
	driveToken  = "pat-eu1-leaktoken-0000-dead-beef"
	driveSecret = "leaksecret-2222-3333-4444-555555555555"
)

// A driven gateway has been through everything: questions, mistakes, faults of
// HubSpot's, webhooks, refreshes. What is secret in it has "leak" in its text:
// "leakarg" what clients gave, and anything else what HubSpot holds.
type driven struct {
	*testGateway

	answers strings.Builder // of GraphQL without their data, and of all other paths
}

// leakyPortal is a portal with contacts, companies and deals that have something
// to hide, in every kind of property.
func leakyPortal(t *testing.T) *hubspottest.Portal {
	p := hubspottest.New(t, hubspottest.Options{Token: driveToken, Unlimited: true})
	p.DefineProperty("contacts", hubspottest.Property{Name: "secret_number", Type: "number"})
	p.DefineProperty("contacts", hubspottest.Property{Name: "secret_date", Type: "date", FieldType: "date"})
	p.DefineProperty("contacts", hubspottest.Property{Name: "secret_time", Type: "datetime", FieldType: "date"})
	p.DefineProperty("contacts", hubspottest.Property{Name: "secret_choice", Type: "enumeration", FieldType: "select", Options: []hubspottest.Option{{Value: "a", Label: "A"}}})
	owner := p.AddOwner(hubspottest.Owner{Email: "leak-owner@secret.example", FirstName: "Leakowner"})
	for _, who := range []string{"one", "two", "three"} {
		contact := p.AddRecord("contacts", map[string]string{
			"email": "leak-" + who + "@secret.example", "firstname": "Leakfirst" + who, "lastname": "Leaklast", "phone": "leakphone",
			"secret_number": "leaknumber", "secret_date": "leakdate", "secret_time": "leaktime", "secret_choice": "leakchoice", "hubspot_owner_id": owner,
		})
		company := p.AddRecord("companies", map[string]string{"name": "Leakcompany", "domain": "leak.example"})
		p.Associate("contacts", contact, "companies", company, "Primary")
		deal := p.AddRecord("deals", map[string]string{"dealname": "Leakdeal", "amount": "1.5"})
		p.Associate("companies", company, "deals", deal)
	}
	return p
}

// drive starts a gateway and takes it through everything.
func drive(t *testing.T, change ...func(*config.Config)) *driven {
	t.Helper()
	p := leakyPortal(t)
	g := &driven{testGateway: startGateway(t, p, append([]func(*config.Config){debugLogs, unthrottled, keeping, func(cfg *config.Config) {
		cfg.ClientSecret, cfg.PublicURL = config.NewSecret(driveSecret), "https://gw.example.com/hubgraph"
		cfg.Timeout = 3 * time.Second
	}}, change...)...)}
	g.ask(`query Everything { contacts { nodes { email firstname phone secret_number secret_date secret_time secret_choice { value label } hubspot_owner_id { email }
		history(properties: [firstname]) { versions { value } } companies { edges { isPrimary node { name domain deals { nodes { dealname amount } } } } } } } }`, nil)
	g.mistakes()
	g.faults()
	g.webhooks()
	g.company()
	p.Fail(hubspottest.Fault{Status: 401, Body: quoting("INVALID_AUTHENTICATION")})
	_, refreshed := g.refresh()
	p.ClearFaults()
	g.answers.WriteString(refreshed.Problem)
	g.settle()
	_, _ = g.gateway.Refresh(t.Context())
	g.ask(`{ contacts { nodes { email } } }`, nil)
	g.lastDay()
	for _, path := range []string{"/readyz", "/metrics", "/livez", "/nowhere/leakarg"} {
		_, text := fetch(t, g.url+path)
		g.answers.WriteString(text)
	}
	return g
}

// TestDriven takes a gateway through everything, and looks at what operators see
// of it then.
func TestDriven(t *testing.T) {
	collector := newCollector(t)
	g := drive(t, collector.traced)
	t.Run("nothing secret is told", func(t *testing.T) { g.nothingSecret(t, collector) })
	t.Run("dashboard and alerts", g.dashboardAndAlerts)
}

// ask sends a query and keeps what the answer says besides the data.
func (g *driven) ask(query string, variables map[string]any) {
	g.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables, "operationName": variables["operationName"]})
	if err != nil {
		g.t.Fatal(err)
	}
	g.send(body)
}

func (g *driven) send(body []byte, header ...string) {
	g.t.Helper()
	text := g.raw(body, header...)
	var a map[string]json.RawMessage
	if err := json.Unmarshal(text, &a); err != nil {
		g.t.Fatalf("%s: %v", text, err)
	}
	delete(a, "data")
	for name, part := range a {
		g.answers.WriteString(name + ": " + string(part) + "\n")
	}
}

// mistakes sends what clients get wrong, with what they may have meant.
func (g *driven) mistakes() {
	g.t.Helper()
	g.ask(`query leakarg { nope(email: "leakarg@secret.example") }`, nil)
	g.ask(`{ contact(by: {email: "leakarg@secret.example"}) { email } }`, nil)
	g.ask(`query($e: String!) { contact(by: {email: $e}) { email } }`, map[string]any{"e": "leakarg@secret.example"})
	g.ask(`query($n: Int!) { contacts(first: $n) { nodes { id } } }`, map[string]any{"n": "leakarg"})
	g.ask(`query A { __typename }`, map[string]any{"operationName": "leakarg@secret.example"})
	g.ask(`{ contacts(where: {firstname: {eq: "Leakarg"}}, query: "leakarg@secret.example") { nodes { email } } }`, nil)
	g.ask(`query @explain { contacts(where: {firstname: {eq: "Leakarg"}}) { nodes { email } } }`, nil)
	g.ask(`{ node(id: "leakarg@secret.example") { id } record(type: "leakarg", id: "1") { id } }`, nil)
	g.ask(`{ contacts(after: "leakarg") { nodes { id } } }`, nil)
	g.ask(`{ contacts(first: 1000) { nodes { companies(first: 1000) { nodes { deals(first: 1000) { nodes { dealname } } } } } } }`, nil)
	g.ask("{ leakarg@secret.example", nil)
	g.send([]byte(`{"query": "leakarg@secret.example`))
	g.send([]byte(`["leakarg@secret.example"]`))
}

// quoting is an error of HubSpot's that quotes what nobody else should read.
func quoting(category string) string {
	return `{"status":"error","category":"` + category + `","correlationId":"Leakfirstone was here","subCategory":"leak-sub@secret.example",` +
		`"message":"Property values were not valid: [{\"value\":\"leak-one@secret.example\"}] for token ` + driveToken + `",` +
		`"context":{"email":["leak-two@secret.example"]},"errors":[{"message":"leak-three@secret.example exists"}]}`
}

// faults lets HubSpot fail in every way, one after the other.
func (g *driven) faults() {
	g.t.Helper()
	html := "<html><body>leak-one@secret.example " + driveToken + "</body></html>"
	text := func(body string) hubspottest.Fault { return hubspottest.Fault{Status: 200, Body: body} }
	for _, f := range []hubspottest.Fault{
		{Status: 400, Body: quoting("VALIDATION_ERROR")},
		{Status: 400, Body: quoting("leak-category@secret.example")},
		{Status: 403, Body: quoting("MISSING_SCOPES")},
		{Status: 404, Body: quoting("OBJECT_NOT_FOUND")},
		{Status: 429, Body: `{"policyName":"SECONDLY","message":"leak-one@secret.example"}`, Header: http.Header{"Retry-After": {"0.01"}}, Times: 1},
		{Status: 477, Body: quoting("MIGRATION_IN_PROGRESS"), Header: http.Header{"Retry-After": {"1"}}},
		{Status: 500, Body: quoting("INTERNAL_ERROR"), Times: 3},
		{Status: 502, Body: html, Times: 3},
		{Status: 403, Body: html}, {Status: 200, Body: html},
		{Status: 400, Body: "leak-one@secret.example is not valid"},
		{Status: 400, Body: quoting("VALIDATION_ERROR"), Header: http.Header{"X-Hubspot-Correlation-Id": {"leak-one@secret.example"}}},
		text(`{"results":[{"id":"1","properties":{"email":"leak-one@secret.example","email":"leak-two@secret.example"}}]}`),
		text(`{"results":[{"id":"1","properties":{"email":{"a":"leak-one@secret.example"}}}]}`),
		text(`{"results":[{"id":"leak-one@secret.example","properties":"leakfirst"}]}`),
		text(`{"results":"leak-one@secret.example"}`),
		text("{\"results\":[{\"id\":\"1\",\"properties\":{\"email\":\"leak-\xff@secret.example\"}}]}"),
		text(`{"results":[],"status":"leak-one@secret.example"}`),
		{Status: 207, Body: `{"status":"COMPLETE","results":[],"numErrors":1,"errors":[` + quoting("VALIDATION_ERROR") + `]}`},
		{Truncate: true, Times: 1}, {CloseBefore: true}, {CloseDuring: true},
		{Status: 401, Body: quoting("INVALID_AUTHENTICATION")},
	} {
		g.portal.Fail(f)
		g.fresh(`{ contacts(first: 2) { nodes { email companies { nodes { name deals { nodes { dealname } } } } } } }`)
		g.fresh(`{ contacts(where: {firstname: {eq: "Leakarg"}}) { nodes { email } } }`)
		g.portal.ClearFaults()
		g.settle()
	}
	g.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.Search, Status: 429, Body: `{"policyName":"SECONDLY","message":"leak-one@secret.example"}`})
	g.fresh(`{ contacts(where: {firstname: {eq: "Leakarg"}}) { nodes { email } } }`)
	g.portal.ClearFaults()
}

// settle waits until the gateway takes HubSpot for well again.
func (g *driven) settle() {
	g.t.Helper()
	const everything = `{"query":"{ contacts(first: 1) { nodes { companies { nodes { name } } } } deals(where: {dealname: {eq: \"x\"}}) { nodes { id } } }"}`
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		text := g.raw([]byte(everything), "Cache-Control", "no-cache")
		if !bytes.Contains(text, []byte(`"errors"`)) {
			return
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("HubSpot is well, and yet: %s", text)
		}
	}
}

// fresh asks for what nobody has kept.
func (g *driven) fresh(query string) {
	g.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		g.t.Fatal(err)
	}
	g.send(body, "Cache-Control", "no-cache")
}

// lastDay uses up the account's daily allowance, after which no call is made.
func (g *driven) lastDay() {
	g.t.Helper()
	g.portal.Fail(hubspottest.Fault{Header: http.Header{"X-Hubspot-Ratelimit-Daily": {"500000"}, "X-Hubspot-Ratelimit-Daily-Remaining": {"17"}}, Times: 1})
	g.fresh(`{ contacts(first: 2) { nodes { email } } }`)
	g.portal.Fail(hubspottest.Fault{Status: 429, Body: `{"policyName":"DAILY","message":"leak-one@secret.example"}`, Times: 1})
	g.fresh(`{ contacts(first: 2) { nodes { email } } }`)
	g.fresh(`{ contacts(first: 2) { nodes { email } } }`)
	g.portal.ClearFaults()
}

// webhooks has HubSpot tell of changes, and others pretend to.
func (g *driven) webhooks() {
	g.t.Helper()
	hooks := g.portal.Subscribe(hubspottest.Subscription{URL: hookURL, Via: g.url + server.WebhookPath, Secret: driveSecret})
	id := g.portal.AddRecord("contacts", map[string]string{"email": "leak-four@secret.example"})
	g.portal.Update("contacts", id, map[string]string{"firstname": "Leakchanged"})
	sent, err := hooks.Deliver(context.Background())
	if err != nil || len(sent) == 0 || sent[0].Status != http.StatusNoContent {
		g.t.Errorf("Deliver = %+v, %v, want an answer of 204", sent, err)
	}
	const event = `[{"portalId":4711,"subscriptionType":"contact.propertyChange","objectId":101,"propertyName":"email","propertyValue":"leak-five@secret.example"`
	for _, r := range []hookRequest{
		{body: event + `}]`, secret: "another"},
		{body: event + `}]`, secret: driveSecret, at: time.Now().Add(-time.Hour)},
		{body: event + `}]`, secret: driveSecret, at: time.Now().Add(time.Hour)},
		{body: event, secret: driveSecret},
		{body: `"leak-five@secret.example"`, secret: driveSecret},
		{body: `[{"portalId":"leak-five@secret.example","subscriptionType":"leak-five@secret.example"}]`, secret: driveSecret},
	} {
		if r.url = hookURL; r.at.IsZero() {
			r.at = time.Now()
		}
		_, text := g.deliver(r)
		g.answers.WriteString(text)
	}
}

// company has two requests share a call.
func (g *driven) company() {
	g.portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Delay: 200 * time.Millisecond})
	defer g.portal.ClearFaults()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { g.raw([]byte(`{"query":"{ companies(first: 3) { nodes { name phone } } }"}`)) })
	}
	wg.Wait()
}

// raw posts a body with some headers and returns the answer's.
func (g *driven) raw(body []byte, header ...string) []byte {
	req, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, g.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		g.t.Error(err)
		return nil
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := g.client.Do(req)
	if err != nil {
		g.t.Error(err)
		return nil
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Error(err)
	}
	return text
}
