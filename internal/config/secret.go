package config

import "log/slog"

const redacted = "REDACTED"

// A Secret is text that prints as REDACTED wherever it ends up: formatted,
// logged or as JSON. The zero Secret is no secret. It is a struct, for
// encoders look through a named string.
type Secret struct{ text string }

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the secret, for the one place that sends it.
func (s Secret) Reveal() string { return s.text }

// Equal tells whether both are the same secret.
func (s Secret) Equal(t Secret) bool { return s.text == t.text }

// String implements [fmt.Stringer].
func (Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (Secret) GoString() string { return redacted }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler], which JSON, XML and map
// keys use.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements [json.Marshaler].
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
