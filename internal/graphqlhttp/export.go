package graphqlhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/export"
)

// DefaultExportRows is how many rows one export has at most, unless that is set.
const DefaultExportRows = 1_000_000

// Exports say how connections are exported.
type Exports struct {
	// Rows is how many one export has at most; the default is
	// [DefaultExportRows]; less than 0: there are no exports.
	Rows int
	// Page is how many records a page has at most; the default is
	// [execute.DefaultFirst].
	Page int
	// Patience is how long an export tries to read one page again that the moment
	// does not let it read; the default is 5 minutes.
	Patience time.Duration
	// Schema is what operations are valid by.
	Schema *ast.Schema
	// Planned is how many HubSpot calls an operation may take, and why it would be
	// refused.
	Planned func(*graphql.OperationContext) (calls int, refusal error)
	// Compute runs what has much to compute.
	Compute func(func())
}

func (e Exports) withDefaults() Exports {
	if e.Rows == 0 {
		e.Rows = DefaultExportRows
	}
	if e.Page == 0 {
		e.Page = execute.DefaultFirst
	}
	if e.Patience == 0 {
		e.Patience = 5 * time.Minute
	}
	if e.Planned == nil {
		e.Planned = func(*graphql.OperationContext) (int, error) { return 0, nil }
	}
	if e.Compute == nil {
		e.Compute = func(do func()) { do() }
	}
	return e
}

// IsExport reports whether a request is one for an export.
func IsExport(r *http.Request) bool {
	accepted, ok := negotiate(r.Header.Values("Accept"))
	_, is := exported(accepted)
	return ok && is && r.Method == http.MethodPost
}

// An exporter serves one export.
type exporter struct {
	Transport
	*export.Export

	w      http.ResponseWriter
	r      *http.Request
	exec   graphql.GraphExecutor
	run    *Run
	bug    graphql.RecoverFunc // of the operation
	answer *graph.Answer       // whose buffer all pages are written into
	lines  []byte              // of the page

	size  int    // of a page
	after string // the cursor behind what was sent
}

// export reads a connection to its end and writes its records as they come. Until
// the first page is read anything that is wrong is answered as it is for any
// operation; then the export ends broken: see [exporter.fail].
func (t Transport) export(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, format export.Format) {
	x := &exporter{Transport: t, w: w, r: r, exec: exec, run: RunFrom(r.Context()), answer: &graph.Answer{Once: true}}
	x.run.Format = format
	ctx, end, err := x.run.begin(r.Context())
	if err != nil {
		x.refuseFirst(ctx, refuse(http.StatusServiceUnavailable, "the export could not begin; try again"))
		return
	}
	first, ok := x.first(ctx, format)
	end()
	if !ok {
		return
	}
	defer x.recovered() //nolint:contextcheck // that of the request, which x has
	x.head()
	if page, ok := x.send(first, x.AppendHead(nil)); ok && x.rest(page) { //nolint:contextcheck // each page has one of its own
		x.w.Header().Set(rowsTrailer, fmt.Sprint(x.run.Rows))
	}
}

// recovered turns a panic, which is a bug of ours, into an export that broke off:
// gqlgen would end it as if it were whole.
func (x *exporter) recovered() {
	if v := recover(); v != nil {
		err, _ := execute.Present(x.bug(x.r.Context(), v))
		x.run.Err, x.run.Broken = err, true
	}
}

// rowsTrailer tells at the end of an export that is whole how many rows it has.
const rowsTrailer = "Hubgraph-Rows"

// head writes the header of an export that has begun.
func (x *exporter) head() {
	h := x.w.Header()
	h.Set("Content-Type", x.Format().ContentType())
	h.Set("Content-Disposition", `attachment; filename="`+x.Name()+`"`)
	h.Set("Cache-Control", "no-store") // it is people's data
	h.Add("Vary", "Accept")
	h.Set("Trailer", rowsTrailer)
	h.Set("X-Accel-Buffering", "no") // nginx passes on what comes, and stops reading when nobody does
	x.w.WriteHeader(http.StatusOK)
}

