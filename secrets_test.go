package main

import (
	"regexp"
	"strings"
	"testing"
)

// leaks are the secrets in a text: those that clients gave themselves, and those
// that HubSpot holds.
func leaks(text string) (given, held []string) {
	for _, m := range regexp.MustCompile(`(?i)[^\s"]*leak[^\s"]*`).FindAllString(text, -1) {
		if strings.Contains(strings.ToLower(m), "leakarg") {
			given = append(given, m)
		} else {
			held = append(held, m)
		}
	}
	return given, held
}

// nothingSecret holds that no log, metric, trace or error has a token, an e-mail
// address or the value of a property in it. What a client gave may be in the errors
// that it is answered with, and nowhere else.
func (g *driven) nothingSecret(t *testing.T, collector *collector) {
	for _, name := range []string{"everything", "leak"} { // that the drive drives, and leaks finds
		if given, held := leaks(name + " leakarg"); len(given) != 1 || len(held) != strings.Count(name, "leak") {
			t.Fatalf("leaks(%q) = %q, %q", name, given, held)
		}
	}
	log, answers := g.logs.String(), g.answers.String()
	for _, code := range []string{"BAD_USER_INPUT", "NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED", "UPSTREAM_UNAVAILABLE", "UPSTREAM_BAD_VALUE", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "TOO_EXPENSIVE"} {
		if !strings.Contains(answers, code) {
			t.Errorf("no answer has the code %s: the drive does not drive everything", code)
		}
	}
	for _, line := range []string{"level=DEBUG", "webhook refused", "webhook not understood", "not refreshed", "msg=operation"} {
		if !strings.Contains(log, line) {
			t.Errorf("the log has no %s: the drive does not drive everything", line)
		}
	}
	if _, held := leaks(answers); len(held) > 0 {
		t.Errorf("answers besides their data, or other paths, hold %q", held)
	}
	if given, held := leaks(log); len(given)+len(held) > 0 {
		t.Errorf("the log holds %q\n%s", append(given, held...), around(strings.ToLower(log), "leak"))
	}
	g.server.Tracing().Close() // exports the last ones
	spans := collector.all()
	if len(spans) < 50 {
		t.Errorf("%d spans: the drive is not traced", len(spans))
	}
	for _, s := range spans {
		if given, held := leaks(s.String()); len(given)+len(held) > 0 {
			t.Errorf("span %s holds %q", s, append(given, held...))
		}
	}
	if given, held := leaks(g.get("/metrics") + g.get("/readyz")); len(given)+len(held) > 0 {
		t.Errorf("/metrics or /readyz hold %q", append(given, held...))
	}
}
