package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

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

// webhooks is where HubSpot tells what changed in the portals. One app may serve
// many, all of whose events come here.
type webhooks struct {
	*Server

	metrics  *metrics.Webhooks
	verifier *hubspot.WebhookVerifier
	url      string // as HubSpot calls it, without the query
}

// newWebhooks returns nil if webhooks are not configured.
func newWebhooks(s *Server) *webhooks {
	secret, publicURL := s.opts.ClientSecret.Reveal(), s.opts.PublicURL
	if (secret != "") != (publicURL != "") {
		s.lg.Warn("webhooks are off: they need both HUBSPOT_CLIENT_SECRET and --public-url (HUBGRAPH_PUBLIC_URL)")
	}
	if secret == "" || publicURL == "" {
		return nil
	}
	return &webhooks{
		Server: s, metrics: s.process.Metrics.Webhooks,
		verifier: hubspot.NewWebhookVerifier(secret), url: publicURL + WebhookPath,
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
	h.apply(r.Context(), events)
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

// apply tells the portals that are open of the events about their records, and the
// other replicas. It waits for nobody else: HubSpot is answered when it is done.
func (h *webhooks) apply(ctx context.Context, events []hubspot.WebhookEvent) {
	byPortal := make(map[string][]hubspot.WebhookEvent, 1)
	for _, e := range events {
		id := e.PortalID
		if id == "" && h.portal != nil { // an event that does not say
			id = h.portal.PortalID()
		}
		byPortal[id] = append(byPortal[id], e)
	}
	for id, events := range byPortal {
		if !h.ifOpen(id, func(g *gateway.Gateway) { h.applyTo(g, events) }) {
			for _, e := range events {
				h.metrics.Event(e.Kind, "foreign")
			}
		}
		h.tellEvents(ctx, id, events)
	}
}

func (h *webhooks) applyTo(g *gateway.Gateway, events []hubspot.WebhookEvent) {
	about := make([]hubspot.WebhookEvent, 0, len(events))
	for _, e := range events {
		outcome := "applied"
		switch {
		case e.Kind == hubspot.WebhookOther:
			outcome = "ignored"
		case !e.Complete():
			outcome = "incomplete"
			about = append(about, e)
		default:
			about = append(about, e)
		}
		h.metrics.Event(e.Kind, outcome)
	}
	g.Apply(about)
}
