package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestDocumentedQueries runs every query of the docs against the demo portal.
func TestDocumentedQueries(t *testing.T) {
	p := hubspottest.Demo(hubspottest.Options{Unlimited: true})
	hubspottest.Serve(t, p)
	g := startGateway(t, p, unthrottled)
	files, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllSubmatch(text, -1) {
			ran++
			if a := g.query(string(m[1]), nil); len(a.Errors) > 0 {
				t.Errorf("%s: query %s\nerrors = %+v, want none", file, m[1], a.Errors)
			}
		}
	}
	if ran == 0 {
		t.Error("the docs hold no query at all")
	}
}
