package hubspot

import (
	"context"
	"log/slog"
	"strings"
)

// A TokenSource supplies the bearer token of each call. Its methods are called
// concurrently.
type TokenSource interface {
	// Token returns the token to send now.
	Token(ctx context.Context) (string, error)
	// Refresh returns a token newer than stale, which HubSpot called expired,
	// or an error wrapping ErrUnauthenticated when there is none.
	Refresh(ctx context.Context, stale string) (string, error)
}

// StaticToken is a private-app token or service key: it never changes, so
// Refresh always fails. It prints as REDACTED.
func StaticToken(token string) TokenSource { return staticToken{strings.TrimSpace(token)} }

type staticToken struct{ secret string }

// Token refuses what cannot be sent in a header, which is never a token.
func (t staticToken) Token(context.Context) (string, error) {
	if t.secret == "" {
		return "", &Error{Kind: ErrUnauthenticated, Message: "there is no access token"}
	}
	if strings.ContainsFunc(t.secret, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", &Error{Kind: ErrUnauthenticated, Message: "the access token holds characters that no token has"}
	}
	return t.secret, nil
}

func (t staticToken) Refresh(context.Context, string) (string, error) {
	return "", &Error{Kind: ErrUnauthenticated, Message: "the access token is fixed and cannot be refreshed"}
}

func (t staticToken) String() string       { return "REDACTED" }
func (t staticToken) GoString() string     { return "REDACTED" }
func (t staticToken) LogValue() slog.Value { return slog.StringValue("REDACTED") }
