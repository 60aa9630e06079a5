package oauth_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/oauth"
)

// A site is hubgraph's pages and HubSpot behind them, all over real HTTP.
type site struct {
	t       *testing.T
	app     *hubspottest.App
	portals []*hubspottest.Portal
	store   *memory
	client  *oauth.Client
	tokens  *oauth.Tokens
	server  *httptest.Server
	sealer  oauth.Sealer
	changed chan string
	log     *lockedBuffer
}

type siteOptions struct {
	app      hubspottest.AppOptions
	tls      bool
	optional []string
}

func newSite(t *testing.T, o siteOptions) *site {
	t.Helper()
	s := &site{t: t, store: newMemory(), log: &lockedBuffer{}, changed: make(chan string, 100)}
	for _, id := range []int64{4711, 12} {
		s.portals = append(s.portals, hubspottest.NewPortal(hubspottest.Options{PortalID: id, OAuth: true, Unlimited: true}))
	}
	o.app.Scopes, o.app.OptionalScopes = []string{"oauth", "crm.objects.contacts.read"}, o.optional
	s.app = hubspottest.StartApp(t, o.app, s.portals...)
	s.server = httptest.NewUnstartedServer(nil)
	scheme := map[bool]string{false: "http", true: "https"}[o.tls]
	lg := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	s.client, err = oauth.NewClient(oauth.ClientOptions{
		ClientID: s.app.ClientID(), ClientSecret: oauth.NewSecret(s.app.ClientSecret()),
		PublicURL: scheme + "://" + s.server.Listener.Addr().String(),
		Scopes:    []string{"crm.objects.contacts.read"}, OptionalScopes: o.optional,
		AuthorizeURL: s.app.URL() + "/oauth/authorize", BaseURL: s.app.URL(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.Close)
	s.app.SetRedirectURIs(s.client.RedirectURL())
	s.tokens = oauth.NewTokens(lg, s.client, s.store, oauth.TokensOptions{})
	t.Cleanup(s.tokens.Close)
	if s.sealer, err = oauth.NewSealer(); err != nil {
		t.Fatal(err)
	}
	h, err := oauth.NewHandler(lg, oauth.HandlerOptions{
		Client: s.client, Store: s.store, Tokens: s.tokens, Sealer: s.sealer,
		Changed: func(_ context.Context, id string) { s.changed <- id },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.server.Config.Handler = h
	if o.tls {
		s.server.StartTLS()
	} else {
		s.server.Start()
	}
	t.Cleanup(s.server.Close)
	return s
}

// A browser keeps cookies and follows redirects.
type browser struct {
	s      *site
	client *http.Client
	stop   func(*http.Request) bool // before which redirect; nil for none
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &browser{s: s}
	transport := s.server.Client().Transport
	b.client = &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if b.stop != nil && b.stop(r) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// A reply is what a browser shows in the end.
type reply struct {
	status int
	url    *url.URL
	header http.Header
	text   string
}

func (b *browser) do(r *http.Request) reply {
	b.s.t.Helper()
	res, err := b.client.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Request.URL, res.Header, string(text)}
}

func (b *browser) get(path string) reply {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), "GET", b.s.server.URL+path, nil)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return b.do(r)
}

// post sends a form as a browser does from a page of that origin.
func (b *browser) post(path string, form url.Values, headers ...string) reply {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), "POST", b.s.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.do(r)
}

// atCallback begins a sign-in and stops before the browser returns.
func (b *browser) atCallback() *url.URL {
	b.s.t.Helper()
	b.stop = func(r *http.Request) bool { return r.URL.Path == oauth.CallbackPath }
	defer func() { b.stop = nil }()
	back := b.get(oauth.AuthorizePath)
	u, err := url.Parse(back.header.Get("Location"))
	if err != nil || back.status != 302 || u.Path != oauth.CallbackPath {
		b.s.t.Fatalf("sign-in = %d %s %s", back.status, back.header.Get("Location"), back.text)
	}
	return u
}

var tokenInput = regexp.MustCompile(`name="token" value="([^"]+)"`)

// disconnect presses the button of a portal.
func (b *browser) disconnect(portal string) reply {
	b.s.t.Helper()
	page := b.get(oauth.PortalsPath)
	token := tokenInput.FindStringSubmatch(page.text)
	if token == nil {
		b.s.t.Fatalf("no form in the page:\n%s", page.text)
	}
	return b.post(oauth.DisconnectPath, url.Values{"portal": {portal}, "token": {token[1]}}, "Sec-Fetch-Site", "same-origin")
}

func (s *site) wantNoSecrets(texts ...string) {
	s.t.Helper()
	for _, text := range append(texts, s.log.String()) {
		for _, secret := range []string{"fake-access-", "fake-refresh-", "fake-code-", s.app.ClientSecret(), "code=", "state="} {
			if strings.Contains(text, secret) {
				s.t.Errorf("%q is in:\n%s", secret, text)
			}
		}
	}
}

func TestConnectAndDisconnect(t *testing.T) {
	for _, o := range []siteOptions{
		{},
		{tls: true, optional: []string{"tickets"}},
		{app: hubspottest.AppOptions{Bare: true}},
		{app: hubspottest.AppOptions{Bare: true, Terse: true, Rotate: true}},
	} {
		s := newSite(t, o)
		b := s.browser()
		empty := b.get(oauth.PortalsPath)
		if empty.status != 200 || !strings.Contains(empty.text, "No portal is connected yet") {
			t.Errorf("list = %d %s", empty.status, empty.text)
		}
		got := b.get(oauth.AuthorizePath)
		if got.status != 200 || got.url.RequestURI() != "/portals?connected=4711" || !strings.Contains(got.text, "Portal 4711 is connected.") {
			t.Fatalf("connecting ended with %d at %s:\n%s", got.status, got.url, got.text)
		}
		if id := <-s.changed; id != "4711" {
			t.Errorf("told of %q, want 4711", id)
		}
		c := s.store.row("4711")
		if c.State != oauth.Active || c.LifetimeSeconds != 1800 || c.ConnectedAt.IsZero() || time.Until(c.ExpiresAt) < 29*time.Minute ||
			len(c.Scopes) != 2+len(o.optional) && !o.app.Terse || (c.HubDomain == "" || c.UserID == "") != o.app.Terse {
			t.Errorf("stored = %+v", c)
		}
		s.app.Choose(12)
		b.get(oauth.AuthorizePath)
		list := b.get(oauth.PortalsPath)
		if strings.Index(list.text, ">12") > strings.Index(list.text, ">4711") || strings.Count(list.text, `class="state active"`) != 2 {
			t.Errorf("list of two = %s", list.text)
		}
		ended := b.disconnect("4711")
		if ended.status != 200 || !strings.Contains(ended.text, "Portal 4711 is disconnected.") || s.app.IsInstalled(4711) || !s.app.IsInstalled(12) {
			t.Errorf("disconnecting = %d %s", ended.status, ended.text)
		}
		if c := s.store.row("4711"); c.State != oauth.Disconnected || c.AccessToken != (oauth.Secret{}) || c.RefreshToken != (oauth.Secret{}) {
			t.Errorf("stored after that = %+v", c)
		}
		s.app.Choose(4711)
		b.get(oauth.AuthorizePath)
		if c := s.store.row("4711"); c.State != oauth.Active {
			t.Errorf("stored after connecting again = %+v", c)
		}
		s.wantNoSecrets(got.text, list.text, ended.text)
	}
}

// TestHeaders looks at what keeps pages and cookies to themselves.
func TestHeaders(t *testing.T) {
	for _, tls := range []bool{false, true} {
		s := newSite(t, siteOptions{tls: tls})
		b := s.browser()
		b.stop = func(*http.Request) bool { return true }
		begun := b.get(oauth.AuthorizePath)
		to, err := url.Parse(begun.header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		q := to.Query()
		if begun.status != 302 || q.Get("scope") != "oauth crm.objects.contacts.read" || q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(q.Get("state")) < 22 {
			t.Errorf("sign-in = %d to %s", begun.status, to)
		}
		cookie := begun.header.Get("Set-Cookie")
		for _, want := range []string{"HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"} {
			if !strings.Contains(cookie, want) {
				t.Errorf("cookie = %s, want %s", cookie, want)
			}
		}
		if strings.Contains(cookie, "Secure") != tls || strings.HasPrefix(cookie, "__Host-") != tls || strings.Contains(cookie, q.Get("state")) {
			t.Errorf("cookie = %s, with https %t", cookie, tls)
		}
		for path, referrer := range map[string]string{oauth.PortalsPath: "same-origin", oauth.CallbackPath: "no-referrer"} {
			h := b.get(path).header
			if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; style-src 'self';") || h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != referrer || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers of %s = %v", path, h)
			}
		}
		if got := b.get("/portals/style.css"); got.status != 200 || got.header.Get("Content-Type") != "text/css; charset=utf-8" {
			t.Errorf("style sheet = %d %v", got.status, got.header)
		}
		if got := b.post(oauth.CallbackPath, nil); got.status != 405 {
			t.Errorf("POST to the callback = %d, want 405", got.status)
		}
	}
}

