package metrics

import "github.com/hubgraph/hubgraph/internal/limit"

// LimitNames are the limits on a request, as extensions.limit names them.
var LimitNames = []string{
	"body", "tokens", "name", "operations", "variables", "fragments", "rootFields", "depth", "nesting", "aliases", "directives",
	"directivesPerPlace", "selections", "introspection", "repeats", "records", "first", "errors", "calls", "time",
}

// Limits counts requests that went beyond a limit.
type Limits struct{ exceeded *Counter }

func newLimits(s *Set) *Limits {
	return &Limits{exceeded: s.Counter("hubgraph_limit_exceeded_total",
		"Requests beyond a limit, by limit and outcome: refused, or passed where the limit only measures.",
		Label{Name: "limit", Closed: true, Values: LimitNames},
		Label{Name: "outcome", Closed: true, Values: []string{"refused", "passed"}})}
}

// Observe counts one request beyond one limit.
func (l *Limits) Observe(e limit.Excess) {
	outcome := "passed"
	if e.Refused {
		outcome = "refused"
	}
	l.exceeded.Add(1, e.Limit, outcome)
}
