package schemadiff

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// A differ gathers changes.
type differ struct {
	from, to *ast.Schema
	changes  []Change
}

func (d *differ) add(c Change) { d.changes = append(d.changes, c) }

func (d *differ) types() {
	for _, name := range union(maps.Keys(d.from.Types), maps.Keys(d.to.Types)) {
		was, is := d.from.Types[name], d.to.Types[name]
		at := place{typ: name}
		switch {
		case is == nil:
			d.add(Change{Kind: Removed, Path: keyword(was) + " " + name, Breaking: true, at: at})
		case was == nil:
			d.add(Change{Kind: Added, Path: keyword(is) + " " + name, at: at})
		case was.Kind != is.Kind:
			d.add(Change{Kind: Changed, Path: name, Was: keyword(was), Is: keyword(is), Breaking: true, at: at})
		default:
			d.definition(was, is)
		}
	}
}

// definition compares two definitions of one kind and name.
func (d *differ) definition(was, is *ast.Definition) {
	at := place{typ: is.Name}
	before, after := keyword(was)+uses(was.Directives), keyword(is)+uses(is.Directives)
	if before != after {
		// An input of which exactly one field may be given takes less.
		narrower := was.Directives.ForName("oneOf") == nil && is.Directives.ForName("oneOf") != nil
		d.add(Change{Kind: Changed, Path: is.Name, Was: before, Is: after, Breaking: narrower, at: at})
	} else if was.Description != is.Description {
		d.described(is.Name, at)
	}
	d.names(is.Name+" implements ", at, was.Interfaces, is.Interfaces)
	d.names(is.Name+" = ", at, was.Types, is.Types)
	d.enumValues(was, is)
	if is.Kind == ast.InputObject {
		d.inputFields(was, is)
	} else {
		d.fields(was, is)
	}
}

// described is a change of words alone, such as HubSpot's label or options.
func (d *differ) described(path string, at place) {
	d.add(Change{Kind: Changed, Path: path, Is: "description", at: at})
}

// names compares interfaces, or the members of a union.
func (d *differ) names(prefix string, at place, was, is []string) {
	for _, name := range union(slices.Values(was), slices.Values(is)) {
		at := at
		at.returns = name
		switch {
		case !slices.Contains(is, name):
			d.add(Change{Kind: Removed, Path: prefix + name, Breaking: true, at: at})
		case !slices.Contains(was, name):
			d.add(Change{Kind: Added, Path: prefix + name, at: at})
		}
	}
}

func (d *differ) enumValues(was, is *ast.Definition) {
	for _, name := range union(valueNames(was), valueNames(is)) {
		before, after := was.EnumValues.ForName(name), is.EnumValues.ForName(name)
		path, at := is.Name+"."+name, place{typ: is.Name, member: name}
		switch {
		case after == nil:
			d.add(Change{Kind: Removed, Path: path, Breaking: true, at: at})
		case before == nil:
			d.add(Change{Kind: Added, Path: path, at: at})
		case uses(before.Directives) != uses(after.Directives):
			d.add(Change{Kind: Changed, Path: path, Was: name + uses(before.Directives), Is: name + uses(after.Directives), at: at})
		case before.Description != after.Description:
			d.described(path, at)
		}
	}
}

func (d *differ) fields(was, is *ast.Definition) {
	for _, name := range union(fieldNames(was), fieldNames(is)) {
		before, after := was.Fields.ForName(name), is.Fields.ForName(name)
		path, at := is.Name+"."+name, place{typ: is.Name, member: name}
		switch {
		case after == nil:
			at.returns = before.Type.Name()
			d.add(Change{Kind: Removed, Path: path, Was: before.Type.String(), Breaking: true, at: at})
			continue
		case before == nil:
			at.returns = after.Type.Name()
			d.add(Change{Kind: Added, Path: path, Is: after.Type.String(), at: at})
			continue
		}
		was, is := before.Type.String()+uses(before.Directives), after.Type.String()+uses(after.Directives)
		if was != is {
			d.add(Change{Kind: Changed, Path: path, Was: was, Is: is, Breaking: !narrows(before.Type, after.Type), at: at})
		} else if before.Description != after.Description {
			d.described(path, at)
		}
		d.arguments(path, at, before.Arguments, after.Arguments)
	}
}

func (d *differ) inputFields(was, is *ast.Definition) {
	for _, name := range union(fieldNames(was), fieldNames(is)) {
		at := place{typ: is.Name, member: name}
		d.input(is.Name+"."+name, at, inputOfField(was.Fields.ForName(name)), inputOfField(is.Fields.ForName(name)))
	}
}

func (d *differ) arguments(path string, at place, was, is ast.ArgumentDefinitionList) {
	for _, name := range union(argumentNames(was), argumentNames(is)) {
		at := at
		at.argument = name
		d.input(path+"("+name+":)", at, inputOfArgument(was.ForName(name)), inputOfArgument(is.ForName(name)))
	}
}

// input compares what a client may give: an argument or an input field.
func (d *differ) input(path string, at place, was, is *input) {
	switch {
	case is == nil:
		at.returns = was.typ.Name()
		d.add(Change{Kind: Removed, Path: path, Was: was.String(), Breaking: true, at: at})
	case was == nil:
		at.returns = is.typ.Name()
		d.add(Change{Kind: Added, Path: path, Is: is.String(), Breaking: is.required(), at: at})
	case was.String() != is.String():
		d.add(Change{
			Kind: Changed, Path: path, Was: was.String(), Is: is.String(), at: at,
			Breaking: !widens(was, is),
		})
	case was.description != is.description:
		d.described(path, at)
	}
}

func (d *differ) directives() {
	for _, name := range union(maps.Keys(d.from.Directives), maps.Keys(d.to.Directives)) {
		was, is := d.from.Directives[name], d.to.Directives[name]
		path, at := "directive @"+name, place{typ: "@" + name}
		switch {
		case is == nil:
			d.add(Change{Kind: Removed, Path: path, Breaking: true, at: at})
			continue
		case was == nil:
			d.add(Change{Kind: Added, Path: path, at: at})
			continue
		}
		d.names(path+" on ", at, locations(was), locations(is))
		if was.Description != is.Description {
			d.described(path, at)
		}
		d.arguments("@"+name, at, was.Arguments, is.Arguments)
	}
}

func locations(d *ast.DirectiveDefinition) []string {
	names := make([]string, len(d.Locations))
	for i, l := range d.Locations {
		names[i] = string(l)
	}
	return names
}

// keyword is what SDL calls the kind of a type.
func keyword(d *ast.Definition) string {
	switch d.Kind {
	case ast.Object:
		return "type"
	case ast.InputObject:
		return "input"
	default:
		return strings.ToLower(string(d.Kind)) // scalar, interface, union, enum
	}
}
