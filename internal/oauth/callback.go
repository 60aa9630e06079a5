package oauth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// connectTimeout bounds what a callback does, its call to learn the portal
// included.
const connectTimeout = 25 * time.Second

// maxCodeBytes is far above what HubSpot sends.
const maxCodeBytes = 2048

// An arrival is what HubSpot sends a browser back with.
type arrival struct {
	code, state string
	refusal     string // the error, such as "access_denied"
}

// callback ends a flow: it makes the code into tokens, and stores them.
func (h *Handler) callback(w http.ResponseWriter, r *http.Request) {
	a, ok := parseArrival(r.URL.RawQuery)
	if !ok {
		h.message(w, http.StatusBadRequest, "This address is not complete", "HubSpot sends browsers here with a code and a state, each once. Begin again from the list of portals.")
		return
	}
	f, ok := h.takeFlow(w, r, a.state)
	if !ok {
		h.message(w, http.StatusBadRequest, "This sign-in is not known", "It was begun in another browser, more than ten minutes ago, or before another one; or it has been finished already. Begin again from the list of portals.")
		return
	}
	switch a.refusal {
	case "":
	case "access_denied":
		h.message(w, http.StatusForbidden, "Not connected", "Access to the portal was denied at HubSpot. Nothing has changed. Only a super admin of the portal, or somebody who may install apps, can grant it.")
		return
	default:
		h.lg.WarnContext(r.Context(), "sign-in refused by HubSpot", slog.String("reason", name(a.refusal)))
		h.message(w, http.StatusBadGateway, "HubSpot ended the sign-in", "HubSpot reported an error instead of granting access. Nothing has changed. Try again, and if it stays so, compare the app's scopes at HubSpot with those that hubgraph asks for.")
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), connectTimeout) // a code works once
	defer cancel()
	c, err := h.connect(ctx, a.code, f.Verifier)
	if err != nil {
		h.notConnected(ctx, w, err)
		return
	}
	h.lg.InfoContext(ctx, "portal connected", slog.String("portal_id", c.PortalID), slog.String("user_id", c.UserID), slog.Int("scopes", len(c.Scopes)))
	h.tokens.Forget(c.PortalID)
	h.changed(ctx, c.PortalID)
	http.Redirect(w, r, PortalsPath+"?connected="+c.PortalID, http.StatusSeeOther)
}

// parseArrival refuses what HubSpot does not send.
func parseArrival(query string) (arrival, bool) {
	q, err := url.ParseQuery(query)
	if err != nil || len(q["code"]) > 1 || len(q["state"]) != 1 || len(q["error"]) > 1 {
		return arrival{}, false
	}
	a := arrival{code: q.Get("code"), state: q.Get("state"), refusal: q.Get("error")}
	if len(a.code) > maxCodeBytes || len(a.state) > maxCodeBytes || (a.code == "") == (a.refusal == "") {
		return arrival{}, false
	}
	return a, true
}

var errStore = errors.New("the connection could not be stored")

func (h *Handler) connect(ctx context.Context, code, verifier string) (Connection, error) {
	g, err := h.client.exchange(ctx, code, verifier)
	if err != nil {
		return Connection{}, err
	}
	c, err := h.identify(ctx, g)
	if err != nil {
		return Connection{}, err
	}
	stored, err := h.store.PutConnection(ctx, c)
	if err != nil {
		return Connection{}, errors.Join(errStore, err)
	}
	return stored, nil
}

// identify finds out whose tokens these are: from HubSpot's answer, from what it
// says of the token, or from the account itself, in this order, for the first two
// need not say.
func (h *Handler) identify(ctx context.Context, g grant) (Connection, error) {
	c := Connection{PortalID: g.portalID, UserID: g.userID}.renewed(g)
	c.ConnectedAt = c.UpdatedAt
	portalID, userID, hubDomain, scopes, err := h.client.introspect(ctx, g.access)
	if err != nil {
		h.lg.WarnContext(ctx, "new token not introspected", slog.String("error", err.Error()))
	}
	c.HubDomain = hubDomain
	if c.UserID == "" {
		c.UserID = userID
	}
	if len(c.Scopes) == 0 {
		c.Scopes = scopes
	}
	if c.PortalID == "" {
		c.PortalID = portalID
	}
	if c.PortalID == "" {
		c.PortalID, err = h.client.account(ctx, h.lg, g.access)
	} else {
		err = nil
	}
	return c, err
}

// account asks the API which portal a token is of.
func (c *Client) account(ctx context.Context, lg *slog.Logger, token Secret) (string, error) {
	api, err := hubspot.NewClient(lg, hubspot.Options{BaseURL: c.base, HTTPClient: c.http, Token: hubspot.StaticToken(token.Reveal())})
	if err != nil {
		return "", err
	}
	account, err := api.Account(ctx)
	if err != nil {
		return "", &callError{op: "account", kind: errUnavailable, cause: err}
	}
	if id := digits(account.PortalID); id != "" {
		return id, nil
	}
	return "", &callError{op: "account", kind: errUnavailable, cause: errors.New("the answer names no portal")}
}

// notConnected shows why the code came to nothing.
func (h *Handler) notConnected(ctx context.Context, w http.ResponseWriter, err error) {
	h.lg.WarnContext(ctx, "portal not connected", slog.String("error", err.Error()))
	switch {
	case errors.Is(err, errGrantRefused):
		h.message(w, http.StatusBadRequest, "Too late", "HubSpot does not accept the code any more that it sent your browser with: codes work once, and for a short time. Begin again from the list of portals.")
	case errors.Is(err, errAppRefused):
		h.message(w, http.StatusInternalServerError, "HubSpot does not accept the app", "HubSpot refuses hubgraph's client ID, client secret or redirect URL. Whoever runs hubgraph finds more in its log.")
	case errors.Is(err, errUnavailable):
		h.message(w, http.StatusServiceUnavailable, "HubSpot does not answer", "HubSpot could not be reached, or failed. Nothing has changed. Begin again from the list of portals in a moment.")
	default:
		h.message(w, http.StatusInternalServerError, "Not stored", "HubSpot granted access, but it could not be stored. Whoever runs hubgraph finds the reason in its log. Begin again from the list of portals then.")
	}
}
