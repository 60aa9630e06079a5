package pages

import (
	"io/fs"
	"net/http"
	"strings"

	"github.com/vearutop/statigz"
)

// ServeAsset answers the file of the page that the path value "file" names.
func (p *Pages) ServeAsset(w http.ResponseWriter, r *http.Request) {
	if !reads(w, r) {
		return
	}
	if file := r.PathValue("file"); strings.Contains(file, "/") || file == "index.html" {
		notFound(w, r) // the file server would send the browser elsewhere
		return
	}
	asset := r.Clone(r.Context())
	asset.URL.Path = "/assets/" + r.PathValue("file")
	p.assets.ServeHTTP(w, asset)
}

// assets serves the files of a site as they were compressed when it was built.
// Their names change with their contents, so browsers may keep them; those of
// the plain page do not.
func assets(site fs.FS) http.Handler {
	kept := "public, max-age=31536000, immutable"
	files := statigz.FileServer(readDirFS{site}, func(s *statigz.Server) {
		s.Encodings = append(s.Encodings, statigz.Encoding{FileExt: ".br", ContentEncoding: "br"})
		s.OnNotFound = notFound
	})
	if _, err := fs.Stat(site, "assets/plain.js"); err == nil {
		kept = "no-cache"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", kept)
		files.ServeHTTP(w, r)
	})
}

func notFound(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	http.NotFound(w, r)
}

// readDirFS reads the folders of any file system.
type readDirFS struct{ fs.FS }

// ReadDir implements [fs.ReadDirFS].
func (f readDirFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }
