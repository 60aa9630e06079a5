package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// refresh asks the gateway's own handler for a refresh, as somebody on this
// machine does.
func (g *testGateway) refresh() (status int, answer gateway.Refreshed) {
	g.t.Helper()
	w := httptest.NewRecorder()
	g.server.LocalHandler().ServeHTTP(w, operatorRequest())
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		g.t.Fatalf("/admin/refresh: %d %q: %v", w.Code, w.Body, err)
	}
	return w.Code, answer
}

func operatorRequest() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080/admin/refresh", http.NoBody)
	r.RemoteAddr = "127.0.0.1:50000"
	r.Header.Set("Content-Type", "application/json")
	return r
}

// TestRefresh changes the portal in every way that people do, and asks the
// gateway to look.
func TestRefresh(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	status := func(options ...string) hubspottest.Property {
		property := hubspottest.Property{Name: "shape", Label: "Shape", Type: "enumeration", FieldType: "select"}
		for _, o := range options {
			property.Options = append(property.Options, hubspottest.Option{Value: o, Label: o})
		}
		return property
	}
	p.DefineProperty("contacts", status("ROUND"))
	p.AddRecord("contacts", map[string]string{"firstname": "Ada", "shape": "ROUND"})
	g := startGateway(t, p, unthrottled)

	steps := []struct {
		name     string
		change   func()
		changes  []string
		breaking int
		query    string // answered afterwards
	}{
		{"nothing", func() {}, nil, 0, `{ contacts { nodes { shape { label } } } }`},
		{"property added", func() { p.DefineProperty("contacts", hubspottest.Property{Name: "fax2", Type: "string"}) },
			[]string{"+ Contact.fax2: String (also ContactProperty.fax2, ContactWhere.fax2)"}, 0,
			`{ contacts(where: {fax2: {exists: false}}) { nodes { fax2 } } }`},
		{"property renamed", func() {
			p.DefineProperty("contacts", hubspottest.Property{Name: "fax2", Label: "Old fax", Type: "string"})
		},
			[]string{"~ Contact.fax2: description (also ContactProperty.fax2, ContactWhere.fax2)"}, 0,
			`{ contacts { nodes { property(name: "fax2") { label } } } }`},
		{"option added", func() { p.DefineProperty("contacts", status("ROUND", "SQUARE")) },
			[]string{"~ Contact.shape: description"}, 0,
			`{ contacts(where: {shape: {eq: "SQUARE"}}) { nodes { id } } }`},
		{"property of another type", func() {
			p.DefineProperty("contacts", hubspottest.Property{Name: "fax2", Label: "Old fax", Type: "number"})
		},
			[]string{"~ Contact.fax2: String → Float (breaking; also ContactWhere.fax2)"}, 1,
			`{ contacts(where: {fax2: {gt: 1}}) { nodes { fax2 } } }`},
		{"property archived", func() { p.ArchiveProperty("contacts", "fax2") },
			[]string{"- Contact.fax2: Float (breaking; also ContactProperty.fax2, ContactWhere.fax2)"}, 1, ""},
		{"custom object added", func() { p.DefineObject(hubspottest.Object{Name: "house", Associations: []string{"contacts"}}) },
			nil, 0, `{ houses { nodes { contacts { nodes { id } } } } contacts { nodes { houses { nodes { id } } } } }`},
	}
	for _, step := range steps {
		before := g.gateway.Schema().Version()
		step.change()
		status, answer := g.refresh()
		after := g.gateway.Schema().Version()
		if status != http.StatusOK || answer.Problem != "" || answer.LoadedAt.IsZero() ||
			answer.SchemaVersion.Before != before || answer.SchemaVersion.After != after {
			t.Errorf("%s: %d %+v, want versions %s and %s", step.name, status, answer, before, after)
		}
		if step.name == "custom object added" { // with the links to all activities
			if !strings.HasPrefix(answer.Changes[len(answer.Changes)-1], "+ type House (also ") {
				t.Errorf("%s: changes %q, want type House last", step.name, answer.Changes)
			}
		} else if diff := cmp.Diff(step.changes, answer.Changes, cmpEmpty); diff != "" || answer.Breaking != step.breaking {
			t.Errorf("%s: %d are breaking, want %d; changes (-want +got):\n%s", step.name, answer.Breaking, step.breaking, diff)
		}
		if step.query != "" {
			g.data(step.query, nil, &struct{}{})
		}
	}
	if a := g.query(`{ contacts { nodes { fax2 } } }`, nil); a.code() != "GRAPHQL_VALIDATION_FAILED" {
		t.Errorf("an archived property: %+v, want GRAPHQL_VALIDATION_FAILED", a.Errors)
	}
	for _, want := range []string{
		`msg="schema changed"`, "added=1 removed=0 changed=0 breaking=0",
		`level=WARN msg="schema changes break clients" changes="- Contact.fax2: Float (breaking; also`,
	} {
		if !strings.Contains(g.logs.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, g.logs)
		}
	}
}

