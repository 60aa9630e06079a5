package hubspottest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

const (
	callback = "https://graph.example.com/oauth/callback"
	verifier = "a-verifier-of-some-length-as-the-rfc-wants-it"
)

// appClient asks an app as careful clients do, and notes what comes.
type appClient struct {
	t   *testing.T
	app *hubspottest.App
}

func newApp(t *testing.T, o hubspottest.AppOptions, portals ...*hubspottest.Portal) appClient {
	t.Helper()
	o.RedirectURIs = []string{callback}
	if portals == nil {
		portals = []*hubspottest.Portal{hubspottest.NewPortal(hubspottest.Options{OAuth: true})}
	}
	return appClient{t, hubspottest.StartApp(t, o, portals...)}
}

func (c appClient) send(r *http.Request) (int, http.Header, map[string]any) {
	c.t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var body map[string]any
	_ = json.Unmarshal(text, &body) // a page is none
	return res.StatusCode, res.Header, body
}

// post sends a form with the app's credentials, changed by the pairs that follow.
func (c appClient) post(path string, pairs ...string) (int, map[string]any) {
	c.t.Helper()
	form := url.Values{"client_id": {c.app.ClientID()}, "client_secret": {c.app.ClientSecret()}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(c.t.Context(), "POST", c.app.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, _, body := c.send(r)
	return status, body
}

// authorize opens the consent page and returns what it sends back.
func (c appClient) authorize(change url.Values) (int, url.Values) {
	c.t.Helper()
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{
		"client_id": {c.app.ClientID()}, "redirect_uri": {callback}, "scope": {"oauth"}, "state": {"s"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	maps.Copy(q, change)
	r, err := http.NewRequestWithContext(c.t.Context(), "GET", c.app.URL()+"/oauth/authorize?"+q.Encode(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	status, header, _ := c.send(r)
	back, err := url.Parse(header.Get("Location"))
	if err != nil {
		c.t.Fatal(err)
	}
	return status, back.Query()
}

func (c appClient) exchange(code string, pairs ...string) (int, map[string]any) {
	c.t.Helper()
	pairs = append([]string{"grant_type", "authorization_code", "code", code, "redirect_uri", callback, "code_verifier", verifier}, pairs...)
	return c.post("/oauth/v3/token", pairs...)
}

func (c appClient) install() map[string]any {
	c.t.Helper()
	_, back := c.authorize(nil)
	status, body := c.exchange(back.Get("code"))
	if status != 200 {
		c.t.Fatalf("exchange = %d %v, want 200", status, body)
	}
	return body
}

func (c appClient) refresh(token string) (int, map[string]any) {
	c.t.Helper()
	return c.post("/oauth/v3/token", "grant_type", "refresh_token", "refresh_token", token)
}

func (c appClient) account(token any) (int, map[string]any) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), "GET", c.app.URL()+"/account-info/v3/details", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token.(string))
	status, _, body := c.send(r)
	return status, body
}

func TestAppServesManyPortals(t *testing.T) {
	one := hubspottest.NewPortal(hubspottest.Options{PortalID: 1, OAuth: true})
	two := hubspottest.NewPortal(hubspottest.Options{PortalID: 2, OAuth: true, Token: "pat-two"})
	c := newApp(t, hubspottest.AppOptions{}, one, two)
	first := c.install()
	c.app.Choose(2)
	second := c.install()
	for token, portal := range map[any]float64{first["access_token"]: 1, second["access_token"]: 2, "pat-two": 2} {
		if status, body := c.account(token); status != 200 || body["portalId"] != portal {
			t.Errorf("account = %d %v, want portal %v", status, body, portal)
		}
	}
	if status, body := c.account("nonsense"); status != 401 || body["category"] != "INVALID_AUTHENTICATION" {
		t.Errorf("account with an unknown token = %d %v", status, body)
	}
	c.app.Expire(1)
	if status, body := c.account(first["access_token"]); status != 401 || body["category"] != "EXPIRED_AUTHENTICATION" {
		t.Errorf("account with an expired token = %d %v", status, body)
	}
	if status, _ := c.account(second["access_token"]); status != 200 {
		t.Errorf("the other portal's token = %d, want 200", status)
	}
	if n := one.Count(hubspottest.AccountInfo) + two.Count(hubspottest.AccountInfo); n != 5 {
		t.Errorf("the portals counted %d calls, want 5", n)
	}
}

func TestAppConsent(t *testing.T) {
	p := hubspottest.NewPortal(hubspottest.Options{OAuth: true})
	c := newApp(t, hubspottest.AppOptions{Scopes: []string{"oauth", "crm.lists.read"}, OptionalScopes: []string{"tickets", "e-commerce"}}, p)
	both := url.Values{"scope": {"oauth crm.lists.read"}, "optional_scope": {"tickets e-commerce"}}
	for name, change := range map[string]url.Values{
		"client":           {"client_id": {"another"}},
		"redirect":         {"redirect_uri": {callback + "/../x"}},
		"twice":            {"state": {"a", "b"}},
		"plural":           {"scopes": {"oauth"}},
		"required scope":   {"scope": {"oauth"}},
		"scope it has not": {"scope": {"oauth crm.lists.read automation"}},
		"plain challenge":  {"code_challenge_method": {"plain"}},
	} {
		change := maps.Clone(change)
		for k, v := range both {
			if _, ok := change[k]; !ok {
				change[k] = v
			}
		}
		if status, back := c.authorize(change); status != 400 || len(back) != 0 {
			t.Errorf("%s = %d %v, want 400 and no way back", name, status, back)
		}
	}
	c.app.Deny(true)
	if status, back := c.authorize(both); status != 302 || back.Get("error") != "access_denied" || back.Get("state") != "s" || back.Has("code") {
		t.Errorf("denied = %d %v", status, back)
	}
	c.app.Deny(false)
	c.app.Withhold("e-commerce")
	_, back := c.authorize(both)
	_, body := c.exchange(back.Get("code"))
	if diff := cmp.Diff([]any{"oauth", "crm.lists.read", "tickets"}, body["scopes"]); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

func TestAppCodes(t *testing.T) {
	c := newApp(t, hubspottest.AppOptions{})
	code := func() string { _, back := c.authorize(nil); return back.Get("code") }
	used := code()
	c.exchange(used)
	for name, tt := range map[string]struct {
		code  string
		pairs []string
	}{
		"used":     {used, nil},
		"unknown":  {"nonsense", nil},
		"redirect": {code(), []string{"redirect_uri", "https://elsewhere.example"}},
		"verifier": {code(), []string{"code_verifier", "another"}},
		"no pkce":  {code(), []string{"code_verifier", ""}},
		"client":   {code(), []string{"client_secret", "another"}},
		"grant":    {code(), []string{"grant_type", "password"}},
	} {
		if status, body := c.exchange(tt.code, tt.pairs...); status != 400 || body["error"] == "" || body["status"] == "" {
			t.Errorf("%s = %d %v, want a refusal", name, status, body)
		}
	}
	if status, body := c.post("/oauth/v3/token?client_id=x"); status != 400 || body["error"] != "invalid_request" {
		t.Errorf("parameters in the address = %d %v", status, body)
	}
	short := newApp(t, hubspottest.AppOptions{CodeLifetime: time.Nanosecond})
	_, back := short.authorize(nil)
	if status, body := short.exchange(back.Get("code")); status != 400 || body["error"] != "invalid_grant" {
		t.Errorf("an old code = %d %v", status, body)
	}
}

func TestAppRefresh(t *testing.T) {
	for _, rotate := range []bool{false, true} {
		c := newApp(t, hubspottest.AppOptions{Rotate: rotate})
		first := c.install()
		old := first["refresh_token"].(string)
		status, second := c.refresh(old)
		if status != 200 || second["access_token"] == first["access_token"] || (second["refresh_token"] != old) != rotate {
			t.Errorf("refresh = %d %v", status, second)
		}
		if status, _ := c.account(first["access_token"]); status != 200 {
			t.Errorf("the token before = %d, want it to live on", status)
		}
		status, third := c.refresh(old)
		if wants := map[bool]int{false: 200, true: 400}[rotate]; status != wants {
			t.Errorf("rotate %t: refresh again = %d %v, want %d", rotate, status, third, wants)
		}
		if rotate && third["status"] != "BAD_REFRESH_TOKEN" {
			t.Errorf("refusal = %v", third)
		}
		if c.app.Refreshes() != 2 || c.app.Exchanges() != 1 {
			t.Errorf("%d refreshes and %d exchanges, want 2 and 1", c.app.Refreshes(), c.app.Exchanges())
		}
	}
}

func TestAppEnds(t *testing.T) {
	c := newApp(t, hubspottest.AppOptions{})
	body := c.install()
	access, refresh := body["access_token"].(string), body["refresh_token"].(string)
	introspect := func(hint, token string) map[string]any {
		_, body := c.post("/oauth/v3/token/introspect", "token_type_hint", hint, "token", token, hint, token)
		return body
	}
	if got := introspect("access_token", access); got["active"] != true || got["hub_id"] != 4711.0 || got["hub_domain"] == "" {
		t.Errorf("introspect = %v", got)
	}
	if got := introspect("refresh_token", refresh); got["active"] != true || got["expires_in"] != nil {
		t.Errorf("introspect = %v", got)
	}
	if status, _ := c.post("/oauth/v3/token/introspect", "token_type_hint", "access_token", "token", access); status != 400 {
		t.Errorf("introspect by one name = %d, want 400", status)
	}
	if status, _ := c.post("/oauth/v3/token/revoke", "token_type_hint", "refresh_token", "token", refresh, "refresh_token", refresh); status != 200 {
		t.Errorf("revoke = %d", status)
	}
	if status, _ := c.refresh(refresh); status != 400 || c.app.IsInstalled(4711) {
		t.Errorf("refresh of a revoked token = %d, want 400", status)
	}
	if status, _ := c.account(access); status != 200 {
		t.Errorf("access token after the revocation = %d, want it to live on", status)
	}
	access = c.install()["access_token"].(string)
	c.app.Uninstall(4711)
	if status, body := c.account(access); status != 401 || body["category"] != "INVALID_AUTHENTICATION" {
		t.Errorf("access token after uninstalling = %d %v, want 401", status, body)
	}
	c.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Times: 1, Status: 503})
	if status, _ := c.refresh(refresh); status != 503 {
		t.Errorf("refresh with a fault = %d, want 503", status)
	}
}
