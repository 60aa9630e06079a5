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

func (i *testIssuer) authenticator(t *testing.T) *Authenticator {
	t.Helper()
	d, err := Parse(fmt.Appendf(nil, `{
		"roles": {"sales": {"objectTypes": ["contacts"]}, "admin": {}},
		"jwt": {"jwks": %q, "issuer": "https://issuer.example", "audience": ["hubgraph"], "algorithms": ["ES256"],
			"roleClaim": "groups", "roleOf": {"sales-team": "sales", "sales-leads": "sales", "admins": "admin"}}}`, i.server.URL), Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), slog.New(slog.DiscardHandler), d)
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
