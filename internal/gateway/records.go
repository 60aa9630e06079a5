package gateway

import (
	"net/http"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/loaders"
	"github.com/hubgraph/hubgraph/internal/loaders/recordcache"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// A fillingHub is a hub whose answers are kept.
type fillingHub struct {
	*recordcache.Filler
	hub
}

// openHub returns HubSpot as requests read it. If records are to be kept, its
// answers go into g.records, which is nil otherwise.
func (g *Gateway) openHub() (loaders.Upstream, error) {
	h := hub{g.client, g.labels}
	if g.opts.RecordTTL == 0 {
		return h, nil
	}
	cache, err := recordcache.New(recordcache.Options{
		TTL:    g.opts.RecordTTL,
		Stale:  g.opts.StaleFor,
		Bytes:  g.opts.RecordCacheBytes,
		TypeID: func(name string) string { return (*g.typeIDs.Load())[hubspot.AssociationKey(name)] },
	})
	if err != nil {
		return nil, err
	}
	g.records = cache
	return fillingHub{recordcache.NewFiller(h, cache), h}, nil
}

// behind is a hub whose methods those of others go before.
type behind struct{ loaders.Hub }

// A fallbackHub is a hub in whose place kept records answer while HubSpot is
// unavailable.
type fallbackHub struct {
	*recordcache.Fallback
	behind
}

// openFallback returns read, with kept records to fall back to if there may be
// any.
func (g *Gateway) openFallback(read loaders.Hub) loaders.Hub {
	if g.records == nil || g.opts.StaleFor <= g.opts.RecordTTL {
		return read
	}
	return fallbackHub{recordcache.NewFallback(read, g.records, loaders.Fresh), behind{read}}
}

// typeIDs are the type IDs of a portal's object types, by each name that
// HubSpot may call them by in an answer.
func typeIDs(meta *portal.Metadata) map[string]string {
	ids := make(map[string]string, 3*len(meta.Types))
	for _, t := range meta.Types {
		for _, name := range []string{t.TypeID, t.Name, t.PluralName} {
			ids[hubspot.AssociationKey(name)] = t.TypeID
		}
	}
	return ids
}

// demandsFresh says whether a request will not have what was read before it.
//
// Source: RFC 9111, section 5.2.1.
func demandsFresh(r *http.Request) bool {
	for _, line := range r.Header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
			switch name {
			case "no-cache", "no-store":
				return true
			case "max-age":
				if age, err := time.ParseDuration(strings.Trim(value, `"`) + "s"); err == nil && age <= 0 {
					return true
				}
			}
		}
	}
	return false
}
