package main

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hubgraph/hubgraph/internal/admit"
	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// watchFaults adds what is read off the client and the door at scrape time.
func (m *metrics) watchFaults(client *hubspot.Client, door *admit.Door) {
	gauge := func(name, help string, labels prometheus.Labels, read func() bool) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, func() float64 {
			if read() {
				return 1
			}
			return 0
		}))
	}
	for _, family := range hubspot.Families() {
		gauge("hubgraph_hubspot_breaker_open", "1 while calls are refused, but for probes, because HubSpot fails at them, by family of endpoints.",
			prometheus.Labels{"family": string(family)}, func() bool { return slices.Contains(client.Health().Failing, family) })
	}
	gauge("hubgraph_hubspot_needs_authentication", "1 while HubSpot does not accept the access token.", nil,
		func() bool { return client.Health().NeedsAuthentication })

	counter := func(name, help string, read func() int64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(read()) }))
	}
	counter("hubgraph_hubspot_calls_refused_total", "Calls that were not made because HubSpot fails, refuses the token or moves the account.",
		func() int64 { return client.Health().CallsRefused })
	counter("hubgraph_hubspot_retries_refused_total", "Retries that were not made because they would be more than a tenth of the calls.",
		func() int64 { return client.Health().RetriesRefused })
	counter("hubgraph_requests_shed_total", "GraphQL requests that were answered 503 because too many were under way.",
		func() int64 { return door.State().TurnedAway })

	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hubgraph_requests_under_way", Help: "GraphQL requests that are served now."},
		func() float64 { return float64(door.State().Inside) }))
}
