package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// metrics are what Prometheus reads. All label values come from fixed sets.
type metrics struct {
	registry   *prometheus.Registry
	calls      *prometheus.CounterVec
	joined     *prometheus.CounterVec
	callTime   *prometheus.HistogramVec
	waited     *prometheus.HistogramVec
	operations *prometheus.HistogramVec
	retries    *prometheus.CounterVec
	stale      prometheus.Counter
	webhooks   *prometheus.CounterVec
	events     *prometheus.CounterVec
}

var secondsBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hubgraph_hubspot_calls_total",
			Help: "HTTP attempts to HubSpot, by endpoint and status (0: no answer).",
		}, []string{"endpoint", "status"}),
		joined: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hubgraph_hubspot_calls_joined_total",
			Help: "Waits for a HubSpot call that another request had under way, each instead of a call, by endpoint.",
		}, []string{"endpoint"}),
		callTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "hubgraph_hubspot_call_seconds",
			Help:    "Duration of HTTP attempts to HubSpot, decoding included.",
			Buckets: secondsBuckets,
		}, []string{"endpoint"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "hubgraph_hubspot_wait_seconds",
			Help:    "Time that calls waited at the rate limiter.",
			Buckets: secondsBuckets,
		}, []string{"endpoint"}),
		operations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "hubgraph_operation_seconds",
			Help:    "Duration of GraphQL operations, by outcome: ok, partial (data and errors) or error.",
			Buckets: secondsBuckets,
		}, []string{"outcome"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hubgraph_hubspot_retries_total",
			Help: "HTTP attempts to HubSpot that repeat a failed one, by endpoint.",
		}, []string{"endpoint"}),
		stale: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hubgraph_stale_answers_total",
			Help: "Answers that hold kept records beyond their time, as HubSpot was unavailable.",
		}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hubgraph_webhook_requests_total",
			Help: "Requests to the webhook endpoint, by outcome: accepted, malformed, too_large, unreadable, or why they were refused: unsigned, old, future, wrong, replayed.",
		}, []string{"outcome"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hubgraph_webhook_events_total",
			Help: "Events in accepted webhooks, by kind and outcome: applied, incomplete (all that may be meant is forgotten), foreign (of another portal) or ignored (not about records).",
		}, []string{"kind", "outcome"}),
	}
	m.registry.MustRegister(m.calls, m.joined, m.callTime, m.waited, m.operations, m.retries, m.stale, m.webhooks, m.events,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what is read off the portal and the limiter at scrape time.
func (m *metrics) watch(p *portal.Portal, client *hubspot.Client) {
	gauge := func(name, help string, read func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
	}
	gauge("hubgraph_schema_age_seconds", "Age of the portal's metadata.", func() float64 {
		return time.Since(p.Status().LoadedAt).Seconds()
	})
	gauge("hubgraph_schema_stale", "1 if the last attempt to refresh the metadata failed.", func() float64 {
		if p.Status().Problem != "" {
			return 1
		}
		return 0
	})
	remaining := func(budget string, of func(hubspot.RateLimit) hubspot.BudgetState) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name:        "hubgraph_hubspot_remaining_calls",
			Help:        "Calls that may start now, by budget.",
			ConstLabels: prometheus.Labels{"budget": budget},
		}, func() float64 { return float64(of(client.RateLimit()).Remaining) }))
	}
	remaining("burst", func(r hubspot.RateLimit) hubspot.BudgetState { return r.Burst })
	remaining("associations", func(r hubspot.RateLimit) hubspot.BudgetState { return r.Associations })
	remaining("search", func(r hubspot.RateLimit) hubspot.BudgetState { return r.Search })
}

// watchRecords adds what is read off the record cache at scrape time.
func (m *metrics) watchRecords(c *recordcache.Cache) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "hubgraph_record_cache_bytes",
		Help: "Memory that the record cache's entries take, about.",
	}, func() float64 { return float64(c.Bytes()) }))
	for _, kind := range []recordcache.Kind{recordcache.KindRecord, recordcache.KindEdges, recordcache.KindList} {
		lookups := func(outcome string, read func() int64) {
			m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
				Name:        "hubgraph_record_cache_lookups_total",
				Help:        "Look-ups in the record cache, by kind (a record, one record's associations with a type, or a page of a list) and outcome.",
				ConstLabels: prometheus.Labels{"kind": kind.String(), "outcome": outcome},
			}, func() float64 { return float64(read()) }))
		}
		lookups("hit", func() int64 { hits, _ := c.Lookups(kind); return hits })
		lookups("miss", func() int64 { _, misses := c.Lookups(kind); return misses })
	}
}

func (m *metrics) observeCall(call hubspot.CallInfo) {
	endpoint := string(call.Endpoint)
	m.calls.WithLabelValues(endpoint, strconv.Itoa(call.Status)).Inc()
	m.callTime.WithLabelValues(endpoint).Observe(call.Duration.Seconds())
	m.waited.WithLabelValues(endpoint).Observe(call.Waited.Seconds())
	if call.Attempt > 1 {
		m.retries.WithLabelValues(endpoint).Inc()
	}
}

func (m *metrics) observeJoined(e hubspot.Endpoint) { m.joined.WithLabelValues(string(e)).Inc() }

func (m *metrics) observeWebhook(outcome string) { m.webhooks.WithLabelValues(outcome).Inc() }

func (m *metrics) observeWebhookEvent(k hubspot.WebhookKind, outcome string) {
	m.events.WithLabelValues(string(k), outcome).Inc()
}

func (m *metrics) observeOperation(d time.Duration, response *graphql.Response) {
	outcome := "ok"
	switch {
	case len(response.Errors) > 0 && len(response.Data) == 0:
		outcome = "error"
	case len(response.Errors) > 0:
		outcome = "partial"
	}
	m.operations.WithLabelValues(outcome).Observe(d.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
