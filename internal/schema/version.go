package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// versionOf hashes all that a client can see of a schema, several times
// faster than printing it would be.
func versionOf(s *ast.Schema) string {
	h := sha256.New()
	var buf []byte
	for _, name := range slices.Sorted(maps.Keys(s.Directives)) {
		buf = appendDirective(buf[:0], s.Directives[name])
		h.Write(buf)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		buf = appendDefinition(buf[:0], s.Types[name])
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// What comes next in the hashed bytes. None of these occurs in a text, so
// different schemas cannot make the same bytes.
const (
	markDefinition byte = iota + 1
	markText
	markField
	markArgument
	markType
)

func appendDirective(b []byte, d *ast.DirectiveDefinition) []byte {
	b = appendTexts(append(b, markDefinition), "DIRECTIVE", d.Name, d.Description)
	for _, l := range d.Locations {
		b = appendTexts(b, string(l))
	}
	return appendArguments(b, d.Arguments)
}

func appendDefinition(b []byte, d *ast.Definition) []byte {
	b = appendTexts(append(b, markDefinition), string(d.Kind), d.Name, d.Description)
	b = appendTexts(b, d.Interfaces...)
	b = appendTexts(b, d.Types...)
	b = appendUses(b, d.Directives)
	for _, v := range d.EnumValues {
		b = appendTexts(append(b, markField), v.Name, v.Description)
		b = appendUses(b, v.Directives)
	}
	for _, f := range d.Fields {
		b = appendTexts(append(b, markField), f.Name, f.Description)
		b = appendType(b, f.Type)
		b = appendDefault(b, f.DefaultValue)
		b = appendUses(b, f.Directives)
		b = appendArguments(b, f.Arguments)
	}
	return b
}

func appendArguments(b []byte, args ast.ArgumentDefinitionList) []byte {
	for _, a := range args {
		b = appendTexts(append(b, markArgument), a.Name, a.Description)
		b = appendType(b, a.Type)
		b = appendDefault(b, a.DefaultValue)
		b = appendUses(b, a.Directives)
	}
	return b
}

// appendUses appends where directives are used, such as @oneOf.
func appendUses(b []byte, uses ast.DirectiveList) []byte {
	for _, u := range uses {
		b = appendTexts(b, "@", u.Name)
		for _, a := range u.Arguments {
			b = appendTexts(b, a.Name, a.Value.String())
		}
	}
	return b
}

func appendDefault(b []byte, v *ast.Value) []byte {
	if v == nil {
		return b
	}
	return appendTexts(b, "=", v.String())
}

func appendType(b []byte, t *ast.Type) []byte {
	b = append(b, markType)
	if t.NonNull {
		b = append(b, '!')
	}
	if t.Elem != nil {
		return appendType(append(b, '['), t.Elem)
	}
	return append(b, t.NamedType...)
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, s := range texts {
		b = append(append(b, markText), s...)
	}
	return b
}
