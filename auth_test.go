package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/config"
	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// An authHeader adds headers to all requests.
type authHeader struct {
	header http.Header
	next   http.RoundTripper
}

func (h authHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, values := range h.header {
		r.Header[name] = values
	}
	return h.next.RoundTrip(r)
}

// with is the gateway as asked with headers, given by name and value.
func (g *testGateway) with(header ...string) *testGateway {
	own := *g
	h := authHeader{make(http.Header), g.client.Transport}
	for i := 0; i < len(header); i += 2 {
		h.header.Add(header[i], header[i+1])
	}
	own.client = &http.Client{Transport: h}
	return &own
}

func (g *testGateway) bearer(token string) *testGateway {
	return g.with("Authorization", "Bearer "+token)
}

// keysText is a document of API keys. Each entry is what stands beside the
// name and the hash, such as `"role": "sales"`.
func keysText(t testing.TB, roles string, entries map[string]string) (text string, keys map[string]string) {
	t.Helper()
	keys = make(map[string]string)
	var list []string
	for name, entry := range entries {
		keys[name] = auth.NewKey()
		if entry != "" {
			entry = ", " + entry
		}
		list = append(list, fmt.Sprintf(`{"name": %q, "sha256": %q%s}`, name, auth.HashKey(keys[name]), entry))
	}
	return fmt.Sprintf(`{"roles": {%s}, "keys": [%s]}`, roles, strings.Join(list, ",")), keys
}

// withKeys configures a document of API keys.
func withKeys(text string) func(*config.Config) {
	return func(cfg *config.Config) { cfg.Auth.Keys = config.NewSecret(text) }
}

func TestAPIKeys(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	p.AddRecord("contacts", map[string]string{"email": "ada@example.com"})
	portalID := strconv.FormatInt(p.PortalID(), 10)
	text, keys := keysText(t, "", map[string]string{
		"here":      `"portals": ["1", "` + portalID + `"]`,
		"elsewhere": `"portals": ["1"]`,
		"expired":   `"expires": "2020-01-01T00:00:00Z"`,
		"lasting":   `"expires": "2999-01-01T00:00:00Z"`,
	})
	g := startGateway(t, p, withKeys(text), debugLogs)
	const query = `{ contacts { nodes { email } } }`
	mistyped := []byte(keys["here"])
	mistyped[10] = 'a' + (mistyped[10]-'a'+1)%26
	tests := []struct {
		name   string
		header []string
		status int
		code   any
	}{
		{"a key", []string{"Authorization", "Bearer " + keys["here"]}, 200, nil},
		{"scheme in any case", []string{"Authorization", "bearer " + keys["here"]}, 200, nil},
		{"X-API-Key", []string{"X-Api-Key", keys["here"]}, 200, nil},
		{"not yet expired", []string{"X-Api-Key", keys["lasting"]}, 200, nil},
		{"nothing", nil, 401, "UNAUTHENTICATED"},
		{"empty", []string{"Authorization", "Bearer "}, 401, "UNAUTHENTICATED"},
		{"basic", []string{"Authorization", "Basic " + keys["here"]}, 401, "UNAUTHENTICATED"},
		{"mistyped", []string{"Authorization", "Bearer " + string(mistyped)}, 401, "UNAUTHENTICATED"},
		{"unknown", []string{"Authorization", "Bearer " + auth.NewKey()}, 401, "UNAUTHENTICATED"},
		{"its hash", []string{"Authorization", "Bearer " + auth.HashKey(keys["here"])}, 401, "UNAUTHENTICATED"},
		{"expired", []string{"Authorization", "Bearer " + keys["expired"]}, 401, "UNAUTHENTICATED"},
		{"two at once", []string{"Authorization", "Bearer " + keys["here"], "X-Api-Key", keys["here"]}, 401, "UNAUTHENTICATED"},
		{"two of a kind", []string{"X-Api-Key", keys["here"], "X-Api-Key", keys["here"]}, 401, "UNAUTHENTICATED"},
		{"another portal's", []string{"Authorization", "Bearer " + keys["elsewhere"]}, 403, "FORBIDDEN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := g.with(tt.header...)
			a := g.query(query, nil)
			if a.Status != tt.status || a.code() != tt.code {
				t.Errorf("status %d, code %v, want %d, %v", a.Status, a.code(), tt.status, tt.code)
			}
			if strings.Contains(string(a.Data), "ada@") != (tt.status == 200) {
				t.Errorf("data %s", a.Data)
			}
			for _, path := range []string{"/schema.graphql", "/graphql?query=%7B__typename%7D"} {
				res, err := g.client.Get(g.url + path)
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close()
				challenge := res.Header.Get("WWW-Authenticate")
				if res.StatusCode != tt.status || strings.HasPrefix(challenge, `Bearer realm="hubgraph"`) != (tt.status == 401) {
					t.Errorf("GET %s: %s, WWW-Authenticate %q", path, res.Status, challenge)
				}
			}
		})
	}
	for _, path := range []string{"/", "/healthz", "/readyz", "/metrics"} {
		g.get(path)
	}
	for name, key := range keys {
		if log := g.logs.String(); strings.Contains(log, key) || strings.Contains(log, auth.HashKey(key)) {
			t.Errorf("the log holds the key %s or its hash", name)
		}
	}
	if !strings.Contains(g.logs.String(), "client=here") {
		t.Error("the log does not say which key asked")
	}
}

