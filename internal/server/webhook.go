package server

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/gateway"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/metrics"
)

const (
	// WebhookPath is where HubSpot tells what changed.
	WebhookPath = "/webhooks/hubspot"
	// maxWebhookBytes is far above 100 events with long values.
	maxWebhookBytes = 1 << 20
)

// webhooks is where HubSpot tells what changed in the portal.
type webhooks struct {
	lg       *slog.Logger
	metrics  *metrics.Webhooks
	verifier *hubspot.WebhookVerifier
	url      string // as HubSpot calls it, without the query
	portal   *gateway.Gateway
}

// newWebhooks returns nil if webhooks are not configured.
func newWebhooks(lg *slog.Logger, m *metrics.Webhooks, secret config.Secret, publicURL string, portal *gateway.Gateway) *webhooks {
	given := secret.Reveal() != ""
	if given != (publicURL != "") {
		lg.Warn("webhooks are off: they need both HUBSPOT_CLIENT_SECRET and --public-url (HUBGRAPH_PUBLIC_URL)")
	}
	if !given || publicURL == "" {
		return nil
	}
	return &webhooks{
		lg: lg, metrics: m, verifier: hubspot.NewWebhookVerifier(secret.Reveal()),
		url: publicURL + WebhookPath, portal: portal,
	}
}

// ServeHTTP takes the events of one request. It waits for the request's body
// and for nothing else: neither for HubSpot nor for the limiter.
func (h *webhooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebhookBytes))
	if err != nil {
		h.unreadable(w, err)
		return
	}
	uri := h.url
	if i := strings.IndexByte(r.RequestURI, '?'); i >= 0 {
		uri += r.RequestURI[i:]
	}
	if refusal := h.verifier.Verify(r.Method, uri, body, r.Header, time.Now()); refusal != hubspot.WebhookSound {
		// Whoever sent it learns no more than that; the operator does.
		h.lg.Warn("webhook refused", "reason", refusal)
		h.metrics.Request(string(refusal))
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	events, err := hubspot.ParseWebhook(body)
	if err != nil {
		h.lg.Warn("webhook not understood", "error", err)
		h.metrics.Request("malformed")
		http.Error(w, "the body is not an array of events", http.StatusBadRequest)
		return
	}
	h.apply(events)
	h.metrics.Request("accepted")
	w.WriteHeader(http.StatusNoContent)
}

// unreadable answers a request whose body is too long or broke off.
func (h *webhooks) unreadable(w http.ResponseWriter, err error) {
	outcome, status := "unreadable", http.StatusBadRequest
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		outcome, status = "too_large", http.StatusRequestEntityTooLarge
	}
	h.metrics.Request(outcome)
	http.Error(w, http.StatusText(status), status)
}

// apply tells the portal of the events that are about this portal's
// records. One app may serve many portals, all of whose events come here.
func (h *webhooks) apply(events []hubspot.WebhookEvent) {
	portalID := h.portal.PortalID()
	ours := events[:0]
	for _, e := range events {
		outcome := "applied"
		switch {
		case e.PortalID != "" && e.PortalID != portalID:
			outcome = "foreign"
		case e.Kind == hubspot.WebhookOther:
			outcome = "ignored"
		case !e.Complete():
			outcome = "incomplete"
			ours = append(ours, e)
		default:
			ours = append(ours, e)
		}
		h.metrics.Event(e.Kind, outcome)
	}
	if len(ours) == 0 {
		return
	}
	h.portal.Apply(ours) // which waits for nobody: HubSpot is answered when it is done
}
