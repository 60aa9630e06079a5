package schema

import (
	"regexp"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// TestVersion: each part of a schema that clients can see changes its version.
func TestVersion(t *testing.T) {
	before := build(t, goldenPortal(t)).Version()
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(before) {
		t.Errorf("Version() = %q, want 32 lower-case hex digits", before)
	}
	if again := build(t, goldenPortal(t)).Version(); again != before {
		t.Errorf("Version() = %s, then %s", before, again)
	}
	field := func(s *ast.Schema) *ast.FieldDefinition { return s.Types["Contact"].Fields.ForName("companies") }
	tests := []struct {
		name   string
		change func(s *ast.Schema)
	}{
		{"description of a type", func(s *ast.Schema) { s.Types["Contact"].Description += "!" }},
		{"interfaces", func(s *ast.Schema) { s.Types["Contact"].Interfaces = []string{"Node"} }},
		{"a type less", func(s *ast.Schema) { delete(s.Types, "Team") }},
		{"order of fields", func(s *ast.Schema) { f := s.Types["Contact"].Fields; f[0], f[1] = f[1], f[0] }},
		{"name of a field", func(s *ast.Schema) { field(s).Name = "firms" }},
		{"description of a field", func(s *ast.Schema) { field(s).Description = "" }},
		{"type of a field", func(s *ast.Schema) { field(s).Type.NonNull = false }},
		{"list of a field", func(s *ast.Schema) { field(s).Type = ast.ListType(field(s).Type, nil) }},
		{"an argument less", func(s *ast.Schema) { field(s).Arguments = field(s).Arguments[1:] }},
		{"default value", func(s *ast.Schema) { field(s).Arguments[0].DefaultValue.Raw = "26" }},
		{"no default value", func(s *ast.Schema) { field(s).Arguments[0].DefaultValue = nil }},
		{"@oneOf", func(s *ast.Schema) { s.Types["ContactKey"].Directives = nil }},
		{"@deprecated", func(s *ast.Schema) { field(s).Directives = ast.DirectiveList{{Name: "deprecated"}} }},
		{"a reason", func(s *ast.Schema) {
			reason := &ast.Argument{Name: "reason", Value: &ast.Value{Kind: ast.StringValue, Raw: "old"}}
			field(s).Directives = ast.DirectiveList{{Name: "deprecated", Arguments: ast.ArgumentList{reason}}}
		}},
		{"a directive", func(s *ast.Schema) { s.Directives["explain"] = &ast.DirectiveDefinition{Name: "explain"} }},
		{"an enum value", func(s *ast.Schema) {
			s.Types["Order"] = &ast.Definition{Kind: ast.Enum, Name: "Order", EnumValues: ast.EnumValueList{{Name: "ASC"}}}
		}},
	}
	versions := map[string]string{before: "no change"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := build(t, goldenPortal(t))
			tt.change(s.AST)
			got := s.Version()
			if other, there := versions[got]; there {
				t.Errorf("Version() = %s, as after %q", got, other)
			}
			versions[got] = tt.name
		})
	}
}
