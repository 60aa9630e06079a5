package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/vektah/gqlparser/v2/formatter"
)

// SDL prints the schema, types by name, without what every GraphQL schema
// has. It is computed once.
func (s *Schema) SDL() string {
	s.print()
	return s.sdl
}

// Version names the schema: 32 lower-case hex digits, the same for two
// schemas exactly when their SDL is. It is computed once.
func (s *Schema) Version() string {
	s.print()
	return s.version
}

func (s *Schema) print() {
	s.once.Do(func() {
		var b strings.Builder
		formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(s.AST)
		s.sdl = b.String()
		sum := sha256.Sum256([]byte(s.sdl))
		s.version = hex.EncodeToString(sum[:16])
	})
}
