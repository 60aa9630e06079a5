package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestCrossOrigin asks as browsers do for pages of other origins: first whether
// they may, then for real.
func TestCrossOrigin(t *testing.T) {
	const app, evil = "https://app.example.com", "https://evil.example"
	// What answers let a page do; nothing lets it do nothing.
	type permission struct{ origin, credentials string }
	tests := []struct {
		name   string
		http   config.HTTP
		origin string
		want   permission
	}{
		{"off", config.HTTP{}, app, permission{}},
		{"the origin that is named", config.HTTP{CORSOrigins: []string{app}}, app, permission{app, ""}},
		{"another", config.HTTP{CORSOrigins: []string{app}}, evil, permission{}},
		{"one that begins alike", config.HTTP{CORSOrigins: []string{app}}, app + ".evil.example", permission{}},
		{"the same by another scheme", config.HTTP{CORSOrigins: []string{app}}, "http://app.example.com", permission{}},
		{"files and sandboxes", config.HTTP{CORSOrigins: []string{app}}, "null", permission{}},
		{"with credentials", config.HTTP{CORSOrigins: []string{app}, CORSCredentials: true}, app, permission{app, "true"}},
		{"another, with credentials", config.HTTP{CORSOrigins: []string{app}, CORSCredentials: true}, evil, permission{}},
		{"all", config.HTTP{CORSOrigins: []string{"*"}}, evil, permission{"*", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 0), unthrottled, func(c *config.Config) { c.HTTP = tt.http })
			send := func(method, path, body string, header ...string) (*http.Response, permission) {
				req, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Origin", tt.origin)
				for i := 0; i < len(header); i += 2 {
					req.Header.Set(header[i], header[i+1])
				}
				res, err := g.client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close()
				return res, permission{res.Header.Get("Access-Control-Allow-Origin"), res.Header.Get("Access-Control-Allow-Credentials")}
			}

			res, got := send(http.MethodOptions, "/graphql", "", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,x-trace")
			if res.StatusCode != http.StatusNoContent || got != tt.want {
				t.Errorf("asking for POST: status %d, %+v, want 204, %+v", res.StatusCode, got, tt.want)
			}
			methods, headers := res.Header.Get("Access-Control-Allow-Methods"), res.Header.Get("Access-Control-Allow-Headers")
			if may := tt.want.origin != ""; (methods == "POST") != may || strings.Contains(headers, "authorization") != may {
				t.Errorf("asking for POST: methods %q, headers %q, want them: %t", methods, headers, may)
			}
			if _, got := send(http.MethodOptions, "/graphql", "", "Access-Control-Request-Method", "DELETE"); got != (permission{}) {
				t.Errorf("asking for DELETE: %+v, want nothing", got)
			}
			res, got = send(http.MethodPost, "/graphql", `{"query": "{ __typename }"}`, "Content-Type", "application/json")
			if res.StatusCode != http.StatusOK || got != tt.want {
				t.Errorf("POST: status %d, %+v, want 200 and %+v", res.StatusCode, got, tt.want)
			}
			if vary := strings.Join(res.Header.Values("Vary"), ","); !strings.Contains(vary, "Accept") || strings.Contains(vary, "Origin") != (tt.http.CORSOrigins != nil) {
				t.Errorf("POST: Vary = %q", vary)
			}
			if res, got := send(http.MethodPost, "/graphql", `{"query": "{ __typename }"}`, "Content-Type", "text/plain"); res.StatusCode != http.StatusUnsupportedMediaType || got != tt.want {
				t.Errorf("POST of text: status %d, %+v, want 415 and %+v", res.StatusCode, got, tt.want)
			}
			for _, path := range []string{"/", "/schema.graphql", "/metrics", "/readyz"} {
				if _, got := send(http.MethodGet, path, ""); got != (permission{}) {
					t.Errorf("GET %s: %+v, want nothing", path, got)
				}
			}
		})
	}
}
