package metrics

import "github.com/hubgraph/hubgraph/internal/hubspot"

// Webhooks are the metrics of what HubSpot tells.
type Webhooks struct{ requests, events *Counter }

func newWebhooks(s *Set) *Webhooks {
	return &Webhooks{
		requests: s.Counter("hubgraph_webhook_requests_total",
			"Requests to the webhook endpoint, by outcome: accepted, malformed, too_large, unreadable, or why they were refused: unsigned, old, future, wrong, replayed.",
			Label{Name: "outcome", Closed: true, Values: []string{
				"accepted", "malformed", "too_large", "unreadable", string(hubspot.WebhookUnsigned), string(hubspot.WebhookOld),
				string(hubspot.WebhookFuture), string(hubspot.WebhookWrong), string(hubspot.WebhookReplayed),
			}}),
		events: s.Counter("hubgraph_webhook_events_total",
			"Events in accepted webhooks, by kind and outcome: applied, incomplete (all that may be meant is forgotten), foreign (of another portal) or ignored (not about records).",
			Label{Name: "kind", Closed: true, Values: []string{
				string(hubspot.WebhookCreation), string(hubspot.WebhookDeletion), string(hubspot.WebhookRestore), string(hubspot.WebhookMerge),
				string(hubspot.WebhookPropertyChange), string(hubspot.WebhookAssociationChange), string(hubspot.WebhookPrivacyDeletion),
				string(hubspot.WebhookOther),
			}},
			Label{Name: "outcome", Closed: true, Values: []string{"applied", "incomplete", "foreign", "ignored"}}),
	}
}

// Request counts a request by what came of it.
func (w *Webhooks) Request(outcome string) { w.requests.Add(1, outcome) }

// Event counts an event of an accepted request.
func (w *Webhooks) Event(k hubspot.WebhookKind, outcome string) {
	w.events.Add(1, string(k), outcome)
}
