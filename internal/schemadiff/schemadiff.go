// Package schemadiff tells what changed from one version of a schema to the
// next, and which of the changes break clients.
package schemadiff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// A Change is one difference between two schemas.
type Change struct {
	Kind Kind
	// Path is what changed: "type House", "Contact.fax", an enum's
	// "ContactProperty.fax", an argument's "Query.contacts(first:)".
	Path string
	// Was and Is are the types before and after, with defaults and
	// directives; "" where there is none, as for a type itself.
	Was, Is string
	// Breaking says that an operation which was valid may be so no more, or
	// that an answer may have a shape that its client is not made for. Clients
	// are taken to cope with new enum values and possible types, and with
	// other defaults.
	Breaking bool
	// Also are the paths of changes that follow from this one, such as a
	// property's place in filters: the same thing, said once.
	Also []string

	at place
}

// Kind is what happened.
type Kind byte

// The kinds of change, as [Change.String] shows them.
const (
	Added   Kind = '+'
	Removed Kind = '-'
	Changed Kind = '~'
)

// A place is where a change is.
type place struct {
	typ      string // "@" before a directive's name
	member   string // a field, enum value or input field; "" for the type itself
	argument string
	returns  string // the named type of a member or argument
}

// String is one line: "- Contact.fax: String (breaking)".
func (c Change) String() string {
	var b strings.Builder
	b.WriteString(string(c.Kind) + " " + c.Path)
	switch {
	case c.Was != "" && c.Is != "":
		b.WriteString(": " + c.Was + " → " + c.Is)
	case c.Was+c.Is != "":
		b.WriteString(": " + c.Was + c.Is)
	}
	var notes []string
	if c.Breaking {
		notes = append(notes, "breaking")
	}
	if len(c.Also) > 0 {
		const most = 4
		also := "also " + strings.Join(c.Also[:min(most, len(c.Also))], ", ")
		if more := len(c.Also) - most; more > 0 {
			also += fmt.Sprintf(" and %d more", more)
		}
		notes = append(notes, also)
	}
	if len(notes) > 0 {
		b.WriteString(" (" + strings.Join(notes, "; ") + ")")
	}
	return b.String()
}

// Diff returns what changed from one schema to another, by type and member.
// derivedSuffixes make the names of types that go with another, as
// "Connection" makes HouseConnection: their changes are told with those of the
// type that they go with.
func Diff(from, to *ast.Schema, derivedSuffixes []string) []Change {
	d := &differ{from: from, to: to}
	d.types()
	d.directives()
	changes := d.fold(derivedSuffixes)
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(a.at.typ, b.at.typ),
			cmp.Compare(a.at.member, b.at.member),
			cmp.Compare(a.at.argument, b.at.argument),
			cmp.Compare(a.Path, b.Path))
	})
	return changes
}

// Breaking are the changes that break clients.
func Breaking(changes []Change) []Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return !c.Breaking })
}

// Count is how many of the changes are of a kind.
func Count(changes []Change, kind Kind) int {
	n := 0
	for _, c := range changes {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// Text is a line for each change, of at most so many.
func Text(changes []Change, most int) string {
	var b strings.Builder
	for i, c := range changes {
		if i == most {
			fmt.Fprintf(&b, "and %d more\n", len(changes)-most)
			break
		}
		b.WriteString(c.String() + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
