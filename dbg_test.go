package main

import (
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestDbg(t *testing.T) {
	ids := []int64{62515, 62516}
	f := newFleet(t, 3, ids, hubspottest.AppOptions{Lifetime: 40 * time.Second}, "--timeout=60s", "--log-level=debug")
	for _, r := range f.replicas { // each opens its portals
		for i, id := range ids {
			begin := time.Now()
			if a, err := f.ask(t.Context(), r, id, `{ __typename }`); err != nil || len(a.Errors) > 0 {
				t.Fatalf("%v %+v", err, a.Errors)
			}
			t.Logf("%s %d %v calls %d", r.url, id, time.Since(begin), len(f.portals[i].Calls()))
		}
	}
	t.Fail()
}
