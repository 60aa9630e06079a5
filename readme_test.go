package main

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/hubspottest"
)

// TestReadme runs the README's query and compares the README's answer.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(language string) []byte {
		m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(readme)
		if m == nil {
			t.Fatalf("README.md has no %s block", language)
		}
		return m[1]
	}
	p := hubspottest.Demo(hubspottest.Options{})
	hubspottest.Serve(t, p)
	var got, want struct{ Data any }
	a := startGateway(t, p).query(string(block("graphql")), nil)
	if err := json.Unmarshal(a.Data, &got.Data); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(block("json"), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("README.md's answer (-readme +got):\n%s", diff)
	}
}
