package oauth_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
	"github.com/hubgraph/hubgraph/internal/oauth"
)

func TestSecretsStayHidden(t *testing.T) {
	const text = "very-secret"
	s := oauth.NewSecret(text)
	c := oauth.Connection{PortalID: "1", AccessToken: s, RefreshToken: s}
	o := oauth.ClientOptions{ClientID: "id", ClientSecret: s, PublicURL: "https://graph.example.com"}
	client, err := oauth.NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	w := newWorld(t, hubspottest.AppOptions{})
	w.store.change(portalID, func(c *oauth.Connection) { c.AccessToken = s })
	tokens := w.tokens(oauth.TokensOptions{})
	source := tokens.Source(portalID)
	w.token(source)
	var out lockedBuffer
	for _, v := range []any{s, &s, c, &c, []oauth.Connection{c}, o, client, source, tokens, map[oauth.Secret]int{s: 1}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			_, _ = fmt.Fprintf(&out, verb+"\n", v)
		}
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		if b, err := json.Marshal(v); err == nil {
			_, _ = out.Write(b)
		}
	}
	for _, shown := range []string{text, fmt.Sprintf("%x", text)} {
		if strings.Contains(out.String(), shown) {
			t.Errorf("a secret is printed:\n%s", out.String())
		}
	}
	if s.Reveal() != text || !s.Equal(oauth.NewSecret(text)) || s.Equal(oauth.Secret{}) {
		t.Error("the secret is not what it was")
	}
}

func TestClientOptions(t *testing.T) {
	good := oauth.ClientOptions{ClientID: "id", ClientSecret: oauth.NewSecret("hidden-secret"), PublicURL: "https://graph.example.com/"}
	for _, tt := range []struct {
		name   string
		change func(*oauth.ClientOptions)
		says   string // "" if it is right
	}{
		{"good", func(*oauth.ClientOptions) {}, ""},
		{"localhost", func(o *oauth.ClientOptions) { o.PublicURL = "http://localhost:8080" }, ""},
		{"loopback", func(o *oauth.ClientOptions) { o.PublicURL = "http://[::1]:8080" }, ""},
		{"no id", func(o *oauth.ClientOptions) { o.ClientID = " " }, "client ID is empty"},
		{"no secret", func(o *oauth.ClientOptions) { o.ClientSecret = oauth.Secret{} }, "client secret is empty"},
		{"no url", func(o *oauth.ClientOptions) { o.PublicURL = "" }, "must be an origin such as https://graph.example.com"},
		{"http", func(o *oauth.ClientOptions) { o.PublicURL = "http://graph.example.com" }, "must begin with https"},
		{"a path", func(o *oauth.ClientOptions) { o.PublicURL = "https://graph.example.com/x" }, "without a user name, path or query"},
		{"a password", func(o *oauth.ClientOptions) { o.PublicURL = "https://a:hidden-secret@graph.example.com" }, "without a user name"},
		{"base url", func(o *oauth.ClientOptions) { o.BaseURL = "ftp://a:hidden-secret@x" }, "HubSpot base URL must be"},
		{"authorize url", func(o *oauth.ClientOptions) { o.AuthorizeURL = "x" }, "authorize URL must be"},
		{"scope", func(o *oauth.ClientOptions) { o.Scopes = []string{"a b"} }, `scope "a b"`},
		{"both", func(o *oauth.ClientOptions) { o.Scopes, o.OptionalScopes = []string{"tickets"}, []string{"tickets"} }, "both required and optional"},
	} {
		o := good
		tt.change(&o)
		client, err := oauth.NewClient(o)
		switch {
		case tt.says == "" && err != nil:
			t.Errorf("%s: NewClient() = %v", tt.name, err)
		case tt.says == "":
			if want := strings.TrimSuffix(o.PublicURL, "/") + "/oauth/callback"; client.RedirectURL() != want {
				t.Errorf("%s: redirect URL = %s, want %s", tt.name, client.RedirectURL(), want)
			}
			client.Close()
		case err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "hidden-secret"):
			t.Errorf("%s: NewClient() = %v, want an error that says %q", tt.name, err, tt.says)
		}
	}
}

