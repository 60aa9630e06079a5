package tracing

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// TestNowhere holds that without a collector nothing is traced, and that the
// client's trace is known all the same.
func TestNowhere(t *testing.T) {
	var tracing *Tracing
	defer tracing.Close()
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	for header, want := range map[string]string{
		"":                                     "",
		"00-" + trace + "-00f067aa0ba902b7-01": trace,
		"00-" + trace + "-0000000000000000-01": "",
		"nonsense; jo@example.com":             "",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Traceparent", header)
		ctx, end := tracing.Request(t.Context(), r)
		phase, ended := tracing.Phase(ctx, "run")
		if phase != ctx {
			t.Errorf("a phase of a request with the header %q has a context of its own", header)
		}
		tracing.Call(phase, hubspot.CallInfo{})
		ended()
		tracing.Past(ctx, "parse", time.Now(), time.Now())
		tracing.Operation(ctx, Operation{})
		end()
		if got := ID(ctx); got != want {
			t.Errorf("ID with the header %q = %q, want %q", header, got, want)
		}
	}
}

// TestCallCostsNothing holds that a call that nobody traces costs nothing.
func TestCallCostsNothing(t *testing.T) {
	var tracing *Tracing
	if allocs := testing.AllocsPerRun(100, func() { tracing.Call(context.Background(), hubspot.CallInfo{}) }); allocs != 0 {
		t.Errorf("%v allocations for a call that is not traced, want none", allocs)
	}
}