func TestRequestsPerMinute(t *testing.T) {
	p := hubspottest.New(t, hubspottest.Options{})
	text, keys := keysText(t, "", map[string]string{"few": `"requestsPerMinute": 3`, "more": `"requestsPerMinute": 3`})
	g := startGateway(t, p, withKeys(text))
	for i := range 3 {
		if a := g.bearer(keys["few"]).query(`{ __typename }`, nil); a.Status != 200 {
			t.Fatalf("request %d: status %d, %+v", i+1, a.Status, a.Errors)
		}
	}
	res, body := g.bearer(keys["few"]).send("POST", "", "application/json", `{"query": "{ __typename }"}`)
	a := parseAnswer(t, body)
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	ms, _ := a.Errors[0].Extensions["retryAfterMs"].(float64)
	if res.StatusCode != http.StatusTooManyRequests || a.code() != "RATE_LIMITED" || seconds < 1 || seconds > 61 || ms < 1 || ms > 61_000 {
		t.Errorf("the fourth request of a minute: %s, Retry-After %q, %s", res.Status, res.Header.Get("Retry-After"), body)
	}
	if a := g.bearer(keys["more"]).query(`{ __typename }`, nil); a.Status != 200 {
		t.Errorf("another key: status %d, %+v", a.Status, a.Errors)
	}
	// The same key in a document that is read anew goes on counting.
	d, err := auth.Parse([]byte(text), auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.server.UseKeys(d); err != nil {
		t.Fatal(err)
	}
	if a := g.bearer(keys["few"]).query(`{ __typename }`, nil); a.Status != http.StatusTooManyRequests {
		t.Errorf("after a reload: status %d, want 429", a.Status)
	}
}

// TestKeysReload changes the file of keys under a running program.
func TestKeysReload(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, old := keysText(t, "", map[string]string{"a": ""})
	second, replaced := keysText(t, "", map[string]string{"a": ""})
	write(first)
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0", "--api-keys=" + file})
	url := p.url()
	status := func(key string) int {
		res, _ := fetch(t, url+"/graphql?query=%7B__typename%7D", "X-Api-Key", key)
		return res.StatusCode
	}
	if status(old["a"]) != 200 || status(replaced["a"]) != 401 {
		t.Fatalf("old key %d, new key %d before the reload", status(old["a"]), status(replaced["a"]))
	}
	hangUp := func(logged string) {
		t.Helper()
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(p.logs.String(), logged); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("no %q in the log:\n%s", logged, p.logs)
			}
		}
	}
	write(`{"keys": [{}]}`)
	hangUp("API keys not reloaded")
	if status(old["a"]) != 200 {
		t.Error("a file with mistakes took the keys of before away")
	}
	write(second)
	hangUp(`"API keys reloaded"`)
	if status(old["a"]) != 401 || status(replaced["a"]) != 200 {
		t.Errorf("old key %d, new key %d after the reload", status(old["a"]), status(replaced["a"]))
	}
	// On loopback with keys, other names of this machine do.
	if res, body := fetchHost(t, url+"/graphql?query=%7B__typename%7D", "gw.example.com", "X-Api-Key", replaced["a"]); res.StatusCode != 200 {
		t.Errorf("another Host: %s, %s", res.Status, body)
	}
	if res, _ := fetchHost(t, url+"/admin/refresh", "gw.example.com"); res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("/admin/refresh of another Host: %s", res.Status)
	}
	p.stop()
	if err := p.end(); err != nil {
		t.Errorf("run = %v", err)
	}
}

func fetchHost(t *testing.T, url, host string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Host, req.Close = host, true
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var text json.RawMessage
	_ = json.NewDecoder(res.Body).Decode(&text)
	return res, string(text)
}

