package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A process is one run of the program.
type process struct {
	t      *testing.T
	stop   context.CancelFunc // what SIGTERM does
	done   chan error
	stdout bytes.Buffer
	logs   *logBuffer
}

// start runs the program; variables are of the form NAME=value.
func start(t *testing.T, args []string, variables ...string) *process {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	p := &process{t: t, stop: stop, done: make(chan error, 1), logs: &logBuffer{}}
	getenv := func(name string) string {
		for _, v := range variables {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	}
	go func() { p.done <- run(ctx, args, getenv, &p.stdout, p.logs) }()
	t.Cleanup(stop)
	return p
}

// end waits for the program to return.
func (p *process) end() error {
	p.t.Helper()
	select {
	case err := <-p.done:
		return err
	case <-time.After(30 * time.Second):
		p.t.Fatalf("still running; log:\n%s", p.logs)
		return nil
	}
}

var servingURL = regexp.MustCompile(`"msg":"serving","url":"(http://[^"]+)/"`)

// url waits until the program serves.
func (p *process) url() string {
	p.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if m := servingURL.FindStringSubmatch(p.logs.String()); m != nil {
			return m[1]
		}
		select {
		case err := <-p.done:
			p.t.Fatalf("run = %v before it served; log:\n%s", err, p.logs)
		default:
		}
	}
	p.t.Fatalf("does not serve; log:\n%s", p.logs)
	return ""
}

// fetch reads a URL on a connection of its own.
func fetch(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// ask posts a query on a connection of its own.
func ask(url, query string) (answer, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{Status: res.StatusCode}
	return a, json.NewDecoder(res.Body).Decode(&a)
}

func TestDemoAnswersTheExample(t *testing.T) {
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0"})
	url := p.url()
	a, err := ask(url, exampleQuery)
	if err != nil || len(a.Errors) > 0 {
		t.Fatalf("error %v, errors %+v", err, a.Errors)
	}
	var got struct {
		Contacts struct {
			Nodes []struct {
				Email     string
				Companies struct {
					Nodes []struct {
						Name  string
						Deals struct{ Nodes []struct{ Dealname string } }
					}
				}
			}
			PageInfo struct{ HasNextPage bool }
		}
	}
	if err := json.Unmarshal(a.Data, &got); err != nil {
		t.Fatal(err)
	}
	companies, deals := 0, 0
	for _, contact := range got.Contacts.Nodes {
		companies += len(contact.Companies.Nodes)
		for _, company := range contact.Companies.Nodes {
			deals += len(company.Deals.Nodes)
		}
	}
	if len(got.Contacts.Nodes) != 10 || companies < 5 || deals < 5 || !got.Contacts.PageInfo.HasNextPage {
		t.Errorf("%d contacts, %d companies, %d deals: a poor example", len(got.Contacts.Nodes), companies, deals)
	}
	if _, page := fetch(t, url+"/"); !strings.Contains(page, "<html") || !strings.Contains(page, "hubspot_owner_id") {
		t.Errorf("the page does not hold the example: %.200s", page)
	}
	p.stop()
	if err := p.end(); err != nil {
		t.Errorf("run = %v after the stop, want nil", err)
	}
}

func TestStartFails(t *testing.T) {
	portal := hubspottest.New(t, hubspottest.Options{})
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := free.Addr().String()
	_ = free.Close()

	tests := []struct {
		name      string
		args      []string
		variables []string
		want      string
	}{
		{"no token", nil, nil, "HUBSPOT_ACCESS_TOKEN"},
		{"wrong token", nil, []string{"HUBSPOT_ACCESS_TOKEN=pat-wrong-token", "HUBSPOT_BASE_URL=" + portal.URL()}, "HubSpot does not accept the access token in HUBSPOT_ACCESS_TOKEN"},
		{"port in use", []string{"--demo", "--addr=" + taken.Addr().String()}, nil, "--addr"},
		{"nobody there", nil, []string{"HUBSPOT_ACCESS_TOKEN=pat-some-token", "HUBSPOT_BASE_URL=http://" + nobody}, "HubSpot"},
		{"unknown flag", []string{"--nope"}, nil, "--nope"},
		{"nothing up to check", []string{"--healthcheck", "--addr=" + nobody}, nil, "refused"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			p := start(t, append([]string{"--addr=127.0.0.1:0"}, tt.args...), tt.variables...)
			err := p.end()
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("run = %v, want one line with %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error()+p.logs.String(), "pat-") {
				t.Errorf("the token shows: %v; log:\n%s", err, p.logs)
			}
			t.Logf("after %v: %v", time.Since(begin).Round(time.Millisecond), err)
		})
	}
}

