package hubspottest

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP answers an OAuth call, or hands the call to the portal of its token.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/oauth/authorize" {
		a.authorize(w, r)
		return
	}
	if endpoint, ok := oauthEndpoint(r.URL.Path); ok {
		a.serveOAuth(w, r, endpoint)
		return
	}
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	portal, adm := a.portalOf(given)
	if portal == nil {
		call := &Call{Method: r.Method, Path: r.URL.RequestURI(), At: time.Now()}
		a.journal.add(call)
		a.write(w, r, call, Fault{}, unauthenticated("INVALID_AUTHENTICATION"))
		return
	}
	ctx := r.Context()
	if adm != nil {
		ctx = context.WithValue(ctx, admissionKey{}, *adm)
	}
	portal.ServeHTTP(w, r.WithContext(ctx))
}

// portalOf finds the portal of a bearer token; nil if HubSpot knows none. The
// admission is nil for a portal's own token, which the portal checks itself.
func (a *App) portalOf(token string) (*Portal, *admission) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.access[token]; t != nil {
		if t.dead {
			return nil, nil
		}
		return t.grant.portal, &admission{expired: !time.Now().Before(t.until)}
	}
	for _, p := range a.portals {
		if token == p.Token() {
			return p, nil
		}
	}
	return nil, nil
}

// oauthEndpoint resolves the paths of version 3, and of the dates that took it
// over. The first version's, which put tokens into paths, are not served.
func oauthEndpoint(path string) (Endpoint, bool) {
	rest, ok := strings.CutPrefix(path, "/oauth/")
	if !ok {
		return "", false
	}
	version, rest, _ := strings.Cut(rest, "/")
	if version != "v3" && !dated(version) {
		return "", false
	}
	switch rest {
	case "token":
		return OAuthToken, true
	case "token/introspect":
		return OAuthIntrospect, true
	case "token/revoke":
		return OAuthRevoke, true
	}
	return "", false
}

// serveOAuth answers a call whose parameters are in its body, and nowhere else.
func (a *App) serveOAuth(w http.ResponseWriter, r *http.Request, endpoint Endpoint) {
	var body bytes.Buffer
	if _, err := body.ReadFrom(io.LimitReader(r.Body, maxBodyBytes)); err != nil {
		panic(http.ErrAbortHandler) // the client is gone
	}
	form, err := url.ParseQuery(body.String())
	call := &Call{Method: r.Method, Path: r.URL.RequestURI(), Endpoint: endpoint, At: time.Now(), GrantType: form.Get("grant_type")}
	a.journal.add(call)
	fault := a.faults.hit(r, call)
	var answer response
	switch {
	case fault.Status != 0 || fault.Hang || fault.CloseBefore:
		answer = fault.response()
	case r.Method != http.MethodPost:
		answer = apiError{Message: "HTTP 405 Method Not Allowed"}.respond(http.StatusMethodNotAllowed)
	case !isForm(r.Header.Get("Content-Type")):
		answer = apiError{Message: "HTTP 415 Unsupported Media Type"}.respond(http.StatusUnsupportedMediaType)
	case err != nil || repeated(form) || r.URL.RawQuery != "" || r.Header.Get("Authorization") != "":
		answer = oauthRefusal("invalid_request", "BAD_REQUEST", "parameters go into the body, each once")
	case form.Get("client_id") != a.opts.ClientID || form.Get("client_secret") != a.opts.ClientSecret:
		answer = oauthRefusal("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id or client secret")
	default:
		answer = a.answer(endpoint, form)
	}
	if fault.Rewrite != nil {
		answer.body = fault.Rewrite(answer.body)
	}
	a.write(w, r, call, fault, answer)
}

func (a *App) answer(endpoint Endpoint, form url.Values) response {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch endpoint {
	case OAuthToken:
		return a.token(form)
	case OAuthIntrospect:
		return a.introspect(form)
	}
	return a.revoke(form)
}

func (a *App) write(w http.ResponseWriter, r *http.Request, call *Call, fault Fault, answer response) {
	h := w.Header()
	h.Set("Content-Type", "application/json;charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(answer.body)))
	for name, values := range fault.Header {
		h[name] = values
	}
	if !sleepUntil(r.Context(), call.At.Add(fault.Delay)) {
		panic(http.ErrAbortHandler) // nobody waits for an answer any more
	}
	fault.send(w, r, answer, func() { a.journal.answered(call, answer.status) })
}

func isForm(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/x-www-form-urlencoded"
}

func repeated(form url.Values) bool {
	for _, values := range form {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// oauthRefusal is HubSpot's error of an OAuth call, which is not that of its
// other APIs.
func oauthRefusal(code, status, message string) response {
	return response{http.StatusBadRequest, mustJSON(map[string]string{
		"error": code, "error_description": message, "status": status, "message": message,
	})}
}
