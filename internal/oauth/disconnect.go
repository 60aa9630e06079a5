package oauth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

const maxFormBytes = 16 << 10

// disconnectTries bounds how often another may change the connection first.
const disconnectTries = 5

// disconnect ends the connection here, and then tells HubSpot.
func (h *Handler) disconnect(w http.ResponseWriter, r *http.Request) {
	if err := h.origins.Check(r); err != nil {
		h.message(w, http.StatusForbidden, "Refused", "This was asked for by a page that is not hubgraph's. Use the button in the list of portals.")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	if err := r.ParseForm(); err != nil {
		h.message(w, http.StatusBadRequest, "This was not understood", "The form could not be read. Use the button in the list of portals.")
		return
	}
	if !h.formIsOurs(r) {
		h.message(w, http.StatusForbidden, "The page is too old", "The list of portals was opened too long ago, or in another browser. Open it again and repeat what you did.")
		return
	}
	portals := r.PostForm["portal"]
	if len(portals) != 1 || digits(portals[0]) == "" {
		h.message(w, http.StatusBadRequest, "Which portal?", "The form names none, or something that is no portal's ID: that has digits alone.")
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), connectTimeout)
	defer cancel()
	switch err := h.end(ctx, portals[0]); {
	case errors.Is(err, ErrNotFound):
		h.message(w, http.StatusNotFound, "No such portal", "No portal of this ID was ever connected.")
	case err != nil:
		h.lg.ErrorContext(ctx, "portal not disconnected", slog.String("portal_id", portals[0]), slog.String("error", err.Error()))
		h.message(w, http.StatusInternalServerError, "Not disconnected", "What is stored about the portal could not be changed. Whoever runs hubgraph finds the reason in its log.")
	default:
		http.Redirect(w, r, PortalsPath+"?disconnected="+portals[0], http.StatusSeeOther) //nolint:gosec // digits alone, see above
	}
}

// end stores first that the connection has ended, so that its tokens are used no
// more, whether HubSpot can be told or not. What HubSpot could not be told is kept
// with the refresh token, so that it can be told later.
func (h *Handler) end(ctx context.Context, portalID string) error {
	c, err := h.markDisconnected(ctx, portalID)
	if err != nil {
		return err
	}
	h.lg.InfoContext(ctx, "portal disconnected", slog.String("portal_id", portalID))
	h.tokens.Forget(portalID)
	h.changed(ctx, portalID)
	if c.RefreshToken == (Secret{}) {
		return nil
	}
	if err := h.client.revoke(ctx, c.RefreshToken); err == nil || errors.Is(err, errGrantRefused) {
		c.RefreshToken = Secret{}
	} else {
		h.lg.WarnContext(ctx, "refresh token not revoked", slog.String("portal_id", portalID), slog.String("error", err.Error()))
		c.Reason = "HubSpot could not be told: disconnect again, or remove the app in the portal's settings"
	}
	c.UpdatedAt = time.Now()
	if _, err := h.store.UpdateConnection(ctx, c); err != nil && !errors.Is(err, ErrConflict) {
		return err
	}
	return nil // or connected again by somebody, which is theirs to undo
}

func (h *Handler) markDisconnected(ctx context.Context, portalID string) (Connection, error) {
	var err error
	for range disconnectTries {
		var c Connection
		if c, err = h.store.Connection(ctx, portalID); err != nil {
			return Connection{}, err
		}
		c.State, c.Reason, c.AccessToken, c.UpdatedAt = Disconnected, "", Secret{}, time.Now()
		if c, err = h.store.UpdateConnection(ctx, c); !errors.Is(err, ErrConflict) {
			return c, err
		}
	}
	return Connection{}, err
}
