package metrics

import (
	"context"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// scrape is what Prometheus reads, one sample a line.
func scrape(t *testing.T, m *Metrics) []string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), "GET", "/metrics", nil))
	var samples []string
	for line := range strings.Lines(w.Body.String()) {
		if !strings.HasPrefix(line, "#") {
			samples = append(samples, strings.TrimSpace(line))
		}
	}
	return samples
}

func ofPortal(samples []string) []string {
	return slices.DeleteFunc(slices.Clone(samples), func(s string) bool { return !strings.Contains(s, `portal="`) })
}

type keptRecords struct{}

func (keptRecords) Bytes() int64                            { return 1 }
func (keptRecords) Lookups(recordcache.Kind) (int64, int64) { return 2, 3 }

// TestSeriesAreBounded counts everything that can be counted, with all values
// that a label can have and others besides.
func TestSeriesAreBounded(t *testing.T) {
	m := New()
	p := m.NewPortal()
	p.WatchMetadata(func() portal.Status { return portal.Status{LoadedAt: time.Now()} })
	p.WatchAllowance(func() hubspot.RateLimit { return hubspot.RateLimit{Daily: &hubspot.DailyState{}} })
	p.WatchRecords(keptRecords{})
	p.WatchHealth(func() hubspot.Health { return hubspot.Health{} })
	for _, e := range append(slices.Clone(endpoints.Values), "new") {
		p.Calls.Joined(hubspot.Endpoint(e))
		for status := range 1000 {
			p.Calls.Observe(hubspot.CallInfo{Endpoint: hubspot.Endpoint(e), Status: status, Attempt: 2})
		}
	}
	for _, word := range append(slices.Concat(categories.Values, policies.Values, Codes), "", "another", "jo@example.com") {
		p.Calls.Observe(hubspot.CallInfo{Endpoint: hubspot.EndpointList, Status: 429, Err: hubspot.ErrInvalid, Category: word, Policy: word})
		p.Calls.Observe(hubspot.CallInfo{Endpoint: hubspot.EndpointList, Err: hubspot.ErrInvalid, Category: word})
		for _, outcome := range []string{OutcomeOK, OutcomePartial, OutcomeError, word} {
			p.Operations.Observe(Operation{Outcome: outcome, Codes: []string{word}, Stale: true})
		}
	}
	if got := scrape(t, m); len(ofPortal(got)) != 0 {
		t.Errorf("%d series of a portal that was not published", len(ofPortal(got)))
	}
	p.Publish("4711")
	all := scrape(t, m)
	got := len(ofPortal(all))
	if got != p.Most() {
		t.Errorf("%d series of the portal, and Most says %d", got, p.Most())
	}
	if p.Most() > MostPerPortal {
		t.Errorf("%d series of a portal, want at most %d", p.Most(), MostPerPortal)
	}
	t.Logf("%d series of a portal at most", p.Most())
	for _, sample := range all {
		if strings.Contains(sample, "jo@example.com") || strings.Contains(sample, `"new"`) || strings.Contains(sample, "another") {
			t.Errorf("%s: a value that is not declared", sample)
		}
	}
}

// TestSamples tells what an event counts as.
func TestSamples(t *testing.T) {
	m := New()
	p := m.NewPortal()
	p.Publish("4711")
	p.WatchMetadata(func() portal.Status { return portal.Status{LoadedAt: time.Now(), Problem: "away"} }) // declared late
	p.WatchAllowance(func() hubspot.RateLimit {
		return hubspot.RateLimit{Burst: hubspot.BudgetState{Limit: 100, Remaining: 98}, Daily: &hubspot.DailyState{Limit: 5, Remaining: 4}}
	})
	p.WatchRecords(keptRecords{})
	p.Calls.Observe(hubspot.CallInfo{Endpoint: hubspot.EndpointBatchRead, Status: 200, Inputs: 100, Duration: 2 * time.Second, Waited: time.Second})
	p.Calls.Observe(hubspot.CallInfo{Endpoint: hubspot.EndpointSearch, Status: 429, Err: hubspot.ErrRateLimited, Category: "RATE_LIMIT", Policy: "SECONDLY"})
	p.Calls.Observe(hubspot.CallInfo{Endpoint: hubspot.EndpointList, Status: 502, Err: hubspot.ErrUnavailable})
	p.Calls.Observe(hubspot.CallInfo{Endpoint: hubspot.EndpointList, Err: hubspot.ErrTimeout})
	p.Operations.Observe(Operation{Outcome: OutcomePartial, Took: time.Second, Planned: 7, Calls: 2, Codes: []string{"NOT_FOUND", "NOT_FOUND"}})
	m.Webhooks.Request("accepted")
	m.Webhooks.Event(hubspot.WebhookMerge, "applied")
	got := scrape(t, m)
	for _, want := range []string{
		`hubgraph_hubspot_calls_total{endpoint="batch_read",portal="4711",status="200"} 1`,
		`hubgraph_hubspot_calls_total{endpoint="list",portal="4711",status="5xx"} 1`,
		`hubgraph_hubspot_calls_total{endpoint="list",portal="4711",status="0"} 1`,
		`hubgraph_hubspot_call_seconds_bucket{endpoint="batch_read",portal="4711",le="1"} 0`,
		`hubgraph_hubspot_call_seconds_bucket{endpoint="batch_read",portal="4711",le="5"} 1`,
		`hubgraph_hubspot_wait_seconds_sum{budget="burst",portal="4711"} 1`,
		`hubgraph_hubspot_batch_read_inputs_bucket{portal="4711",le="99"} 0`,
		`hubgraph_hubspot_batch_read_inputs_sum{portal="4711"} 100`,
		`hubgraph_hubspot_errors_total{category="RATE_LIMITS",portal="4711"} 1`,
		`hubgraph_hubspot_errors_total{category="none",portal="4711"} 1`,
		`hubgraph_hubspot_errors_total{category="no_answer",portal="4711"} 1`,
		`hubgraph_hubspot_rate_limited_total{policy="SECONDLY",portal="4711"} 1`,
		`hubgraph_hubspot_remaining_calls{budget="burst",portal="4711"} 98`,
		`hubgraph_hubspot_limit_calls{budget="daily",portal="4711"} 5`,
		`hubgraph_schema_stale{portal="4711"} 1`,
		`hubgraph_record_cache_lookups_total{kind="edges",outcome="miss",portal="4711"} 3`,
		`hubgraph_operation_seconds_count{outcome="partial",portal="4711"} 1`,
		`hubgraph_operation_planned_calls_sum{portal="4711"} 7`,
		`hubgraph_operation_calls_bucket{portal="4711",le="1"} 0`,
		`hubgraph_operation_errors_total{code="NOT_FOUND",portal="4711"} 2`,
		`hubgraph_webhook_requests_total{outcome="accepted"} 1`,
		`hubgraph_webhook_events_total{kind="merge",outcome="applied"} 1`,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(ofPortal(got), "\n"))
	}
}

// TestAllEndpointsAreDeclared reads the endpoints where they are made: one that
// is not declared here would not be counted.
func TestAllEndpointsAreDeclared(t *testing.T) {
	source, err := os.ReadFile("../hubspot/endpoint.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`Endpoint\w+ +Endpoint = "(\w+)"`).FindAllSubmatch(source, -1)
	if len(found) != len(endpoints.Values) {
		t.Errorf("%d endpoints, and %d declared", len(found), len(endpoints.Values))
	}
	for _, m := range found {
		if !slices.Contains(endpoints.Values, string(m[1])) {
			t.Errorf("endpoint %s is not declared: add it to endpoints", m[1])
		}
	}
}
