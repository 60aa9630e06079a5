package execute

import (
	"context"
	"sync"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A Kind is what HubSpot calls have in common that do the same: types are given
// by their IDs, and are empty where a call is for none.
type Kind struct {
	Endpoint hubspot.Endpoint
	From, To string
}

// A Spent is what calls of one kind came to.
type Spent struct {
	Calls   int // that the run needed, whether it made them or shared another request's
	Records int // counted as a [Step] counts them
}

// A Tally counts what a run needs of HubSpot, kind by kind. A nil Tally counts
// nothing. It is safe for concurrent use.
type Tally struct {
	mu     sync.Mutex
	byKind map[Kind]Spent
}

// Spent is what calls of the kind came to so far.
func (t *Tally) Spent(k Kind) Spent {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byKind[k]
}

// Total is what all calls came to so far.
func (t *Tally) Total() Spent {
	t.mu.Lock()
	defer t.mu.Unlock()
	var total Spent
	for _, s := range t.byKind {
		total.Calls += s.Calls
		total.Records += s.Records
	}
	return total
}

// note counts a call and, unless it failed, its records.
func (t *Tally) note(k Kind, records func() int, err error) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byKind == nil {
		t.byKind = make(map[Kind]Spent)
	}
	s := t.byKind[k]
	s.Calls++
	if err == nil {
		s.Records += records()
	}
	t.byKind[k] = s
}

type tallyKey struct{}

// WithTally returns a context whose runs count what they need in t.
func WithTally(ctx context.Context, t *Tally) context.Context {
	return context.WithValue(ctx, tallyKey{}, t)
}

func tallyFrom(ctx context.Context) *Tally {
	t, _ := ctx.Value(tallyKey{}).(*Tally)
	return t
}