// cmpEmpty takes a nil list for an empty one.
var cmpEmpty = cmp.Transformer("list", func(s []string) []string { return append([]string{}, s...) })

// TestRefreshUnderARequest takes a property away, and its type with it, while a
// request for it waits for HubSpot.
func TestRefreshUnderARequest(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefineProperty("contacts", hubspottest.Property{Name: "shoe_size", Type: "number"})
	contact := p.AddRecord("contacts", map[string]string{"firstname": "Ada", "shoe_size": "42"})
	company := p.AddRecord("companies", map[string]string{"name": "Engines"})
	p.Associate("contacts", contact, "companies", company)
	g := startGateway(t, p, unthrottled)
	before := g.gateway.Schema().Version()
	reached := make(chan struct{}, 1)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.BatchRead, Times: 1, Delay: 2 * time.Second, Match: func(*http.Request) bool {
		reached <- struct{}{}
		return true
	}})
	old := make(chan answer, 1)
	go func() {
		a, err := g.tryQuery(context.Background(), `{ contacts { nodes { firstname shoe_size companies { nodes { name } } } } }`, nil)
		if err != nil {
			t.Error(err)
		}
		old <- a
	}()
	<-reached
	p.ArchiveProperty("contacts", "shoe_size")
	p.RemoveScope("crm.objects.companies.read", "crm.schemas.companies.read")
	status, answer := g.refresh()
	if status != http.StatusOK || answer.Breaking < 2 || !slices.ContainsFunc(answer.Changes, func(line string) bool {
		return strings.HasPrefix(line, "- type Company (breaking; also ")
	}) {
		t.Errorf("%d %+v, want the type and the property gone", status, answer)
	}
	select {
	case <-old:
		t.Fatal("the request ended before the refresh: the test shows nothing")
	default:
	}
	a := <-old
	want := `{"contacts":{"nodes":[{"firstname":"Ada","shoe_size":42,"companies":{"nodes":[{"name":"Engines"}]}}]}}`
	var cost struct{ SchemaVersion string }
	if err := json.Unmarshal(a.Extensions["hubgraph"], &cost); err != nil {
		t.Fatal(err)
	}
	if string(a.Data) != want || len(a.Errors) > 0 || cost.SchemaVersion != before {
		t.Errorf("the request under way: %s, errors %+v, version %s, want %s, none and %s", a.Data, a.Errors, cost.SchemaVersion, want, before)
	}
}

func TestRefreshFails(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	g := startGateway(t, p, unthrottled)
	version := g.gateway.Schema().Version()
	p.DefineProperty("contacts", hubspottest.Property{Name: "shoe_size", Type: "number"})
	steps := []struct {
		name    string
		breakIt func()
		status  int
		problem string
	}{
		{"HubSpot is down", func() { p.Fail(hubspottest.Fault{Status: http.StatusOK, Body: "<html>down</html>"}) },
			http.StatusServiceUnavailable, "HubSpot is unavailable"},
		{"the token is revoked", func() { p.ClearFaults(); p.SetToken("pat-another") },
			http.StatusBadGateway, "HubSpot refuses the token"},
	}
	for _, step := range steps {
		step.breakIt()
		status, answer := g.refresh()
		if status != step.status || answer.Problem != step.problem || len(answer.Changes) > 0 || answer.SchemaVersion.After != version {
			t.Errorf("%s: %d %+v, want %d, %q and the old version", step.name, status, answer, step.status, step.problem)
		}
		g.data(`{ objectTypes { name } }`, nil, &struct{}{})
	}
}

