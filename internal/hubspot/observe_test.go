package hubspot

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestObserve tells what an observer hears of each attempt.
func TestObserve(t *testing.T) {
	type ctxKey struct{}
	one := reply(200, `{"results":[{"id":"7","properties":{}}]}`, headerCorrelation, "c-7")
	refusal := `{"status":"error","message":"jo@example.com is no number","category":"VALIDATION_ERROR","correlationId":"c-8"}`
	tests := []struct {
		name    string
		answers []answerFunc
		want    []CallInfo
	}{
		{"well", []answerFunc{one}, []CallInfo{{Status: 200, Attempt: 1, Inputs: 2, CorrelationID: "c-7"}}},
		{"refused", []answerFunc{reply(400, refusal, headerCorrelation, "c-0")}, []CallInfo{
			{Status: 400, Attempt: 1, Inputs: 2, Err: ErrInvalid, Category: "VALIDATION_ERROR", CorrelationID: "c-8"}}},
		{"limited, then well", []answerFunc{reply(429, rolling), one}, []CallInfo{
			{Status: 429, Attempt: 1, Inputs: 2, Err: ErrRateLimited, Category: "RATE_LIMIT", Policy: "TEN_SECONDLY_ROLLING", CorrelationID: "c"},
			{Status: 200, Attempt: 2, Inputs: 2, CorrelationID: "c-7"}}},
		{"words where a word belongs", []answerFunc{reply(400, `{"category":"jo@example.com","correlationId":"two words"}`)}, []CallInfo{
			{Status: 400, Attempt: 1, Inputs: 2, Err: ErrInvalid}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got []CallInfo
				c := newTestClient(t, Options{
					HTTPClient: &http.Client{Transport: &script{answers: tt.answers}},
					Observe: func(ctx context.Context, i CallInfo) {
						if ctx.Value(ctxKey{}) != "here" {
							t.Error("the context is not the call's")
						}
						got = append(got, i)
					},
				})
				ctx := context.WithValue(t.Context(), ctxKey{}, "here")
				_, _ = c.BatchRead(ctx, BatchReadRequest{ObjectType: "0-1", IDs: []string{"7", "8"}})
				for i := range tt.want {
					tt.want[i].Endpoint, tt.want[i].ObjectType = EndpointBatchRead, "0-1"
				}
				same := cmp.Options{cmpopts.IgnoreFields(CallInfo{}, "Duration", "Waited"), cmpopts.EquateErrors()}
				if diff := cmp.Diff(tt.want, got, same); diff != "" {
					t.Errorf("observed (-want +got):\n%s", diff)
				}
			})
		})
	}
}
