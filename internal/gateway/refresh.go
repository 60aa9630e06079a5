package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/schemadiff"
)

// MaxLoggedChanges is how many breaking changes one swap of schemas logs.
const MaxLoggedChanges = 50

// changesOf is what changed from one version of the graph to the next.
func changesOf(from, to *schema.Schema) []schemadiff.Change {
	if from.Version() == to.Version() {
		return nil
	}
	return schemadiff.Diff(from.AST, to.AST, schema.DerivedSuffixes())
}

// logChanges tells what a swap of schemas means for clients.
func (g *Gateway) logChanges(from, to *schema.Schema) {
	changes := changesOf(from, to)
	breaking := schemadiff.Breaking(changes)
	g.lg.Info("schema changed",
		"from", from.Version(), "to", to.Version(),
		"added", schemadiff.Count(changes, schemadiff.Added),
		"removed", schemadiff.Count(changes, schemadiff.Removed),
		"changed", schemadiff.Count(changes, schemadiff.Changed),
		"breaking", len(breaking))
	if len(breaking) > 0 {
		g.lg.Warn("schema changes break clients", "changes", schemadiff.Text(breaking, MaxLoggedChanges))
	}
}

// A Refreshed is what came of a refresh. Changes are lines as
// [schemadiff.Change.String] writes them.
type Refreshed struct {
	SchemaVersion struct {
		Before string `json:"before"`
		After  string `json:"after"`
	} `json:"schemaVersion"`
	LoadedAt time.Time `json:"loadedAt"` // when what is served now was read
	Changes  []string  `json:"changes"`
	Breaking int       `json:"breaking"`          // of the changes
	Problem  string    `json:"problem,omitempty"` // why all or some of it could not be read
}

// ErrUnbuilt says that the portal's newest metadata makes no schema.
var ErrUnbuilt = errors.New("the changed metadata makes no schema; the log says why")

// Refresh reads the portal's metadata anew, and returns when the graph made from
// it is served. If that fails, what was served before is served on.
func (g *Gateway) Refresh(ctx context.Context) (Refreshed, error) {
	before := g.current.Load().schema
	err := g.portal.Refresh(ctx)
	after, status := g.current.Load().schema, g.portal.Status()

	r := Refreshed{LoadedAt: status.LoadedAt, Changes: []string{}, Problem: status.Problem}
	r.SchemaVersion.Before, r.SchemaVersion.After = before.Version(), after.Version()
	changes := changesOf(before, after)
	for _, c := range changes {
		r.Changes = append(r.Changes, c.String())
	}
	r.Breaking = len(schemadiff.Breaking(changes))
	if err == nil && g.unbuilt.Load() {
		err = ErrUnbuilt
		r.Problem = err.Error()
	}
	if err != nil && r.Problem == "" {
		r.Problem = "the refresh did not end"
	}
	return r, err
}