// TestManyBreakingChanges bounds what one swap writes into the log.
func TestManyBreakingChanges(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	for i := range gateway.MaxLoggedChanges + 10 {
		p.DefineProperty("contacts", hubspottest.Property{Name: fmt.Sprintf("p_%d", i)})
	}
	g := startGateway(t, p, unthrottled)
	for i := range gateway.MaxLoggedChanges + 10 {
		p.ArchiveProperty("contacts", fmt.Sprintf("p_%d", i))
	}
	if status, answer := g.refresh(); status != http.StatusOK || answer.Breaking != gateway.MaxLoggedChanges+10 {
		t.Errorf("%d, %d are breaking, want %d", status, answer.Breaking, gateway.MaxLoggedChanges+10)
	}
	if log := g.logs.String(); strings.Count(log, "- Contact.p_") != gateway.MaxLoggedChanges || !strings.Contains(log, `\nand 10 more`) {
		t.Errorf("the log has %d lines of changes, want %d and 10 more", strings.Count(log, "- Contact.p_"), gateway.MaxLoggedChanges)
	}
}

// TestRefreshIsTheOperators: no web page and nobody else on the network can
// make the gateway refresh.
func TestRefreshIsTheOperators(t *testing.T) {
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{Unlimited: true}), unthrottled)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	tests := []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"the operator", func(*http.Request) {}, 200},
		{"with a charset", header("Content-Type", "application/json; charset=utf-8"), 200},
		{"over IPv6", func(r *http.Request) { r.Host, r.RemoteAddr = "[::1]:8080", "[::1]:50000" }, 200},
		{"a page of our own", header("Sec-Fetch-Site", "same-origin"), 200},
		{"a link", func(r *http.Request) { r.Method = http.MethodGet }, 405},
		{"a form", header("Content-Type", "application/x-www-form-urlencoded"), 415},
		{"a form of plain text", header("Content-Type", "text/plain"), 415},
		{"a form of files", header("Content-Type", "multipart/form-data; boundary=x"), 415},
		{"a form of no kind", func(r *http.Request) { r.Header.Del("Content-Type") }, 415},
		{"a page of another site", header("Sec-Fetch-Site", "cross-site"), 403},
		{"a page of another port", header("Sec-Fetch-Site", "same-site"), 403},
		{"an old browser's page", header("Origin", "https://example.com"), 403},
		{"a sandboxed page", header("Origin", "null"), 403},
		{"a page that renamed itself", func(r *http.Request) { r.Host = "example.com" }, 421},
		{"another machine", func(r *http.Request) { r.RemoteAddr = "192.168.1.7:50000" }, 403},
		{"a proxy", header("X-Forwarded-For", "203.0.113.9"), 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g.portal.ResetCalls()
			r, w := operatorRequest(), httptest.NewRecorder()
			tt.change(r)
			g.server.LocalHandler().ServeHTTP(w, r)
			if refreshed := len(g.portal.Calls()) > 0; w.Code != tt.want || refreshed != (tt.want == 200) {
				t.Errorf("%d %q, refreshed %v, want %d", w.Code, w.Body, refreshed, tt.want)
			}
		})
	}
	w := httptest.NewRecorder()
	g.server.Handler().ServeHTTP(w, operatorRequest())
	if w.Code != http.StatusNotFound {
		t.Errorf("a server for others answers %d, want 404", w.Code)
	}
}

// TestHangup sends the running program SIGHUP.
func TestHangup(t *testing.T) {
	portal := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p := start(t, []string{"--addr=127.0.0.1:0"}, "HUBSPOT_ACCESS_TOKEN="+portal.Token(), "HUBSPOT_BASE_URL="+portal.URL())
	url := p.url()
	portal.DefineProperty("contacts", hubspottest.Property{Name: "shoe_size", Type: "number"})
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(p.logs.String(), `"schema changed"`); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no schema changed; log:\n%s", p.logs)
		}
	}
	if a, err := ask(url, `{ contacts { nodes { shoe_size } } }`); err != nil || len(a.Errors) > 0 {
		t.Errorf("the new field: errors %+v, %v, want none", a.Errors, err)
	}
	p.stop()
	if err := p.end(); err != nil {
		t.Errorf("run = %v after the stop, want nil", err)
	}
}
