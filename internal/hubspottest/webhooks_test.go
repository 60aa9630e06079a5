package hubspottest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// hear runs an app that keeps the events that it is told.
func hear(t *testing.T) (url string, heard func() []event) {
	t.Helper()
	var events []event
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var batch []event
		if err == nil {
			err = json.Unmarshal(body, &batch)
		}
		if err != nil || r.Host != "app.example.com" || r.Header.Get("X-HubSpot-Signature-v3") == "" {
			t.Errorf("%s from %s with the header %v: %v: %s", r.Method, r.Host, r.Header, err, body)
		}
		events = append(events, batch...)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(app.Close)
	return app.URL, func() []event {
		got := events
		events = nil
		return got
	}
}

func TestWebhooks(t *testing.T) {
	tests := []struct {
		name    string
		classic bool
		change  func(*Portal)
		want    []event
	}{
		{"creation", false, func(p *Portal) { p.AddRecord("contacts", nil) },
			[]event{{"subscriptionType": "object.creation", "objectTypeId": "0-1", "objectId": 104.0}}},
		{"classic creation", true, func(p *Portal) { p.AddRecord("contacts", nil) },
			[]event{{"subscriptionType": "contact.creation", "objectId": 104.0}}},
		{"property change", true, func(p *Portal) {
			p.Update("contacts", "101", map[string]string{"firstname": "Ada"})
			p.Update("contacts", "101", map[string]string{"firstname": "Ada"}) // is no change
		}, []event{{"subscriptionType": "contact.propertyChange", "objectId": 101.0, "propertyName": "firstname", "propertyValue": "Ada"}}},
		{"deletion of what has no classic form", true, func(p *Portal) { p.Archive("notes", "101") },
			[]event{{"subscriptionType": "object.deletion", "objectTypeId": "0-46", "objectId": 101.0}}},
		{"merge", true, func(p *Portal) { p.Merge("contacts", "101", "102") },
			[]event{{"subscriptionType": "contact.merge", "objectId": 101.0, "primaryObjectId": 101.0, "newObjectId": 101.0,
				"mergedObjectIds": []any{102.0}, "numberOfPropertiesMoved": 0.0}}},
		{"associations, classic", true, func(p *Portal) {
			p.Associate("contacts", "101", "companies", "101")
			p.Dissociate("contacts", "101", "companies", "101")
		}, []event{
			{"subscriptionType": "contact.associationChange", "associationType": "CONTACT_TO_COMPANY", "fromObjectId": 101.0, "toObjectId": 101.0, "associationRemoved": false, "isPrimaryAssociation": false},
			{"subscriptionType": "company.associationChange", "associationType": "COMPANY_TO_CONTACT", "fromObjectId": 101.0, "toObjectId": 101.0, "associationRemoved": false, "isPrimaryAssociation": false},
			{"subscriptionType": "contact.associationChange", "associationType": "CONTACT_TO_COMPANY", "fromObjectId": 101.0, "toObjectId": 101.0, "associationRemoved": true, "isPrimaryAssociation": false},
			{"subscriptionType": "company.associationChange", "associationType": "COMPANY_TO_CONTACT", "fromObjectId": 101.0, "toObjectId": 101.0, "associationRemoved": true, "isPrimaryAssociation": false},
		}},
		{"primary association, generic", false, func(p *Portal) { p.Associate("companies", "101", "contacts", "101", "Primary") }, []event{
			{"subscriptionType": "object.associationChange", "objectTypeId": "0-2", "associationType": "COMPANY_TO_CONTACT", "fromObjectId": 101.0, "toObjectId": 101.0, "fromObjectTypeId": "0-2", "toObjectTypeId": "0-1", "associationTypeId": 280.0, "associationCategory": "HUBSPOT_DEFINED", "associationRemoved": false, "isPrimaryAssociation": false},
			{"subscriptionType": "object.associationChange", "objectTypeId": "0-1", "associationType": "CONTACT_TO_COMPANY", "fromObjectId": 101.0, "toObjectId": 101.0, "fromObjectTypeId": "0-1", "toObjectTypeId": "0-2", "associationTypeId": 279.0, "associationCategory": "HUBSPOT_DEFINED", "associationRemoved": false, "isPrimaryAssociation": false},
			{"subscriptionType": "object.associationChange", "objectTypeId": "0-2", "associationType": "COMPANY_TO_CONTACT", "fromObjectId": 101.0, "toObjectId": 101.0, "fromObjectTypeId": "0-2", "toObjectTypeId": "0-1", "associationTypeId": 2.0, "associationCategory": "HUBSPOT_DEFINED", "associationRemoved": false, "isPrimaryAssociation": true},
			{"subscriptionType": "object.associationChange", "objectTypeId": "0-1", "associationType": "CONTACT_TO_COMPANY", "fromObjectId": 101.0, "toObjectId": 101.0, "fromObjectTypeId": "0-1", "toObjectTypeId": "0-2", "associationTypeId": 1.0, "associationCategory": "HUBSPOT_DEFINED", "associationRemoved": false, "isPrimaryAssociation": true},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := NewPortal(Options{})
			p.AddRecords("contacts", 3)
			p.AddRecords("companies", 1)
			p.AddRecords("notes", 1)
			via, heard := hear(t)
			w := p.Subscribe(Subscription{URL: "https://app.example.com/hook", Via: via, Secret: "s", Classic: tt.classic})
			tt.change(p)
			if _, err := w.Deliver(context.Background()); err != nil {
				t.Fatal(err)
			}
			everywhere := cmpopts.IgnoreMapEntries(func(name string, _ any) bool {
				return slices.Contains([]string{"eventId", "portalId", "appId", "subscriptionId", "attemptNumber", "occurredAt", "changeSource"}, name)
			})
			if diff := cmp.Diff(tt.want, heard(), everywhere); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWebhooksInBatches(t *testing.T) {
	p := NewPortal(Options{})
	via, heard := hear(t)
	w := p.Subscribe(Subscription{URL: "https://app.example.com/hook", Via: via, Secret: "s", Duplicate: true, Shuffle: true})
	ids := p.AddRecords("contacts", 130)
	sent, err := w.Deliver(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, d := range sent {
		sizes = append(sizes, d.Events)
		if d.Status != http.StatusNoContent {
			t.Errorf("Deliver: status %d, want 204", d.Status)
		}
	}
	if diff := cmp.Diff([]int{100, 100, 60}, sizes); diff != "" {
		t.Errorf("events of each request (-want +got):\n%s", diff)
	}
	times := map[string]int{}
	for _, e := range heard() {
		times[strconv.Itoa(int(e["objectId"].(float64)))]++
	}
	for _, id := range ids {
		if times[id] != 2 {
			t.Errorf("contact %s was told %d times, want twice", id, times[id])
		}
	}
	if again, err := w.Deliver(context.Background()); len(again) != 0 || err != nil {
		t.Errorf("Deliver with nothing new = %v, %v, want nothing", again, err)
	}
}