// TestCallbackRefuses brings back what HubSpot did not send, or not to this
// browser.
func TestCallbackRefuses(t *testing.T) {
	tests := []struct {
		name   string
		status int
		says   string
		back   func(s *site, b *browser) string // the query that the browser comes back with
	}{
		{"nothing", 400, "not complete", func(*site, *browser) string { return "" }},
		{"no code", 400, "not complete", func(_ *site, b *browser) string { return "state=" + b.atCallback().Query().Get("state") }},
		{"code and error", 400, "not complete", func(_ *site, b *browser) string { return b.atCallback().RawQuery + "&error=x" }},
		{"two codes", 400, "not complete", func(_ *site, b *browser) string { return b.atCallback().RawQuery + "&code=x" }},
		{"two states", 400, "not complete", func(_ *site, b *browser) string { return b.atCallback().RawQuery + "&state=x" }},
		{"a long code", 400, "not complete", func(*site, *browser) string { return "state=s&code=" + strings.Repeat("x", 3000) }},
		{"broken", 400, "not complete", func(*site, *browser) string { return "state=%zz&code=x" }},
		{"never begun", 400, "not known", func(*site, *browser) string { return "state=s&code=c" }},
		{"another state", 400, "not known", func(_ *site, b *browser) string {
			q := b.atCallback().Query()
			q.Set("state", "another")
			return q.Encode()
		}},
		{"empty state", 400, "not known", func(_ *site, b *browser) string {
			q := b.atCallback().Query()
			q.Set("state", "")
			return q.Encode()
		}},
		{"another browser", 400, "not known", func(s *site, _ *browser) string { return s.browser().atCallback().RawQuery }},
		{"an error of another browser", 400, "not known", func(*site, *browser) string { return "state=s&error=access_denied" }},
		{"begun anew", 400, "not known", func(_ *site, b *browser) string {
			first := b.atCallback().RawQuery
			b.atCallback()
			return first
		}},
		{"twice", 400, "not known", func(_ *site, b *browser) string {
			back := b.atCallback().RawQuery
			b.get(oauth.CallbackPath + "?" + back)
			return back
		}},
		{"a forged cookie", 400, "not known", func(s *site, b *browser) string {
			back := b.atCallback()
			u, _ := url.Parse(s.server.URL)
			b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "hubgraph-oauth", Value: "eyJzdGF0ZSI6InMifQ", Path: "/"}})
			return back.RawQuery
		}},
		{"denied", 403, "denied", func(s *site, b *browser) string {
			s.app.Deny(true)
			return b.atCallback().RawQuery
		}},
		{"a strange error", 502, "HubSpot ended", func(_ *site, b *browser) string {
			return url.Values{"state": {b.atCallback().Query().Get("state")}, "error": {"<script>"}, "error_description": {"visit evil.example"}}.Encode()
		}},
		{"an unknown code", 400, "Too late", func(_ *site, b *browser) string {
			return url.Values{"state": {b.atCallback().Query().Get("state")}, "code": {"x"}}.Encode()
		}},
		{"hubspot fails", 503, "does not answer", func(s *site, b *browser) string {
			s.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Status: 502, Body: "fake-access-echo"})
			return b.atCallback().RawQuery
		}},
		{"the secret is wrong", 500, "does not accept the app", func(s *site, b *browser) string {
			s.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Status: 400, Body: `{"error":"invalid_client","error_description":"fake-code-echo"}`})
			return b.atCallback().RawQuery
		}},
		{"not stored", 500, "Not stored", func(s *site, b *browser) string {
			s.store.setDown(true)
			return b.atCallback().RawQuery
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, siteOptions{})
			b := s.browser()
			query := tt.back(s, b)
			before := len(s.store.rows)
			got := b.get(oauth.CallbackPath + "?" + query)
			if got.status != tt.status || !strings.Contains(got.text, tt.says) || got.url.Path != oauth.CallbackPath {
				t.Errorf("callback = %d at %s, want %d that says %q:\n%s", got.status, got.url, tt.status, tt.says, got.text)
			}
			if strings.Contains(got.text, "<script>") || strings.Contains(got.text, "evil.example") {
				t.Errorf("the page shows what the address says:\n%s", got.text)
			}
			if len(s.store.rows) != before {
				t.Errorf("%d connections are stored, want %d", len(s.store.rows), before)
			}
			s.wantNoSecrets(got.text)
		})
	}
}

