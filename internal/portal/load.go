package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// An API is the part of HubSpot's API that discovery calls. It may be called
// from many goroutines at once; what it returns belongs to the caller.
type API interface {
	Account(ctx context.Context) (*hubspot.Account, error)
	Schemas(ctx context.Context) ([]hubspot.Schema, error)
	Properties(ctx context.Context, objectType string, s hubspot.Sensitivity) ([]hubspot.Property, error)
	Pipelines(ctx context.Context, objectType string) ([]hubspot.Pipeline, error)
	Owners(ctx context.Context, archived bool) ([]hubspot.Owner, error)
	List(ctx context.Context, r hubspot.ListRequest) (*hubspot.Page, error)
}

// LoadOptions say what to load and what may be reused. The zero value loads
// everything that the token can read and reuses nothing.
type LoadOptions struct {
	// Objects and ExcludeObjects name object types by type ID, path name or
	// singular name, in any case. An empty Objects means all.
	Objects        []string
	ExcludeObjects []string

	// Sensitive adds the properties that HubSpot classes as sensitive and
	// highly sensitive, at two more calls per type.
	Sensitive bool

	// Cache keeps property definitions from one Load to the next; nil for none.
	// It must not be shared between tokens: they may see different properties.
	Cache *PropertyCache

	// Definitions are shared with whatever else is loaded with the same ones;
	// nil for nothing.
	Definitions *Definitions

	// Forced reads property definitions anew even if the cache has them.
	Forced bool

	// Previous stands in, type by type, for what HubSpot fails to answer. It is
	// ignored if it is of another portal.
	Previous *Metadata

	since time.Time // cached definitions read before this are not reused
}

// maxConcurrent bounds the calls under way at once. It needs to hide the
// latency of some fifty calls, no more: the limiter bounds their rate.
const maxConcurrent = 16

// Load reads a portal's metadata: one call each for the account and the schemas
// of custom objects, then side by side one for the properties of every type (three
// with [LoadOptions.Sensitive]), one for the pipelines of every type that can
// have them, one for a record of a type that HubSpot does not document to have
// any (marketing events, if they have properties), and one page or more for active and for archived owners.
//
// It fails if HubSpot does not say which account the token belongs to (a wrong
// token gives an error that is [hubspot.ErrUnauthenticated]), if an object name
// in opts is unknown, if HubSpot answers for no type at all, or if ctx ends.
// Anything else that goes wrong is tolerated and told in [Metadata.Unavailable],
// [Metadata.Warnings] and [Metadata.Partial].
func Load(ctx context.Context, lg *slog.Logger, api API, opts LoadOptions) (*Metadata, error) {
	started := time.Now()
	if opts.Forced {
		opts.since = started
	}
	l := &loader{lg: lg, api: api, opts: opts, sharer: newSharer(opts.Definitions)}
	schemas, err := l.identify(ctx)
	if err != nil {
		return nil, err
	}
	candidates, err := l.candidates(schemas)
	if err != nil {
		return nil, err
	}
	outcomes, owners, err := l.all(ctx, candidates)
	if err != nil {
		return nil, err
	}
	m, err := l.assemble(outcomes, owners, associations(candidates))
	if err != nil {
		return nil, err
	}
	lg.Info("portal metadata loaded",
		"portal_id", m.Account.PortalID,
		"types", len(m.Types),
		"unavailable", len(m.Unavailable),
		"owners", len(m.Owners),
		"warnings", len(m.Warnings),
		"duration_ms", time.Since(started).Milliseconds())
	return m, nil
}

// A loader is one Load under way.
type loader struct {
	lg      *slog.Logger
	api     API
	opts    LoadOptions
	sharer  *sharer
	account *hubspot.Account

	mu       sync.Mutex
	warnings []string
	partial  bool
	passing  error // the last failure that may pass
	noCustom bool  // custom object types could not be listed
}

