package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEverySettingIsDocumented holds the tables of the README, and of the limits in
// docs/operations.md, against what --help lists.
func TestEverySettingIsDocumented(t *testing.T) {
	var tables []byte
	for _, file := range []string{"README.md", "docs/operations.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if bytes.HasPrefix(line, []byte("| ")) {
				tables = append(tables, line...)
			}
		}
	}
	var help bytes.Buffer
	p := &program{args: []string{"--help"}, stdin: strings.NewReader(""), stdout: &help, stderr: &help, getenv: func(string) string { return "" }}
	if err := p.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`(?m)^ {2,6}(?:-\w, )?(--[a-z-]+)`).FindAllStringSubmatch(help.String(), -1)
	if len(flags) < 50 {
		t.Fatalf("--help lists %d flags: this test does not read it well any more", len(flags))
	}
	for _, m := range flags {
		if flag := m[1]; !slices.Contains([]string{"--help", "--version"}, flag) && !bytes.Contains(tables, []byte("`"+flag+"`")) {
			t.Errorf("%s is in no table of the README or docs/operations.md", flag)
		}
	}
	for _, m := range regexp.MustCompile(`\[\$(\w+)\]`).FindAllStringSubmatch(help.String(), -1) {
		if name := m[1]; !bytes.Contains(tables, []byte("`"+name+"`")) && name != "HUBGRAPH_CORS_CREDENTIALS" { // which stands for …
			t.Errorf("%s is in no table of the README or docs/operations.md", name)
		}
	}
}
