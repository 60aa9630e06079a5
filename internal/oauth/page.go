package oauth

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"embed"
	"encoding/hex"
	"html/template"
	"log/slog"
	"net/http"
	"time"
)

//go:embed page.html style.css
var files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{"day": day, "iso": iso}).ParseFS(files, "page.html"))

func day(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

const (
	formCookie   = "hubgraph-portals"
	formPurpose  = "form"
	formLifetime = 12 * time.Hour
)

// view is what page.html shows: a message, or all portals.
type view struct {
	Title     string
	Text      string       // of a message; empty for the list
	Portals   []Connection //
	Notice    string
	FormToken string
	Paths     map[string]string
}

var paths = map[string]string{
	"authorize": AuthorizePath, "disconnect": DisconnectPath, "portals": PortalsPath, "style": stylePath,
}

// portals shows all portals, in the order of their IDs.
func (h *Handler) portals(w http.ResponseWriter, r *http.Request) {
	all, err := h.store.Connections(r.Context())
	if err != nil {
		h.lg.ErrorContext(r.Context(), "connections not listed", slog.String("error", err.Error()))
		h.message(w, http.StatusInternalServerError, "No list", "What is stored about the portals cannot be read. Whoever runs hubgraph finds the reason in its log.")
		return
	}
	token, err := h.formToken(w, r)
	if err != nil {
		h.lg.ErrorContext(r.Context(), "list of portals not made", slog.String("error", err.Error()))
		h.message(w, http.StatusInternalServerError, "No list", "The list could not be made. Whoever runs hubgraph finds the reason in its log.")
		return
	}
	// By no-referrer a browser would send its own forms with "Origin: null".
	w.Header().Set("Referrer-Policy", "same-origin")
	h.show(w, http.StatusOK, view{Title: "Portals", Portals: all, Notice: notice(r, all), FormToken: token})
}

// notice tells what has just been done, if the list says so too: whatever the
// address says, nothing of it is shown.
func notice(r *http.Request, all []Connection) string {
	q := r.URL.Query()
	for _, c := range all {
		switch {
		case q.Get("connected") == c.PortalID && c.State == Active:
			return "Portal " + c.PortalID + " is connected."
		case q.Get("disconnected") == c.PortalID && c.State == Disconnected:
			return "Portal " + c.PortalID + " is disconnected."
		}
	}
	return ""
}

// formToken is what a form of ours must bring: only the browser that it was made
// for can send it with the cookie that belongs to it.
func (h *Handler) formToken(w http.ResponseWriter, r *http.Request) (string, error) {
	value := h.readCookie(r, formCookie)
	if len(value) != len(rand.Text()) {
		value = rand.Text()
		http.SetCookie(w, h.cookie(formCookie, value, http.SameSiteStrictMode, 0))
	}
	return seal(h.sealer, formPurpose, fingerprint(value), time.Now().Add(formLifetime))
}

func (h *Handler) formIsOurs(r *http.Request) bool {
	value := h.readCookie(r, formCookie)
	var made string
	if value == "" || open(h.sealer, formPurpose, r.PostForm.Get("token"), &made) != nil {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(made), []byte(fingerprint(value))) == 1
}

func fingerprint(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

// message shows one thing to know, and the way on.
func (h *Handler) message(w http.ResponseWriter, status int, title, text string) {
	h.show(w, status, view{Title: title, Text: text})
}

func (h *Handler) show(w http.ResponseWriter, status int, v view) {
	v.Paths = paths
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		h.lg.Error("page not made", slog.String("error", err.Error()))
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a browser that is gone reads nothing
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	text, err := files.ReadFile("style.css")
	if err != nil {
		http.Error(w, "the style sheet could not be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(text)
}
