package hubspot

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestDepartures holds that a call tells when it leaves, not when it begins to
// wait, and again when it is repeated.
func TestDepartures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answerFunc{reply(429, rolling, "Retry-After", "4"), reply(200, record)}, start: time.Now()}
		c := newTestClient(t, Options{HTTPClient: &http.Client{Transport: s}})
		var told []time.Duration
		ctx := OnDeparture(t.Context(), func() { told = append(told, time.Since(s.start)) })
		for range 2 {
			if _, err := c.Get(ctx, GetRequest{ObjectType: "0-1", ID: "7"}); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(s.at, told); diff != "" || len(told) != 3 {
			t.Errorf("departures (-calls +told):\n%s", diff)
		}
	})
}
