package metrics

import "github.com/hubgraph/hubgraph/internal/portals"

// WatchPortals adds how many portals of the store are open, and what they take.
func (m *Metrics) WatchPortals(now func() portals.State) {
	m.Process.Gauge("hubgraph_portals", "Portals of the store that are open, being opened, or could not be opened not long ago.",
		func(emit Emit) {
			s := now()
			emit(float64(s.Open), "open")
			emit(float64(s.Opening), "opening")
			emit(float64(s.Failed), "failed")
		}, Label{Name: "state", Closed: true, Values: []string{"open", "opening", "failed"}})
	m.Process.Gauge("hubgraph_portals_bytes", "Memory that open portals of the store take, about.",
		func(emit Emit) { emit(float64(now().Bytes)) })
	m.Process.CounterFunc("hubgraph_portals_opened_total", "Portals of the store that were opened.",
		func(emit Emit) { emit(float64(now().Opened)) })
	m.Process.CounterFunc("hubgraph_portals_closed_total", "Portals of the store that were closed because memory was short, or nobody asked about them.",
		func(emit Emit) { emit(float64(now().Closed)) })
}

// NewRenewals counts how renewing portals' access tokens has ended.
func (m *Metrics) NewRenewals(outcomes []string) *Counter {
	return m.Process.Counter("hubgraph_token_renewals_total", "Attempts to renew a portal's access token, by how they ended.",
		Label{Name: "outcome", Closed: true, Values: outcomes})
}
