package hubspottest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// AppOptions says what kind of OAuth app to make. The zero value is an app that
// needs the scope "oauth" alone and redirects to where no server is.
type AppOptions struct {
	ClientID       string        // default "fake-client-id"
	ClientSecret   string        // default "fake-client-secret"
	RedirectURIs   []string      // default "http://127.0.0.1:1/oauth/callback"
	Scopes         []string      // that whoever installs the app must grant; default "oauth"
	OptionalScopes []string      // that may be asked for besides
	Lifetime       time.Duration // of access tokens; default 30 minutes, as HubSpot's
	CodeLifetime   time.Duration // of authorization codes; default a minute

	// Rotate gives a new refresh token with each refresh; the one before is no
	// longer accepted from then on. HubSpot documents no rotation, and to keep
	// whatever comes back.
	Rotate bool
	// Bare answers with the four fields that HubSpot's first version guarantees:
	// without the portal's ID and the scopes.
	Bare bool
	// Terse introspects with nothing but whether a token is active.
	Terse bool
}

func (o AppOptions) withDefaults() AppOptions {
	if o.ClientID == "" {
		o.ClientID = "fake-client-id"
	}
	if o.ClientSecret == "" {
		o.ClientSecret = "fake-client-secret"
	}
	if o.RedirectURIs == nil {
		o.RedirectURIs = []string{"http://127.0.0.1:1/oauth/callback"}
	}
	if o.Scopes == nil {
		o.Scopes = []string{"oauth"}
	}
	if o.Lifetime == 0 {
		o.Lifetime = 30 * time.Minute
	}
	if o.CodeLifetime == 0 {
		o.CodeLifetime = time.Minute
	}
	return o
}

// An App is an OAuth app and the portals that may install it, all behind one
// base URL: a call goes to the portal that its bearer token is of. Portals also
// let in their own tokens. It is safe for concurrent use.
//
// Whoever opens /oauth/authorize is sent back at once, as if they had chosen
// the portal of [App.Choose] and agreed.
type App struct {
	opts    AppOptions
	url     string
	portals []*Portal

	mu       sync.Mutex // guards what follows
	chosen   *Portal
	denies   bool
	withheld []string
	codes    map[string]*code
	grants   map[string]*grant // by refresh token
	access   map[string]*accessToken

	journal journal
	faults  faultList
}

// A code is what a browser brings back.
type code struct {
	portal      *Portal
	scopes      []string
	redirectURI string
	challenge   string // of PKCE, S256; "" if there was none
	until       time.Time
}

// A grant is one installation of the app in a portal.
type grant struct {
	portal *Portal
	scopes []string
}

type accessToken struct {
	grant *grant
	until time.Time
	dead  bool // the app was uninstalled
}

// NewApp returns an app that serves nothing until it is handed to a server, see
// [StartApp] and [App.Start]. The first portal is the one that is chosen. Make
// the portals with [NewPortal] and OAuth set, for the limits of OAuth apps.
func NewApp(opts AppOptions, portals ...*Portal) *App {
	if len(portals) == 0 {
		panic("hubspottest: an app needs a portal that can install it")
	}
	return &App{
		opts: opts.withDefaults(), portals: portals, chosen: portals[0],
		codes: map[string]*code{}, grants: map[string]*grant{}, access: map[string]*accessToken{},
	}
}

// StartApp returns an app that serves on 127.0.0.1 until the test ends.
func StartApp(tb TB, opts AppOptions, portals ...*Portal) *App {
	tb.Helper()
	a := NewApp(opts, portals...)
	_, stop, err := a.Start()
	if err != nil {
		tb.Fatalf("hubspottest: %v", err)
	}
	tb.Cleanup(stop)
	return a
}

// Start serves the app and its portals on a free port of 127.0.0.1 until stop is
// called. Stop cuts the calls under way.
func (a *App) Start() (url string, stop func(), err error) {
	a.url, stop, err = serve(a)
	return a.url, stop, err
}

// URL is the base URL of the API and of the consent page.
func (a *App) URL() string { return a.url }

// ClientID is the app's.
func (a *App) ClientID() string { return a.opts.ClientID }

