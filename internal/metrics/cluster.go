package metrics

import (
	"time"

	"github.com/hubgraph/hubgraph/internal/cluster"
)

// A Cluster is what tells of the other replicas.
type Cluster interface {
	Status() cluster.Status
	Counters() cluster.Counters
}

// WatchCluster adds how this replica stands with the others.
func (m *Metrics) WatchCluster(c Cluster) {
	m.Process.Gauge("hubgraph_redis_connected", "1 if Redis, where replicas meet, answered last.",
		func(emit Emit) { emit(number(c.Status().Connected)) })
	m.Process.Gauge("hubgraph_redis_fallback", "1 while Redis is taken for gone, so that HubSpot's allowance is used by equal shares.",
		func(emit Emit) { emit(number(c.Status().Fallback)) })
	m.Process.CounterFunc("hubgraph_redis_fallbacks_total", "How often Redis was taken for gone.",
		func(emit Emit) { emit(float64(c.Counters().Fallbacks)) })
	m.Process.CounterFunc("hubgraph_leased_calls_total", "Places in windows of HubSpot's allowances that this replica was granted.",
		func(emit Emit) { emit(float64(c.Counters().Leased)) })
	m.Process.CounterFunc("hubgraph_invalidations_total", "Invalidations that came from replicas, this one among them.",
		func(emit Emit) { emit(float64(c.Counters().Invalidations)) })
	m.Process.CounterFunc("hubgraph_invalidations_missed_total", "How often invalidations may have been missed, so that all kept records were forgotten.",
		func(emit Emit) { emit(float64(c.Counters().Missed)) })
}

// Exchanges are those with Redis.
type Exchanges struct {
	took   *Histogram
	failed *Counter
}

// NewExchanges counts exchanges with Redis.
func (m *Metrics) NewExchanges() *Exchanges {
	what := Label{Name: "for", Closed: true, Values: []string{"allowance", "publish", "lock"}}
	return &Exchanges{
		took:   m.Process.Histogram("hubgraph_redis_seconds", "Time of exchanges with Redis, by what they are for.", []float64{.0005, .001, .0025, .005, .01, .025, .05, .1}, what),
		failed: m.Process.Counter("hubgraph_redis_failures_total", "Exchanges with Redis that failed, by what they were for.", what),
	}
}

// Observe counts one that has ended.
func (e *Exchanges) Observe(what string, took time.Duration, failed bool) {
	e.took.Observe(took.Seconds(), what)
	if failed {
		e.failed.Add(1, what)
	}
}
