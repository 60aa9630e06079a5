package gateway

import (
	"net/http"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/execute"
)

// ServeSDL answers the live schema; its ETag is the schema's version.
func (g *Gateway) ServeSDL(w http.ResponseWriter, r *http.Request) {
	v := g.view(w, r)
	if v == nil {
		return
	}
	if !v.introspect {
		g.opts.Rules.Refuse(w, r, http.StatusForbidden, execute.CodeForbidden, noIntrospectionMessage, 0)
		return
	}
	s := v.schema
	w.Header().Set("ETag", `"`+s.Version()+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "application/graphql; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(s.SDL()))
}
