package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/server"
)

// TestStatus holds what /status.json tells of what was just done.
func TestStatus(t *testing.T) {
	p := crm(t, hubspottest.Options{}, 0)
	p.RemoveScope("tickets", "crm.objects.deals.read", "crm.schemas.deals.read")
	g := startGateway(t, p)
	read := func() (s server.PortalStatus) {
		t.Helper()
		if err := json.Unmarshal([]byte(g.get("/status.json")), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	total := func(series []int) (n int) {
		for _, v := range series {
			n += v
		}
		return n
	}
	before := read()
	g.query(`{ contacts(first: 100) { nodes { email companies { nodes { name } } } } }`, nil)
	g.query(`{ contact(by: {id: "101"}) { nope } }`, nil)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.Search, Times: 1, Status: http.StatusTooManyRequests, Body: hubspottest.RateLimited("SECONDLY"), Header: http.Header{"Retry-After": {"0"}}})
	g.query(`{ contacts(where: {email: {exists: true}}) { nodes { email } } }`, nil)

	s := read()
	if s.PortalID != g.gateway.PortalID() || s.StepSeconds != 5 || !s.Ready || s.SchemaVersion != g.gateway.Schema().Version() {
		t.Errorf("of portal %s in steps of %d s, ready %t, schema %s", s.PortalID, s.StepSeconds, s.Ready, s.SchemaVersion)
	}
	for endpoint, want := range map[string]int{"list": 1, "search": 2, "batchRead": 1} {
		if got := s.Calls[endpoint] - before.Calls[endpoint]; got != want {
			t.Errorf("%d %s calls, want %d", got, endpoint, want)
		}
	}
	for series, want := range map[string]int{"calls": len(p.Calls()), "rateLimited": 1, "operations": 3, "errors": 1} {
		if got := total(s.Series[series]) - total(before.Series[series]); got != want {
			t.Errorf("%d %s, want %d", got, series, want)
		}
	}
	if s.Errors["GRAPHQL_VALIDATION_FAILED"] != 1 || s.Latency.Operations != 3 || s.Latency.P99 < s.Latency.P50 || s.Latency.P50 < 1 {
		t.Errorf("errors %v, latency %+v, want one that is not valid, and three operations", s.Errors, s.Latency)
	}
	for _, name := range []string{"burst", "associations", "search", "daily"} {
		a, ok := s.Allowances[name]
		if !ok || a.Limit == 0 || len(a.Used) != len(s.Series["calls"]) {
			t.Errorf("allowance %s: %+v, want a limit and a number a step", name, a)
		}
	}
	if used := s.Allowances["search"].Used; total(used) == 0 {
		t.Errorf("searches used %v of their allowance, want some", used)
	}
	for text, scope := range map[string]string{"Deals are not in the graph": "crm.objects.deals.read", "Tickets are in the graph without all": "tickets"} {
		if !slices.ContainsFunc(s.Warnings, func(w gateway.Warning) bool {
			return strings.HasPrefix(w.Text, text) && slices.Contains(w.Scopes, scope) && strings.Contains(w.Fix, scope)
		}) {
			t.Errorf("warnings %+v, want one that %s, with the scope %s", s.Warnings, text, scope)
		}
	}
	if res, err := g.client.Get(g.url + "/portals/1/status.json"); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("status of an unknown portal: %v %v, want 404", res, err)
	} else {
		_ = res.Body.Close()
	}
}

// TestStatusRights holds who may read the status and which model.
func TestStatusRights(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	p.DefineObject(hubspottest.Object{Name: "house", Plural: "Houses", Associations: []string{"contacts"}})
	text, keys := keysText(t, `"sales": {"objectTypes": ["contacts", "companies"]}, "blind": {"introspection": false}`,
		map[string]string{"operator": "", "sales": `"role": "sales"`, "blind": `"role": "blind"`})
	g := startGateway(t, p, withKeys(text))
	read := func(who, path string) (int, string) {
		client := g
		if who != "" {
			client = g.bearer(keys[who])
		}
		res, err := client.client.Get(g.url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		var body json.RawMessage
		_ = json.NewDecoder(res.Body).Decode(&body)
		return res.StatusCode, string(body)
	}
	for _, tt := range []struct {
		who, path string
		want      int
	}{
		{"", "/status.json", 401}, {"operator", "/status.json", 200}, {"sales", "/status.json", 403}, {"blind", "/status.json", 200},
		{"", "/model.json", 401}, {"operator", "/model.json", 200}, {"sales", "/model.json", 200}, {"blind", "/model.json", 403},
	} {
		if got, body := read(tt.who, tt.path); got != tt.want {
			t.Errorf("%s of %q: %d, want %d: %s", tt.path, tt.who, got, tt.want, body)
		}
	}

	model := func(who string) (m gateway.Model) {
		_, body := read(who, "/model.json")
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	all, few := model("operator"), model("sales")
	names := func(m gateway.Model) (names []string) {
		for _, t := range m.Types {
			names = append(names, t.Name)
		}
		return names
	}
	if got := strings.Join(names(few), ","); got != "contact,company" {
		t.Errorf("types of a role %s, want contact,company", got)
	}
	var house *gateway.ModelType
	for i, m := range all.Types {
		if m.Name == "house" {
			house = &all.Types[i]
		}
	}
	if house == nil || !house.Custom || house.PluralLabel != "Houses" || house.Properties == 0 {
		t.Errorf("the custom type is %+v of %v", house, names(all))
	}
	found := false
	for _, a := range all.Associations {
		found = found || house != nil && a.From == "0-1" && a.To == house.TypeID && a.Field != "" && a.BackField == "contacts"
	}
	if !found {
		t.Errorf("associations %+v, want those of contacts and houses, both ways", all.Associations)
	}
	for _, a := range few.Associations {
		if a.From != "0-1" && a.From != "0-2" || a.To != "0-1" && a.To != "0-2" {
			t.Errorf("a role sees the association %+v of types that are not there for it", a)
		}
	}
	if len(few.Associations) == 0 {
		t.Error("a role sees no associations")
	}
}
