package hubspottest

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Endpoint groups HubSpot's paths the way they cost: in counts, in faults and
// in budgets.
type Endpoint string

// The endpoints that the portal tells apart.
const (
	List              Endpoint = "list"
	Get               Endpoint = "get"
	BatchRead         Endpoint = "batch_read"
	Search            Endpoint = "search"
	Associations      Endpoint = "associations" // batch read, and the GET of one record's
	AssociationLabels Endpoint = "association_labels"
	Properties        Endpoint = "properties" // and property groups
	Schemas           Endpoint = "schemas"
	Pipelines         Endpoint = "pipelines"
	Owners            Endpoint = "owners"
	AccountInfo       Endpoint = "account"
	Segments          Endpoint = "segments"        // lists, searched or by ID
	SegmentMembers    Endpoint = "segment_members" // of one list
	RecordSegments    Endpoint = "record_segments" // the lists of one record, or of many
	OAuthAuthorize    Endpoint = "oauth_authorize" // of an App, as the next three
	OAuthToken        Endpoint = "oauth_token"
	OAuthIntrospect   Endpoint = "oauth_introspect"
	OAuthRevoke       Endpoint = "oauth_revoke"
)

// A Call is one request that reached the portal.
type Call struct {
	Method     string
	Path       string // with the query string, as it arrived
	Endpoint   Endpoint
	ObjectType string // the plural name, such as "contacts"; a custom object's fully qualified name
	ToType     string // of an association call, likewise
	Inputs     int    // inputs of a batch call, else 0
	GrantType  string // of a call for an OAuth token, such as "refresh_token"
	Status     int    // what was answered; 0 while under way, or if the connection was cut
	At         time.Time
}

// String is the call in one line, for test failures.
func (c Call) String() string {
	s := fmt.Sprintf("%s %s → %d", c.Method, c.Path, c.Status)
	if c.Inputs > 0 {
		s += fmt.Sprintf(" (%d inputs)", c.Inputs)
	}
	return s
}

// Calls are calls in order of arrival.
type Calls []Call

// String is one call a line.
func (cs Calls) String() string {
	var b strings.Builder
	for _, c := range cs {
		b.WriteString(c.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// Of returns the calls of one endpoint.
func (cs Calls) Of(endpoint Endpoint) Calls {
	var of Calls
	for _, c := range cs {
		if c.Endpoint == endpoint {
			of = append(of, c)
		}
	}
	return of
}

// journal is the record of all calls.
type journal struct {
	mu    sync.Mutex
	calls []*Call
}

func (j *journal) add(c *Call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls = append(j.calls, c)
}

func (j *journal) answered(c *Call, status int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c.Status = status
}

func (j *journal) all() Calls {
	j.mu.Lock()
	defer j.mu.Unlock()
	calls := make(Calls, len(j.calls))
	for i, c := range j.calls {
		calls[i] = *c
	}
	return calls
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls = nil
}

// Calls returns all calls since the start or the last [Portal.ResetCalls],
// in order of arrival, those that were refused included.
func (p *Portal) Calls() Calls { return p.journal.all() }

// ResetCalls forgets all calls, the count of refused ones and the peaks. What
// was spent of the limits stays spent.
func (p *Portal) ResetCalls() {
	p.journal.reset()
	p.limits.reset()
}

// Count is the number of calls of one endpoint since the start or the last
// [Portal.ResetCalls].
func (p *Portal) Count(endpoint Endpoint) int { return len(p.Calls().Of(endpoint)) }

// Rejected is the number of calls that were answered 429 because a limit was
// spent. Faults that answer 429 do not count.
func (p *Portal) Rejected() int {
	n := 0
	for _, s := range p.Stats() {
		n += s.Rejected
	}
	return n
}

// Peak is, per budget, the most calls that arrived in any rolling window,
// refused ones included.
func (p *Portal) Peak() map[Budget]int {
	peak := map[Budget]int{}
	for budget, s := range p.Stats() {
		peak[budget] = s.Peak
	}
	return peak
}
