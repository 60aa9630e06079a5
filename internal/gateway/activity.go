package gateway

import (
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/metrics"
	"github.com/hubgraph/hubgraph/internal/pulse"
)

// An Activity is what a portal's gateway did in the last minutes, for those who
// operate it. Series have a number a step, the oldest first; the last step is
// under way.
type Activity struct {
	PortalID    string    `json:"portalId"`
	Now         time.Time `json:"now"`
	From        time.Time `json:"from"` // when the first step began
	StepSeconds int       `json:"stepSeconds"`

	// Allowances are those of HubSpot, by name: burst, associations, search and,
	// if HubSpot tells, daily.
	Allowances map[string]AllowanceSeries `json:"allowances"`
	Series     map[string][]int           `json:"series"` // calls, rateLimited, operations, errors
	Calls      map[string]int             `json:"calls"`  // to HubSpot in all steps, by endpoint
	Errors     map[string]int             `json:"errors"` // in answers in all steps, by extensions.code
	Latency    Latency                    `json:"latency"`
	Cache      *CacheActivity             `json:"cache"` // null if no records are kept

	Status

	Warnings []Warning `json:"warnings"` // never nil
}

// An AllowanceSeries is how much of an allowance was in use.
type AllowanceSeries struct {
	Limit    int   `json:"limit"`
	WindowMs int64 `json:"windowMs"` // 0 for a day
	Left     int   `json:"left"`     // now
	Used     []int `json:"used"`     // at most in each step, as seen at the calls in it
}

// A Latency is how long the operations of all steps took.
type Latency struct {
	Operations int   `json:"operations"`
	P50        int64 `json:"p50Ms"`
	P90        int64 `json:"p90Ms"`
	P99        int64 `json:"p99Ms"`
}

// A CacheActivity is what kept records did since the gateway opened.
type CacheActivity struct {
	Hits   int64 `json:"hits"`
	Misses int64 `json:"misses"`
	Bytes  int64 `json:"bytes"`
}

// The names in a pulse.
const (
	countCalls       = "calls"
	countRateLimited = "rateLimited"
	countOperations  = "operations"
	countErrors      = "errors"
	callsTo          = "calls:"  // and an endpoint
	errorsOf         = "errors:" // and a code

	daily = "daily"
)

var (
	pulseSeries     = []string{countCalls, countRateLimited, countOperations, countErrors}
	pulseAllowances = []string{hubspot.BudgetBurst.String(), hubspot.BudgetAssociations.String(), hubspot.BudgetSearch.String(), daily}
)

func newPulse() *pulse.Pulse {
	counts := append([]string(nil), pulseSeries...)
	for _, e := range hubspot.Endpoints() {
		counts = append(counts, callsTo+string(e))
	}
	for _, code := range metrics.Codes {
		counts = append(counts, errorsOf+code)
	}
	return pulse.New(counts, pulseAllowances)
}

// feel remembers an attempt at HubSpot.
func (o *observer) feel(call hubspot.CallInfo) {
	o.pulse.Count(countCalls, 1)
	o.pulse.Count(callsTo+string(call.Endpoint), 1)
	if call.Policy != "" {
		o.pulse.Count(countRateLimited, 1)
	}
	for name, state := range allowancesOf(o.client.RateLimit()) {
		o.pulse.Stands(name, state.Limit-state.Remaining)
	}
}

// feelOperation remembers an operation that was answered.
func (o *observer) feelOperation(took time.Duration, codes []string) {
	o.pulse.Count(countOperations, 1)
	o.pulse.Took(took)
	for _, code := range codes {
		o.pulse.Count(countErrors, 1)
		o.pulse.Count(errorsOf+code, 1)
	}
}

// allowancesOf are HubSpot's allowances by name.
func allowancesOf(r hubspot.RateLimit) map[string]hubspot.BudgetState {
	all := map[string]hubspot.BudgetState{
		hubspot.BudgetBurst.String(): r.Burst, hubspot.BudgetAssociations.String(): r.Associations, hubspot.BudgetSearch.String(): r.Search,
	}
	if r.Daily != nil {
		all[daily] = hubspot.BudgetState{Limit: r.Daily.Limit, Remaining: r.Daily.Remaining}
	}
	return all
}

// Activity is that of the last minutes.
func (g *Gateway) Activity() Activity {
	read := g.obs.pulse.Read()
	a := Activity{
		PortalID: g.PortalID(), Now: time.Now().UTC(), From: read.From.UTC(), StepSeconds: int(pulse.Step / time.Second),
		Allowances: make(map[string]AllowanceSeries), Series: make(map[string][]int), Calls: make(map[string]int), Errors: make(map[string]int),
		Latency: Latency{
			Operations: read.Took(),
			P50:        read.Quantile(0.5).Milliseconds(), P90: read.Quantile(0.9).Milliseconds(), P99: read.Quantile(0.99).Milliseconds(),
		},
		Cache: g.cacheActivity(), Status: g.Status(), Warnings: g.warnings(),
	}
	for name, state := range allowancesOf(g.RateLimit()) {
		a.Allowances[name] = AllowanceSeries{Limit: state.Limit, WindowMs: state.Window.Milliseconds(), Left: state.Remaining, Used: read.Peaks[name]}
	}
	for _, name := range pulseSeries {
		a.Series[name] = read.Counts[name]
	}
	for _, e := range hubspot.Endpoints() {
		if n := read.Total(callsTo + string(e)); n > 0 {
			a.Calls[camelCase(string(e))] = n
		}
	}
	for _, code := range metrics.Codes {
		if n := read.Total(errorsOf + code); n > 0 {
			a.Errors[code] = n
		}
	}
	return a
}

func (g *Gateway) cacheActivity() *CacheActivity {
	if g.records == nil {
		return nil
	}
	c := &CacheActivity{Bytes: g.records.Bytes()}
	for _, kind := range []recordcache.Kind{recordcache.KindRecord, recordcache.KindEdges, recordcache.KindList} {
		hits, misses := g.records.Lookups(kind)
		c.Hits += hits
		c.Misses += misses
	}
	return c
}