// first reads the request and the first page, or answers why there is none.
func (x *exporter) first(ctx context.Context, format export.Format) (data []byte, ok bool) {
	params := &graphql.RawParams{Headers: x.r.Header}
	params.ReadTime.Start = graphql.Now()
	if refused := x.readExport(params); refused != nil {
		x.refuseFirst(ctx, refused)
		return nil, false
	}
	params.ReadTime.End = graphql.Now()
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := x.exec.CreateOperationContext(ctx, params)
	if errs == nil {
		errs = x.prepare(format, op)
	}
	if errs != nil {
		x.Transport.answer(x.w, mediaResponse, x.exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
		return nil, false
	}
	x.bug = op.RecoverFunc
	page := x.Page(x.pageSize(), x.after)
	page.Stats = op.Stats
	response := x.dispatch(ctx, page)
	if len(response.Errors) > 0 {
		response.Data = nil // an export with holes is none
		x.Transport.answer(x.w, mediaResponse, response)
		return nil, false
	}
	return response.Data, true
}

// readExport reads the request for an export.
func (x *exporter) readExport(params *graphql.RawParams) *refusal {
	switch {
	case x.opts.Exports.Rows < 0:
		return refuse(http.StatusNotAcceptable, "exports are switched off here: accept application/json, and page with after")
	case x.r.Method == http.MethodGet:
		// Pages of any origin could have the whole portal read, for nobody.
		refused := refuse(http.StatusMethodNotAllowed, "exports are made by POST")
		refused.allow = http.MethodPost
		return refused
	case !x.r.ProtoAtLeast(1, 1):
		return refuse(http.StatusHTTPVersionNotSupported,
			"in HTTP/1.0 an export that broke off looks like a whole one: have the proxy or client speak HTTP/1.1, as nginx does with proxy_http_version 1.1")
	}
	return x.read(x.r, true, params)
}

func (x *exporter) refuseFirst(ctx context.Context, refused *refusal) {
	x.refuse(x.w, refused, mediaResponse, x.exec.DispatchError(ctx, gqlerror.List{refused.err}))
}

// prepare finds what is to be exported, and how long its pages are.
func (x *exporter) prepare(format export.Format, op *graphql.OperationContext) gqlerror.List {
	found, err := export.New(format, op, x.opts.Exports.Schema)
	if err != nil {
		return gqlerror.List{badInput(err.Error())}
	}
	x.Export, x.after = found, found.Start()
	if most := x.opts.Exports.Rows; found.Limit > most {
		return gqlerror.List{tooManyRows(fmt.Sprintf("first is %d, and an export has at most %d rows: ask for fewer, and go on with after", found.Limit, most), most)}
	}
	x.size = x.fittingPage()
	return nil
}

func tooManyRows(message string, most int) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Extensions: map[string]any{"code": execute.CodeTooExpensive, "limit": "export_rows", "allowed": most}}
}

// quickCalls is how many HubSpot calls a page takes at most that is read in one go:
// beyond, it might wait for HubSpot's allowance for longer than a request may take.
const quickCalls = 100

// fittingPage is the longest page that is not refused and does not take long; short
// pages do not get quicker by being shorter.
func (x *exporter) fittingPage() int {
	const short = 100
	size := x.opts.Exports.Page
	for ; size > 1; size = (size + 1) / 2 {
		calls, refusal := x.opts.Exports.Planned(x.Page(size, x.after))
		if refusal == nil && (calls <= quickCalls || size <= short) {
			break
		}
	}
	return size
}

// pageSize is how many records the next page may have.
func (x *exporter) pageSize() int { return min(x.size, x.left()) }

// left is how many rows are to come at most.
func (x *exporter) left() int {
	most := x.opts.Exports.Rows
	if x.Limit >= 0 {
		most = x.Limit
	}
	return most - x.run.Rows
}

// dispatch runs the operation of a page.
func (x *exporter) dispatch(ctx context.Context, op *graphql.OperationContext) *graphql.Response {
	x.answer.Report = nil
	responses, ctx := x.exec.DispatchOperation(graph.WithAnswer(ctx, x.answer), op)
	response := responses(ctx)
	if response == nil {
		response = x.exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(context.Cause(ctx))})
	}
	return response
}

// rest reads and sends what follows a page, and reports whether that was all.
func (x *exporter) rest(page export.Page) bool {
	for page.More && x.left() > 0 {
		data, err := x.next()
		if err != nil {
			return x.fail(err)
		}
		before := x.after
		var ok bool
		if page, ok = x.send(data, nil); !ok {
			return false
		}
		if page.More && x.after == before {
			return x.fail(internal(errors.New("a page ends where it begins")))
		}
	}
	if page.More && x.Limit < 0 {
		return x.fail(tooManyRows(fmt.Sprintf("there are more than the %d rows that an export may have: keep to some with where, or go on behind these", x.run.Rows), x.run.Rows))
	}
	return true
}

func internal(err error) *gqlerror.Error {
	return &gqlerror.Error{Err: err, Message: "internal error", Extensions: map[string]any{"code": execute.CodeInternal}}
}
