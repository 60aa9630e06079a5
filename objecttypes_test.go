package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// A describedType is an object type as the graph describes it.
type describedType struct {
	TypeID, Name, PluralName            string
	GraphqlType, LookupField, ListField *string
	Available, Searchable, Custom       bool
	UnavailableReason                   *string
	MissingScopes                       []string
	UniqueProperties                    []string
	Properties                          []describedProperty
	Pipelines                           []struct{ Label string }
}

type describedProperty struct {
	Name, Field                        string
	Label, Group, ReferencedObjectType *string
	Type, FieldType, DataSensitivity   string
	Filterable, HasUniqueValue, Hidden bool
	Options                            []struct{ Value, Label string }
}

const describe = `{ objectTypes(includeUnavailable: $all) {
	typeId name pluralName graphqlType lookupField listField available searchable custom unavailableReason missingScopes uniqueProperties
	properties { name field label group type fieldType referencedObjectType dataSensitivity filterable hasUniqueValue hidden options { value label } }
	pipelines { label } } }`

func (g *testGateway) describe(all bool) map[string]describedType {
	g.t.Helper()
	var got struct{ ObjectTypes []describedType }
	g.data("query($all: Boolean) "+describe, map[string]any{"all": all}, &got)
	types := make(map[string]describedType)
	for _, t := range got.ObjectTypes {
		types[t.PluralName] = t
	}
	return types
}

// TestUnavailableTypes describes what a token without all scopes cannot read.
func TestUnavailableTypes(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	house := p.DefineObject(hubspottest.Object{Name: "house"})
	p.RemoveScope("crm.objects.deals.read", "crm.schemas.deals.read", "crm.pipelines.orders.read")
	g := startGateway(t, p, unthrottled)

	types := g.describe(false)
	for name, of := range types {
		if !of.Available || of.GraphqlType == nil || of.LookupField == nil || of.ListField == nil || of.UnavailableReason != nil {
			t.Errorf("%s = %+v, want an available type and all its names", name, of)
		}
	}
	if _, there := types["deals"]; there {
		t.Error("objectTypes lists deals, which the token cannot read")
	}
	orders := types["orders"]
	if diff := cmp.Diff([]string{"crm.pipelines.orders.read"}, orders.MissingScopes); diff != "" || len(orders.Pipelines) > 0 {
		t.Errorf("orders: %d pipelines, missing scopes (-want +got):\n%s", len(orders.Pipelines), diff)
	}
	if h := types["p"+hubOf(g)+"_house"]; h.TypeID != house || !h.Custom || *h.GraphqlType != "House" || *h.ListField != "houses" || !h.Searchable {
		t.Errorf("the custom object is %+v", h)
	}

	all := g.describe(true)
	if len(all) <= len(types) {
		t.Errorf("%d types with the unavailable ones, %d without", len(all), len(types))
	}
	deals := all["deals"]
	if deals.Available || deals.TypeID != "0-3" || deals.Name != "deal" || deals.GraphqlType != nil || deals.ListField != nil ||
		deals.UnavailableReason == nil || !strings.Contains(*deals.UnavailableReason, "scope") || len(deals.Properties) > 0 || !deals.Searchable {
		t.Errorf("deals = %+v, want them unavailable for want of a scope", deals)
	}
	if len(deals.MissingScopes) == 0 || !strings.Contains(strings.Join(deals.MissingScopes, " "), "deals.read") {
		t.Errorf("deals miss the scopes %v", deals.MissingScopes)
	}
	g.calls(calls{})
}

func hubOf(g *testGateway) string { return g.gateway.Metadata().Account.PortalID }

