package schema

import (
	"cmp"
	"slices"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// checkRoundTrip prints a schema, has gqlparser load it, and compares: what
// Build puts together by hand must be what gqlparser makes of its SDL.
func checkRoundTrip(t rapid.TB, s *Schema) {
	t.Helper()
	loaded := checkVersion(t, s)
	for name, def := range loaded.Types {
		if diff := gocmp.Diff(def, s.AST.Types[name], sameAST...); diff != "" {
			t.Errorf("type %s (-loaded +built):\n%s", name, diff)
		}
	}
	for name := range s.AST.Types {
		if loaded.Types[name] == nil {
			t.Errorf("type %s is missing in the SDL", name)
		}
	}
	if diff := gocmp.Diff(loaded.Directives, s.AST.Directives, sameAST...); diff != "" {
		t.Errorf("directives (-loaded +built):\n%s", diff)
	}
}

// checkVersion is a quick checkRoundTrip, which trusts the hash to tell
// whether two schemas differ.
func checkVersion(t rapid.TB, s *Schema) (loaded *ast.Schema) {
	t.Helper()
	loaded, err := gqlparser.LoadSchema(&ast.Source{Name: "live", Input: s.SDL()})
	if err != nil {
		t.Fatalf("SDL does not load: %v\n%s", err, s.SDL())
	}
	delete(loaded.Directives, "defer") // gqlparser's own, and nothing here defers
	if got := versionOf(loaded); got != s.Version() {
		t.Errorf("Version() = %s, want that of its own SDL, %s:\n%s", s.Version(), got, s.SDL())
	}
	if diff := gocmp.Diff(relations(loaded.PossibleTypes), relations(s.AST.PossibleTypes)); diff != "" {
		t.Errorf("PossibleTypes (-loaded +built):\n%s", diff)
	}
	if diff := gocmp.Diff(relations(loaded.Implements), relations(s.AST.Implements)); diff != "" {
		t.Errorf("Implements (-loaded +built):\n%s", diff)
	}
	if s.AST.Query != s.AST.Types["Query"] {
		t.Error("Query is not Types[Query]")
	}
	return loaded
}

// sameAST compares what a schema means, not where it was read.
var sameAST = gocmp.Options{
	cmpopts.IgnoreTypes(&ast.Position{}, []*ast.Position{}, &ast.CommentGroup{}),
	cmpopts.EquateEmpty(),
}

// relations replaces definitions by their names, in order.
func relations(m map[string][]*ast.Definition) map[string][]string {
	names := make(map[string][]string, len(m))
	for name, defs := range m {
		for _, d := range defs {
			names[name] = append(names[name], d.Name)
		}
		slices.SortFunc(names[name], cmp.Compare)
	}
	return names
}
