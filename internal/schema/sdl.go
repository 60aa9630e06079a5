package schema

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// SDL prints the schema, types by name, without what every GraphQL schema
// has. It is computed once.
func (s *Schema) SDL() string {
	s.sdlOnce.Do(func() { s.sdl = printSDL(s.AST) })
	return s.sdl
}

func printSDL(s *ast.Schema) string {
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(s)
	return b.String()
}

// Version names the schema: 32 lower-case hex digits, which change exactly
// when the SDL does. It is computed once.
func (s *Schema) Version() string {
	s.versionOnce.Do(func() { s.version = versionOf(s.AST) })
	return s.version
}
