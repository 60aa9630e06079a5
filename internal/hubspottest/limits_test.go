package hubspottest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// call asks the portal without a socket, so that it works on a bubble's clock.
func call(t *testing.T, p *hubspottest.Portal, path, body string) (*http.Response, string) {
	t.Helper()
	method, reader := "GET", io.Reader(nil)
	if body != "" {
		method, reader = "POST", strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://hubspot.test"+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bearer " + p.Token()}, "Content-Type": {"application/json"}}
	res, err := p.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

const (
	listPath         = "/crm/v3/objects/contacts"
	searchPath       = "/crm/v3/objects/contacts/search"
	associationsPath = "/crm/v4/associations/contacts/companies/labels"
)

// TestRollingWindows spends each budget and finds when it frees up again: when
// the oldest call is a window old, not at the next full window.
func TestRollingWindows(t *testing.T) {
	for _, tt := range []struct {
		name, path, body string
		budget           hubspottest.Budget
		limit            int
		window           time.Duration
		refusal          string
	}{
		{"burst", listPath, "", hubspottest.BurstBudget, 6, 10 * time.Second, `"policyName":"TEN_SECONDLY_ROLLING"`},
		{"associations", associationsPath, "", hubspottest.AssociationBudget, 3, 10 * time.Second, `"policyName":"TEN_SECONDLY_ROLLING"`},
		{"search", searchPath, "{}", hubspottest.SearchBudget, 5, time.Second, `"category":"RATE_LIMITS"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := hubspottest.NewPortal(hubspottest.Options{BurstLimit: 6, AssociationLimit: 3})
				status := func() int {
					res, text := call(t, p, tt.path, tt.body)
					if res.StatusCode == 429 && !strings.Contains(text, tt.refusal) {
						t.Errorf("refused with %s, want %s", text, tt.refusal)
					}
					return res.StatusCode
				}
				half := tt.window / 2
				if got := status(); got != 200 {
					t.Fatalf("first call = %d, want 200", got)
				}
				time.Sleep(half)
				for range tt.limit - 1 {
					if got := status(); got != 200 {
						t.Fatalf("call within the limit = %d, want 200", got)
					}
				}
				time.Sleep(half - time.Nanosecond)
				if got := status(); got != 429 {
					t.Errorf("call just before the window has passed = %d, want 429", got)
				}
				time.Sleep(time.Nanosecond)
				if got := status(); got != 200 {
					t.Errorf("call when the window has passed = %d, want 200", got)
				}
				if got := status(); got != 429 {
					t.Errorf("call beyond the one that got free = %d, want 429", got)
				}
				got := p.Stats()[tt.budget]
				want := hubspottest.BudgetStats{
					Limit: tt.limit, Window: tt.window, Accepted: tt.limit + 1, Rejected: 2, Peak: tt.limit + 2, First: got.First, Last: got.First.Add(tt.window),
				}
				if diff := cmp.Diff(want, got); diff != "" || p.Rejected() != 2 || p.Peak()[tt.budget] != tt.limit+2 {
					t.Errorf("%d refused, peak %v, stats (-want +got):\n%s", p.Rejected(), p.Peak(), diff)
				}
				if got := got.Utilisation(); got != float64(tt.limit+1)/float64(2*tt.limit) {
					t.Errorf("utilisation = %v", got)
				}
			})
		})
	}
}

func TestDailyLimit(t *testing.T) {
	p := hubspottest.NewPortal(hubspottest.Options{DailyLimit: 2})
	call(t, p, listPath, "")
	call(t, p, searchPath, "{}")
	if res, text := call(t, p, associationsPath, ""); res.StatusCode != 429 || !strings.Contains(text, `"policyName":"DAILY"`) {
		t.Errorf("call past the daily limit = %d %s, want 429 DAILY", res.StatusCode, text)
	}
}

func TestLimitHeaders(t *testing.T) {
	const prefix = "X-Hubspot-Ratelimit-"
	burst := map[string]string{"Max": "100", "Remaining": "99", "Interval-Milliseconds": "10000", "Secondly": "10", "Secondly-Remaining": "10"}
	daily := map[string]string{"Daily": "250000", "Daily-Remaining": "249999"}
	for _, tt := range []struct {
		name, path, body string
		opts             hubspottest.Options
		want             []map[string]string
	}{
		{"list", listPath, "", hubspottest.Options{}, []map[string]string{burst, daily}},
		{"list with OAuth", listPath, "", hubspottest.Options{OAuth: true}, []map[string]string{burst, {"Max": "110", "Remaining": "109", "Secondly": "11", "Secondly-Remaining": "11"}}},
		{"search", searchPath, "{}", hubspottest.Options{}, []map[string]string{daily}},
		{"search with OAuth", searchPath, "{}", hubspottest.Options{OAuth: true}, nil},
		{"unlimited", listPath, "", hubspottest.Options{Unlimited: true}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, _ := call(t, hubspottest.NewPortal(tt.opts), tt.path, tt.body)
			want, got := map[string]string{}, map[string]string{}
			for _, headers := range tt.want {
				for name, value := range headers {
					want[name] = value
				}
			}
			for name, values := range res.Header {
				if name, ok := strings.CutPrefix(name, prefix); ok {
					got[name] = values[0]
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("limit headers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := hubspottest.NewPortal(hubspottest.Options{Latency: 50 * time.Millisecond})
		start := time.Now()
		call(t, p, listPath, "")
		if got := time.Since(start); got != 50*time.Millisecond {
			t.Errorf("call took %v, want 50ms", got)
		}
	})
}

func TestCalls(t *testing.T) {
	p := hubspottest.NewPortal(hubspottest.Options{})
	p.AddRecords("contacts", 2)
	house := p.DefineObject(hubspottest.Object{Name: "house"})
	call(t, p, "/crm/v3/objects/0-1?limit=1", "")
	call(t, p, "/crm/v3/objects/contact/batch/read", `{"inputs":[{"id":"101"},{"id":"7"}]}`)
	call(t, p, "/crm/objects/2026-03/"+house+"/5", "")
	call(t, p, "/crm/v4/associations/0-1/0-2/batch/read", `{"inputs":[{"id":"101"}]}`)
	call(t, p, searchPath, `{}`)
	call(t, p, "/nowhere", "")
	got := p.Calls()
	for i := range got {
		got[i].At = time.Time{}
	}
	want := hubspottest.Calls{
		{Method: "GET", Path: "/crm/v3/objects/0-1?limit=1", Endpoint: hubspottest.List, ObjectType: "contacts", Status: 200},
		{Method: "POST", Path: "/crm/v3/objects/contact/batch/read", Endpoint: hubspottest.BatchRead, ObjectType: "contacts", Inputs: 2, Status: 207},
		{Method: "GET", Path: "/crm/objects/2026-03/" + house + "/5", Endpoint: hubspottest.Get, ObjectType: "p4711_house", Status: 404},
		{Method: "POST", Path: "/crm/v4/associations/0-1/0-2/batch/read", Endpoint: hubspottest.Associations, ObjectType: "contacts", ToType: "companies", Inputs: 1, Status: 207},
		{Method: "POST", Path: searchPath, Endpoint: hubspottest.Search, ObjectType: "contacts", Status: 200},
		{Method: "GET", Path: "/nowhere", Status: 404},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if n := p.Count(hubspottest.BatchRead); n != 1 {
		t.Errorf("Count(BatchRead) = %d, want 1", n)
	}
	p.ResetCalls()
	if len(p.Calls()) != 0 || p.Peak()[hubspottest.BurstBudget] != 0 {
		t.Errorf("after ResetCalls: %v, peak %v", p.Calls(), p.Peak())
	}
}
