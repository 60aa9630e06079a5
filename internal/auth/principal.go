package auth

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// A Principal is somebody who asks. It does not change.
type Principal struct {
	// Name is for the log: a key's name, or "jwt" and the role. It is never what
	// a token says of its bearer, which may be an e-mail address.
	Name string
	// Rights are what it may see.
	Rights Rights
	// TrustedDocuments is how its documents are held against the trusted ones:
	// one of the modes that [Options] permit, or "" for that of the gateway.
	TrustedDocuments string
	// ManagesPortals is whether it may connect and disconnect portals.
	ManagesPortals bool

	key       string   // of Rights
	portals   []string // nil: all
	perMinute int      // requests; 0: any number
	window    *window  // of its requests; nil if any number may come
}

// Anybody is who asks where nobody is asked who they are: it may see all.
func Anybody() *Principal { return anybody }

var anybody = newPrincipal("", Rights{})

func newPrincipal(name string, rights Rights) *Principal {
	text, err := json.Marshal(rights)
	if err != nil {
		panic(err) // names and truth values
	}
	return &Principal{Name: name, Rights: rights, key: string(text)}
}

// RightsKey is the same for principals of the same rights.
func (p *Principal) RightsKey() string { return p.key }

// MayAsk reports whether it may ask about a portal.
func (p *Principal) MayAsk(portalID string) bool {
	return p.portals == nil || slices.Contains(p.portals, portalID)
}

// Take counts a request. If there were as many as are allowed in the minute before
// it, wait is when to try again: what is refused is not counted.
func (p *Principal) Take(now time.Time) (wait time.Duration, ok bool) {
	if p.window == nil {
		return 0, true
	}
	return p.window.take(now, p.perMinute)
}

type principalKey struct{}

// With returns a context of a request that p makes.
func With(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From is who makes the request of ctx: [Anybody] if nobody was asked.
func From(ctx context.Context) *Principal {
	if p, ok := ctx.Value(principalKey{}).(*Principal); ok {
		return p
	}
	return anybody
}
