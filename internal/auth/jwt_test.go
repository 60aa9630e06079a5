package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A testIssuer serves its public key and signs tokens.
type testIssuer struct {
	key    *ecdsa.PrivateKey
	server *httptest.Server
	down   atomic.Bool
}

func newTestIssuer(t *testing.T) *testIssuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &testIssuer{key: key}
	text := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.FillBytes(make([]byte, 32))) }
	i.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if i.down.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintf(w, `{"keys": [{"kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256", "use": "sig", "x": %q, "y": %q}]}`, text(key.X), text(key.Y))
	}))
	t.Cleanup(i.server.Close)
	return i
}

// sign makes a token that is good, but for what change does to its claims.
func (i *testIssuer) sign(t *testing.T, change jwt.MapClaims) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": "https://issuer.example", "aud": "hubgraph", "exp": time.Now().Add(time.Hour).Unix(), "groups": []string{"staff", "sales-team"}}
	for name, value := range change {
		if value == nil {
			delete(claims, name)
		} else {
			claims[name] = value
		}
	}
	token := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	token.Header["kid"] = "one"
	text, err := token.SignedString(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// document trusts the issuer, and has keys besides.
func (i *testIssuer) document(t *testing.T, keys ...string) *Document {
	t.Helper()
	d, err := Parse(fmt.Appendf(nil, `{
		"roles": {"sales": {"objectTypes": ["contacts"]}, "admin": {}, "few": {"requestsPerMinute": 2}},
		"keys": [%s],
		"jwt": {"jwks": %q, "issuer": "https://issuer.example", "audience": ["hubgraph"], "algorithms": ["ES256"],
			"roleClaim": "groups", "roleOf": {"sales-team": "sales", "sales-leads": "sales", "admins": "admin", "few": "few"}}}`,
		strings.Join(keys, ","), i.server.URL), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (i *testIssuer) authenticator(t *testing.T, keys ...string) *Authenticator {
	t.Helper()
	return authenticatorOf(t, slog.New(slog.DiscardHandler), i.document(t, keys...))
}

func authenticatorOf(t *testing.T, lg *slog.Logger, d *Document) *Authenticator {
	t.Helper()
	a, err := New(t.Context(), lg, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

func bearer(token string) *http.Request {
	return &http.Request{Header: http.Header{"Authorization": {"Bearer " + token}}}
}

func TestTokens(t *testing.T) {
	issuer, other := newTestIssuer(t), newTestIssuer(t)
	a := issuer.authenticator(t)
	shared := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": "https://issuer.example", "aud": "hubgraph", "exp": time.Now().Add(time.Hour).Unix(), "groups": "admins"})
	shared.Header["kid"] = "one"
	forged, err := shared.SignedString([]byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, shared.Claims).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour).Unix()
	tests := []struct {
		name, token string
		role        string // "" if refused
		status      int
	}{
		{"one group with a role", issuer.sign(t, nil), "jwt sales", 0},
		{"two groups of one role", issuer.sign(t, jwt.MapClaims{"groups": []string{"sales-team", "sales-leads"}}), "jwt sales", 0},
		{"the claim as a text", issuer.sign(t, jwt.MapClaims{"groups": "admins"}), "jwt admin", 0},
		{"one of several audiences", issuer.sign(t, jwt.MapClaims{"aud": []string{"x", "hubgraph"}}), "jwt sales", 0},
		{"two roles", issuer.sign(t, jwt.MapClaims{"groups": []string{"admins", "sales-team"}}), "", 403},
		{"no role", issuer.sign(t, jwt.MapClaims{"groups": []string{"staff"}}), "", 403},
		{"no claim", issuer.sign(t, jwt.MapClaims{"groups": nil}), "", 403},
		{"the role's own name", issuer.sign(t, jwt.MapClaims{"groups": "admin"}), "", 403},
		{"expired", issuer.sign(t, jwt.MapClaims{"exp": past}), "", 401},
		{"for ever", issuer.sign(t, jwt.MapClaims{"exp": nil}), "", 401},
		{"not yet", issuer.sign(t, jwt.MapClaims{"nbf": time.Now().Add(time.Hour).Unix()}), "", 401},
		{"another audience", issuer.sign(t, jwt.MapClaims{"aud": "else"}), "", 401},
		{"no audience", issuer.sign(t, jwt.MapClaims{"aud": nil}), "", 401},
		{"another issuer's name", issuer.sign(t, jwt.MapClaims{"iss": "https://other.example"}), "", 401},
		{"another issuer's signature", other.sign(t, nil), "", 401},
		{"a shared secret", forged, "", 401},
		{"no signature", none, "", 401},
		{"cut short", issuer.sign(t, nil)[:80], "", 401},
		{"too long", strings.Repeat("a", maxToken+1), "", 401},
		{"not a token", "abc", "", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, refusal := a.Authenticate(bearer(tt.token))
			switch {
			case tt.role != "" && (refusal != nil || p.Name != tt.role):
				t.Errorf("refusal %v, principal %+v, want %s", refusal, p, tt.role)
			case tt.role == "" && (refusal == nil || refusal.Status != tt.status):
				t.Errorf("refusal %v, want status %d", refusal, tt.status)
			}
		})
	}
}

// TestIssuerDown starts while the issuer does not answer: that is not the end.
func TestIssuerDown(t *testing.T) {
	issuer := newTestIssuer(t)
	issuer.down.Store(true)
	a := issuer.authenticator(t)
	if _, refusal := a.Authenticate(bearer(issuer.sign(t, nil))); refusal == nil || refusal.Status != http.StatusUnauthorized {
		t.Errorf("refusal %v, want 401 while there are no keys", refusal)
	}
	start := time.Now()
	if _, refusal := a.Authenticate(bearer(issuer.sign(t, nil))); refusal == nil || time.Since(start) > time.Second {
		t.Errorf("refusal %v after %v, want one at once: the keys were asked for just now", refusal, time.Since(start))
	}
}

// TestReloadWhileIssuerIsDown: a key is taken away while the issuer does not
// answer, and its tokens are good all the same.
func TestReloadWhileIssuerIsDown(t *testing.T) {
	issuer := newTestIssuer(t)
	a := issuer.authenticator(t, entry("a", hashA, ""))
	issuer.down.Store(true)
	if err := a.Use(issuer.document(t)); err != nil {
		t.Fatal(err)
	}
	if p, refusal := a.Authenticate(bearer(issuer.sign(t, nil))); refusal != nil || p.Name != "jwt sales" {
		t.Errorf("refusal %v, principal %+v: the issuer's keys were known before", refusal, p)
	}
}

// TestRequestsOfSubjects: each subject of a role has its own requests, whichever
// token it comes with, and they count on when the document is read again.
func TestRequestsOfSubjects(t *testing.T) {
	issuer := newTestIssuer(t)
	key := NewKey()
	keys := []string{entry("a", HashKey(key), `, "role": "few"`), entry("b", hashB, `, "role": "few", "requestsPerMinute": 3`)}
	a := issuer.authenticator(t, keys...)
	now := time.Now()
	ask := func(r *http.Request) bool {
		t.Helper()
		p, refusal := a.Authenticate(r)
		if refusal != nil {
			t.Fatal(refusal.Message)
		}
		_, ok := p.Take(now)
		return ok
	}
	token := func(subject, id string) *http.Request {
		return bearer(issuer.sign(t, jwt.MapClaims{"groups": "few", "sub": subject, "jti": id}))
	}
	for i, want := range []bool{true, true, false} {
		if got := ask(token("jo@example.com", fmt.Sprint(i))); got != want {
			t.Errorf("request %d of a subject: %t, want %t", i+1, got, want)
		}
		if got := ask(bearer(key)); got != want {
			t.Errorf("request %d of a key with the role: %t, want %t", i+1, got, want)
		}
	}
	if !ask(token("al@example.com", "")) {
		t.Error("another subject is refused")
	}
	if err := a.Use(issuer.document(t, keys...)); err != nil {
		t.Fatal(err)
	}
	if ask(token("jo@example.com", "")) || ask(bearer(key)) {
		t.Error("a request is let in, because the document was read again")
	}
	now = now.Add(61 * time.Second)
	if !ask(token("jo@example.com", "")) || !ask(bearer(key)) {
		t.Error("refused a minute later")
	}
	if _, refusal := a.Authenticate(bearer(issuer.sign(t, jwt.MapClaims{"groups": "few"}))); refusal == nil || refusal.Status != http.StatusForbidden {
		t.Errorf("a token without a subject: refusal %v, want 403", refusal)
	}
	if of := a.current.Load().document; of.keys[1].principal.perMinute != 3 {
		t.Errorf("a key with a bound of its own has %d", of.keys[1].principal.perMinute)
	}
}

// TestSubjectsAreBounded has more subjects than there is room for.
func TestSubjectsAreBounded(t *testing.T) {
	s, now := newSubjects(), time.Now()
	for i := range 2 * subjectBytes / windowBytes(600) {
		s.window("r", fmt.Sprint(i), 600, now)
	}
	if size := s.windows.Size(); size > subjectBytes || size < subjectBytes*9/10 {
		t.Errorf("the windows take %d bytes, want about %d", size, subjectBytes)
	}
}

// TestKeysNotRead: the log says which keys were not read and why, and nothing that
// an address may hide.
func TestKeysNotRead(t *testing.T) {
	elsewhere := httptest.NewServer(http.RedirectHandler("http://keys.example.com/", http.StatusFound))
	defer elsewhere.Close()
	down := newTestIssuer(t)
	down.down.Store(true)
	gone := newTestIssuer(t)
	gone.server.Close()
	for name, tt := range map[string]struct {
		issuer *testIssuer
		url    string
		want   string
	}{
		"status":   {down, down.server.URL, "503"},
		"refused":  {gone, gone.server.URL, "connection refused"},
		"in clear": {&testIssuer{server: elsewhere}, elsewhere.URL, "does not start with https://"},
	} {
		t.Run(name, func(t *testing.T) {
			d := tt.issuer.document(t)
			d.jwt.jwks = tt.url + "/keys?secret=hunter2"
			var log strings.Builder
			authenticatorOf(t, slog.New(slog.NewTextHandler(&log, nil)), d)
			for _, want := range []string{"address=" + tt.url + "/keys ", tt.want} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log has no %q:\n%s", want, log.String())
				}
			}
			if strings.Contains(log.String(), "hunter2") {
				t.Errorf("the log has the query:\n%s", log.String())
			}
		})
	}
}
