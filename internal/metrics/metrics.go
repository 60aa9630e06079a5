// Package metrics is what Prometheus reads of the gateway.
//
// Metrics belong to a [Set]: to that of the process, or to that of a portal, whose
// metrics all carry the label portal. Each is declared once, with all values that
// its labels can have. What comes with another value is counted as [Other], so
// that nobody outside can make series, and how many there can be of a portal is
// known before anything is counted: see [Set.Most].
//
// To add a metric, declare it in the set that it belongs to, where it is counted:
//
//	doors := set.Counter("hubgraph_doors_total", "Doors that were passed, by which way.",
//		metrics.Label{Name: "way", Closed: true, Values: []string{"in", "out"}})
//	doors.Add(1, "in")
package metrics

import (
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// MostPerPortal is how many series there may be with one portal's label.
const MostPerPortal = 500

// Metrics are all of a process.
type Metrics struct {
	prometheus.Gatherer // of every metric's state

	// Process are the metrics that are of no portal.
	Process *Set
	// Webhooks counts what comes to the webhook endpoint, of any portal.
	Webhooks *Webhooks
	// Limits counts the requests that went beyond one.
	Limits *Limits

	registry *prometheus.Registry

	mu      sync.Mutex
	portals map[string]*Portal // that are served, by ID
}

// New returns the metrics of a process, those of the Go runtime included.
func New() *Metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	process := &Set{}
	process.publish(registry)
	return &Metrics{Gatherer: registry, Process: process, Webhooks: newWebhooks(process), Limits: newLimits(process), registry: registry, portals: make(map[string]*Portal)}
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// NewPortal returns the metrics of a portal whose ID is not known yet. They count
// from now on, and are served once they are [Portal.Publish]ed.
func (m *Metrics) NewPortal() *Portal {
	set := &Set{}
	return &Portal{Set: set, Calls: newCalls(set), Operations: newOperations(set), all: m}
}

// A Portal is the metrics of one portal.
type Portal struct {
	*Set

	Calls      *Calls
	Operations *Operations

	all *Metrics
	id  string // that it is published with
}

// Publish has the metrics served, as those of the portal with the ID, in place of
// others of that portal. What is declared later is served at once. It must be
// called once at most.
func (p *Portal) Publish(id string) {
	p.all.mu.Lock()
	defer p.all.mu.Unlock()
	if before := p.all.portals[id]; before != nil {
		before.withdraw()
	}
	p.id = id
	p.all.portals[id] = p
	p.publish(prometheus.WrapRegistererWith(prometheus.Labels{"portal": id}, p.all.registry))
}

// Withdraw has the metrics served no longer.
func (p *Portal) Withdraw() {
	p.all.mu.Lock()
	defer p.all.mu.Unlock()
	if p.all.portals[p.id] == p {
		delete(p.all.portals, p.id)
		p.withdraw()
	}
}
