package hubspot

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	headerCorrelation = "X-Hubspot-Correlation-Id"
	maxMessageBytes   = 500
	maxRetryAfter     = 60 * time.Second // what we believe of a Retry-After, but for a moving account's
)

// HubSpot's categories that decide a kind or a next step.
//
// Source: https://developers.hubspot.com/docs/api-reference/error-handling
const (
	categoryNotFound     = "OBJECT_NOT_FOUND"
	categoryScopes       = "MISSING_SCOPES"
	categoryBanned       = "BANNED"
	categoryBadToken     = "INVALID_AUTHENTICATION"
	categoryExpiredToken = "EXPIRED_AUTHENTICATION"
	categoryRateLimits   = "RATE_LIMITS"
	categoryValidation   = "VALIDATION_ERROR"
)

// statusMoving is HubSpot's own: the account is being moved between data
// centres, for up to a day.
const statusMoving = 477

// refusal reads an answer that is neither 200 nor 207.
func refusal(ctx context.Context, res *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(unpacked(res), maxErrorBytes))
	if err != nil && ctx.Err() != nil {
		return contextError(ctx.Err())
	}
	e := parseRefusal(text)
	e.StatusCode = res.StatusCode
	e.Kind = kindOfStatus(res.StatusCode, e.Category)
	e.CorrelationID = firstText(e.CorrelationID, word(res.Header.Get(headerCorrelation)))
	e.Message = firstText(e.Message, strings.ToLower(http.StatusText(res.StatusCode)), "no reason given")
	e.RetryAfter = retryAfter(res)
	return e
}

// retryAfter reads the header as seconds, in which HubSpot sends it if at all.
func retryAfter(res *http.Response) time.Duration {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(res.Header.Get("Retry-After")), 64)
	if err != nil || !(seconds > 0) {
		return 0
	}
	limit := maxRetryAfter
	if res.StatusCode == statusMoving {
		limit = 24 * time.Hour
	}
	return time.Duration(min(seconds, limit.Seconds()) * float64(time.Second))
}

func kindOfStatus(status int, category string) error {
	switch {
	case status == http.StatusUnauthorized:
		return ErrUnauthenticated
	case status == http.StatusForbidden:
		return ErrNoAccess
	case status == http.StatusNotFound:
		return ErrNotFound
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case status == http.StatusLocked, status == statusMoving, status >= 500, status < 400:
		return ErrUnavailable
	case status == http.StatusRequestTimeout:
		return ErrTimeout
	}
	if category == categoryScopes {
		return ErrNoAccess
	}
	return ErrInvalid
}

// kindOfCategory is for the items of a 207, which have no status of their own.
func kindOfCategory(category string) error {
	switch category {
	case categoryNotFound:
		return ErrNotFound
	case categoryScopes, categoryBanned:
		return ErrNoAccess
	case categoryBadToken, categoryExpiredToken:
		return ErrUnauthenticated
	case categoryRateLimits:
		return ErrRateLimited
	case categoryValidation:
		return ErrInvalid
	}
	return ErrUnavailable
}

// errorBody is HubSpot's error envelope. Every field is raw, since each has
// been seen absent or with another type.
type errorBody struct {
	Category      jsontext.Value `json:"category"`
	SubCategory   jsontext.Value `json:"subCategory"`
	ErrorType     jsontext.Value `json:"errorType"`
	Message       jsontext.Value `json:"message"`
	CorrelationID jsontext.Value `json:"correlationId"`
	PolicyName    jsontext.Value `json:"policyName"`
	Context       jsontext.Value `json:"context"`
	Errors        jsontext.Value `json:"errors"`
}

// parseRefusal makes what it can of an error body: HubSpot's JSON, cut-off
// JSON, a proxy's HTML, plain text, nothing.
func parseRefusal(text []byte) *Error {
	var b errorBody
	// What was decoded before a fault stays; a fault leaves the rest empty.
	err := json.Unmarshal(text, &b, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	e := &Error{
		Category:      firstText(looseText(b.Category), looseText(b.ErrorType)),
		Message:       masked(shorten(looseText(b.Message))),
		CorrelationID: word(looseText(b.CorrelationID)),
		PolicyName:    strings.ToUpper(shorten(looseText(b.PolicyName))),
	}
	e.Scopes = scopes(nil, b.Context)
	var items []jsontext.Value
	_ = json.Unmarshal(b.Errors, &items, jsontext.AllowInvalidUTF8(true))
	for _, raw := range items {
		var item errorBody
		_ = json.Unmarshal(raw, &item, jsontext.AllowInvalidUTF8(true))
		e.Scopes = scopes(e.Scopes, item.Context)
		e.Message = firstText(e.Message, masked(shorten(looseText(item.Message))))
	}
	slices.Sort(e.Scopes)
	e.Scopes = slices.Compact(e.Scopes)
	if err != nil && e.Message == "" {
		e.Message = plainText(text)
	}
	e.Category = word(e.Category)
	return e
}

// scopes appends the scopes that a MISSING_SCOPES context asks for.
func scopes(to []string, context jsontext.Value) []string {
	var c struct {
		Granular jsontext.Value `json:"requiredGranularScopes"`
		Required jsontext.Value `json:"requiredScopes"`
	}
	_ = json.Unmarshal(context, &c, jsontext.AllowInvalidUTF8(true))
	for _, raw := range []jsontext.Value{c.Granular, c.Required} {
		if s := looseText(raw); s != "" {
			to = append(to, masked(shorten(s)))
			continue
		}
		var list []jsontext.Value
		_ = json.Unmarshal(raw, &list, jsontext.AllowInvalidUTF8(true))
		for _, item := range list {
			if s := looseText(item); s != "" {
				to = append(to, masked(shorten(s)))
			}
		}
	}
	return to
}

// looseText is the text of a JSON string or number, else "".
func looseText(v jsontext.Value) string {
	switch v.Kind() {
	case '"':
		text, _ := jsontext.AppendUnquote(nil, v)
		return string(text)
	case '0':
		return string(v)
	}
	return ""
}

// plainText is a body that is not JSON, if it is short text and no page.
func plainText(text []byte) string {
	s := strings.TrimSpace(string(text))
	if s == "" || len(s) > maxMessageBytes || strings.ContainsAny(s, "<{[") {
		return ""
	}
	return masked(shorten(s))
}

// shorten bounds text that goes into an error: valid, in one line, not long.
func shorten(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if len(s) <= maxMessageBytes {
		return s
	}
	cut := maxMessageBytes - len("…")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
