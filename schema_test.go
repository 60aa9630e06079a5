package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

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
	before := g.gateway.Schema().Version()

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
	if _, err := g.gateway.Refresh(t.Context()); err != nil {
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
	if after := g.gateway.Schema().Version(); after == before {
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
