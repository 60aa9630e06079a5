package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// sha256Of is the hash that clients send instead of a query.
func sha256Of(query string) string {
	sum := sha256.Sum256([]byte(query))
	return hex.EncodeToString(sum[:])
}

// TestTrustedDocuments asks by name and by text, over real HTTP, of a gateway
// that enforces its documents.
func TestTrustedDocuments(t *testing.T) {
	const trusted, other = `query Kind { __typename }`, `query Other { contacts { nodes { id } } }`
	file := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(file, fmt.Appendf(nil, `{"kind": %q}`, trusted), 0o600); err != nil {
		t.Fatal(err)
	}
	g := startGateway(t, crm(t, hubspottest.Options{}, 1), func(c *config.Config) {
		c.Documents = config.Documents{Files: []string{file}, Mode: "enforce", CacheBytes: 1 << 20}
	})
	const data = `{"__typename":"Query"}`
	tests := []struct {
		name, query, body string // the query makes it a GET
		data              string
		code              any
	}{
		{"by name", "", `{"documentId": "kind"}`, data, nil},
		{"by name, with the rest of a request", "", `{"documentId": "kind", "operationName": "Kind", "variables": {}, "extensions": {}}`, data, nil},
		{"by name in a URL", "?documentId=kind", "", data, nil},
		{"by hash", "", `{"documentId": "sha256:` + sha256Of(trusted) + `"}`, data, nil},
		{"by Apollo's hash", "", `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "` + sha256Of(trusted) + `"}}}`, data, nil},
		{"by Apollo's hash in a URL", "?extensions=" + url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+sha256Of(trusted)+`"}}`), "", data, nil},
		{"by text", "", fmt.Sprintf(`{"query": %q}`, trusted), data, nil},
		{"an operation that it does not have", "", `{"documentId": "kind", "operationName": "Other"}`, "", "GRAPHQL_VALIDATION_FAILED"},
		{"another text", "", fmt.Sprintf(`{"query": %q}`, other), "", "UNTRUSTED_DOCUMENT"},
		{"another text in a URL", "?query=" + url.QueryEscape(other), "", "", "UNTRUSTED_DOCUMENT"},
		{"another text with its hash", "", fmt.Sprintf(`{"query": %q, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": %q}}}`, other, sha256Of(other)), "", "UNTRUSTED_DOCUMENT"},
		{"another text under a trusted name", "", fmt.Sprintf(`{"query": %q, "documentId": "kind"}`, other), "", "BAD_USER_INPUT"},
		{"another name", "", `{"documentId": "other"}`, "", "PERSISTED_QUERY_NOT_FOUND"},
		{"a name of a wrong type", "", `{"documentId": 7}`, "", "BAD_USER_INPUT"},
		{"no name", "", `{"documentId": ""}`, "", "BAD_USER_INPUT"},
		{"no hash", "", `{"extensions": {"persistedQuery": {"version": 1}}}`, "", "BAD_USER_INPUT"},
		{"a hash of a wrong type", "", `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 7}}}`, "", "BAD_USER_INPUT"},
		{"another version", "", `{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "kind"}}}`, "", "BAD_USER_INPUT"},
		{"introspection", "", `{"query": "{ __schema { queryType { name } } }"}`, "", "UNTRUSTED_DOCUMENT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			method := http.MethodPost
			if tt.query != "" {
				method = http.MethodGet
			}
			_, text := g.send(method, tt.query, "application/json", tt.body)
			if a := parseAnswer(t, text); string(a.Data) != tt.data || a.code() != tt.code {
				t.Errorf("answer %s, want data %s, code %v", text, tt.data, tt.code)
			}
		})
	}
	g.calls(calls{})
}

// TestPersistedQueries persists a query, and asks for it by its hash: after a
// refresh of the graph, too.
func TestPersistedQueries(t *testing.T) {
	g := startGateway(t, crm(t, hubspottest.Options{Unlimited: true}, 1), unthrottled, func(c *config.Config) { c.Documents.CacheBytes = 1 << 20 })
	const query = `{ contact(by: {id: "101"}) { id } }`
	extensions := fmt.Sprintf(`{"persistedQuery": {"version": 1, "sha256Hash": %q}}`, sha256Of(query))
	ask := func(method, query, body string, want any) {
		t.Helper()
		_, text := g.send(method, query, "application/json", body)
		if a := parseAnswer(t, text); a.code() != want || want == nil && string(a.Data) != `{"contact":{"id":"0-1:101"}}` {
			t.Errorf("%s %s: answer %s, want code %v", method, body, text, want)
		}
	}
	byHash, byURL := fmt.Sprintf(`{"extensions": %s}`, extensions), "?extensions="+url.QueryEscape(extensions)
	ask(http.MethodPost, "", byHash, "PERSISTED_QUERY_NOT_FOUND")
	ask(http.MethodGet, byURL, "", "PERSISTED_QUERY_NOT_FOUND")
	ask(http.MethodPost, "", fmt.Sprintf(`{"query": %q, "extensions": %s}`, `{ __typename }`, extensions), "BAD_USER_INPUT")
	ask(http.MethodPost, "", byHash, "PERSISTED_QUERY_NOT_FOUND")
	ask(http.MethodPost, "", fmt.Sprintf(`{"query": %q, "extensions": %s}`, query, extensions), nil)
	ask(http.MethodPost, "", byHash, nil)
	ask(http.MethodGet, byURL, "", nil)

	before := g.gateway.Schema()
	g.portal.DefineProperty("contacts", hubspottest.Property{Name: "shoe_size", Label: "Shoe size", Type: "number", FieldType: "number"})
	if _, err := g.gateway.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if g.gateway.Schema() == before {
		t.Fatal("the graph is not refreshed")
	}
	ask(http.MethodPost, "", byHash, nil)
}

// TestDocumentsReloaded: at a hangup the trusted documents are read again, and those
// that do not fit the portal's schema are told of.
func TestDocumentsReloaded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "documents.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"kind": "{ __typename }", "wombats": "{ wombats { nodes { id } } }"}`)
	g := startGateway(t, crm(t, hubspottest.Options{}, 1), func(c *config.Config) {
		c.Documents = config.Documents{Files: []string{file}, Mode: "enforce", CacheBytes: 1 << 20}
	})
	until(t, "the document that does not fit is told of", func() bool {
		return strings.Contains(g.logs.String(), "trusted documents do not fit the schema") && strings.Contains(g.logs.String(), "wombats: ")
	})
	hangups := make(chan os.Signal, 1)
	defer g.server.ReloadFilesOn(t.Context(), hangups)()
	code := func(name string) any {
		_, text, err := g.post(t.Context(), fmt.Appendf(nil, `{"documentId": %q}`, name))
		if err != nil {
			t.Fatal(err)
		}
		return parseAnswer(t, string(text)).code()
	}
	write(`{"new": "{ __typename }"}`)
	hangups <- syscall.SIGHUP
	until(t, "the new document is trusted", func() bool { return code("new") == nil })
	if got := code("kind"); got != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("a document that is trusted no more: code %v", got)
	}
	write(`{"new": 7}`)
	hangups <- syscall.SIGHUP
	until(t, "the mistake is told of", func() bool { return strings.Contains(g.logs.String(), "trusted documents not reloaded") })
	if got := code("new"); got != nil {
		t.Errorf("after a file with a mistake: code %v, want what was trusted before", got)
	}
}
