package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/hubgraph/hubgraph/graph"
	"github.com/hubgraph/hubgraph/graph/resolvers"
	"github.com/hubgraph/hubgraph/internal/access"
	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A view is one version of the portal's graph as somebody sees it: schema,
// plans and handler are made from what their rights leave of the metadata, so
// that nothing else is there for them. HubSpot is read with the one token of the
// portal, and calls and kept records are everybody's.
type view struct {
	schema     *schema.Schema
	live       *graph.Live
	handler    http.Handler
	introspect bool // whether the schema may be read
}

// newView makes the graph of metadata for those who have these rights.
func (g *Gateway) newView(meta *portal.Metadata, rights auth.Rights) (*view, error) {
	s, err := schema.Build(graph.Core, meta)
	if err != nil {
		return nil, err
	}
	limits := g.executeLimits()
	limits.Terse = !rights.Everything()
	engine := execute.New(s, meta, g.reads, limits)
	live := graph.NewLive(s, engine, &resolvers.Resolver{
		Schema: s, Metadata: meta, API: resolverAPI{g.reads, g.client},
		LoadedAt: func() time.Time { return g.portal.Metadata().LoadedAt },
	})
	live.Phase = g.obs.phase()
	return &view{schema: s, live: live, handler: g.graphqlHandler(live, s.Version(), rights), introspect: rights.Introspects()}, nil
}

// views are those of one version, made when somebody first needs them. Who sees
// the same has the same view.
type views struct {
	mu       sync.Mutex
	byRights map[string]*lazyView
	byWhole  map[string]*lazyView // by what is seen and how
}

type lazyView struct {
	once  sync.Once
	meta  *portal.Metadata // what is seen
	view  *view
	err   error
	built atomic.Bool // view and err may be read
}

// viewOf is the version as a principal sees it.
func (g *Gateway) viewOf(v *version, p *auth.Principal) (*view, error) {
	if p.RightsKey() == auth.Anybody().RightsKey() {
		return v.view, nil
	}
	lazy := v.views.find(p.RightsKey(), func() (string, *portal.Metadata) {
		meta := access.Restrict(v.metadata, p.Rights)
		return fmt.Sprint(access.Fingerprint(meta), p.Rights.Everything(), p.Rights.Introspects(), p.Rights.Suggests()), meta
	})
	lazy.once.Do(func() {
		start := time.Now()
		defer lazy.built.Store(true)
		lazy.err = errors.New("its making has panicked") // unless it ends
		if lazy.view, lazy.err = g.newView(lazy.meta, p.Rights); lazy.err != nil {
			g.lg.Error("schema of a role not built", "client", p.Name, "error", lazy.err)
			return
		}
		g.lg.Info("schema of a role built", "client", p.Name, "version", lazy.view.schema.Version(),
			"types", len(lazy.meta.Types), "duration_ms", time.Since(start).Milliseconds())
	})
	return lazy.view, lazy.err
}

// find returns the view of rights; restrict says what they come to, which others
// may come to as well.
func (v *views) find(rights string, restrict func() (whole string, meta *portal.Metadata)) *lazyView {
	v.mu.Lock()
	defer v.mu.Unlock()
	if lazy := v.byRights[rights]; lazy != nil {
		return lazy
	}
	whole, meta := restrict()
	if v.byRights == nil {
		v.byRights, v.byWhole = make(map[string]*lazyView), make(map[string]*lazyView)
	}
	lazy := v.byWhole[whole]
	if lazy == nil {
		lazy = &lazyView{meta: meta}
		v.byWhole[whole] = lazy
	}
	v.byRights[rights] = lazy
	return lazy
}

// weight is how many bytes they take, about.
func (v *views) weight() (bytes int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, lazy := range v.byWhole {
		if lazy.built.Load() && lazy.err == nil {
			bytes += lazy.view.weight(lazy.meta)
		}
	}
	return bytes
}

// forget lets go of all views, which are made again for those who still ask.
func (v *views) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.byRights, v.byWhole = nil, nil
}

// RolesChanged has the graphs of all roles made again, for those who still ask,
// and warns of names in the new rights that the portal does not have.
func (g *Gateway) RolesChanged() {
	v := g.current.Load()
	v.views.forget()
	g.warnUnknown(v.metadata)
}

// warnUnknown logs the names in rights that the portal does not have: what
// should be hidden by a name that is misspelt is not.
func (g *Gateway) warnUnknown(meta *portal.Metadata) {
	if g.process.Rights == nil {
		return
	}
	all := g.process.Rights()
	for _, who := range slices.Sorted(maps.Keys(all)) {
		if unknown := access.Unknown(meta, all[who]); len(unknown) > 0 {
			g.lg.Warn("rights name what the portal does not have", "of", who, "names", unknown)
		}
	}
}

// view is the current graph as the maker of the request sees it. If there is
// none, the request is answered.
func (g *Gateway) view(w http.ResponseWriter, r *http.Request) *view {
	v, err := g.viewOf(g.current.Load(), auth.From(r.Context()))
	if err != nil {
		g.opts.Rules.Refuse(w, r, http.StatusInternalServerError, execute.CodeInternal, "internal error", 0)
		return nil
	}
	return v
}

// noIntrospection is the gqlgen extension that refuses operations which ask for
// the schema: for roles that may not read it.
type noIntrospection struct{}

var _ graphql.OperationContextMutator = noIntrospection{}

// ExtensionName implements [graphql.HandlerExtension].
func (noIntrospection) ExtensionName() string { return "NoIntrospection" }

// Validate implements [graphql.HandlerExtension].
func (noIntrospection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements [graphql.OperationContextMutator].
func (noIntrospection) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	for _, f := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"}) {
		if f.Name == "__schema" || f.Name == "__type" {
			return &gqlerror.Error{Message: noIntrospectionMessage, Extensions: map[string]any{"code": execute.CodeForbidden}}
		}
	}
	return nil
}

const noIntrospectionMessage = "this role may not read the schema"
