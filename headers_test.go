package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestHeaders holds that every answer has the headers that browsers heed, and
// that none says what made it.
func TestHeaders(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{}, 0))
	base := g.listen()
	tests := []struct {
		method, path, host string
		status             int
	}{
		{"GET", "/", "", 200},
		{"POST", "/", "", 405},
		{"GET", "/graphql?query=%7B__typename%7D", "", 200},
		{"GET", "/graphql", "", 400},
		{"POST", "/graphql", "", 415},
		{"OPTIONS", "/graphql", "", 204},
		{"DELETE", "/graphql", "", 405},
		{"GET", "/schema.graphql", "", 200},
		{"PUT", "/schema.graphql", "", 405},
		{"GET", "/healthz", "", 200},
		{"GET", "/readyz", "", 200},
		{"GET", "/metrics", "", 200},
		{"GET", "/admin/refresh", "", 405},
		{"GET", "/nothing", "", 404},
		{"GET", "//graphql", "", 307},
		{"GET", "/healthz", "evil.example", 421},
	}
	follow := *g.client
	follow.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, tt := range tests {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, base+tt.path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = tt.host
		res, err := follow.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != tt.status {
			t.Errorf("%s %s: status %d, error %v, want %d", tt.method, tt.path, res.StatusCode, err, tt.status)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
		} {
			if got := res.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s %s: %s = %q, want %q", tt.method, tt.path, name, got, want)
			}
		}
		policy := res.Header.Values("Content-Security-Policy")
		if len(policy) != 1 || !strings.Contains(policy[0], "default-src 'none'") || !strings.Contains(policy[0], "frame-ancestors 'none'") {
			t.Errorf("%s %s: Content-Security-Policy = %q", tt.method, tt.path, policy)
		}
		for _, name := range []string{"Server", "X-Powered-By", "Via"} {
			if got := res.Header.Get(name); got != "" {
				t.Errorf("%s %s: %s = %q, want none", tt.method, tt.path, name, got)
			}
		}
		if strings.HasPrefix(tt.path, "/graphql?") && res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s may be kept: %v", tt.method, tt.path, res.Header)
		}
		if tt.path != "/metrics" && strings.Contains(string(text), "net/http") {
			t.Errorf("%s %s tells what it is made of: %s", tt.method, tt.path, text)
		}
	}
}
