package pages

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// built is a site as `make web` leaves it.
func built(t *testing.T) fs.FS {
	t.Helper()
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, "let a = 1")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		"index.html":           {Data: []byte("<p>explorer</p>" + string(settingsPlace))},
		"assets/a-1234.js.gz":  {Data: zipped.Bytes()},
		"assets/a-1234.js.br":  {Data: []byte("br")},
		"assets/icon-5678.ttf": {Data: []byte("font")},
	}
}

// server serves the pages as the routes of the gateway do.
func server(t *testing.T, p *Pages) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	for _, folder := range []string{"/", "/portals/{portalID}/"} {
		mux.HandleFunc(folder+"{$}", p.ServePage)
		mux.HandleFunc(folder+"assets/{file}", p.ServeAsset)
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

func send(t *testing.T, method, url, encodings string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if encodings != "" {
		req.Header.Set("Accept-Encoding", encodings)
	}
	res, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestSettingsAreInThePage(t *testing.T) {
	tests := []struct{ name, query string }{
		{"plain", "{ contacts(first: 3) { nodes { email } } }"},
		{"lines and quotes", "{\n  contacts(where: {email: {eq: \"a'b\"}}) { nodes { id } }\n}"},
		{"markup", "# </script><script>alert(1)</script>\n{ i }"},
		{"other scripts", "# 联系人 \u2028\n{ i }"},
	}
	for _, site := range []fs.FS{nil, built(t)} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				_, page := send(t, http.MethodGet, server(t, New(site, tt.query)).URL+"/", "")

				_, rest, _ := strings.Cut(page, `id="settings">`)
				text, _, _ := strings.Cut(rest, "</script>")
				var got settings
				if err := json.Unmarshal([]byte(text), &got); err != nil {
					t.Fatalf("settings are not JSON: %v\n%s", err, text)
				}
				if diff := cmp.Diff(settings{tt.query}, got); diff != "" {
					t.Errorf("settings (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestAssetsAsTheBrowserTakesThem(t *testing.T) {
	tests := []struct {
		path, encodings string
		status          int
		encoding, body  string
		cached          string
	}{
		{"/assets/a-1234.js", "gzip, deflate, br", 200, "br", "br", "public, max-age=31536000, immutable"},
		{"/portals/7/assets/a-1234.js", "br", 200, "br", "br", "public, max-age=31536000, immutable"},
		{"/assets/a-1234.js", "", 200, "", "let a = 1", "public, max-age=31536000, immutable"},
		{"/assets/icon-5678.ttf", "br", 200, "", "font", "public, max-age=31536000, immutable"},
		{"/assets/gone-1.js", "br", 404, "", "404 page not found\n", "no-store"},
		{"/assets/..%2Findex.html", "br", 404, "", "404 page not found\n", "no-store"},
	}
	srv := server(t, New(built(t), ""))
	for _, tt := range tests {
		res, body := send(t, http.MethodGet, srv.URL+tt.path, tt.encodings)
		h := res.Header
		got := []any{res.StatusCode, h.Get("Content-Encoding"), body, h.Get("Cache-Control")}
		if diff := cmp.Diff([]any{tt.status, tt.encoding, tt.body, tt.cached}, got); diff != "" {
			t.Errorf("%s for %q (-want +got):\n%s", tt.path, tt.encodings, diff)
		}
		if tt.status == 200 && h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Vary = %q", tt.path, h.Get("Vary"))
		}
	}
}

func TestPoliciesPermitNothingElse(t *testing.T) {
	for _, site := range []fs.FS{nil, built(t)} {
		res, _ := send(t, http.MethodGet, server(t, New(site, "")).URL+"/", "")
		policy := res.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy+";", want+";") {
				t.Errorf("the policy lacks %q: %s", want, policy)
			}
		}
		if strings.Contains(policy, "http") {
			t.Errorf("the policy names another origin: %s", policy)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("the page's Cache-Control = %q", got)
		}
	}
}

// TestPlainPageIsWhole: it works with what is here, and says how there is more.
func TestPlainPageIsWhole(t *testing.T) {
	srv := server(t, New(nil, "{ i }"))
	_, page := send(t, http.MethodGet, srv.URL+"/", "")
	if !strings.Contains(page, "make run") {
		t.Error("the page does not say how the explorer is built")
	}
	if inline := regexp.MustCompile(`<style|\sstyle=|\son\w+=|<script>`).FindString(page); inline != "" {
		t.Errorf("the policy does not permit %q", inline)
	}
	links := regexp.MustCompile(`(?:src|href)="(assets/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) != 2 {
		t.Fatalf("links %v, want a script and a style sheet", links)
	}
	for _, l := range links {
		if res, _ := send(t, http.MethodGet, srv.URL+"/"+l[1], "gzip"); res.StatusCode != 200 || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %s, %v", l[1], res.Status, res.Header)
		}
	}
}

func TestPagesAreRead(t *testing.T) {
	srv := server(t, New(built(t), ""))
	for _, path := range []string{"/", "/assets/a-1234.js"} {
		for method, want := range map[string]int{http.MethodGet: 200, http.MethodHead: 200, http.MethodPost: 405} {
			if res, _ := send(t, method, srv.URL+path, ""); res.StatusCode != want {
				t.Errorf("%s %s = %s, want %d", method, path, res.Status, want)
			}
		}
	}
}
