package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestCost reads what an answer says of itself.
func TestCost(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 10))
	tests := []struct {
		name, query string
		calls       map[string]int
		records     int
		data        bool // whether anything in the answer is HubSpot's records
	}{
		{"metadata", `{ __typename }`, map[string]int{}, 0, false},
		{"one record", `{ contact(by: {id: "101"}) { email } }`, map[string]int{"batchRead": 1}, 1, true},
		{"a list", `{ contacts(first: 7) { nodes { email } } }`, map[string]int{"list": 1}, 7, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := time.Now().Truncate(time.Millisecond)
			a, err := g.tryQuery(context.Background(), tt.query, nil)
			if err != nil || len(a.Errors) > 0 {
				t.Fatalf("%v, errors %+v", err, a.Errors)
			}
			var got gateway.Cost
			if err := json.Unmarshal(a.Extensions["hubgraph"], &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.calls, got.Calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if got.Records != tt.records {
				t.Errorf("records = %d, want %d", got.Records, tt.records)
			}
			if l := got.RateLimit.Burst; l.Limit < 100 || l.Remaining >= l.Limit {
				t.Errorf("burst = %+v, want a limit of which the start took some", l)
			}
			if !tt.data {
				if got.DataAsOf != "" {
					t.Errorf("dataAsOf = %q without data", got.DataAsOf)
				}
				return
			}
			at, err := time.Parse(time.RFC3339, got.DataAsOf)
			if err != nil || at.Before(before) || at.After(time.Now()) {
				t.Errorf("dataAsOf = %q (%v), want an instant within the request, after %v", got.DataAsOf, err, before)
			}
		})
	}
}
