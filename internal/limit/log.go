package limit

import (
	"context"
	"slices"
	"sync"
)

// An Excess is one request beyond one limit.
type Excess struct {
	Limit   string // its name, as in extensions.limit of a refusal
	Found   int
	Most    int
	Refused bool // or else it passed
}

// A Log is what limits one request went beyond. Its methods may be called from
// many goroutines at once, and on nil.
type Log struct {
	mu   sync.Mutex
	list []Excess
}

type logKey struct{}

// WithLog returns a context whose request is told of in log.
func WithLog(ctx context.Context, log *Log) context.Context {
	return context.WithValue(ctx, logKey{}, log)
}

// From is the Log that ctx carries, or nil.
func From(ctx context.Context) *Log {
	log, _ := ctx.Value(logKey{}).(*Log)
	return log
}

// Add tells of excesses. Of one limit the largest counts, once.
func (l *Log) Add(excesses ...Excess) {
	if l == nil || len(excesses) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range excesses {
		l.list = Merge(l.list, e)
	}
}

// List is all that was told.
func (l *Log) List() []Excess {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}

// Merge adds an excess to a list that has one of each limit.
func Merge(list []Excess, e Excess) []Excess {
	i := slices.IndexFunc(list, func(other Excess) bool { return other.Limit == e.Limit })
	if i < 0 {
		return append(list, e)
	}
	list[i].Found = max(list[i].Found, e.Found)
	list[i].Refused = list[i].Refused || e.Refused
	return list
}
