// Package web holds the pages that people see in a browser, as Vite builds them
// from the TypeScript beside this file: `make web` does it. They are not
// committed, so that a hubgraph made with Go alone has none.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Site returns the built pages: index.html, and in assets/ what it loads, each
// file as gzip and Brotli made it, with names that change with their contents.
// It is nil if they were not built.
func Site() fs.FS {
	if _, err := fs.Stat(dist, "dist/site/index.html"); err != nil {
		return nil
	}
	site, err := fs.Sub(dist, "dist/site")
	if err != nil {
		panic(err) // the path is a constant, and valid
	}
	return site
}
