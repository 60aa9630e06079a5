package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestAwkwardProperties asks for properties that no grammar foresees: by the
// field that objectType publishes and by name, in conditions and orders.
func TestAwkwardProperties(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	ids := p.AddAwkward("contacts")
	g := startGateway(t, p, unthrottled)
	names := hubspottest.AwkwardProperties()
	fields := fieldsOf(g, "contacts")

	query := new(strings.Builder)
	query.WriteString("{ contacts(first: 100) { nodes {")
	for i, prop := range names {
		selection := ""
		if prop.Type == "enumeration" {
			selection = " { value label }"
		}
		fmt.Fprintf(query, "\n f%d: %s%s r%d: property(name: %s) { name raw }", i, fields[prop.Name], selection, i, marshal(t, prop.Name))
	}
	query.WriteString("} } }")
	a := g.query(query.String(), nil)
	for _, e := range a.Errors { // text that is not of its property's type, as documented
		if e.Extensions["code"] != "UPSTREAM_BAD_VALUE" {
			t.Errorf("error %+v", e)
		}
	}
	var got struct {
		Contacts struct{ Nodes []map[string]json.RawMessage }
	}
	if err := json.Unmarshal(a.Data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Contacts.Nodes) != len(ids) {
		t.Fatalf("%d contacts, want %d", len(got.Contacts.Nodes), len(ids))
	}
	for n, record := range got.Contacts.Nodes {
		for i, prop := range names {
			values := hubspottest.AwkwardValues(prop.Name)
			text := values[n%len(values)]
			var raw struct {
				Name string
				Raw  *string
			}
			if err := json.Unmarshal(record[fmt.Sprintf("r%d", i)], &raw); err != nil {
				t.Fatal(err)
			}
			if raw.Name != prop.Name || (raw.Raw == nil) != (text == "") || raw.Raw != nil && *raw.Raw != text {
				t.Errorf("record %d: property(name: %q) = %+v, want %q", n, prop.Name, raw, text)
			}
			if field, want := record[fmt.Sprintf("f%d", i)], awkwardJSON(t, prop, text); !sameJSON(t, prop, field, want) {
				t.Errorf("record %d: %s = %s, want %s of %q", n, fields[prop.Name], field, want, text)
			}
		}
	}
}

// awkwardJSON is what a property's field should say for HubSpot's text.
func awkwardJSON(t *testing.T, prop hubspottest.Property, text string) string {
	t.Helper()
	option := func(value string) string {
		label := "null"
		for _, o := range prop.Options {
			if o.Value == value {
				label = marshal(t, o.Label)
			}
		}
		return `{"value":` + marshal(t, value) + `,"label":` + label + `}`
	}
	switch {
	case text == "":
		return "null"
	case prop.Type == "number":
		if _, ok := new(big.Rat).SetString(text); !ok {
			return "null"
		}
		return text
	case prop.Type == "bool":
		if text != "true" && text != "false" {
			return "null"
		}
		return text
	case prop.Type == "date":
		if d, err := time.Parse(time.DateOnly, text); err == nil {
			return marshal(t, d.Format(time.DateOnly))
		}
		if ms, ok := new(big.Int).SetString(text, 10); ok {
			return marshal(t, time.UnixMilli(ms.Int64()).UTC().Format(time.DateOnly))
		}
		return "null"
	case prop.Type == "datetime":
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if d, err := time.Parse(layout, text); err == nil {
				return marshal(t, d.UTC().Format(time.RFC3339Nano))
			}
		}
		if ms, ok := new(big.Int).SetString(text, 10); ok {
			return marshal(t, time.UnixMilli(ms.Int64()).UTC().Format(time.RFC3339Nano))
		}
		return "null"
	case prop.FieldType == "checkbox":
		var all []string
		for value := range strings.SplitSeq(text, ";") {
			if value != "" {
				all = append(all, option(value))
			}
		}
		return "[" + strings.Join(all, ",") + "]"
	case prop.Type == "enumeration":
		return option(text)
	}
	return marshal(t, text)
}

// sameJSON compares a value with the expected one: numbers by value, times by
// the instant.
func sameJSON(t *testing.T, prop hubspottest.Property, got json.RawMessage, want string) bool {
	t.Helper()
	switch {
	case string(got) == want:
		return true
	case prop.Type == "number":
		a, ok := new(big.Rat).SetString(string(got))
		b, known := new(big.Rat).SetString(want)
		return ok && known && a.Cmp(b) == 0
	case prop.Type == "datetime":
		var a, b time.Time
		return json.Unmarshal(got, &a) == nil && json.Unmarshal([]byte(want), &b) == nil && a.Equal(b)
	}
	var a, b any
	return json.Unmarshal(got, &a) == nil && json.Unmarshal([]byte(want), &b) == nil && cmp.Equal(a, b)
}

// TestAwkwardConditions finds records by each awkward text property, by its
// field and by its name, and puts them in its order.
func TestAwkwardConditions(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.AddAwkward("companies")
	g := startGateway(t, p, unthrottled)
	fields := fieldsOf(g, "companies")
	for _, prop := range hubspottest.AwkwardProperties() {
		if prop.Type != "" && prop.Type != "string" {
			continue
		}
		name := marshal(t, prop.Name)
		var got obj
		g.data(fmt.Sprintf(`{
			typed: companies(where: {%[1]s: {eq: "Plain"}}, orderBy: {property: %[1]s}) { nodes { id %[1]s } }
			named: records(objectType: "companies", where: {property: {name: %[2]s, eq: "plain"}}, orderBy: {property: %[2]s}) { nodes { id } }
		}`, fields[prop.Name], name), nil, &got)
		want := obj{
			"typed": obj{"nodes": arr{obj{"id": "0-2:101", fields[prop.Name]: "plain"}}},
			"named": obj{"nodes": arr{obj{"id": "0-2:101"}}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", prop.Name, diff)
		}
	}
}

// fieldsOf maps an object type's properties to their GraphQL fields, as the
// gateway publishes them.
func fieldsOf(g *testGateway, objectType string) map[string]string {
	g.t.Helper()
	var got struct {
		ObjectType struct {
			Properties []struct{ Name, Field string }
		}
	}
	g.data(`query($name: String!) { objectType(name: $name) { properties { name field } } }`, obj{"name": objectType}, &got)
	fields := make(map[string]string)
	for _, p := range got.ObjectType.Properties {
		fields[p.Name] = p.Field
	}
	return fields
}

// marshal writes JSON; of a text that is a GraphQL literal as well.
func marshal(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
