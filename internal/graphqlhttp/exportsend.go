package graphqlhttp

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/export"
)

const (
	// stall is how long a client may take nothing of an export before it is cut off.
	stall = time.Minute
	// chunk is how much is written under one deadline.
	chunk = 64 << 10
)

// send sends the lines of a page behind head. Nothing is read ahead meanwhile, so a
// client that takes its time has HubSpot asked no sooner.
func (x *exporter) send(data, head []byte) (page export.Page, ok bool) {
	x.lines = append(x.lines[:0], head...)
	var err error
	x.opts.Exports.Compute(func() { x.lines, page, err = x.AppendPage(x.lines, data) })
	if err != nil {
		return page, x.fail(internal(err))
	}
	if !x.write(x.lines) {
		x.run.Broken = true // there is nobody to tell
		return page, false
	}
	x.run.Pages++
	x.run.Rows += page.Records
	x.run.Bytes += int64(len(x.lines))
	if page.End != "" {
		x.after = page.End
	}
	return page, true
}

// write writes and flushes, and reports whether somebody reads.
func (x *exporter) write(text []byte) bool {
	out := http.NewResponseController(x.w)
	for len(text) > 0 {
		n := min(len(text), chunk)
		_ = out.SetWriteDeadline(time.Now().Add(stall)) // a writer without deadlines has none to miss
		if _, err := x.w.Write(text[:n]); err != nil {
			return false
		}
		text = text[n:]
	}
	_ = out.Flush() // if not, it comes with the next page
	return true
}

// fail ends an export that has begun. Its status was sent, so it must not look
// whole: it ends with a line that says why, which no reader takes for a record, and
// then the connection is cut, so that no client takes the transfer for complete. It
// reports false.
func (x *exporter) fail(err *gqlerror.Error) bool {
	if x.run.Broken = true; x.r.Context().Err() != nil {
		return false // there is nobody to tell
	}
	x.run.Err = err
	if x.after != "" {
		extensions := map[string]any{"endCursor": x.after}
		for name, value := range err.Extensions {
			extensions[name] = value
		}
		told := *err
		told.Extensions = extensions
		err = &told
	}
	x.write(x.AppendFailure(x.lines[:0], err))
	return false
}

// next reads the next page. What the moment does not allow is tried again: a file
// of hours should not be lost for a minute without calls.
func (x *exporter) next() (data []byte, err *gqlerror.Error) {
	const least, most = time.Second, 30 * time.Second
	wait, until := least, time.Now().Add(x.opts.Exports.Patience)
	for {
		var again bool
		if data, err, again = x.tryNext(); err == nil {
			return data, nil
		}
		pause := max(pauseAfter(err), wait)
		if !again || time.Now().Add(pause).After(until) || !sleep(x.r.Context(), pause) {
			return nil, err
		}
		wait = min(2*wait, most)
		if err.Extensions["code"] == execute.CodeUpstreamTimeout {
			x.size = (x.size + 1) / 2
		}
	}
}

// tryNext reads the next page, as a request of its own. again is whether what failed
// may work soon.
func (x *exporter) tryNext() (data []byte, err *gqlerror.Error, again bool) {
	ctx, end, stopped := x.run.begin(x.r.Context())
	if stopped != nil {
		if stop, ok := errors.AsType[*StopError](stopped); ok {
			return nil, &gqlerror.Error{Message: stop.Message, Extensions: map[string]any{"code": stop.Code}}, stop.Again
		}
		err, _ = execute.Present(stopped)
		return nil, err, false
	}
	defer end()
	response := x.dispatch(ctx, x.Page(x.pageSize(), x.after))
	if len(response.Errors) > 0 {
		err = response.Errors[0]
		return nil, err, passes(err)
	}
	return response.Data, nil, false
}

// passes tells failures that may be over soon. HubSpot's day is not waited for.
func passes(err *gqlerror.Error) bool {
	switch err.Extensions["code"] {
	case execute.CodeRateLimited, execute.CodeUpstreamUnavailable, execute.CodeUpstreamTimeout:
		return err.Extensions["hubspotLimit"] != "DAILY"
	}
	return false
}

// pauseAfter is when what failed may work, as far as the error says.
func pauseAfter(err *gqlerror.Error) time.Duration {
	ms, _ := err.Extensions["retryAfterMs"].(int64)
	return time.Duration(ms) * time.Millisecond
}

// sleep reports false if ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
