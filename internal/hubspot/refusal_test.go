package hubspot

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRefusal(t *testing.T) {
	long := strings.Repeat("é", 400)
	tests := []struct {
		name   string
		status int
		body   string
		header http.Header
		want   Error
	}{
		{"validation", 400, `{"status":"error","message":"Unable to infer object type from: x","correlationId":"c1","category":"VALIDATION_ERROR"}`, nil,
			Error{Category: "VALIDATION_ERROR", Message: "Unable to infer object type from: x", CorrelationID: "c1", Kind: ErrInvalid}},
		{"scopes", 403, `{"status":"error","message":"This app hasn't been granted all required scopes","category":"MISSING_SCOPES","correlationId":"c2",
			"errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["crm.objects.deals.read","a"]}},
			{"message":"x","context":{"requiredGranularScopes":["a"]}}],"links":{"scopes":"https://x"}}`, nil,
			Error{Category: "MISSING_SCOPES", Message: "This app hasn't been granted all required scopes", CorrelationID: "c2", Scopes: []string{"a", "crm.objects.deals.read"}, Kind: ErrNoAccess}},
		{"scopes as a scalar", 403, `{"category":"MISSING_SCOPES","context":{"requiredScopes":"tickets"}}`, nil,
			Error{Category: "MISSING_SCOPES", Message: "forbidden", Scopes: []string{"tickets"}, Kind: ErrNoAccess}},
		{"not found", 404, `{"category":"OBJECT_NOT_FOUND","message":"Object not found.  objectId are usually numeric.","context":{"id":["x"]}}`, nil,
			Error{Category: "OBJECT_NOT_FOUND", Message: "Object not found. objectId are usually numeric.", Kind: ErrNotFound}},
		{"plain not found", 404, "resource not found", nil, Error{Message: "resource not found", Kind: ErrNotFound}},
		{"policy", 429, rolling, nil,
			Error{Category: "RATE_LIMIT", Message: "You have reached your ten_secondly_rolling limit.", CorrelationID: "c", PolicyName: "TEN_SECONDLY_ROLLING", Kind: ErrRateLimited}},
		{"edge", 429, "error code: 1015", http.Header{"Retry-After": {"2.5"}}, Error{Message: "error code: 1015", RetryAfter: 2500 * time.Millisecond, Kind: ErrRateLimited}},
		{"html", 502, unavailable, http.Header{"X-Hubspot-Correlation-Id": {"c3"}}, Error{Message: "bad gateway", CorrelationID: "c3", Kind: ErrUnavailable}},
		{"empty", 503, "", nil, Error{Message: "service unavailable", Kind: ErrUnavailable}},
		{"unknown status", 599, "", nil, Error{Message: "no reason given", Kind: ErrUnavailable}},
		{"cut off", 500, `{"status":"error","message":"internal error","correlationId":"c4","cat`, nil, Error{Message: "internal error", CorrelationID: "c4", Kind: ErrUnavailable}},
		{"wrong types", 400, `{"status":400,"message":{"a":1},"category":["x"],"correlationId":17,"errors":"none","context":[1]}`, nil, Error{Message: "bad request", CorrelationID: "17", Kind: ErrInvalid}},
		{"message of an item", 400, `{"errors":[{"message":"the reason"}]}`, nil, Error{Message: "the reason", Kind: ErrInvalid}},
		{"array", 400, `[1,2]`, nil, Error{Message: "bad request", Kind: ErrInvalid}},
		{"bad utf-8", 400, "{\"message\":\"a\xffb\"}", nil, Error{Message: "a\uFFFDb", Kind: ErrInvalid}},
		{"long", 400, `{"message":"` + long + `"}`, nil, Error{Message: long[:496] + "…", Kind: ErrInvalid}},
		{"moving", 477, "", http.Header{"Retry-After": {"86400000"}}, Error{Message: "no reason given", RetryAfter: 24 * time.Hour, Kind: ErrUnavailable}},
		{"date in Retry-After", 503, "", http.Header{"Retry-After": {"Wed, 21 Oct 2026 07:28:00 GMT"}}, Error{Message: "service unavailable", Kind: ErrUnavailable}},
		{"negative Retry-After", 503, "", http.Header{"Retry-After": {"-1"}}, Error{Message: "service unavailable", Kind: ErrUnavailable}},
		{"NaN Retry-After", 503, "", http.Header{"Retry-After": {"NaN"}}, Error{Message: "service unavailable", Kind: ErrUnavailable}},
		{"conflict", 409, "{}", nil, Error{Message: "conflict", Kind: ErrInvalid}},
		{"request timeout", 408, "", nil, Error{Message: "request timeout", Kind: ErrTimeout}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.header == nil {
				tt.header = make(http.Header)
			}
			err := refusal(t.Context(), &http.Response{StatusCode: tt.status, Header: tt.header, Body: io.NopCloser(strings.NewReader(tt.body))})
			tt.want.StatusCode = tt.status
			sameKind := cmp.Comparer(func(a, b error) bool { return a == b })
			if diff := cmp.Diff(tt.want, *err.(*Error), cmp.AllowUnexported(Error{}), sameKind, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("refusal(%d %s) (-want +got):\n%s", tt.status, tt.body, diff)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct {
		err  Error
		want string
	}{
		{Error{Op: "List", Kind: ErrNoAccess, StatusCode: 403, Category: "MISSING_SCOPES", Message: "not granted", Scopes: []string{"a", "b"}},
			"hubspot: List: no access: status 403 MISSING_SCOPES: not granted: missing scopes a, b"},
		{Error{Kind: ErrRateLimited, RetryAfter: 1500*time.Millisecond + 1}, "hubspot: rate limited: retry after 1.5s"},
		{Error{}, "hubspot"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("Error() = %q, want %q", got, tt.want)
		}
	}
}

func FuzzRefusal(f *testing.F) {
	for _, seed := range []string{rolling, unavailable, `{"errors":[{"context":{"requiredGranularScopes":["a",1,null]}}]}`, `{"a":`, "\xff", `"`, `{"message":"\ud800"}`, ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e := parseRefusal(body)
		for _, s := range append(e.Scopes, e.Message, e.Category, e.CorrelationID, e.PolicyName) {
			if len(s) > maxMessageBytes || !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r") {
				t.Errorf("parseRefusal(%q) holds %q", body, s)
			}
		}
	})
}