// TestOldFlow comes back after the cookie's time, which a browser might not obey.
func TestOldFlow(t *testing.T) {
	s := newSite(t, siteOptions{})
	b := s.browser()
	back := b.atCallback()
	u, _ := url.Parse(s.server.URL)
	old, err := s.sealer.Seal([]byte(`{"until":1,"value":{"state":"`+back.Query().Get("state")+`","verifier":"v"}}`), []byte("hubgraph sign-in"))
	if err != nil {
		t.Fatal(err)
	}
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "hubgraph-oauth", Value: encode(old), Path: "/"}})
	if got := b.get(back.RequestURI()); got.status != 400 || !strings.Contains(got.text, "not known") {
		t.Errorf("callback = %d %s", got.status, got.text)
	}
	if s.app.Exchanges() != 0 {
		t.Errorf("%d exchanges, want none", s.app.Exchanges())
	}
}

// TestDisconnectRefuses sends the form from elsewhere, or without what belongs to
// it.
func TestDisconnectRefuses(t *testing.T) {
	s := newSite(t, siteOptions{})
	b := s.browser()
	b.get(oauth.AuthorizePath)
	page := b.get(oauth.PortalsPath)
	token := tokenInput.FindStringSubmatch(page.text)[1]
	other := s.browser()
	theirs := tokenInput.FindStringSubmatch(other.get(oauth.PortalsPath).text)[1]
	same := []string{"Sec-Fetch-Site", "same-origin"}
	form := func(portal, token string) url.Values { return url.Values{"portal": {portal}, "token": {token}} }
	for _, tt := range []struct {
		name    string
		form    url.Values
		headers []string
		status  int
	}{
		{"cross-site", form("4711", token), []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"same site", form("4711", token), []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"another origin", form("4711", token), []string{"Origin", "https://evil.example"}, 403},
		{"no origin at all", form("4711", token), []string{"Origin", "null"}, 403},
		{"no token", url.Values{"portal": {"4711"}}, same, 403},
		{"a token of another browser", form("4711", theirs), same, 403},
		{"nonsense", form("4711", "nonsense"), same, 403},
		{"no portal", url.Values{"token": {token}}, same, 400},
		{"two portals", url.Values{"token": {token}, "portal": {"4711", "12"}}, same, 400},
		{"no ID", form("<b>", token), same, 400},
		{"unknown", form("99", token), same, 404},
		{"a large form", url.Values{"x": {strings.Repeat("x", 1<<20)}}, same, 400},
	} {
		if got := b.post(oauth.DisconnectPath, tt.form, tt.headers...); got.status != tt.status || strings.Contains(got.text, "<b>") {
			t.Errorf("%s = %d, want %d:\n%s", tt.name, got.status, tt.status, got.text)
		}
	}
	if got := b.get(oauth.DisconnectPath); got.status != 405 {
		t.Errorf("GET = %d, want 405", got.status)
	}
	if c := s.store.row("4711"); c.State != oauth.Active || !s.app.IsInstalled(4711) {
		t.Errorf("stored = %+v, want nothing to have changed", c)
	}
	if got := b.post(oauth.DisconnectPath, form("4711", token), "Origin", s.server.URL); got.status != 200 {
		t.Errorf("an older browser = %d %s, want the list", got.status, got.text)
	}
	u, err := url.Parse(s.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	cookie := b.client.Jar.Cookies(u)[0].String() // the client would look for those of the other name
	if got := b.post(oauth.DisconnectPath, form("4711", token), "Origin", s.server.URL, "Host", "hubgraph.internal", "Cookie", cookie); got.status != 200 {
		t.Errorf("behind a proxy of another name = %d %s, want the list", got.status, got.text)
	}
}

// TestDisconnectWithoutHubSpot ends a connection while HubSpot fails: it ends here
// at once, and HubSpot can be told later.
func TestDisconnectWithoutHubSpot(t *testing.T) {
	s := newSite(t, siteOptions{})
	b := s.browser()
	b.get(oauth.AuthorizePath)
	source := s.tokens.Source("4711")
	if _, err := source.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthRevoke, Status: 503})
	got := b.disconnect("4711")
	if got.status != 200 || !strings.Contains(got.text, "HubSpot could not be told") || !s.app.IsInstalled(4711) {
		t.Errorf("disconnecting = %d %s", got.status, got.text)
	}
	if token, err := source.Token(t.Context()); err == nil {
		t.Errorf("Token() = %q, want none any more", token)
	}
	s.app.ClearFaults()
	if got := b.disconnect("4711"); strings.Contains(got.text, "could not be told") || s.app.IsInstalled(4711) {
		t.Errorf("disconnecting again = %s", got.text)
	}
}

func TestListWithoutStore(t *testing.T) {
	s := newSite(t, siteOptions{})
	s.store.setDown(true)
	if got := s.browser().get(oauth.PortalsPath); got.status != 500 || strings.Contains(got.text, errDown.Error()) {
		t.Errorf("list = %d %s", got.status, got.text)
	}
	if !strings.Contains(s.log.String(), errDown.Error()) {
		t.Error("the log does not say why")
	}
}
