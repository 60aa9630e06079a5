package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/metrics"
)

// TestMetrics asks for something, for nothing, and for what fails.
func TestMetrics(t *testing.T) {
	p := crm(t, hubspottest.Options{}, 0)
	g := startGateway(t, p, keeping)
	g.data(`{ contacts(first: 100) { nodes { primaryCompany { name } } } }`, nil, &struct{}{})
	g.gateway.Records().Wait()
	g.data(`{ contacts(first: 100) { nodes { primaryCompany { name } } } }`, nil, &struct{}{})
	g.query(`{ nope }`, nil)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.Search, Status: 403, Body: hubspottest.MissingScopes("crm.objects.deals.read"), Times: 1})
	g.query(`{ contacts(first: 1) { nodes { id } } deals(where: {dealname: {eq: "x"}}) { nodes { id } } }`, nil)
	p.Fail(hubspottest.Fault{Endpoint: hubspottest.Search, Status: 429, Body: `{"status":"error","policyName":"SECONDLY"}`, Times: 1})
	g.data(`{ deals(where: {dealname: {eq: "x"}}) { nodes { id } } }`, nil, &struct{}{})
	text := g.get("/metrics")
	for _, want := range []string{
		`hubgraph_hubspot_calls_total{endpoint="batch_read",portal="4711",status="200"} 1`,
		`hubgraph_hubspot_calls_total{endpoint="search",portal="4711",status="403"} 1`,
		`hubgraph_hubspot_rate_limited_total{policy="SECONDLY",portal="4711"} 1`,
		`hubgraph_hubspot_errors_total{category="MISSING_SCOPES",portal="4711"} 1`,
		`hubgraph_hubspot_batch_read_inputs_sum{portal="4711"} 100`,
		`hubgraph_hubspot_wait_seconds_count{budget="search",portal="4711"} 3`,
		`hubgraph_hubspot_remaining_calls{budget="burst",portal="4711"}`,
		`hubgraph_hubspot_limit_calls{budget="associations",portal="4711"} 100`,
		`hubgraph_record_cache_lookups_total{kind="record",outcome="hit",portal="4711"} 100`,
		`hubgraph_operation_seconds_count{outcome="ok",portal="4711"} 3`,
		`hubgraph_operation_seconds_count{outcome="error",portal="4711"} 1`,
		`hubgraph_operation_seconds_count{outcome="partial",portal="4711"} 1`,
		`hubgraph_operation_errors_total{code="GRAPHQL_VALIDATION_FAILED",portal="4711"} 1`,
		`hubgraph_operation_errors_total{code="FORBIDDEN",portal="4711"} 1`,
		`hubgraph_operation_calls_sum{portal="4711"} `,
		`hubgraph_operation_planned_calls_sum{portal="4711"} `,
		`hubgraph_schema_age_seconds{portal="4711"} `,
		`hubgraph_schema_stale{portal="4711"} 0`,
		"go_goroutines",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if n := g.gateway.MostSeries(); n > metrics.MostPerPortal {
		t.Errorf("there may be %d series of a portal, want at most %d", n, metrics.MostPerPortal)
	}
}

// TestAllCodesAreCounted reads the codes where they are made.
func TestAllCodesAreCounted(t *testing.T) {
	files, err := filepath.Glob("internal/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range append(files, "graph/explain.go") {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^\s*Code[A-Z]\w* += "([A-Z_]+)"`).FindAllSubmatch(source, -1) {
			found++
			if !slices.Contains(metrics.Codes, string(m[1])) {
				t.Errorf("%s: errors with the code %s are counted as other: add it to metrics.Codes", file, m[1])
			}
		}
	}
	if found < len(metrics.Codes) {
		t.Errorf("%d codes found, want all %d", found, len(metrics.Codes))
	}
}
