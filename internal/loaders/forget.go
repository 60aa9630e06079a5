package loaders

import "github.com/hubgraph/hubgraph/internal/hubspot"

// Apply parts the calls under way from everybody who comes after it: they left
// before HubSpot told of these events, and their answers may be from before the
// changes. Whoever waits for them already came before, too, and gets them. Any
// list, search or batch may hold a record that changed, under whatever ID or
// value it was asked for, so it parts all of them. Calls that have not left yet
// are for everybody. It waits for nobody.
func (s *Shared) Apply(events []hubspot.WebhookEvent) {
	if len(events) > 0 {
		s.flights.part()
		s.batches.part()
	}
}
