package portal

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

func TestSchedule(t *testing.T) {
	passing := fmt.Errorf("wrapped: %w", hubspot.ErrUnavailable)
	tests := []struct {
		name      string
		failures  int
		partial   bool
		err       error
		low, high time.Duration
	}{
		{"success", 4, false, nil, 8 * time.Hour, 9 * time.Hour},
		{"first failure", 0, false, passing, 2500 * time.Millisecond, 5 * time.Second},
		{"third failure", 2, false, passing, 10 * time.Second, 20 * time.Second},
		{"many failures", 1000, false, passing, 150 * time.Second, 5 * time.Minute},
		{"success that lacks something", 0, true, nil, 2500 * time.Millisecond, 5 * time.Second},
		{"refused token", 0, false, hubspot.ErrUnauthenticated, 150 * time.Second, 5 * time.Minute},
		{"HubSpot says when", 0, false, &hubspot.Error{Kind: hubspot.ErrRateLimited, RetryAfter: time.Hour}, time.Hour, time.Hour},
		{"HubSpot says too late", 0, false, &hubspot.Error{Kind: hubspot.ErrUnavailable, RetryAfter: 24 * time.Hour}, 10 * time.Hour, 10 * time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for range 100 {
					now := time.Now()
					s := schedule{failures: test.failures, since: now}
					s.ended(&Metadata{Partial: test.partial}, test.err, 10*time.Hour)
					if got := s.due.Sub(now); got < test.low || got > test.high {
						t.Fatalf("ended() is due in %v, want %v to %v", got, test.low, test.high)
					}
					if good := test.err == nil && !test.partial; s.since.IsZero() != good || (s.failures == 0) != good {
						t.Fatalf("ended() = %+v, want both counters zero: %v", s, good)
					}
				}
			})
		})
	}
}

// TestKeepFresh runs for days of the bubble's clock.
func TestKeepFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hubspottest.NewPortal(hubspottest.Options{Unlimited: true, Latency: 50 * time.Millisecond})
		client := newClientWith(t, hubspot.Options{
			BaseURL: "http://portal.invalid", Token: hubspot.StaticToken(fake.Token()),
			HTTPClient: &http.Client{Transport: fake.Transport()},
		})
		p, err := Open(t.Context(), quiet, client, Options{Objects: []string{"contacts"}, TTL: 10 * time.Hour})
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		defer p.Close()
		loads := func() int {
			n := fake.Count(hubspottest.AccountInfo)
			fake.ResetCalls()
			return n
		}
		loads()

		time.Sleep(8*time.Hour - time.Second)
		if n := loads(); n != 0 {
			t.Errorf("%d loads before 80 %% of the TTL, want 0", n)
		}
		fake.DefineProperty("contacts", hubspottest.Property{Name: "new"})
		time.Sleep(time.Hour + time.Minute)
		if n := loads(); n != 1 {
			t.Errorf("%d loads until 90 %% of the TTL, want 1", n)
		}
		if !hasProperty(p.Metadata(), "0-1", "new") {
			t.Error("the refresh in the background missed a new property")
		}

		// HubSpot goes down for a day: the last good metadata stays, attempts
		// become rare, and the first good one ends it.
		last := p.Metadata()
		fake.Fail(hubspottest.Fault{Status: http.StatusOK, Body: "<html>down</html>"})
		time.Sleep(24 * time.Hour)
		if p.Metadata() != last {
			t.Error("stale metadata was not kept")
		}
		if s := p.Status(); !errors.Is(s.Kind, hubspot.ErrUnavailable) {
			t.Errorf("Status() = %+v, want %v", s, hubspot.ErrUnavailable)
		}
		loads()
		time.Sleep(time.Hour)
		if n := loads(); n < 12 || n > 25 {
			t.Errorf("%d attempts in an hour of failures, want one every 2.5 to 5 minutes", n)
		}
		fake.ClearFaults()
		time.Sleep(5*time.Minute + time.Second)
		if s := p.Status(); s.Problem != "" || time.Since(s.LoadedAt) > 6*time.Minute {
			t.Errorf("Status() = %+v at %v, want a fresh success", s, time.Now())
		}
		loads()
		time.Sleep(7 * time.Hour)
		if n := loads(); n != 0 {
			t.Errorf("%d loads after the recovery, want 0 for 80 %% of the TTL", n)
		}
	})
}

