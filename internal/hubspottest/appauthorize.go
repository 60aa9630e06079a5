package hubspottest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// authorize stands in for HubSpot's consent page. What is wrong with the app's
// request is shown to the person and never sent back, as HubSpot does.
func (a *App) authorize(w http.ResponseWriter, r *http.Request) {
	call := &Call{Method: r.Method, Path: "/oauth/authorize", Endpoint: OAuthAuthorize, At: time.Now()}
	a.journal.add(call)
	q, err := url.ParseQuery(r.URL.RawQuery)
	wrong := ""
	if err != nil || repeated(q) {
		wrong = "the address has parameters that are wrong, or there twice"
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	asked, optional := strings.Fields(q.Get("scope")), strings.Fields(q.Get("optional_scope"))
	if wrong == "" {
		wrong = a.misasked(r.Method, q, asked, optional)
	}
	if wrong != "" {
		a.journal.answered(call, http.StatusBadRequest)
		http.Error(w, "Authorization failed because "+wrong, http.StatusBadRequest)
		return
	}
	back := url.Values{}
	if state := q.Get("state"); state != "" {
		back.Set("state", state)
	}
	if a.denies {
		back.Set("error", "access_denied")
		back.Set("error_description", "The user denied the request")
	} else {
		back.Set("code", a.newCode(q, asked, optional))
	}
	a.journal.answered(call, http.StatusFound)
	w.Header().Set("Location", q.Get("redirect_uri")+"?"+back.Encode())
	w.WriteHeader(http.StatusFound)
}

// misasked is what is wrong with the app's request; "" if nothing is. a.mu must
// be held.
func (a *App) misasked(method string, q url.Values, asked, optional []string) string {
	for name := range q {
		if !slices.Contains([]string{"client_id", "redirect_uri", "response_type", "scope", "optional_scope", "state", "code_challenge", "code_challenge_method"}, name) {
			return "of the unknown parameter " + name
		}
	}
	switch {
	case method != http.MethodGet:
		return "the page is only for reading"
	case q.Get("client_id") != a.opts.ClientID:
		return "the client_id is unknown"
	case !slices.Contains(a.opts.RedirectURIs, q.Get("redirect_uri")):
		return "the redirect_uri is not one of the app's"
	case q.Get("code_challenge") != "" && q.Get("code_challenge_method") != "S256":
		return "the code_challenge_method is not S256"
	}
	for _, scope := range a.opts.Scopes {
		if !slices.Contains(asked, scope) {
			return "there is a mismatch between the scopes in the install URL and the app's configured scopes: " + scope
		}
	}
	for _, scope := range append(slices.Clone(asked), optional...) {
		if !slices.Contains(a.opts.Scopes, scope) && !slices.Contains(a.opts.OptionalScopes, scope) {
			return "the app has no scope " + scope
		}
	}
	return ""
}

// newCode notes what was agreed to. a.mu must be held.
func (a *App) newCode(q url.Values, asked, optional []string) string {
	scopes := slices.Clone(asked)
	for _, scope := range optional {
		if !slices.Contains(a.withheld, scope) && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	text := "fake-code-" + rand.Text()
	a.codes[text] = &code{
		portal: a.chosen, scopes: scopes, redirectURI: q.Get("redirect_uri"),
		challenge: q.Get("code_challenge"), until: time.Now().Add(a.opts.CodeLifetime),
	}
	return text
}