func TestUsage(t *testing.T) {
	for arg, want := range map[string]string{"--help": "--demo", "--version": "hubgraph"} {
		p := start(t, []string{arg})
		if err := p.end(); err != nil || !strings.Contains(p.stdout.String(), want) || p.logs.String() != "" {
			t.Errorf("run(%s) = %v, prints %q and logs %q, want %q in the print", arg, err, p.stdout.String(), p.logs, want)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0"})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.url(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "0.0.0.0", ""} {
		if err := start(t, []string{"--healthcheck", "--addr=" + host + ":" + port}).end(); err != nil {
			t.Errorf("healthcheck of %s:%s = %v, want nil", host, port, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	p.stop()
	if err := p.end(); err != nil {
		t.Error(err)
	}
}

// ready reads /readyz.
func ready(t *testing.T, url string) (status int, got struct {
	Ready, FromSnapshot    bool
	SchemaVersion, Problem string
	LoadedAt               time.Time
	FailedAt               *time.Time
}) {
	t.Helper()
	res, text := fetch(t, url+"/readyz")
	if err := json.Unmarshal([]byte(text), &got); err != nil || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("/readyz: %v, %s: %q", err, res.Header.Get("Content-Type"), text)
	}
	return res.StatusCode, got
}

// TestSnapshot starts four times with one snapshot: while all is well, with a
// token that is refused, without HubSpot, and with all well again.
func TestSnapshot(t *testing.T) {
	portal := hubspottest.New(t, hubspottest.Options{})
	portal.AddRecords("contacts", 3)
	file := filepath.Join(t.TempDir(), "portal.snapshot")
	serve := func(token, base string) (*process, string) {
		p := start(t, []string{"--addr=127.0.0.1:0", "--snapshot=" + file}, "HUBSPOT_ACCESS_TOKEN="+token, "HUBSPOT_BASE_URL="+base)
		return p, p.url()
	}
	stop := func(p *process) {
		t.Helper()
		p.stop()
		if err := p.end(); err != nil {
			t.Errorf("run = %v after the stop, want nil", err)
		}
	}

	p, url := serve(portal.Token(), portal.URL())
	status, first := ready(t, url)
	if status != http.StatusOK || !first.Ready || first.FromSnapshot || first.Problem != "" || first.SchemaVersion == "" {
		t.Errorf("at first: %d %+v, want ready without a problem", status, first)
	}
	stop(p)

	for name, at := range map[string][2]string{
		"wrong token": {"pat-wrong-token", portal.URL()},
		"no HubSpot":  {portal.Token(), "http://127.0.0.1:1"},
	} {
		p, url = serve(at[0], at[1])
		status, got := ready(t, url)
		if status != http.StatusOK || !got.Ready || !got.FromSnapshot || got.Problem == "" || got.FailedAt == nil || got.SchemaVersion != first.SchemaVersion {
			t.Errorf("%s: %d %+v, want ready from the snapshot with the problem and the same version", name, status, got)
		}
		a, err := ask(url, `{ contacts { nodes { id } } }`)
		if err != nil || a.code() != "UNAUTHENTICATED" && a.code() != "UPSTREAM_UNAVAILABLE" && a.code() != "UPSTREAM_TIMEOUT" {
			t.Errorf("%s: answer %+v, error %v, want an error that says so", name, a, err)
		}
		a, err = ask(url, `{ pipelines(objectType: "deals") { label } }`)
		if err != nil || len(a.Errors) > 0 {
			t.Errorf("%s: metadata: errors %+v, %v, want none", name, a.Errors, err)
		}
		if strings.Contains(p.logs.String(), "pat-") {
			t.Errorf("%s: the token is in the log:\n%s", name, p.logs)
		}
		t.Logf("%s: %s", name, got.Problem)
		stop(p)
	}

	p, url = serve(portal.Token(), portal.URL())
	a, err := ask(url, `{ contacts { nodes { id } } }`)
	if err != nil || len(a.Errors) > 0 {
		t.Errorf("from the snapshot: errors %+v, %v, want none", a.Errors, err)
	}
	stop(p)
}

// TestStopDrains stops the program while a request is under way.
func TestStopDrains(t *testing.T) {
	portal := crm(t, hubspottest.Options{}, 1)
	p := start(t, []string{"--addr=127.0.0.1:0"}, "HUBSPOT_ACCESS_TOKEN="+portal.Token(), "HUBSPOT_BASE_URL="+portal.URL())
	url := p.url()
	reached := make(chan struct{}, 1)
	portal.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Delay: 300 * time.Millisecond, Match: func(*http.Request) bool {
		select {
		case reached <- struct{}{}:
		default:
		}
		return true
	}})
	type result struct {
		answer
		err error
	}
	results := make(chan result, 1)
	go func() {
		a, err := ask(url, threeLevels)
		results <- result{a, err}
	}()
	<-reached
	p.stop()
	if err := p.end(); err != nil {
		t.Errorf("run = %v, want nil", err)
	}
	select {
	case r := <-results:
		if r.err != nil || len(r.Errors) > 0 || r.Status != http.StatusOK {
			t.Errorf("the request under way: status %d, errors %+v, %v, want its answer", r.Status, r.Errors, r.err)
		}
	case <-time.After(time.Second):
		t.Error("the program returned before the request under way had its answer")
	}
	if _, err := ask(url, `{ __typename }`); err == nil {
		t.Error("requests are still taken after the stop")
	}
}

func TestSDL(t *testing.T) {
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}))
	res, sdl := fetch(t, g.url+"/schema.graphql")
	etag := res.Header.Get("ETag")
	if res.StatusCode != http.StatusOK || etag == "" {
		t.Fatalf("%s, ETag %q, want 200 and one", res.Status, etag)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: sdl})
	if err != nil {
		t.Fatalf("the SDL does not load: %v", err)
	}
	if schema.Types["Contact"] == nil || schema.Query.Fields.ForName("contacts") == nil {
		t.Error("the SDL lacks Contact or contacts")
	}
	for _, inside := range []string{"RecordTree", "_records", "@internal"} {
		if strings.Contains(sdl, inside) {
			t.Errorf("the SDL shows %s", inside)
		}
	}
	for _, match := range []string{etag, "W/" + etag, `"x", ` + etag, "*"} {
		if res, body := fetch(t, g.url+"/schema.graphql", "If-None-Match", match); res.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("If-None-Match %s: %s with %d bytes, want 304", match, res.Status, len(body))
		}
	}
	if res, _ := fetch(t, g.url+"/schema.graphql", "If-None-Match", `"other"`); res.StatusCode != http.StatusOK {
		t.Errorf("another ETag: %s, want 200", res.Status)
	}
}

