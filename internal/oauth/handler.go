package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// The paths of the [Handler].
const (
	AuthorizePath  = "/oauth/authorize"
	CallbackPath   = "/oauth/callback"
	DisconnectPath = "/oauth/disconnect"
	PortalsPath    = "/portals"
	stylePath      = PortalsPath + "/style.css"
)

// HandlerOptions configure a [Handler]. All but Changed are required.
type HandlerOptions struct {
	Client *Client
	Store  Store
	Tokens *Tokens
	Sealer Sealer
	// Changed is told of each portal that was connected or disconnected here, when
	// it is stored, before the browser is. Nil for nobody.
	Changed func(ctx context.Context, portalID string)
}

// A Handler has the pages where people connect and disconnect portals:
//
//	GET  /portals           all portals and how they are
//	GET  /oauth/authorize   begins to connect one: sends the browser to HubSpot
//	GET  /oauth/callback    where HubSpot sends it back to
//	POST /oauth/disconnect  ends a portal's connection
//
// Whoever may open them may connect and disconnect portals: put something in front
// that decides who that is, of all of the paths alike. The query of the callback
// holds a code that whoever logs requests must leave out.
type Handler struct {
	lg      *slog.Logger
	client  *Client
	store   Store
	tokens  *Tokens
	sealer  Sealer
	changed func(context.Context, string)
	origins *http.CrossOriginProtection
	mux     *http.ServeMux
}

// NewHandler returns a Handler.
func NewHandler(lg *slog.Logger, o HandlerOptions) (*Handler, error) {
	if o.Client == nil || o.Store == nil || o.Tokens == nil || o.Sealer == nil {
		return nil, errors.New("the pages of portals need a client, a store, tokens and a sealer")
	}
	if o.Changed == nil {
		o.Changed = func(context.Context, string) {}
	}
	h := &Handler{
		lg: lg, client: o.Client, store: o.Store, tokens: o.Tokens, sealer: o.Sealer, changed: o.Changed,
		origins: http.NewCrossOriginProtection(), mux: http.NewServeMux(),
	}
	// A proxy in front may call us by another name than browsers call it.
	if err := h.origins.AddTrustedOrigin(h.client.origin.String()); err != nil {
		return nil, fmt.Errorf("trust the public URL: %w", err)
	}
	h.mux.HandleFunc("GET "+PortalsPath, h.portals)
	h.mux.HandleFunc("GET "+stylePath, serveStyle)
	h.mux.HandleFunc("GET "+AuthorizePath, h.authorize)
	h.mux.HandleFunc("GET "+CallbackPath, h.callback)
	h.mux.HandleFunc("POST "+DisconnectPath, h.disconnect)
	return h, nil
}

// Format prints nothing of what is held, as that of [Tokens].
func (h *Handler) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "the pages of portals") }

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer") // the callback's address holds a code
	h.mux.ServeHTTP(w, r)
}

// secure tells whether browsers reach us by https.
func (h *Handler) secure() bool { return h.client.origin.Scheme == "https" }

// cookie is one that scripts cannot read. By https its name has a prefix by which
// browsers take it from this very host alone. It lives for life, or with 0 as long as
// the browser is open; less than that makes it go.
func (h *Handler) cookie(name, value string, sameSite http.SameSite, life time.Duration) *http.Cookie {
	if h.secure() {
		name = "__Host-" + name
	}
	return &http.Cookie{ //nolint:gosec // not Secure on a developer's own machine alone
		Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: h.secure(), SameSite: sameSite,
	}
}

// readCookie returns the cookie's value, "" if the browser sent none or several.
func (h *Handler) readCookie(r *http.Request, name string) string {
	found := r.CookiesNamed(h.cookie(name, "", http.SameSiteLaxMode, 0).Name)
	if len(found) != 1 {
		return ""
	}
	return found[0].Value
}
