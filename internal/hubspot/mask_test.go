package hubspot

import "testing"

func TestMasked(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"Unable to infer object type":   "Unable to infer object type",
		"Email address jo@x is invalid": "Email address … is invalid",
		`[{"name":"email","value":"jo+a@example.com"}]`: `[{"name":"email","value":"…"}]`,
		"mailto:jo@example.com, or <ann@example.com>.":  "mailto:…, or <…>.",
		"token pat-na1-1234-5678 expired":               "token … expired",
		"the handle @jo, and a compat-mode":             "the handle @jo, and a …",
	} {
		if got := masked(in); got != want {
			t.Errorf("masked(%q) = %q, want %q", in, got, want)
		}
	}
}
