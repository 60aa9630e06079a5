package schema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// FieldName returns the GraphQL field of a property: HubSpot's internal name
// itself wherever that is possible. Otherwise
//
//   - a character that GraphQL does not allow becomes its code point in hex,
//     `_x20_`; so does the `_` of a text that would read as such an escape;
//   - a leading digit or `__`, which GraphQL keeps for itself, gets `p_` before it;
//   - a name that the gateway uses, such as `id`, `companies` or the `AND` of
//     filters, or that no enum value may have, such as `null`, gets a `_` after it.
//
// Filters, orders and enums name a property by the same field.
//
// Different properties never get the same field, and a field depends on no
// other property, so that a new property renames nothing. [PropertyName] is
// the way back.
func FieldName(property string) string {
	name := escapeRunes(property)
	if needsPrefix(name) {
		name = "p_" + name
	}
	if isReserved(name) {
		name += "_"
	}
	return name
}

// PropertyName returns the HubSpot name of a property from its field. It
// answers for the fields that [FieldName] gives and for no others.
func PropertyName(field string) string {
	name := field
	if strings.HasSuffix(name, "_") && isReserved(name) {
		name = name[:len(name)-1]
	}
	if strings.HasPrefix(name, "p_") && needsPrefix(name) {
		name = name[2:]
	}
	return unescapeRunes(name)
}

// isReserved reports whether name is one that the gateway uses, followed by
// any number of `_`: each of these moves up by one, which keeps them apart.
func isReserved(name string) bool {
	return reservedFields[strings.TrimRight(name, "_")]
}

// needsPrefix reports whether name, after any number of `p_`, begins as no
// GraphQL name may: each `p_` more keeps the names apart.
func needsPrefix(name string) bool {
	for strings.HasPrefix(name, "p_") {
		name = name[2:]
	}
	return name == "" || isDigit(name[0]) || strings.HasPrefix(name, "__")
}

// invalidByte is added to a byte that is not UTF-8 to escape it: a code point
// that Unicode will never have.
const invalidByte = utf8.MaxRune + 1

func escapeRunes(s string) string {
	var b strings.Builder
	from := 0 // what is before it is written
	for i := 0; i < len(s); {
		if isNameByte(s[i]) && !(s[i] == '_' && looksEscaped(s[i:])) {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			r = invalidByte + rune(s[i])
		}
		b.WriteString(s[from:i])
		fmt.Fprintf(&b, "_x%02X_", r)
		i += size
		from = i
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// looksEscaped reports whether s will begin with an escape once the
// characters after it are escaped, which begin with `_` then.
func looksEscaped(s string) bool {
	n := escapeLen(s)
	return n > 0 && n < len(s) && (s[n] == '_' || !isNameByte(s[n]))
}

func unescapeRunes(s string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(s); i++ {
		n := escapeLen(s[i:])
		if n == 0 || i+n == len(s) || s[i+n] != '_' {
			continue
		}
		r, _ := strconv.ParseUint(s[i+2:i+n], 16, 32) // six hex digits at most
		b.WriteString(s[from:i])
		if r >= invalidByte {
			b.WriteByte(byte(r - invalidByte))
		} else {
			b.WriteRune(rune(r))
		}
		i += n
		from = i + 1
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// escapeLen is the length of an escape at the start of s without its final
// `_`: `_x` and two to six upper-case hex digits; 0 if there is none.
func escapeLen(s string) int {
	if !strings.HasPrefix(s, "_x") {
		return 0
	}
	n := 2
	for n < len(s) && (isDigit(s[n]) || 'A' <= s[n] && s[n] <= 'F') {
		n++
	}
	if n < 4 || n > 8 {
		return 0
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isNameByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }
