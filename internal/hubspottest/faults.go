package hubspottest

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Fault makes calls go wrong on cue. Several of its effects can be combined;
// with none of Status, CloseBefore and Hang the call is answered as usual,
// changed by the rest.
type Fault struct {
	// A fault hits the calls for which all of these hold; unset ones always do.
	Endpoint   Endpoint
	ObjectType string                   // any of the type's names
	Match      func(*http.Request) bool // must not read the body

	Skip  int // lets that many matching calls through first
	Times int // then hits that many; 0 means for ever

	Status      int           // answer this status
	Body        string        // with this body; default a HubSpot error of category INTERNAL_ERROR
	Header      http.Header   // added to the answer's header
	Delay       time.Duration // answer that much later than usual
	Hang        bool          // do not answer until the client gives up
	CloseBefore bool          // cut the connection instead of answering
	CloseDuring bool          // cut the connection in the middle of the body
	Truncate    bool          // send half the body as if it were all
	Drip        time.Duration // send the body in ten pieces, that long after one another

	// Rewrite changes the body of an answer, before it is compressed. See
	// [RewriteJSON].
	Rewrite func(body []byte) []byte
}

type faultList struct {
	mu     sync.Mutex
	faults []*Fault
}

// Fail adds a fault. Where several match a call, the oldest hits it.
func (p *Portal) Fail(f Fault) {
	if f.ObjectType != "" {
		f.ObjectType = p.pluralOf(f.ObjectType)
	}
	p.faults.add(f)
}

func (l *faultList) add(f Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, &f)
}

func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = nil
}

func (p *Portal) pluralOf(objectType string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.mustType(objectType).plural
}

// ClearFaults removes all faults.
func (p *Portal) ClearFaults() { p.faults.clear() }

// hit returns the fault that hits the call, a zero one if none does.
func (l *faultList) hit(r *http.Request, c *Call) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.faults {
		if f.Endpoint != "" && f.Endpoint != c.Endpoint ||
			f.ObjectType != "" && f.ObjectType != c.ObjectType ||
			f.Match != nil && !f.Match(r) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times == 1 {
			l.faults = slices.Delete(l.faults, i, i+1)
		} else if f.Times > 1 {
			f.Times--
		}
		return *f
	}
	return Fault{}
}
