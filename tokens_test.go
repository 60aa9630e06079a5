package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestTokenRoles asks with tokens of an issuer, beside a key.
func TestTokenRoles(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "alg": "EdDSA", "use": "sig", "x": %q}]}`, base64.RawURLEncoding.EncodeToString(public))
	}))
	defer issuer.Close()
	key := auth.NewKey()
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}), withKeys(fmt.Sprintf(`{
		"roles": {"sales": {"objectTypes": ["contacts"]}},
		"keys": [{"name": "all", "sha256": %q}],
		"jwt": {"jwks": %q, "issuer": "https://issuer.example", "audience": ["hubgraph"], "algorithms": ["EdDSA"], "roleClaim": "role"}}`,
		auth.HashKey(key), issuer.URL)))
	sign := func(role string, lifetime time.Duration) string {
		token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
			"iss": "https://issuer.example", "aud": "hubgraph", "exp": time.Now().Add(lifetime).Unix(), "role": role, "sub": "ada@example.com"})
		token.Header["kid"] = "k"
		text, err := token.SignedString(private)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, tt := range []struct {
		name, token, query string
		status             int
		code               any
	}{
		{"what the role sees", sign("sales", time.Hour), `{ contacts { nodes { id } } }`, 200, nil},
		{"what it does not see", sign("sales", time.Hour), `{ deals { nodes { id } } }`, 200, "GRAPHQL_VALIDATION_FAILED"},
		{"no role of ours", sign("boss", time.Hour), `{ __typename }`, 403, "FORBIDDEN"},
		{"expired", sign("sales", -time.Hour), `{ __typename }`, 401, "UNAUTHENTICATED"},
		{"a key", key, `{ deals { nodes { id } } }`, 200, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if a := g.bearer(tt.token).query(tt.query, nil); a.Status != tt.status || a.code() != tt.code {
				t.Errorf("status %d, %+v, want %d, %v", a.Status, a.Errors, tt.status, tt.code)
			}
		})
	}
	if around := around(g.logs.String(), "ada@example.com"); around != "" {
		t.Errorf("the log says whose token it was: %s", around)
	}
}

// TestRolesWhileEverythingChanges asks as several roles while keys are read anew
// and the portal changes: every request is answered.
func TestRolesWhileEverythingChanges(t *testing.T) {
	w := newRoleWorld(t)
	text, _ := keysText(t, roleTexts, nil)
	entries := ""
	for _, role := range []string{"sales", "nosecrets", "same", "all"} {
		entry := fmt.Sprintf(`{"name": %q, "sha256": %q, "role": %q},`, role, auth.HashKey(w.keys[role]), role)
		if role == "all" {
			entry = fmt.Sprintf(`{"name": %q, "sha256": %q}`, role, auth.HashKey(w.keys[role]))
		}
		entries += entry
	}
	text = text[:len(text)-len("]}")] + entries + "]}"
	var done atomic.Bool
	var wg sync.WaitGroup
	for _, role := range []string{"sales", "nosecrets", "same", "all"} {
		wg.Go(func() {
			g := w.as(role)
			for !done.Load() {
				if a := g.query(`{ contacts { nodes { firstname companies { nodes { name } } } } }`, nil); a.Status != 200 || len(a.Errors) > 0 {
					t.Errorf("%s: status %d, %+v", role, a.Status, a.Errors)
					return
				}
			}
		})
	}
	for i := range 4 {
		d, err := auth.Parse([]byte(text), auth.Options{})
		if err != nil {
			t.Error(err)
			break
		}
		if err := w.server.UseKeys(d); err != nil {
			t.Error(err)
		}
		w.portal.DefineProperty("contacts", hubspottest.Property{Name: fmt.Sprintf("new_%d", i)})
		if _, err := w.gateway.Refresh(t.Context()); err != nil {
			t.Error(err)
		}
	}
	done.Store(true)
	wg.Wait()
}
