package schema

// SDL prints the schema, types by name, without what every GraphQL schema
// has. It is computed once.
func (s *Schema) SDL() string {
	s.sdlOnce.Do(func() { s.sdl = printSDL(s.AST) })
	return s.sdl
}

// Version names the schema: 32 lower-case hex digits, which change exactly
// when the SDL does. It is computed once.
func (s *Schema) Version() string {
	s.versionOnce.Do(func() { s.version = versionOf(s.AST) })
	return s.version
}