// TestProperties describes properties as HubSpot defines them.
func TestProperties(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefineProperty("contacts", hubspottest.Property{Name: "badge", Label: "Badge", GroupName: "contactinformation", Type: "string", FieldType: "text", HasUniqueValue: true, Hidden: true})
	p.DefineProperty("contacts", hubspottest.Property{
		Name: "shape", Label: "Shape", GroupName: "contactinformation", Type: "enumeration", FieldType: "select",
		Options: []hubspottest.Option{{Label: "Square", Value: "SQUARE", DisplayOrder: 1}, {Label: "Round", Value: "ROUND"}},
	})
	p.DefineProperty("contacts", hubspottest.Property{Name: "secret", Label: "Secret", Type: "string", DataSensitivity: "sensitive"})
	p.DefineProperty("contacts", hubspottest.Property{Name: "1st-pet", Label: "First pet", Type: "string"})
	g := startGateway(t, p, unthrottled, func(cfg *config.Config) { cfg.Sensitive = true })
	contacts := g.describe(false)["contacts"]
	if !slices.Contains(contacts.UniqueProperties, "badge") {
		t.Errorf("unique properties %v, want badge among them", contacts.UniqueProperties)
	}
	property := func(name string) describedProperty {
		i := slices.IndexFunc(contacts.Properties, func(p describedProperty) bool { return p.Name == name })
		if i < 0 {
			t.Fatalf("no property %s", name)
		}
		return contacts.Properties[i]
	}
	if b := property("badge"); !b.HasUniqueValue || !b.Hidden || !b.Filterable || *b.Group != "contactinformation" || *b.Label != "Badge" || b.Type != "string" || b.FieldType != "text" {
		t.Errorf("badge = %+v", b)
	}
	if s := property("shape"); len(s.Options) != 2 || s.Options[0].Label != "Round" || s.Options[1].Value != "SQUARE" || s.DataSensitivity != "non_sensitive" {
		t.Errorf("shape = %+v, want Round, then Square", s)
	}
	if s := property("secret"); s.DataSensitivity != "sensitive" {
		t.Errorf("secret = %+v, want it sensitive", s)
	}
	if o := property("hubspot_owner_id"); o.ReferencedObjectType == nil || *o.ReferencedObjectType != "OWNER" {
		t.Errorf("hubspot_owner_id = %+v, want a reference to OWNER", o)
	}
	pet := property("1st-pet")
	if pet.Field == pet.Name || !pet.Filterable {
		t.Fatalf("1st-pet = %+v, want a legal field name", pet)
	}
	g.data(`{ contacts(where: {`+pet.Field+`: {exists: true}}) { nodes { `+pet.Field+` } } }`, nil, &struct{}{})
}

// TestPortal: what is said of the account, and of the age of its metadata.
func TestPortal(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	g := startGateway(t, p, unthrottled)
	var got struct {
		Portal struct {
			ID, TimeZone, Currency, UIDomain, SchemaVersion string
			LoadedAt                                        time.Time
			Warnings                                        []string
		}
		RateLimit struct {
			Burst, Search struct{ Limit, Remaining, WindowMs int }
		}
	}
	const query = `{ portal { id timeZone currency uiDomain schemaVersion loadedAt warnings } rateLimit { burst { limit remaining windowMs } search { limit remaining windowMs } } }`
	g.data(query, nil, &got)
	first := got.Portal
	if first.ID != hubOf(g) || first.TimeZone == "" || first.Currency == "" || first.UIDomain == "" || len(first.Warnings) > 0 ||
		first.SchemaVersion != g.gateway.Schema().Version() || got.RateLimit.Burst.Limit == 0 || got.RateLimit.Search.WindowMs == 0 {
		t.Errorf("%+v is incomplete", got)
	}
	g.calls(calls{})
	for { // loadedAt has seconds
		g.refresh()
		g.data(query, nil, &got)
		if got.Portal.LoadedAt.After(first.LoadedAt) {
			break
		}
		if time.Since(first.LoadedAt) > 20*time.Second {
			t.Fatalf("loadedAt stays %v after refreshes that find nothing new", got.Portal.LoadedAt)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if got.Portal.SchemaVersion != first.SchemaVersion {
		t.Error("the version changed with the age")
	}
}
