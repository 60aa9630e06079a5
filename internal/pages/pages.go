// Package pages serves what people see in a browser: the explorer, GraphiQL with
// what hubgraph adds to it, or, where that was not built, a plain page that has
// a form for queries and says how the explorer is built.
//
// Everything comes from this server, and a Content-Security-Policy permits
// nothing else.
package pages

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
)

//go:embed plain
var plain embed.FS

// Pages are served below any folder of the server, such as / or /portals/123/:
// the endpoints that they ask are graphql and schema.graphql of that folder, and
// what they load is in its assets/.
type Pages struct {
	index  []byte
	policy string
	assets http.Handler
}

// The policies of the pages. The explorer's editor sets styles from its scripts,
// and its style sheets hold images.
const (
	explorerPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	plainPolicy    = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// settings is what a page reads from its element of that ID.
type settings struct {
	ExampleQuery string `json:"exampleQuery"`
}

// New returns the pages of a built site, or the plain one if site is nil. Those
// who have not typed a query before find exampleQuery. It panics if the site
// lacks its index.html, or that its place for settings: both are made with us.
func New(site fs.FS, exampleQuery string) *Pages {
	p := &Pages{policy: explorerPolicy}
	if site == nil {
		p.policy = plainPolicy
		site, _ = fs.Sub(plain, "plain") // the path is valid
	}
	p.index = index(site, settings{exampleQuery})
	p.assets = assets(site)
	return p
}

// ServePage answers the page.
func (p *Pages) ServePage(w http.ResponseWriter, r *http.Request) {
	if !reads(w, r) {
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", p.policy)
	_, _ = w.Write(p.index) // a browser that is gone reads nothing
}

// reads refuses what is neither GET nor HEAD.
func reads(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "this page answers GET and HEAD", http.StatusMethodNotAllowed)
	return false
}

// settingsPlace is what index.html has where the settings go. JSON writes < as
// an escape, so that no setting can end the element.
var settingsPlace = []byte(`<script type="application/json" id="settings">{}</script>`)

func index(site fs.FS, s settings) []byte {
	page, err := fs.ReadFile(site, "index.html")
	if err != nil {
		panic(fmt.Sprintf("pages: %v", err))
	}
	if bytes.Count(page, settingsPlace) != 1 {
		panic("pages: index.html needs one " + string(settingsPlace))
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("pages: %v", err)) // strings alone
	}
	return bytes.Replace(page, settingsPlace, bytes.Replace(settingsPlace, []byte("{}"), text, 1), 1)
}
