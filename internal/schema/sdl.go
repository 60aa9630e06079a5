package schema

import (
	"strconv"
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
	// Part of GraphQL since September 2025, and yet unknown to many a tool that
	// reads this: those take the definition from here.
	b.WriteString(strconv.Quote(s.Directives["oneOf"].Description) + "\ndirective @oneOf on INPUT_OBJECT\n\n")
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(s)
	return b.String()
}

// Version names the schema: 32 lower-case hex digits, which change exactly
// when the SDL does. It is computed once.
func (s *Schema) Version() string {
	s.versionOnce.Do(func() { s.version = versionOf(s.AST) })
	return s.version
}
