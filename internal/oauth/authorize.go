package oauth

import (
	"crypto/rand"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

const (
	flowCookie   = "hubgraph-oauth"
	flowPurpose  = "sign-in"
	flowLifetime = 10 * time.Minute
)

// A flow is what a browser keeps while its owner is at HubSpot. Nothing of it is
// kept here, so that any replica can finish what another began.
type flow struct {
	State    string `json:"state"`
	Verifier string `json:"verifier"` // of PKCE
}

// authorize sends the browser to HubSpot's consent page. A flow that the browser
// began before is given up with that.
func (h *Handler) authorize(w http.ResponseWriter, r *http.Request) {
	f := flow{State: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	text, err := seal(h.sealer, flowPurpose, f, time.Now().Add(flowLifetime))
	if err != nil {
		h.lg.ErrorContext(r.Context(), "sign-in not begun", slog.String("error", err.Error()))
		h.message(w, http.StatusInternalServerError, "This did not work", "The sign-in could not be begun. Whoever runs hubgraph finds the reason in its log.")
		return
	}
	// Lax, for it is HubSpot's page that sends the browser back.
	http.SetCookie(w, h.cookie(flowCookie, text, http.SameSiteLaxMode, flowLifetime))
	http.Redirect(w, r, h.client.authorizeURL(f.State, f.Verifier), http.StatusFound)
}

// takeFlow returns the flow that the browser began and that state belongs to, and
// has the browser forget it, whatever it comes to.
func (h *Handler) takeFlow(w http.ResponseWriter, r *http.Request, state string) (flow, bool) {
	http.SetCookie(w, h.cookie(flowCookie, "", http.SameSiteLaxMode, -time.Second))
	var f flow
	if err := open(h.sealer, flowPurpose, h.readCookie(r, flowCookie), &f); err != nil {
		return flow{}, false
	}
	return f, f.State != "" && subtle.ConstantTimeCompare([]byte(f.State), []byte(state)) == 1
}
