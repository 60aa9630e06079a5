package playground

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func get(h http.Handler, method string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(method, "/", nil))
	return rec
}

func TestHandlerPutsTheQueryIntoThePage(t *testing.T) {
	tests := []struct{ name, query string }{
		{"plain", "{ contacts(first: 3) { nodes { email } } }"},
		{"lines and quotes", "{\n  contacts(filter: {email: {eq: \"a'b\"}}) { nodes { id } }\n}"},
		{"markup", "# </script><script>alert(1)</script>\n{ i }"},
		{"other scripts", "# 联系人 \u2028\n{ i }"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := get(Handler("/graphql", tt.query), http.MethodGet).Body.String()

			_, rest, _ := strings.Cut(page, `id="settings">`)
			text, _, _ := strings.Cut(rest, "</script>")
			var got settings
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatalf("settings are not JSON: %v\n%s", err, text)
			}
			if diff := cmp.Diff(settings{"/graphql", tt.query}, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHandlerHeaders(t *testing.T) {
	rec := get(Handler("/graphql", "{ i }"), http.MethodGet)

	policy := rec.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "connect-src 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy lacks %q: %s", want, policy)
		}
	}
	for _, directive := range strings.Split(policy, "; ") {
		if strings.HasPrefix(directive, "script-src") && strings.Contains(directive, "unsafe") {
			t.Errorf("scripts may be anything: %s", directive)
		}
	}
	if got := rec.Header().Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("X-Content-Type-Options = %q, want nosniff", got)
	}
	for _, a := range append(append([]asset{}, scripts...), styles...) {
		if !strings.Contains(rec.Body.String(), a.URL+`" integrity="`+strings.ReplaceAll(a.SRI, "+", "&#43;")+`"`) {
			t.Errorf("the page does not load %s with its hash", a.URL)
		}
		if !strings.Contains(policy, " "+a.URL) {
			t.Errorf("the policy does not permit %s", a.URL)
		}
	}
}

func TestHandlerMethods(t *testing.T) {
	h := Handler("/graphql", "{ i }")
	for method, want := range map[string]int{
		http.MethodGet: http.StatusOK, http.MethodHead: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed,
	} {
		if got := get(h, method).Code; got != want {
			t.Errorf("%s = %d, want %d", method, got, want)
		}
	}
}
