package hubspot

import "context"

type departureKey struct{}

// OnDeparture returns a context whose calls tell when they leave for HubSpot:
// each time one is sent, after it has waited for the limiter, and again if it is
// repeated. The last time is that of the answer. told is called by the goroutine
// that makes the call, and after whatever ctx was to tell before.
func OnDeparture(ctx context.Context, told func()) context.Context {
	if first, ok := ctx.Value(departureKey{}).(func()); ok {
		last := told
		told = func() {
			first()
			last()
		}
	}
	return context.WithValue(ctx, departureKey{}, told)
}

// departs tells that a call of ctx is about to be sent.
func departs(ctx context.Context) {
	if told, ok := ctx.Value(departureKey{}).(func()); ok {
		told()
	}
}
