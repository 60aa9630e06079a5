package schema

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gobuffalo/flect"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/portal"
)

// derivedSuffixes are what a type X takes the names of: XConnection and so on.
var derivedSuffixes = []string{
	"Connection", "Edge", "AssociationConnection", "AssociationEdge",
	"Key", "Where", "Order", "Property",
}

// DerivedSuffixes make the names of the types that go with a record type: with
// a type X come XConnection and all the others.
func DerivedSuffixes() []string { return slices.Clone(derivedSuffixes) }

// A namer gives object types their GraphQL names, none of them twice.
type namer struct {
	types map[string]bool // taken names of types
	roots map[string]bool // taken names of fields on Query
}

func newNamer(core *ast.Schema) *namer {
	n := &namer{
		types: map[string]bool{"Query": true, "Mutation": true, "Subscription": true},
		roots: make(map[string]bool),
	}
	for name := range core.Types {
		n.types[name] = true
	}
	for _, f := range core.Query.Fields {
		n.roots[f.Name] = true
	}
	for _, s := range standardTypes {
		n.take(s)
	}
	return n
}

// name gives an object type its names. Types must come in one order, that of
// [compareTypes], for who comes first keeps a name.
func (n *namer) name(o *portal.ObjectType) typeName {
	if s, ok := standardTypes[o.TypeID]; ok {
		return s
	}
	words := splitWords(cmp.Or(o.Name, o.PluralName))
	name := typeName{Name: pascalCase(words), Lookup: camelCase(words)}
	name.List = flect.Pluralize(name.Lookup)
	if name.List == name.Lookup {
		name.List += "Records"
	}
	suffix := idSuffix(o.TypeID)
	for !n.free(name) {
		name.Name += suffix
		name.Lookup += suffix
		name.List += suffix
		suffix = "_" // again only if two type IDs differ in punctuation alone
	}
	n.take(name)
	return name
}

func (n *namer) free(name typeName) bool {
	taken := func(name string) bool { return n.types[name] }
	return !n.roots[name.Lookup] && !n.roots[name.List] && !slices.ContainsFunc(name.types(), taken)
}

func (n *namer) take(name typeName) {
	for _, t := range name.types() {
		n.types[t] = true
	}
	n.roots[name.Lookup] = true
	n.roots[name.List] = true
}

// idSuffix makes a name unambiguous: "_2_123" for the type ID "2-123".
func idSuffix(typeID string) string {
	return "_" + strings.Map(func(r rune) rune {
		if r < 0x80 && isNameByte(byte(r)) {
			return r
		}
		return '_'
	}, typeID)
}

// compareTypes orders object types by type ID, numbers as numbers: HubSpot
// counts upwards, so the older of two custom objects comes first and keeps
// its names.
func compareTypes(a, b *portal.ObjectType) int {
	amajor, aminor := splitID(a.TypeID)
	bmajor, bminor := splitID(b.TypeID)
	return cmp.Or(cmp.Compare(amajor, bmajor), cmp.Compare(aminor, bminor), cmp.Compare(a.TypeID, b.TypeID))
}

// splitID returns the two numbers of a type ID; a path name sorts last.
func splitID(typeID string) (major, minor uint64) {
	before, after, _ := strings.Cut(typeID, "-")
	major, err := strconv.ParseUint(before, 10, 63)
	if err != nil {
		return 1 << 63, 0
	}
	minor, err = strconv.ParseUint(after, 10, 63)
	if err != nil {
		return major, 1 << 63
	}
	return major, minor
}

// splitWords splits a custom object's name at whatever is no ASCII letter or
// digit. It never returns nothing, nor a digit at the start.
func splitWords(name string) []string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return r >= 0x80 || r == '_' || !isNameByte(byte(r))
	})
	if len(words) == 0 {
		return []string{"custom", "object"}
	}
	if isDigit(words[0][0]) {
		words[0] = "p" + words[0]
	}
	return words
}

func pascalCase(words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(strings.ToUpper(w[:1]))
		b.WriteString(w[1:])
	}
	return b.String()
}

// camelCase lowers the capitals at the start as one: "VIN" becomes "vin",
// "VINCode" "vinCode".
func camelCase(words []string) string {
	name := pascalCase(words)
	first := len(words[0])
	n := 0
	for n < first && 'A' <= name[n] && name[n] <= 'Z' {
		n++
	}
	if n > 1 && n < first && isLetter(name[n]) {
		n-- // the last capital begins the next word
	}
	return strings.ToLower(name[:n]) + name[n:]
}
