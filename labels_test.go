package main

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestAssociationLabels asks for the labels of both directions, again and
// again: each direction costs one call until the metadata is refreshed.
func TestAssociationLabels(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	p.DefineLabel("contacts", "companies", "Billing contact")
	p.DefineLabel("contacts", "contacts", "Manager", "Report")
	g := startGateway(t, p, unthrottled)

	const query = `{
		there: associationLabels(from: "contacts", to: "companies") { label category typeId }
		again: associationLabels(from: "CONTACT", to: "0-2") { label category typeId }
		back: associationLabels(from: "companies", to: "contacts") { label category typeId }
		pairs: associationLabels(from: "contacts", to: "contacts") { label category typeId }
		none: associationLabels(from: "contacts", to: "line_items") { label }
		unknown: associationLabels(from: "contacts", to: "yachts") { label }
	}`
	type label struct {
		Label, Category string
		TypeID          int
	}
	type labels struct{ There, Again, Back, Pairs, None, Unknown []label }
	ask := func() labels {
		var got labels
		g.data(query, nil, &got)
		return got
	}
	named := func(labels []label, name string) label {
		t.Helper()
		for _, l := range labels {
			if l.Label == name {
				return l
			}
		}
		t.Errorf("no label %q among %v", name, labels)
		return label{}
	}
	got := ask()
	there, back := named(got.There, "Billing contact"), named(got.Back, "Billing contact")
	if there.Category != "USER_DEFINED" || there.TypeID == back.TypeID {
		t.Errorf("Billing contact is %+v there and %+v back, want the user's, with an ID for each direction", there, back)
	}
	if primary := named(got.There, "Primary"); primary.Category != "HUBSPOT_DEFINED" || primary.TypeID != 1 {
		t.Errorf("Primary = %+v, want HubSpot's type 1", primary)
	}
	if named(got.There, "").Category != "HUBSPOT_DEFINED" {
		t.Error("the unlabelled type is not HubSpot's")
	}
	named(got.Pairs, "Manager")
	named(got.Pairs, "Report")
	if diff := cmp.Diff(got.There, got.Again); diff != "" || len(got.None) > 0 || got.None == nil || got.Unknown != nil {
		t.Errorf("none %v, unknown %v, want an empty list and null; again (-there +again):\n%s", got.None, got.Unknown, diff)
	}
	g.calls(calls{"association_labels": 4})

	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { g.query(query, nil) })
	}
	wg.Wait()
	g.calls(calls{})

	p.DefineLabel("contacts", "companies", "Decision maker")
	if status, answer := g.refresh(); status != 200 || len(answer.Changes) > 0 {
		t.Errorf("refresh: %d %+v, want no change of the schema", status, answer)
	}
	p.ResetCalls()
	for range 20 { // at once, and none of them is kept yet
		wg.Go(func() { g.query(query, nil) })
	}
	wg.Wait()
	named(ask().There, "Decision maker")
	g.calls(calls{"association_labels": 4})
}

// TestAssociationLabelsFail: a failure is not kept.
func TestAssociationLabelsFail(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{Unlimited: true})
	g := startGateway(t, p, unthrottled)
	const query = `{ associationLabels(from: "contacts", to: "companies") { label } }`
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.AssociationLabels, Status: 403, Times: 1})
	if a := g.query(query, nil); a.code() != "FORBIDDEN" {
		t.Errorf("errors %+v, want FORBIDDEN", a.Errors)
	}
	var got struct{ AssociationLabels []struct{ Label string } }
	g.data(query, nil, &got)
	if len(got.AssociationLabels) < 2 {
		t.Errorf("labels %v, want those of HubSpot", got.AssociationLabels)
	}
}
