// Package execute answers the live part of an operation: it plans what the
// operation needs from HubSpot, reads it breadth first in the fewest calls,
// and renders the answer.
package execute

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/internal/compute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/limit"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// API is the part of HubSpot that an operation reads.
type API interface {
	loaders.API
	ListFits(hubspot.ListRequest) bool
	List(context.Context, hubspot.ListRequest) (*hubspot.Page, error)
	SearchFits(hubspot.SearchRequest) bool
	Search(context.Context, hubspot.SearchRequest) (*hubspot.SearchPage, error)
	SearchLists(context.Context, hubspot.ListSearchRequest) (*hubspot.ListSearchPage, error)
}

var _ API = (*loaders.Shared)(nil) // all that an operation reads is shared with its like

// Limits bound what one operation may cost. Zero means the default.
type Limits struct {
	MaxCalls  int        // HubSpot calls, as planned and as made; 200
	CallsMode limit.Mode // what is done about an operation that takes more

	Records limit.Limit // in the answer, as planned; 10,000
	First   limit.Limit // the longest page that may be asked for; 1,000

	// MaxRecords bounds the records in the answer, counted as often as they
	// appear. The plan does not see all of them, so it is ten times Records, and
	// none where that is not enforced: MaxBytes bounds the answer anyway.
	MaxRecords int
	MaxBytes   int // length of the answer; 64 MiB

	// Cache saves what is in it from being asked of HubSpot; nil for none.
	Cache *recordcache.Cache

	// Terse leaves HubSpot's own words out of errors: calls are shared, and what
	// HubSpot complains of may be what somebody else asked for, who may see more.
	// So it is anyway for metadata that withholds them.
	Terse bool

	// Compute is the gate that runs go through whenever they have something to
	// compute; nil for one of the engine's own.
	Compute *compute.Gate
}

// Defaults of [Limits].
const (
	DefaultMaxCalls = 200
	DefaultRecords  = 10_000
	DefaultFirst    = 1_000
	DefaultMaxBytes = 64 << 20
)

// An Engine runs operations over one version of one portal's schema. It is
// immutable and safe for concurrent use.
type Engine struct {
	schema *schema.Schema
	meta   *portal.Metadata
	api    API
	limits Limits
	kept   *recordcache.Cache // nil if none is kept
	refs   *references
	pairs  *loaders.Pairs
}

// New returns the engine of a portal's schema and the metadata it was built from.
func New(s *schema.Schema, meta *portal.Metadata, api API, limits Limits) *Engine {
	limits.MaxCalls = cmp.Or(limits.MaxCalls, DefaultMaxCalls)
	limits.Records = limits.Records.Or(DefaultRecords)
	limits.First = limits.First.Or(DefaultFirst)
	if limits.MaxRecords == 0 {
		limits.MaxRecords = math.MaxInt
		if limits.Records.Mode == limit.Enforce {
			limits.MaxRecords = times(10, limits.Records.Most)
		}
	}
	limits.MaxBytes = cmp.Or(limits.MaxBytes, DefaultMaxBytes)
	limits.Terse = limits.Terse || meta.Withheld.Words
	if limits.Compute == nil {
		limits.Compute = compute.NewGate()
	}
	return &Engine{
		schema: s,
		meta:   meta,
		api:    api,
		limits: limits,
		kept:   limits.Cache,
		refs:   newReferences(meta),
		pairs:  loaders.NewPairs(),
	}
}

// Answers says whether a root field is the live schema's and not the core's.
func (e *Engine) Answers(field string) bool { return e.schema.Root(field) != nil }

// Plan plans the given live root fields without running them.
func (e *Engine) Plan(op *graphql.OperationContext, fields []graphql.CollectedField) *Plan {
	plan := Build(e.schema, e.meta, op, fields, e.limits.First)
	plan.estimate = estimateOf(plan, e.api)
	return plan
}

// Start begins to run a plan, which belongs to this engine, and returns at once.
// The run ends when it is done or ctx is. A plan may run any number of times,
// side by side.
func (e *Engine) Start(ctx context.Context, plan *Plan) *Operation {
	o := &Operation{done: make(chan struct{})}
	ctx, cancel := context.WithCancel(ctx)
	o.run = newRun(ctx, e, plan)
	go func() {
		defer close(o.done)
		o.finish(cancel)
	}()
	return o
}

// Run is Start that returns when the run has ended.
func (e *Engine) Run(ctx context.Context, plan *Plan) *Operation {
	o := &Operation{}
	ctx, cancel := context.WithCancel(ctx)
	o.run = newRun(ctx, e, plan)
	o.finish(cancel)
	return o
}

// An Operation is a run under way.
type Operation struct {
	run  *run
	done chan struct{} // closed at the end; nil for one that had ended when it was returned
	err  error         // why there is no answer at all
}

// finish runs to the end.
func (o *Operation) finish(cancel context.CancelFunc) {
	defer func() {
		// A bug of ours must not take other requests down with it.
		v := recover()
		cancel()
		if v != nil {
			o.err = fmt.Errorf("run panicked: %v", v)
			o.run.abandon()
		}
	}()
	o.run.loop()
}

// Append appends the JSON of the plan's root field at the given place, and
// returns the errors in it. It returns when the run ends, which is at the latest
// with the context that the run was started with.
func (o *Operation) Append(dst []byte, place int) ([]byte, []error) {
	if o.done != nil {
		<-o.done
	}
	root := &o.run.roots[place]
	if o.err != nil {
		err := &gqlerror.Error{Err: o.err, Message: o.err.Error(), Path: ast.Path{ast.PathName(root.plan.Key)}}
		return append(dst, "null"...), []error{err}
	}
	gate := o.run.engine.limits.Compute
	gate.Enter()
	defer gate.Leave()
	return o.run.render(dst, root)
}

// Wait returns the finished tree of the root field with the given response
// name, and the errors in it.
func (o *Operation) Wait(key string) (*Tree, []error) {
	place := slices.IndexFunc(o.run.plan.Roots, func(root *Root) bool { return root.Key == key })
	json, errs := o.Append(nil, place)
	return &Tree{json: json}, errs
}

type operationKey struct{}

// WithOperation returns a context that carries the run, for the resolver of
// the internal root field.
func WithOperation(ctx context.Context, o *Operation) context.Context {
	return context.WithValue(ctx, operationKey{}, o)
}

// OperationFrom returns the run that ctx carries, or nil.
func OperationFrom(ctx context.Context) *Operation {
	o, _ := ctx.Value(operationKey{}).(*Operation)
	return o
}