func TestExposure(t *testing.T) {
	text, _ := keysText(t, "", map[string]string{"a": ""})
	tests := []struct {
		name, addr string
		args, env  []string
		refused    bool
	}{
		{"all interfaces", "0.0.0.0:0", nil, nil, true},
		{"no host", ":0", nil, nil, true},
		{"loopback", "127.0.0.1:0", nil, nil, false},
		{"localhost", "localhost:0", nil, nil, false},
		{"with keys", "0.0.0.0:0", nil, []string{"HUBGRAPH_API_KEYS=" + text}, false},
		{"on purpose", "0.0.0.0:0", []string{"--allow-anonymous"}, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := start(t, append([]string{"--demo", "--addr=" + tt.addr}, tt.args...), tt.env...)
			if tt.refused {
				if err := p.end(); err == nil || !strings.Contains(err.Error(), "--allow-anonymous") {
					t.Errorf("run = %v, want a refusal that says how to go on", err)
				}
				return
			}
			p.url()
			p.stop()
			if err := p.end(); err != nil {
				t.Errorf("run = %v", err)
			}
		})
	}
}

// TestKeysCommands makes a key, puts its entry into a file and asks with it.
func TestKeysCommands(t *testing.T) {
	keys := func(stdin string, args ...string) (string, error) {
		var out strings.Builder
		err := runKeys(args, func(string) string { return "" }, strings.NewReader(stdin), &out)
		return out.String(), err
	}
	out, err := keys("", "create", "website", "--role=sales", "--requests-per-minute=60", "--expires-in=1h")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`hg_[a-z2-7]{59}`).FindString(out)
	entry := out[strings.Index(out, "{"):]
	if !auth.WellFormed(key) || strings.Contains(entry, key) {
		t.Fatalf("keys create printed\n%s", out)
	}
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(file, []byte(`{"roles": {"sales": {}}, "keys": [`+entry+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := keys("", "check", file); err != nil || out != "roles: 1, keys: 1\n" {
		t.Errorf("keys check = %q, %v", out, err)
	}
	if out, err := keys(key+"\n", "check", "--stdin", file); err != nil || out != "the key is \"website\"\n" {
		t.Errorf("keys check --stdin = %q, %v", out, err)
	}
	for _, wrong := range []string{auth.NewKey(), key[1:], ""} {
		if _, err := keys(wrong, "check", "--stdin", file); err == nil || wrong != "" && strings.Contains(err.Error(), wrong) {
			t.Errorf("keys check --stdin of a wrong key: %v", err)
		}
	}
	p := start(t, []string{"--demo", "--addr=127.0.0.1:0", "--api-keys=" + file})
	if res, body := fetch(t, p.url()+"/graphql?query=%7B__typename%7D", "X-Api-Key", key); res.StatusCode != 200 {
		t.Errorf("asked with the key: %s, %s", res.Status, body)
	}
	p.stop()
	if err := p.end(); err != nil {
		t.Errorf("run = %v", err)
	}
}

// TestDocumentedKeys keeps the file in docs/auth.md one that is taken.
func TestDocumentedKeys(t *testing.T) {
	text, err := os.ReadFile("docs/auth.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(text)
	if m == nil {
		t.Fatal("docs/auth.md shows no file")
	}
	if d, err := auth.Parse(m[1], auth.Options{TrustedDocuments: []string{"enforce"}}); err != nil || d.String() != "roles: 2, keys: 2, tokens of an issuer" {
		t.Errorf("the file of docs/auth.md is %v, error %v", d, err)
	}
}

// TestDocumentsByKey: a key may be held to trusted documents, or let off.
func TestDocumentsByKey(t *testing.T) {
	manifest := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(manifest, []byte(`{"known": "{ contacts { totalCount } }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	text, keys := keysText(t, "", map[string]string{"free": "", "held": `"trustedDocuments": "enforce"`})
	g := startGateway(t, hubspottest.New(t, hubspottest.Options{}), withKeys(text), func(cfg *config.Config) {
		cfg.Documents = config.Documents{Files: []string{manifest}, Mode: "off"}
	})
	for _, tt := range []struct {
		key, query string
		code       any
	}{
		{"free", `{ contacts { totalCount } }`, nil},
		{"free", `{ __typename }`, nil},
		{"held", `{ contacts { totalCount } }`, nil},
		{"held", `{ __typename }`, "UNTRUSTED_DOCUMENT"},
	} {
		if a := g.bearer(keys[tt.key]).query(tt.query, nil); a.code() != tt.code {
			t.Errorf("%s asks %s: %+v, want code %v", tt.key, tt.query, a.Errors, tt.code)
		}
	}
}
