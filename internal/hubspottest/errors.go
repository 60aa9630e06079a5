package hubspottest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// response is one answer, ready to be sent.
type response struct {
	status int
	body   []byte
}

// apiError is HubSpot's error envelope.
//
// Source: https://developers.hubspot.com/docs/api-reference/error-handling
type apiError struct {
	Status        string              `json:"status"`
	Message       string              `json:"message"`
	ErrorType     string              `json:"errorType,omitempty"`
	CorrelationID string              `json:"correlationId"`
	Category      string              `json:"category,omitempty"`
	SubCategory   string              `json:"subCategory,omitempty"`
	PolicyName    string              `json:"policyName,omitempty"`
	RequestID     string              `json:"requestId,omitempty"`
	Context       map[string][]string `json:"context,omitempty"`
	Links         map[string]string   `json:"links,omitempty"`
	Errors        []errorDetail       `json:"errors,omitempty"`
}

type errorDetail struct {
	Message     string              `json:"message"`
	Code        string              `json:"code,omitempty"`
	SubCategory string              `json:"subCategory,omitempty"`
	Context     map[string][]string `json:"context,omitempty"`
}

// correlation is the same in every ready-made body; the server gives each
// answer its own, see withCorrelation.
const correlation = "00000000-0000-4000-8000-000000000000"

func (e apiError) encode() []byte {
	e.Status = "error"
	e.CorrelationID = correlation
	body, err := json.Marshal(e)
	if err != nil {
		panic(err) // the type holds nothing that JSON cannot
	}
	return body
}

func (e apiError) respond(status int) response { return response{status, e.encode()} }

func invalid(format string, args ...any) response {
	return apiError{Category: "VALIDATION_ERROR", Message: fmt.Sprintf(format, args...)}.respond(http.StatusBadRequest)
}

func unknownType(name string) response {
	return invalid("Unable to infer object type from: %s", name)
}

func objectNotFound(id string) response {
	return apiError{
		Category: "OBJECT_NOT_FOUND",
		Message:  "Object not found.  objectId are usually numeric.",
		Context:  map[string][]string{"id": {id}},
	}.respond(http.StatusNotFound)
}

func resourceNotFound() response {
	return apiError{Category: "OBJECT_NOT_FOUND", Message: "resource not found"}.respond(http.StatusNotFound)
}

func missingScopes(anyOf []string) response {
	return response{http.StatusForbidden, []byte(MissingScopes(anyOf...))}
}

// RateLimited is the body of a 429: for "SECONDLY" in the shape that searches
// answer with, which names a category and no policy; for other policies, such
// as "TEN_SECONDLY_ROLLING" or "DAILY", in the shape that names the policy.
func RateLimited(policy string) string {
	message := fmt.Sprintf("You have reached your %s limit.", strings.ToLower(policy))
	if policy == "SECONDLY" {
		return string(apiError{Message: message, Category: "RATE_LIMITS"}.encode())
	}
	return string(apiError{
		Message: message, ErrorType: "RATE_LIMIT", PolicyName: policy, RequestID: correlation,
	}.encode())
}

// MissingScopes is the body of a 403 that wants one of the scopes.
func MissingScopes(anyOf ...string) string {
	return string(apiError{
		Category: "MISSING_SCOPES",
		Message:  "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
		Links:    map[string]string{"scopes": "https://developers.hubspot.com/scopes"},
		Errors: []errorDetail{{
			Message: "One or more of the following scopes are required.",
			Context: map[string][]string{"requiredGranularScopes": anyOf},
		}},
	}.encode())
}

// Unauthenticated is the body of a 401 of the given category,
// "INVALID_AUTHENTICATION" or "EXPIRED_AUTHENTICATION".
func Unauthenticated(category string) string {
	e := apiError{Category: category}
	if category == "EXPIRED_AUTHENTICATION" {
		e.Message = "The OAuth token used to make this call expired 1 hour(s) ago."
		e.Context = map[string][]string{"expire time": {"2026-01-05T10:00:00.000Z"}}
	} else {
		e.Message = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
	}
	return string(e.encode())
}
