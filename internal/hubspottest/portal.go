package hubspottest

import (
	"fmt"
	"sync"
	"time"
)

// Options says what kind of portal to make. The zero value is a portal with
// every scope and the limits of HubSpot's smallest plan.
type Options struct {
	PortalID int64  // the Hub ID; default 4711
	Token    string // the only bearer token that is let in; default "pat-eu1-fake-token"

	// Latency is how long after its arrival a call is answered, computing
	// included.
	Latency time.Duration

	BurstLimit       int           // calls in any Window; default 100, with OAuth 110
	AssociationLimit int           // association batch calls in any Window; default 100
	Window           time.Duration // default 10 s
	SearchLimit      int           // searches in any second; default 5, as HubSpot documents
	DailyLimit       int           // calls in all; default 250,000; none with OAuth
	Unlimited        bool          // no limit and no limit headers; peaks are still measured

	// Extra names types of [ExtraTypes] that the portal has as well.
	Extra []string

	// SearchBodyLimit is the longest body of a search, in characters. HubSpot
	// documents 3,000 and was seen to take far more, so 0 means no limit.
	SearchBodyLimit int

	Scopes []string // what the token may read; nil means everything
	OAuth  bool     // the token is an OAuth app's: no daily limit, no daily headers
}

func (o Options) withDefaults() Options {
	if o.PortalID == 0 {
		o.PortalID = 4711
	}
	if o.Token == "" {
		o.Token = "pat-eu1-fake-token"
	}
	if o.BurstLimit == 0 {
		o.BurstLimit = 100
		if o.OAuth {
			o.BurstLimit = 110
		}
	}
	if o.AssociationLimit == 0 {
		o.AssociationLimit = 100
	}
	if o.Window == 0 {
		o.Window = 10 * time.Second
	}
	if o.SearchLimit == 0 {
		o.SearchLimit = 5
	}
	if o.DailyLimit == 0 {
		o.DailyLimit = 250_000
	}
	return o
}

// A Portal is a fake HubSpot account. It is an [http.Handler] and safe for
// concurrent use, also while it serves.
type Portal struct {
	opts Options
	url  string
	tb   TB // nil outside tests

	mu           sync.RWMutex // guards what follows, the portal's content
	token        string
	expired      bool
	scopes       map[string]bool // nil means all
	types        []*objectType   // in order of definition
	byName       map[string]*objectType
	assocTypes   map[pair][]*assocType
	nextAssocID  int
	nextCustomID int
	owners       []Owner // sorted by ID
	nextOwnerID  int64
	nextUserID   int64
	segments     []*segment // sorted by ID
	clock        time.Time  // of the portal's content; every change moves it on
	version      int        // counts changes, so that cached searches go stale
	searches     searchCache
	webhooks     []*Webhooks

	limits  *limiter
	journal journal
	faults  faultList
	gzip    gzipPool
}

// NewPortal returns a portal with HubSpot's standard object types and no
// records. It serves nothing until it is handed to a server, see [New] and
// [Portal.Start].
func NewPortal(opts Options) *Portal {
	opts = opts.withDefaults()
	p := &Portal{
		opts:         opts,
		token:        opts.Token,
		byName:       map[string]*objectType{},
		assocTypes:   map[pair][]*assocType{},
		nextAssocID:  firstGeneratedAssocID,
		nextCustomID: 3465404,
		nextOwnerID:  41629779,
		nextUserID:   firstUserID,
		clock:        time.Date(2026, time.January, 5, 10, 0, 0, 0, time.UTC),
		limits:       newLimiter(opts),
	}
	if opts.Scopes != nil {
		p.SetScopes(opts.Scopes...)
	}
	p.addStandardTypes()
	p.addStandardAssociations()
	p.addStandardPipelines()
	return p
}

// Token is the bearer token that the portal lets in.
func (p *Portal) Token() string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.token
}

// PortalID is the portal's Hub ID.
func (p *Portal) PortalID() int64 { return p.opts.PortalID }

// SetToken replaces the token that is let in, as a token refresh would.
func (p *Portal) SetToken(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token, p.expired = token, false
}

// ExpireToken makes the present token answer 401 EXPIRED_AUTHENTICATION until
// [Portal.SetToken].
func (p *Portal) ExpireToken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expired = true
}

// SetScopes replaces the scopes of the token.
func (p *Portal) SetScopes(scopes ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change()
	p.scopes = make(map[string]bool, len(scopes))
	for _, scope := range scopes {
		p.scopes[scope] = true
	}
}

// RemoveScope takes scopes away from the token; of a token with every scope
// it leaves the others that the portal knows.
func (p *Portal) RemoveScope(scopes ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change()
	if p.scopes == nil {
		p.scopes = p.knownScopes()
	}
	for _, scope := range scopes {
		delete(p.scopes, scope)
	}
}

func (p *Portal) knownScopes() map[string]bool {
	known := map[string]bool{
		"oauth": true, "crm.objects.owners.read": true, "crm.schemas.custom.read": true, "crm.lists.read": true,
		"sales-email-read": true, "crm.pipelines.orders.read": true,
	}
	for _, t := range p.types {
		for _, scope := range t.scopes {
			known[scope] = true
		}
		known[t.schemaScope()] = true
		known[t.sensitiveScope("sensitive")] = true
		known[t.sensitiveScope("highly_sensitive")] = true
	}
	return known
}

// can tells whether the token has one of the scopes. p.mu must be held.
func (p *Portal) can(anyOf ...string) bool {
	if p.scopes == nil {
		return true
	}
	for _, scope := range anyOf {
		if p.scopes[scope] {
			return true
		}
	}
	return false
}

// tick moves the portal's clock on and returns the time as HubSpot writes it.
// p.mu must be held for writing.
func (p *Portal) tick() string {
	p.change()
	return timestamp(p.clock)
}

// change marks a change of the portal's content, which takes a minute of its
// clock. p.mu must be held for writing.
func (p *Portal) change() {
	p.clock = p.clock.Add(time.Minute)
	p.version++
}

// timestamp is a time as HubSpot writes it.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// fail reports the misuse of a builder method: it ends the test, or panics
// where there is none.
func (p *Portal) fail(format string, args ...any) {
	if p.tb != nil {
		p.tb.Helper()
		p.tb.Fatalf("hubspottest: "+format, args...)
	}
	panic("hubspottest: " + fmt.Sprintf(format, args...))
}