func TestLocker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := oauth.NewLocker()
		take := func(key string) (func(), bool) {
			unlock, held, err := l.Lock(t.Context(), key, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			return unlock, held
		}
		first, held := take("a")
		if _, again := take("a"); !held || again {
			t.Errorf("Lock() = %t, and again %t; want it once", held, again)
		}
		if _, held := take("b"); !held {
			t.Error("another lock is not free")
		}
		first()
		second, held := take("a")
		first() // twice, when it is another's
		if _, again := take("a"); !held || again {
			t.Errorf("Lock() after the unlock = %t, and again %t; want it once", held, again)
		}
		time.Sleep(time.Second)
		if _, held := take("a"); !held {
			t.Error("a lock outlives its time")
		}
		second()
		if _, held := take("a"); held {
			t.Error("who held the lock before has freed it for another")
		}
	})
}

func TestSealer(t *testing.T) {
	s, err := oauth.NewSealer()
	if err != nil {
		t.Fatal(err)
	}
	other, err := oauth.NewSealer()
	if err != nil {
		t.Fatal(err)
	}
	box, err := s.Seal([]byte("text"), []byte("purpose"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Open(box, []byte("purpose")); err != nil || string(got) != "text" {
		t.Errorf("Open() = %q, %v", got, err)
	}
	if _, err := s.Open(box, []byte("another")); err == nil {
		t.Error("Open() for another purpose worked")
	}
	if _, err := other.Open(box, []byte("purpose")); err == nil {
		t.Error("Open() with another key worked")
	}
	box[len(box)-1] ^= 1
	if _, err := s.Open(box, []byte("purpose")); err == nil {
		t.Error("Open() of something else worked")
	}
}

// TestOddAnswers has HubSpot's answer to a refresh differ from what its guide
// shows, yet within what its specification allows.
func TestOddAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		want oauth.Connection // of which tokens, lifetime and scopes count
	}{
		"four fields":      {`{"token_type":"bearer","access_token":"a2","refresh_token":"r2","expires_in":1800}`, oauth.Connection{AccessToken: oauth.NewSecret("a2"), RefreshToken: oauth.NewSecret("r2"), LifetimeSeconds: 1800}},
		"no refresh token": {`{"access_token":"a2","expires_in":"600"}`, oauth.Connection{AccessToken: oauth.NewSecret("a2"), RefreshToken: oauth.NewSecret("kept"), LifetimeSeconds: 600}},
		"scopes":           {`{"access_token":"a2","refresh_token":"r2","expires_in":1800,"scopes":["oauth","a.b",7,"<b>","a.b"]}`, oauth.Connection{AccessToken: oauth.NewSecret("a2"), RefreshToken: oauth.NewSecret("r2"), LifetimeSeconds: 1800, Scopes: []string{"a.b", "oauth"}}},
		"very long":        {`{"access_token":"a2","refresh_token":"r2","expires_in":99999999}`, oauth.Connection{AccessToken: oauth.NewSecret("a2"), RefreshToken: oauth.NewSecret("r2"), LifetimeSeconds: 86400}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, hubspottest.AppOptions{})
				w.store.change(portalID, func(c *oauth.Connection) { c.RefreshToken = oauth.NewSecret("kept") })
				w.app.Fail(hubspottest.Fault{Endpoint: hubspottest.OAuthToken, Status: 200, Body: tt.body})
				s := w.source(oauth.TokensOptions{})
				time.Sleep(31 * time.Minute)
				if got := w.token(s); got != "a2" {
					t.Errorf("Token() = %q, want a2", got)
				}
				c := w.store.row(portalID)
				if c.AccessToken != tt.want.AccessToken || c.RefreshToken != tt.want.RefreshToken || c.LifetimeSeconds != tt.want.LifetimeSeconds || strings.Join(c.Scopes, " ") != strings.Join(tt.want.Scopes, " ") {
					t.Errorf("stored = %q %q %d %v", c.AccessToken.Reveal(), c.RefreshToken.Reveal(), c.LifetimeSeconds, c.Scopes)
				}
			})
		})
	}
}
