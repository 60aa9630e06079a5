package store

import "log/slog"

// A Token is an access or refresh token. It prints as REDACTED wherever it ends up:
// formatted, logged or as JSON. The zero Token is none.
type Token struct{ text string }

// NewToken returns text as a Token.
func NewToken(text string) Token { return Token{text} }

// Reveal returns the token, for the one place that sends it.
func (t Token) Reveal() string { return t.text }

// IsZero tells whether there is no token.
func (t Token) IsZero() bool { return t.text == "" }

// Equal tells whether both are the same token.
func (t Token) Equal(u Token) bool { return t.text == u.text }

// String implements [fmt.Stringer].
func (Token) String() string { return "REDACTED" }

// GoString implements [fmt.GoStringer].
func (Token) GoString() string { return "REDACTED" }

// LogValue implements [slog.LogValuer].
func (Token) LogValue() slog.Value { return slog.StringValue("REDACTED") }

// MarshalText implements [encoding.TextMarshaler], which JSON uses too.
func (Token) MarshalText() ([]byte, error) { return []byte("REDACTED"), nil }
