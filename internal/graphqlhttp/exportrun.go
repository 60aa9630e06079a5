package graphqlhttp

import (
	"context"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/export"
)

// A Run is one export, for those who serve it: each page is a request of its own
// to them.
type Run struct {
	// Begin begins a page: it waits until the page may be read, and returns the
	// context of all that belongs to it, and what is to be called once it is read;
	// or why it may not be read: a [*StopError], or that ctx has ended. nil is for pages without bounds.
	Begin func(ctx context.Context) (page context.Context, end func(), err error)

	Format export.Format
	Rows   int // that were sent
	Pages  int
	Bytes  int64
	// Err is why it ended before its time; nil if the client was gone.
	Err *gqlerror.Error
	// Broken says that the connection must be aborted, so that the client does not
	// take what it has for all there is. Only who serves the connection can do that.
	Broken bool
}

// A StopError is why a page may not be read.
type StopError struct {
	Code    string // extensions.code
	Message string
	Again   bool // whether it may be, soon
}

// Error implements error.
func (e *StopError) Error() string { return e.Message }

func (r *Run) begin(ctx context.Context) (page context.Context, end func(), err error) {
	if r.Begin == nil {
		return ctx, func() {}, nil
	}
	return r.Begin(ctx)
}

type runKey struct{}

// WithRun returns the context of a request that may be one for an export.
func WithRun(ctx context.Context, run *Run) context.Context {
	return context.WithValue(ctx, runKey{}, run)
}

// RunFrom is the run of ctx, or a new one.
func RunFrom(ctx context.Context) *Run {
	if run, ok := ctx.Value(runKey{}).(*Run); ok {
		return run
	}
	return new(Run)
}