// ClientSecret is the app's.
func (a *App) ClientSecret() string { return a.opts.ClientSecret }

// SetRedirectURIs replaces the addresses that the app may send a browser to.
func (a *App) SetRedirectURIs(uris ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.opts.RedirectURIs = uris
}

// Choose makes whoever is asked for consent from now on choose that portal.
func (a *App) Choose(portalID int64) {
	p := a.portal(portalID)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.chosen = p
}

func (a *App) portal(portalID int64) *Portal {
	i := slices.IndexFunc(a.portals, func(p *Portal) bool { return p.PortalID() == portalID })
	if i < 0 {
		panic(fmt.Sprintf("hubspottest: the app knows no portal %d", portalID))
	}
	return a.portals[i]
}

// Deny makes whoever is asked for consent from now on say no, or yes again.
func (a *App) Deny(deny bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.denies = deny
}

// Withhold makes portals from now on lack optional scopes, as those do whose
// subscription has no such product.
func (a *App) Withhold(scopes ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.withheld = scopes
}

// Expire ends the life of all access tokens of a portal at once.
func (a *App) Expire(portalID int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range a.access {
		if t.grant.portal.PortalID() == portalID {
			t.until = time.Now()
		}
	}
}

// Installed are the tokens that an app gets when a portal installs it.
type Installed struct {
	AccessToken  string
	RefreshToken string
	Lifetime     time.Duration // of the access token
}

// Install has a portal install the app without a browser, with the scopes that
// the app requires.
func (a *App) Install(portalID int64) Installed {
	p := a.portal(portalID)
	p.SetScopes(a.opts.Scopes...)
	a.mu.Lock()
	defer a.mu.Unlock()
	refresh := newRefreshToken()
	access := a.newAccessToken(&grant{portal: p, scopes: a.opts.Scopes}, refresh)
	return Installed{AccessToken: access, RefreshToken: refresh, Lifetime: a.opts.Lifetime}
}

// Uninstall takes the app out of a portal: no token of it is accepted again.
func (a *App) Uninstall(portalID int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token, g := range a.grants {
		if g.portal.PortalID() == portalID {
			delete(a.grants, token)
		}
	}
	for _, t := range a.access {
		if t.grant.portal.PortalID() == portalID {
			t.dead = true
		}
	}
}

// IsInstalled tells whether HubSpot would refresh a token of the portal.
func (a *App) IsInstalled(portalID int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, g := range a.grants {
		if g.portal.PortalID() == portalID {
			return true
		}
	}
	return false
}

// Secrets are the client secret and all tokens that were given out so far, but for
// refresh tokens that are good no more.
func (a *App) Secrets() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Concat([]string{a.opts.ClientSecret}, slices.Collect(maps.Keys(a.grants)), slices.Collect(maps.Keys(a.access)))
}

// Calls returns the OAuth calls, and those that no portal could be found for, in
// order of arrival.
func (a *App) Calls() Calls { return a.journal.all() }

// ResetCalls forgets the calls to the app; its portals keep theirs.
func (a *App) ResetCalls() { a.journal.reset() }

// Refreshes is the number of calls to refresh a token, failed ones included.
func (a *App) Refreshes() int { return a.tokenCalls("refresh_token") }

// Exchanges is the number of calls to exchange a code, failed ones included.
func (a *App) Exchanges() int { return a.tokenCalls("authorization_code") }

func (a *App) tokenCalls(grantType string) int {
	n := 0
	for _, c := range a.Calls() {
		if c.Endpoint == OAuthToken && c.GrantType == grantType {
			n++
		}
	}
	return n
}

// Fail adds a fault to the OAuth endpoints; it has no ObjectType.
func (a *App) Fail(f Fault) { a.faults.add(f) }

// ClearFaults removes all faults of the OAuth endpoints.
func (a *App) ClearFaults() { a.faults.clear() }

// admission is what an app found out about a call's token, on the way to its
// portal.
type admission struct{ expired bool }

type admissionKey struct{}

func (a admission) refusal() (response, bool) {
	if a.expired {
		return unauthenticated("EXPIRED_AUTHENTICATION"), false
	}
	return response{}, true
}

var _ http.Handler = (*App)(nil)
