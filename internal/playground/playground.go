// Package playground serves GraphiQL, the in-browser editor for GraphQL, with
// an example query in it.
//
// The page loads GraphiQL from jsDelivr at pinned versions whose contents the
// browser checks against hashes; a Content-Security-Policy permits those files
// and this server, and nothing else. Headers typed into the editor are not
// kept.
package playground

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

//go:embed page.html
var pageHTML string

//go:embed start.js
var startJS string

// An asset is one file of jsDelivr, with its Subresource Integrity hash.
type asset struct{ URL, SRI string }

// The versions that gqlgen v0.17.95 ships its playground with, so that the
// parts are known to fit. Each is a file of the npm package as published: what
// jsDelivr minifies itself may change under its hash.
var (
	scripts = []asset{
		{"https://cdn.jsdelivr.net/npm/react@18.2.0/umd/react.production.min.js", "sha256-S0lp+k7zWUMk2ixteM6HZvu8L9Eh//OVrt+ZfbCpmgY="},
		{"https://cdn.jsdelivr.net/npm/react-dom@18.2.0/umd/react-dom.production.min.js", "sha256-IXWO0ITNDjfnNXIu5POVfqlgYoop36bDzhodR6LW5Pc="},
		{"https://cdn.jsdelivr.net/npm/graphiql@4.1.2/graphiql.min.js", "sha256-hnImuor1znlJkD/FOTL3jayfS/xsyNoP04abi8bFJWs="},
		{"https://cdn.jsdelivr.net/npm/@graphiql/plugin-explorer@4.0.6/dist/index.umd.js", "sha256-UM8sWOS0Xa9yLY85q6Clh0pF4qpxX+TOcJ41flECqBs="},
	}
	styles = []asset{
		{"https://cdn.jsdelivr.net/npm/graphiql@4.1.2/graphiql.min.css", "sha256-MEh+B2NdMSpj9kexQNN3QKc8UzMrCXW/Sx/phcpuyIU="},
		{"https://cdn.jsdelivr.net/npm/@graphiql/plugin-explorer@4.0.6/dist/style.css", "sha256-aJCaSuI7+t/EWRrLTis8jU9EFTua5/o7fnwxnroxDvE="},
	}
)

// settings is what start.js reads from the page.
type settings struct {
	Endpoint     string `json:"endpoint"`
	ExampleQuery string `json:"exampleQuery"`
}

// Handler serves the page at every path it is given, to GET and HEAD. The
// editor sends its queries to endpoint, a path of this server such as
// "/graphql", and shows exampleQuery to those who have not typed one before.
func Handler(endpoint, exampleQuery string) http.Handler {
	page := render(settings{endpoint, exampleQuery})
	policy := contentSecurityPolicy()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "the playground answers GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(page) // a browser that is gone reads nothing
	})
}

// render executes the page's template, whose every failure is a bug of ours.
func render(s settings) []byte {
	var b bytes.Buffer
	err := template.Must(template.New("page").Parse(pageHTML)).Execute(&b, map[string]any{
		"Scripts":  scripts,
		"Styles":   styles,
		"Settings": s,
		"Start":    template.JS(startJS), //nolint:gosec // our own embedded file
	})
	if err != nil {
		panic(fmt.Sprintf("playground: execute page.html: %v", err))
	}
	return b.Bytes()
}

// contentSecurityPolicy permits what the page above is made of. Styles may be
// inline, for the editor sets them from its scripts; images and fonts may be
// data URLs, for its style sheet holds some.
func contentSecurityPolicy() string {
	start := sha256.Sum256([]byte(startJS))
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'sha256-" + base64.StdEncoding.EncodeToString(start[:]) + "'" + urls(scripts),
		"style-src 'unsafe-inline'" + urls(styles),
		"img-src 'self' data:",
		"font-src data:",
		"connect-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}

func urls(assets []asset) string {
	var b strings.Builder
	for _, a := range assets {
		b.WriteString(" " + a.URL)
	}
	return b.String()
}