// TestRetryReadsOnlyWhatFailed: after a refresh of which one type failed, the
// retry takes the other types from the cache.
func TestRetryReadsOnlyWhatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hubspottest.NewPortal(hubspottest.Options{Unlimited: true})
		client := newClientWith(t, hubspot.Options{
			BaseURL: "http://portal.invalid", Token: hubspot.StaticToken(fake.Token()),
			HTTPClient: &http.Client{Transport: fake.Transport()},
		})
		p, err := Open(t.Context(), quiet, client, Options{Objects: []string{"contacts", "deals", "companies"}})
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		defer p.Close()
		time.Sleep(time.Hour)
		fake.DefineProperty("deals", hubspottest.Property{Name: "new"})
		fake.Fail(hubspottest.Fault{Endpoint: hubspottest.Properties, ObjectType: "deals", Status: http.StatusOK, Body: "<html>down</html>", Times: 1})
		if err := p.Refresh(t.Context()); err != nil {
			t.Fatalf("Refresh() = %v", err)
		}
		if m := p.Metadata(); !m.Partial || hasProperty(m, "0-3", "new") || p.Status().Problem == "" {
			t.Errorf("partial %v, status %+v, want a refresh without deals", m.Partial, p.Status())
		}
		synctest.Wait()
		fake.ResetCalls()
		time.Sleep(firstRetry + time.Second)
		if m := p.Metadata(); m.Partial || !hasProperty(m, "0-3", "new") || p.Status().Problem != "" {
			t.Errorf("partial %v, status %+v, want all of it after the retry", m.Partial, p.Status())
		}
		if calls := fake.Calls().Of(hubspottest.Properties); len(calls) != 1 || calls[0].ObjectType != "deals" {
			t.Errorf("the retry read these properties, want those of deals:\n%s", calls)
		}
	})
}

// TestTrustedSnapshot: a portal that is opened again from a trusted snapshot is
// not read until the snapshot is as old as the TTL; one that is not trusted is
// read at once.
func TestTrustedSnapshot(t *testing.T) {
	for trusted, want := range map[bool]int{true: 0, false: 1} {
		synctest.Test(t, func(t *testing.T) {
			fake := hubspottest.NewPortal(hubspottest.Options{Unlimited: true})
			client := newClientWith(t, hubspot.Options{
				BaseURL: "http://portal.invalid", Token: hubspot.StaticToken(fake.Token()),
				HTTPClient: &http.Client{Transport: fake.Transport()},
			})
			o := Options{
				Objects: []string{"contacts"}, TTL: 10 * time.Hour, TrustSnapshot: trusted,
				Snapshots: SnapshotFile(filepath.Join(t.TempDir(), "portal.json")),
			}
			open := func() *Portal {
				p, err := Open(t.Context(), quiet, client, o)
				if err != nil {
					t.Fatalf("Open() = %v", err)
				}
				return p
			}
			open().Close()
			time.Sleep(9 * time.Hour)
			fake.ResetCalls()
			p := open()
			defer p.Close()
			time.Sleep(time.Minute)
			if got := fake.Count(hubspottest.Properties); got != want {
				t.Errorf("trusted %t: %d reads of properties within a minute, want %d", trusted, got, want)
			}
			if s := p.Status(); s.FromSnapshot {
				t.Errorf("trusted %t: Status() = %+v, want nothing to confirm", trusted, s)
			}
			time.Sleep(time.Hour)
			if got := fake.Count(hubspottest.Properties); got != 1 {
				t.Errorf("trusted %t: %d reads of properties once the TTL has passed, want 1", trusted, got)
			}
		})
	}
}
