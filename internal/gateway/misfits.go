package gateway

import "github.com/hubgraph/hubgraph/internal/gate"

// maxToldMisfits is how many trusted documents one warning names.
const maxToldMisfits = 20

// WarnMisfits logs which trusted documents the graph of now would refuse: the
// portal has changed since their client was built, or they are another portal's.
func (g *Gateway) WarnMisfits() {
	if g.process.Documents.Trusted() == 0 {
		return
	}
	misfits := g.process.Documents.Misfits(g.ctx, gate.Admits(g.current.Load().schema.AST, gateLimits(g.opts.Limits)))
	if len(misfits) == 0 {
		return
	}
	var first []string
	for _, m := range misfits[:min(len(misfits), maxToldMisfits)] {
		first = append(first, m.Name+": "+m.Err.Error())
	}
	g.lg.Warn("trusted documents do not fit the schema", "portal_id", g.PortalID(), "documents", len(misfits), "first", first)
}
