package portal

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// reads are the ways in which HubSpot serves a type.
type reads struct{ List, Get, Batch, Search, Associations, Pipelines bool }

// TestEveryStandardType reads a record of each type in every way that HubSpot
// has, and compares that with what the catalogue says of the type.
func TestEveryStandardType(t *testing.T) {
	fake := hubspottest.New(t, hubspottest.Options{Unlimited: true, Extra: hubspottest.ExtraTypes()})
	house := fake.DefineObject(hubspottest.Object{Name: "house", Associations: []string{"contacts"}})
	fake.DefinePipeline("house", hubspottest.Pipeline{ID: "sale", Label: "Sale"})
	client := newClient(t, fake)
	m := mustLoad(t, client, LoadOptions{})
	if len(m.Unavailable) != 0 {
		t.Errorf("unavailable = %v, want no type", unavailableIDs(m))
	}
	without := []string{"0-7", "0-115", "contracts", "partner_clients", "partner_services"}
	withPipelines := []string{"0-1", "0-2", "0-3", "0-5", "0-123", "0-136", "0-162", "0-410", "0-420", "0-421", house}
	for _, ot := range m.Types {
		t.Run(ot.PluralName, func(t *testing.T) {
			got := readEveryWay(t, fake, client, ot)
			want := reads{
				List: true, Get: true, Batch: true,
				Search:       ot.TypeID != "contracts",
				Associations: !slices.Contains(without, ot.TypeID),
				Pipelines:    slices.Contains(withPipelines, ot.TypeID),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reads of %s (-want +got):\n%s", ot.TypeID, diff)
			}
			said := reads{true, true, true, ot.Searchable, len(ot.Associates) > 0, len(ot.Pipelines) > 0}
			if diff := cmp.Diff(want, said); diff != "" {
				t.Errorf("the catalogue's word on %s (-want +got):\n%s", ot.TypeID, diff)
			}
			t.Logf("%-16s %-22s %+v", ot.TypeID, ot.PluralName, got)
		})
	}
}

func readEveryWay(t *testing.T, fake *hubspottest.Portal, c *hubspot.Client, ot ObjectType) (can reads) {
	t.Helper()
	id := fake.AddRecords(ot.TypeID, 1)[0]
	ctx := t.Context()
	page, err := c.List(ctx, hubspot.ListRequest{ObjectType: ot.TypeID})
	can.List = err == nil && slices.ContainsFunc(page.Records, func(r *hubspot.Record) bool { return r.ID == id })
	_, err = c.Get(ctx, hubspot.GetRequest{ObjectType: ot.TypeID, ID: id})
	can.Get = err == nil
	batch, err := c.BatchRead(ctx, hubspot.BatchReadRequest{ObjectType: ot.TypeID, IDs: []string{id}})
	can.Batch = err == nil && len(batch) == 1
	found, err := c.Search(ctx, hubspot.SearchRequest{ObjectType: ot.TypeID})
	can.Search = err == nil && found.Total > 0
	if len(ot.Associates) > 0 {
		fake.Associate(ot.TypeID, id, "notes", fake.AddRecords("notes", 1)[0])
		linked, err := c.AssociationsBatchRead(ctx, ot.TypeID, typeNotes, []hubspot.AssociationInput{{ID: id}})
		can.Associations = err == nil && len(linked[id].To) == 1
	} else {
		_, err = c.AssociationsBatchRead(ctx, ot.TypeID, "0-1", []hubspot.AssociationInput{{ID: id}})
		can.Associations = !errors.Is(err, hubspot.ErrInvalid)
	}
	pipelines, err := c.Pipelines(ctx, ot.TypeID)
	can.Pipelines = err == nil && len(pipelines) > 0
	return can
}

// TestEveryPair associates records of all types that the catalogue says can be.
func TestEveryPair(t *testing.T) {
	fake := hubspottest.New(t, hubspottest.Options{Unlimited: true, Extra: hubspottest.ExtraTypes()})
	fake.DefineObject(hubspottest.Object{Name: "house", Associations: []string{"contacts"}})
	client := newClient(t, fake)
	m := mustLoad(t, client, LoadOptions{})
	ids := map[string][]string{}
	for _, ot := range m.Types {
		ids[ot.TypeID] = fake.AddRecords(ot.TypeID, 2)
	}
	pairs := 0
	for _, from := range m.Types {
		for _, to := range from.Associates {
			fake.Associate(from.TypeID, ids[from.TypeID][0], to, ids[to][1])
			linked, err := client.AssociationsBatchRead(t.Context(), from.TypeID, to, []hubspot.AssociationInput{{ID: ids[from.TypeID][0]}})
			if err != nil || linked[ids[from.TypeID][0]] == nil {
				t.Errorf("association of %s with %s = %v, %v; want one", from.PluralName, to, linked, err)
			}
			pairs++
		}
	}
	if pairs < 800 {
		t.Errorf("%d pairs, want those of 30 types", pairs)
	}
}

// TestUndocumentedType loads portals whose marketing events HubSpot describes
// and does not serve.
func TestUndocumentedType(t *testing.T) {
	for status, reason := range map[int]string{
		http.StatusBadRequest: "not part of this portal", http.StatusNotFound: "not part of this portal",
		http.StatusForbidden: "the token lacks a scope, or the portal's subscription does not include it",
	} {
		fake := hubspottest.New(t, hubspottest.Options{Unlimited: true, Extra: []string{"marketing_events"}})
		fake.Fail(hubspottest.Fault{Endpoint: hubspottest.List, ObjectType: "marketing_events", Status: status})
		m := mustLoad(t, newClient(t, fake), LoadOptions{})
		i := slices.IndexFunc(m.Unavailable, func(u Unavailable) bool { return u.TypeID == "0-54" })
		if i < 0 || m.Unavailable[i].Reason != reason || m.Type("0-54") != nil {
			t.Errorf("marketing events that answer %d: %+v, want them unavailable: %s", status, m.Unavailable, reason)
		}
	}
}