// all loads every candidate and the owners, maxConcurrent calls at a time.
// Outcomes come in the order of the candidates.
func (l *loader) all(ctx context.Context, candidates []candidate) ([]outcome, []hubspot.Owner, error) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(maxConcurrent)
	var lists ownerLists
	g.Go(func() error { return l.owners(ctx, false, &lists.active) })
	g.Go(func() error { return l.owners(ctx, true, &lists.archived) })
	outcomes := make([]outcome, len(candidates))
	for i, c := range candidates {
		g.Go(func() error {
			var err error
			outcomes[i], err = l.objectType(ctx, c)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	return outcomes, l.mergeOwners(lists), nil
}

// assemble puts the parts together, in order.
func (l *loader) assemble(outcomes []outcome, owners []hubspot.Owner, pairs pairs) (*Metadata, error) {
	m := &Metadata{Account: *l.account, Owners: owners, LoadedAt: time.Now().UTC(), Partial: l.partial}
	for _, o := range outcomes {
		if o.available != nil {
			m.Types = append(m.Types, *o.available)
		} else {
			m.Unavailable = append(m.Unavailable, *o.unavailable)
		}
	}
	if len(m.Types) == 0 {
		if l.passing != nil {
			return nil, fmt.Errorf("no object type of portal %s could be read: %w", m.Account.PortalID, l.passing)
		}
		l.warn("the token can read no object type")
	}
	m.Unavailable = append(m.Unavailable, l.unlisted()...)
	slices.SortFunc(m.Types, func(a, b ObjectType) int { return cmp.Compare(a.TypeID, b.TypeID) })
	slices.SortFunc(m.Unavailable, func(a, b Unavailable) int { return cmp.Compare(a.TypeID, b.TypeID) })
	pairs.connect(m.Types)
	slices.Sort(l.warnings)
	m.Warnings = slices.Compact(l.warnings)
	return m, nil
}

// warn notes what was tolerated. It is logged unless the previous metadata has
// the same warning, so that a lasting state of the portal is logged once.
func (l *loader) warn(warning string) {
	l.mu.Lock()
	l.warnings = append(l.warnings, warning)
	l.mu.Unlock()
	if l.opts.Previous == nil || !slices.Contains(l.opts.Previous.Warnings, warning) {
		l.lg.Warn("portal metadata is incomplete", "warning", warning)
	}
}

// passes notes a failure that a later Load may not meet.
func (l *loader) passes(err error, warning string) {
	l.mu.Lock()
	l.partial = true
	l.passing = err
	l.mu.Unlock()
	l.warn(warning)
}

// identify reads which account the token belongs to and, beside it, the custom
// object types. A previous metadata of another portal is forgotten.
func (l *loader) identify(ctx context.Context) ([]hubspot.Schema, error) {
	var schemas []hubspot.Schema
	var schemasErr error
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		if l.account, err = l.api.Account(gctx); err != nil {
			return fmt.Errorf("read the account of the token: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		schemas, schemasErr = l.api.Schemas(gctx)
		if failureOf(gctx, schemasErr) == fatal {
			return fmt.Errorf("read the schemas of custom objects: %w", schemasErr)
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if l.account.PortalID == "" {
		return nil, errors.New("read the account of the token: HubSpot named no portal")
	}
	if prev := l.opts.Previous; prev != nil && prev.Account.PortalID != l.account.PortalID {
		l.warn(fmt.Sprintf("the token belongs to portal %s, not to portal %s as before", l.account.PortalID, prev.Account.PortalID))
		l.opts.Previous = nil
	}
	switch failureOf(ctx, schemasErr) {
	case none:
		return schemas, nil
	case forbidden:
		l.noCustom = true
		l.warn("the token cannot read custom objects (scope " + customScopes()[0] + ")")
	case absent:
		l.noCustom = true
	default:
		l.noCustom = true
		l.passes(schemasErr, "custom object types could not be listed: "+explain(schemasErr))
		return previousSchemas(l.opts.Previous), nil
	}
	return nil, nil
}
