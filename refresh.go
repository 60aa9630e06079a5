package main

import (
	"context"
	"os"

	"github.com/hubgraph/hubgraph/internal/schema"
	"github.com/hubgraph/hubgraph/internal/schemadiff"
)

// maxLoggedChanges is how many breaking changes one swap of schemas logs.
const maxLoggedChanges = 50

// changesOf is what changed from one version of the graph to the next.
func changesOf(from, to *schema.Schema) []schemadiff.Change {
	if from.Version() == to.Version() {
		return nil
	}
	return schemadiff.Diff(from.AST, to.AST, schema.DerivedSuffixes())
}

// logChanges tells what a swap of schemas means for clients.
func (g *gateway) logChanges(from, to *schema.Schema) {
	changes := changesOf(from, to)
	breaking := schemadiff.Breaking(changes)
	g.lg.Info("schema changed",
		"from", from.Version(), "to", to.Version(),
		"added", schemadiff.Count(changes, schemadiff.Added),
		"removed", schemadiff.Count(changes, schemadiff.Removed),
		"changed", schemadiff.Count(changes, schemadiff.Changed),
		"breaking", len(breaking))
	if len(breaking) > 0 {
		g.lg.Warn("schema changes break clients", "changes", schemadiff.Text(breaking, maxLoggedChanges))
	}
}

// refreshOn reads the portal's metadata anew at each signal, until ctx ends or
// stop is called, which returns when all of it has ended. What comes of it is in
// the log.
func (g *gateway) refreshOn(ctx context.Context, signals <-chan os.Signal) (stop func()) {
	return onSignal(ctx, signals, func(ctx context.Context, sig os.Signal) {
		g.lg.Info("refresh asked for", "by", sig.String())
		_ = g.portal.Refresh(ctx) // the portal logs what fails
	})
}