func TestMetrics(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	g.data(`{ contacts { nodes { id } } }`, nil, &struct{}{})
	g.query(`{ nope }`, nil)
	text := g.get("/metrics")
	for _, want := range []string{
		`hubgraph_hubspot_calls_total{endpoint="list",status="200"} 1`,
		`hubgraph_operation_seconds_count{outcome="ok"} 1`,
		`hubgraph_operation_seconds_count{outcome="error"} 1`,
		`hubgraph_hubspot_remaining_calls{budget="burst"}`,
		"hubgraph_schema_stale 0",
		"go_goroutines",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}

func TestIntrospection(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.PadProperties(300)
	g := startGateway(t, p)
	body, err := json.Marshal(map[string]string{"query": introspectionQuery})
	if err != nil {
		t.Fatal(err)
	}
	took := make([]time.Duration, 2)
	var texts [2]string
	for i := range took {
		begin := time.Now()
		status, text, err := g.post(t.Context(), body)
		if err != nil || status != http.StatusOK {
			t.Fatalf("status %d, error %v: %.300s", status, err, text)
		}
		took[i], texts[i] = time.Since(begin), string(text)
	}
	t.Logf("introspection of a full portal: %v, then %v; %d KiB", took[0], took[1], len(texts[0])>>10)
	first, second := parseAnswer(t, texts[0]), parseAnswer(t, texts[1])
	if len(first.Errors) > 0 || !bytes.Equal(first.Data, second.Data) {
		t.Errorf("errors %v, or the second answer is another", first.Errors)
	}
	if took[1] > took[0] {
		t.Errorf("the second took %v, the first %v: it is not kept", took[1], took[0])
	}
	var got struct {
		Schema struct {
			QueryType  struct{ Name string }
			Types      []struct{ Name string }
			Directives []struct{ Name string }
		} `json:"__schema"`
	}
	if err := json.Unmarshal(first.Data, &got); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, of := range append(got.Schema.Types, got.Schema.Directives...) {
		names[of.Name] = true
	}
	if got.Schema.QueryType.Name != "Query" || !names["Contact"] || !names["Query"] {
		t.Errorf("query type %q, %d names; Contact or Query is missing", got.Schema.QueryType.Name, len(names))
	}
	if names["RecordTree"] || names["internal"] || strings.Contains(texts[0], "_records") {
		t.Error("the core's internals show")
	}
	g.calls(calls{})
}

// TestSchemaChangesWhileServing adds a property to the portal while a request
// is under way on the version before.
func TestSchemaChangesWhileServing(t *testing.T) {
	p := crm(t, hubspottest.Options{Unlimited: true}, 0)
	g := startGateway(t, p, unthrottled)
	const fresh = `{ contact(by: {id: "101"}) { shoe_size } }`
	if a := g.query(fresh, nil); a.code() != "GRAPHQL_VALIDATION_FAILED" {
		t.Fatalf("before: errors %+v, want GRAPHQL_VALIDATION_FAILED", a.Errors)
	}
	versionOf := func(a answer) string {
		var e struct{ SchemaVersion string }
		if err := json.Unmarshal(a.Extensions["hubgraph"], &e); err != nil {
			t.Error(err)
		}
		return e.SchemaVersion
	}
	before := g.gateway.current.Load().schema.Version()

	reached := make(chan struct{}, 1)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.List, Times: 1, Delay: 2 * time.Second, Match: func(*http.Request) bool {
		reached <- struct{}{}
		return true
	}})
	old := make(chan answer, 1)
	go func() {
		a, err := g.tryQuery(context.Background(), `{ contacts(first: 100) { nodes { email companies { nodes { name } } } } }`, nil)
		if err != nil {
			t.Error(err)
		}
		old <- a
	}()
	<-reached
	p.DefineProperty("contacts", hubspottest.Property{Name: "shoe_size", Type: "number"})
	p.Update("contacts", "101", map[string]string{"shoe_size": "42"})
	if err := g.gateway.portal.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-old:
		t.Fatal("the request under way ended before the schema changed: the test shows nothing")
	default:
	}
	var got struct {
		Contact struct {
			ShoeSize float64 `json:"shoe_size"`
		}
	}
	g.data(fresh, nil, &got)
	if got.Contact.ShoeSize != 42 {
		t.Errorf("shoe_size = %v, want 42", got.Contact.ShoeSize)
	}
	a := <-old
	if len(a.Errors) > 0 || versionOf(a) != before {
		t.Errorf("the request under way: errors %+v, version %s, want none and %s", a.Errors, versionOf(a), before)
	}
	if after := g.gateway.current.Load().schema.Version(); after == before {
		t.Error("the version is still the same")
	}
	if !strings.Contains(g.get("/schema.graphql"), "shoe_size") {
		t.Error("the SDL lacks the new field")
	}
}

// startLimit is for a busy machine; on an idle one a start takes 2 s at most.
const startLimit = 10 * time.Second

// TestStartOfALargePortal starts in front of a portal of 300 properties a type
// that takes 50 ms a call.
func TestStartOfALargePortal(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Latency: latency})
	p.PadProperties(300)
	begin := time.Now()
	g := startGateway(t, p)
	took := time.Since(begin)
	var got struct{ ObjectTypes []struct{ Name string } }
	g.data(`{ objectTypes { name } }`, nil, &got)
	t.Logf("%d types of 300 properties in %v", len(got.ObjectTypes), took)
	if took > startLimit || len(got.ObjectTypes) < 30 {
		t.Errorf("%d types in %v, want at least 30 in %v", len(got.ObjectTypes), took, startLimit)
	}
	if p.Rejected() > 0 {
		t.Errorf("%d calls were answered 429", p.Rejected())
	}
}

// introspectionQuery is what GraphiQL sends.
const introspectionQuery = `query IntrospectionQuery {
  __schema {
    description
    queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type {
  kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name } } } } } } } } }
}`
