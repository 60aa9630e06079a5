package metrics

import (
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// Other is the value of every label whose value is not among those declared.
const Other = "other"

// A Label is one way in which a metric is split.
type Label struct {
	Name   string
	Values []string // all that it can have, besides Other
	Closed bool     // the values are the gateway's own words: another is a bug, and is not counted
}

// value is what a label says of v.
func (l Label) value(v string) (value string, ok bool) {
	if slices.Contains(l.Values, v) {
		return v, true
	}
	return Other, !l.Closed
}

// size is how many values the label can have.
func (l Label) size() int {
	if l.Closed || slices.Contains(l.Values, Other) {
		return len(l.Values)
	}
	return len(l.Values) + 1
}

// A Set is the metrics of the process, or of one portal. The zero Set is empty.
// It is safe for concurrent use.
type Set struct {
	mu       sync.Mutex
	declared []prometheus.Collector
	served   prometheus.Registerer // nil unless they are
	most     int
}

// Most is how many series the metrics declared so far can come to.
func (s *Set) Most() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

func (s *Set) publish(to prometheus.Registerer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served = to
	to.MustRegister(s.declared...)
}

// withdraw has the metrics served no longer. They may be published again.
func (s *Set) withdraw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.declared {
		s.served.Unregister(c)
	}
	s.served = nil
}

// declare adds a metric with so many series for each combination of labels.
func (s *Set) declare(c prometheus.Collector, each int, labels []Label) {
	for _, l := range labels {
		each *= l.size()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.most += each
	s.declared = append(s.declared, c)
	if s.served != nil {
		s.served.MustRegister(c)
	}
}

// A Counter only grows.
type Counter struct {
	vec    *prometheus.CounterVec
	labels []Label
}

// Counter declares a counter. A name that is taken is a bug, and panics.
func (s *Set) Counter(name, help string, labels ...Label) *Counter {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, namesOf(labels))
	if len(labels) == 0 {
		vec.WithLabelValues() // so that it is there, as 0, from the start
	}
	s.declare(vec, 1, labels)
	return &Counter{vec, labels}
}

// Add counts n more, with a value for each label in the order of their declaration.
func (c *Counter) Add(n int, values ...string) {
	if values, ok := known(c.labels, values); ok {
		c.vec.WithLabelValues(values...).Add(float64(n))
	}
}

// A Histogram tells how often values of which size were seen.
type Histogram struct {
	vec    *prometheus.HistogramVec
	labels []Label
}

// Histogram declares a histogram with the upper ends of its classic buckets.
// Beside those it is a native one, finer, for a Prometheus that asks for it.
func (s *Set) Histogram(name, help string, buckets []float64, labels ...Label) *Histogram {
	vec := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: buckets,
		NativeHistogramBucketFactor:    nativeFactor,
		NativeHistogramMaxBucketNumber: nativeBuckets,
	}, namesOf(labels))
	s.declare(vec, len(buckets)+3, labels) // the bucket of the rest, the sum and the count
	return &Histogram{vec, labels}
}

// Native histograms grow buckets as they are needed; these bound how fine they
// are, and how many: beyond, they become coarser.
const (
	nativeFactor  = 1.1
	nativeBuckets = 100
)

// Observe counts a value, with a value for each label in the order of their
// declaration.
func (h *Histogram) Observe(v float64, values ...string) {
	if values, ok := known(h.labels, values); ok {
		h.vec.WithLabelValues(values...).Observe(v)
	}
}

// Gauge declares a metric that may rise and fall, and is read when it is asked
// for. read emits a value for each combination of labels that there is.
func (s *Set) Gauge(name, help string, read func(emit Emit), labels ...Label) {
	s.declare(newReading(prometheus.GaugeValue, name, help, read, labels), 1, labels)
}

// CounterFunc is [Set.Gauge] for what somebody else counts.
func (s *Set) CounterFunc(name, help string, read func(emit Emit), labels ...Label) {
	s.declare(newReading(prometheus.CounterValue, name, help, read, labels), 1, labels)
}

// An Emit takes one value, with a value for each label in the order of their
// declaration.
type Emit func(v float64, values ...string)

// A reading is a metric that is read when it is asked for.
type reading struct {
	kind   prometheus.ValueType
	desc   *prometheus.Desc
	labels []Label
	read   func(Emit)
}

func newReading(kind prometheus.ValueType, name, help string, read func(Emit), labels []Label) *reading {
	return &reading{kind: kind, desc: prometheus.NewDesc(name, help, namesOf(labels), nil), labels: labels, read: read}
}

// Describe implements [prometheus.Collector].
func (r *reading) Describe(to chan<- *prometheus.Desc) { to <- r.desc }

// Collect implements [prometheus.Collector].
func (r *reading) Collect(to chan<- prometheus.Metric) {
	r.read(func(v float64, values ...string) {
		if values, ok := known(r.labels, values); ok {
			to <- prometheus.MustNewConstMetric(r.desc, r.kind, v, values...)
		}
	})
}

func namesOf(labels []Label) []string {
	names := make([]string, len(labels))
	for i, l := range labels {
		names[i] = l.Name
	}
	return names
}

// known replaces what is not declared, in place: the slice is a variadic one.
func known(labels []Label, values []string) ([]string, bool) {
	for i, l := range labels {
		value, ok := l.value(values[i])
		if !ok {
			return nil, false
		}
		values[i] = value
	}
	return values, true
}
