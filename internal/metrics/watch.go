package metrics

import (
	"slices"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// WatchMetadata adds how well the portal's metadata is kept.
func (p *Portal) WatchMetadata(status func() portal.Status) {
	p.Gauge("hubgraph_schema_age_seconds", "Age of the portal's metadata.", func(emit Emit) {
		emit(time.Since(status().LoadedAt).Seconds())
	})
	p.Gauge("hubgraph_schema_stale", "1 if the last attempt to refresh the metadata failed.", func(emit Emit) {
		emit(number(status().Problem != ""))
	})
}

// WatchAllowance adds what is left of HubSpot's allowances. Of the daily one
// HubSpot does not tell all apps.
func (p *Portal) WatchAllowance(now func() hubspot.RateLimit) {
	each := func(emit Emit, read func(hubspot.BudgetState) int) {
		r := now()
		emit(float64(read(r.Burst)), hubspot.BudgetBurst.String())
		emit(float64(read(r.Associations)), hubspot.BudgetAssociations.String())
		emit(float64(read(r.Search)), hubspot.BudgetSearch.String())
		if r.Daily != nil {
			emit(float64(read(hubspot.BudgetState{Limit: r.Daily.Limit, Remaining: r.Daily.Remaining})), budgetDaily)
		}
	}
	p.Gauge("hubgraph_hubspot_remaining_calls", "Calls that may start now, by budget.", func(emit Emit) {
		each(emit, func(b hubspot.BudgetState) int { return b.Remaining })
	}, allowances)
	p.Gauge("hubgraph_hubspot_limit_calls", "Calls that a budget allows in its window: 10 s, of searches 1 s, a day.", func(emit Emit) {
		each(emit, func(b hubspot.BudgetState) int { return b.Limit })
	}, allowances)
}

// A RecordCache is what tells of the records that are kept.
type RecordCache interface {
	Bytes() int64
	Lookups(kind recordcache.Kind) (hits, misses int64)
}

// WatchRecords adds what the record cache does.
func (p *Portal) WatchRecords(c RecordCache) {
	p.Gauge("hubgraph_record_cache_bytes", "Memory that the record cache's entries take, about.", func(emit Emit) {
		emit(float64(c.Bytes()))
	})
	kinds := []recordcache.Kind{recordcache.KindRecord, recordcache.KindEdges, recordcache.KindList}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	p.CounterFunc("hubgraph_record_cache_lookups_total",
		"Look-ups in the record cache, by kind (a record, one record's associations with a type, or a page of a list) and outcome.",
		func(emit Emit) {
			for _, k := range kinds {
				hits, misses := c.Lookups(k)
				emit(float64(hits), k.String(), "hit")
				emit(float64(misses), k.String(), "miss")
			}
		}, Label{Name: "kind", Closed: true, Values: names}, Label{Name: "outcome", Closed: true, Values: []string{"hit", "miss"}})
}

// WatchHealth adds what is known of how HubSpot fares.
func (p *Portal) WatchHealth(now func() hubspot.Health) {
	families := make([]string, 0, len(hubspot.Families()))
	for _, f := range hubspot.Families() {
		families = append(families, string(f))
	}
	p.Gauge("hubgraph_hubspot_breaker_open",
		"1 while calls are refused, but for probes, because HubSpot fails at them, by family of endpoints.",
		func(emit Emit) {
			failing := now().Failing
			for _, f := range hubspot.Families() {
				emit(number(slices.Contains(failing, f)), string(f))
			}
		}, Label{Name: "family", Closed: true, Values: families})
	p.Gauge("hubgraph_hubspot_needs_authentication", "1 while HubSpot does not accept the access token.",
		func(emit Emit) { emit(number(now().NeedsAuthentication)) })
	p.CounterFunc("hubgraph_hubspot_calls_refused_total",
		"Calls that were not made because HubSpot fails, refuses the token or moves the account.",
		func(emit Emit) { emit(float64(now().CallsRefused)) })
	p.CounterFunc("hubgraph_hubspot_retries_refused_total",
		"Retries that were not made because they would be more than a tenth of the calls.",
		func(emit Emit) { emit(float64(now().RetriesRefused)) })
}

// WatchRequests adds how many GraphQL requests are served, and how many were
// turned away.
func (m *Metrics) WatchRequests(underWay, turnedAway func() int64) {
	m.Process.Gauge("hubgraph_requests_under_way", "GraphQL requests that are served now.",
		func(emit Emit) { emit(float64(underWay())) })
	m.Process.CounterFunc("hubgraph_requests_shed_total", "GraphQL requests that were answered 503 because too many were under way.",
		func(emit Emit) { emit(float64(turnedAway())) })
}

// number is 1 for what is so.
func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
