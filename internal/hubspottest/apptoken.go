package hubspottest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// fakeUserID is who installs apps.
const fakeUserID = 2217

// token exchanges a code, or refreshes. a.mu must be held.
func (a *App) token(form url.Values) response {
	switch form.Get("grant_type") {
	case "authorization_code":
		return a.exchange(form)
	case "refresh_token":
		return a.refresh(form.Get("refresh_token"))
	}
	return oauthRefusal("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type")
}

// exchange takes a code, which is gone then, whatever it comes to.
func (a *App) exchange(form url.Values) response {
	c := a.codes[form.Get("code")]
	delete(a.codes, form.Get("code"))
	switch {
	case c == nil, !time.Now().Before(c.until):
		return oauthRefusal("invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code")
	case form.Get("redirect_uri") != c.redirectURI:
		return oauthRefusal("invalid_grant", "MISMATCH_REDIRECT_URI_AUTH_CODE", "redirect URI does not match the auth code's")
	case c.challenge != challenge(form.Get("code_verifier")):
		return oauthRefusal("invalid_grant", "BAD_AUTH_CODE", "the code verifier does not match the code challenge")
	}
	c.portal.SetScopes(c.scopes...)
	return a.issue(&grant{portal: c.portal, scopes: c.scopes}, newRefreshToken())
}

// challenge is what PKCE's method S256 makes of a verifier; "" of none.
func challenge(verifier string) string {
	if verifier == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func newRefreshToken() string { return "fake-refresh-" + rand.Text() }

func (a *App) refresh(token string) response {
	g := a.grants[token]
	if g == nil {
		return oauthRefusal("invalid_grant", "BAD_REFRESH_TOKEN", "missing or invalid refresh token")
	}
	if a.opts.Rotate {
		delete(a.grants, token)
		token = newRefreshToken()
	}
	return a.issue(g, token)
}

// issue answers with a new access token.
func (a *App) issue(g *grant, refreshToken string) response {
	answer := map[string]any{
		"token_type": "bearer", "access_token": a.newAccessToken(g, refreshToken), "refresh_token": refreshToken,
		"expires_in": int(a.opts.Lifetime.Seconds()),
	}
	if !a.opts.Bare {
		answer["hub_id"], answer["user_id"], answer["scopes"] = g.portal.PortalID(), fakeUserID, g.scopes
	}
	return response{http.StatusOK, mustJSON(answer)}
}

func (a *App) newAccessToken(g *grant, refreshToken string) string {
	a.grants[refreshToken] = g
	token := "fake-access-" + rand.Text()
	a.access[token] = &accessToken{grant: g, until: time.Now().Add(a.opts.Lifetime)}
	return token
}

// introspect tells about a token. HubSpot's specification and its guide name the
// parameter differently, so both are asked for.
func (a *App) introspect(form url.Values) response {
	hint, token := form.Get("token_type_hint"), form.Get("token")
	if hint != "access_token" && hint != "refresh_token" || token == "" || form.Get(hint) != token {
		return oauthRefusal("invalid_request", "BAD_REQUEST", "missing token, or token_type_hint")
	}
	g := a.grants[token]
	answer := map[string]any{"token_use": hint, "token": token}
	if hint == "access_token" {
		g = nil
		if t := a.access[token]; t != nil && !t.dead && time.Now().Before(t.until) {
			g = t.grant
			answer["expires_in"] = int(time.Until(t.until).Seconds())
		}
	}
	if g == nil || a.opts.Terse {
		return response{http.StatusOK, mustJSON(map[string]any{"active": g != nil})}
	}
	answer["active"], answer["hub_id"], answer["user_id"] = true, g.portal.PortalID(), fakeUserID
	answer["scopes"], answer["client_id"] = g.scopes, a.opts.ClientID
	answer["user"], answer["hub_domain"] = "installer@example.com", fmt.Sprintf("portal-%d.example.com", g.portal.PortalID())
	return response{http.StatusOK, mustJSON(answer)}
}

// revoke makes a refresh token worth nothing. Access tokens live on until their
// end.
func (a *App) revoke(form url.Values) response {
	token := form.Get("token")
	if form.Get("token_type_hint") != "refresh_token" || token == "" || form.Get("refresh_token") != token {
		return oauthRefusal("invalid_request", "BAD_REQUEST", "missing token, or token_type_hint")
	}
	delete(a.grants, token)
	return response{http.StatusOK, []byte("{}")}
}

func mustJSON(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // of maps of texts and numbers
	}
	return body
}
