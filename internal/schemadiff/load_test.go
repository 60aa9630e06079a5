package schemadiff

import (
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	if s, err := Load("a.graphql", "type Query { a: Int }"); err != nil || s.Query == nil {
		t.Errorf("a schema: %v", err)
	}
	for text, want := range map[string]string{
		"type Query {\n  a: Int\n  b:\n}":                          "a.graphql:4:1: ",
		"type Query {\n  a: \"\"\"one\ntwo\nthree\"\"\"\n}":        "a.graphql:2:9: ",
		"\n\ntype Query \"\"\"é\n\"\"\" { a: Int }":                "a.graphql:4:5: ",
		"type Query { a: Int }\n# é\ntype A { a: Nope }":           "a.graphql:3:13: ",
		"type Query { a(b: Int = \"\"\"x\ny\"\"\" \"\"\"z\n\"\"\"": "a.graphql:",
	} {
		_, err := Load("a.graphql", text)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), ":-") {
			t.Errorf("Load(%q) = %v, want an error at %s", text, err, want)
		}
	}
}
