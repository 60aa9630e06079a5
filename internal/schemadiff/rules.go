package schemadiff

import (
	"iter"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// An input is an argument or an input field.
type input struct {
	typ         *ast.Type
	value       *ast.Value // its default
	directives  ast.DirectiveList
	description string
}

func inputOfField(f *ast.FieldDefinition) *input {
	if f == nil {
		return nil
	}
	return &input{f.Type, f.DefaultValue, f.Directives, f.Description}
}

func inputOfArgument(a *ast.ArgumentDefinition) *input {
	if a == nil {
		return nil
	}
	return &input{a.Type, a.DefaultValue, a.Directives, a.Description}
}

// String is the input's type, default and directives as SDL has them.
func (i *input) String() string {
	s := i.typ.String()
	if i.value != nil {
		s += " = " + i.value.String()
	}
	return s + uses(i.directives)
}

// required says whether clients must give it.
func (i *input) required() bool { return i.typ.NonNull && i.value == nil }

// widens says whether all that clients gave, or left out, still is allowed.
func widens(was, is *input) bool {
	return narrows(is.typ, was.typ) && (was.required() || !is.required())
}

// narrows says whether every value of a type is one of the other type that
// reads the same: only nulls may be missing.
//
// A field of an interface that becomes one of its types is not among these:
// fragments on the others would no longer be valid there.
func narrows(was, is *ast.Type) bool {
	if was.NonNull && !is.NonNull {
		return false
	}
	if was.Elem == nil || is.Elem == nil {
		return was.Elem == nil && is.Elem == nil && was.NamedType == is.NamedType
	}
	return narrows(was.Elem, is.Elem)
}

// uses are the directives as SDL has them, each behind a blank.
func uses(directives ast.DirectiveList) string {
	var b strings.Builder
	for _, d := range directives {
		b.WriteString(" @" + d.Name)
		for i, a := range d.Arguments {
			b.WriteString([]string{"(", ", "}[min(i, 1)] + a.Name + ": " + a.Value.String())
		}
		if len(d.Arguments) > 0 {
			b.WriteString(")")
		}
	}
	return b.String()
}

// union is all names of both, sorted.
func union(a, b iter.Seq[string]) []string {
	return slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, names := range []iter.Seq[string]{a, b} {
			for name := range names {
				if !yield(name) {
					return
				}
			}
		}
	}))
}

func fieldNames(d *ast.Definition) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range d.Fields {
			if !yield(f.Name) {
				return
			}
		}
	}
}

func valueNames(d *ast.Definition) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, v := range d.EnumValues {
			if !yield(v.Name) {
				return
			}
		}
	}
}

func argumentNames(args ast.ArgumentDefinitionList) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, a := range args {
			if !yield(a.Name) {
				return
			}
		}
	}
}
