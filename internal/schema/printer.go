package schema

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// printSDL prints a schema in the layout of graphql-js. It is there because
// gqlparser's formatter takes several times as long: a full portal has tens of
// thousands of fields, arguments and enum values.
func printSDL(s *ast.Schema) string {
	var p printer
	for _, name := range slices.Sorted(maps.Keys(s.Directives)) {
		// @oneOf is part of GraphQL since September 2025, and yet unknown to many a
		// tool that reads this: those take the definition from here.
		if d := s.Directives[name]; name == "oneOf" || !isBuiltIn(d.Position) {
			p.directive(d)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		if d := s.Types[name]; !d.BuiltIn && !strings.HasPrefix(name, "__") {
			p.definition(d)
		}
	}
	return strings.TrimSuffix(p.out.String(), "\n")
}

func isBuiltIn(p *ast.Position) bool { return p != nil && p.Src != nil && p.Src.BuiltIn }

// keywords begin the definitions of each kind.
var keywords = map[ast.DefinitionKind]string{
	ast.Scalar:      "scalar ",
	ast.Object:      "type ",
	ast.Interface:   "interface ",
	ast.Union:       "union ",
	ast.Enum:        "enum ",
	ast.InputObject: "input ",
}

// A printer writes SDL.
type printer struct{ out strings.Builder }

func (p *printer) write(texts ...string) {
	for _, s := range texts {
		p.out.WriteString(s)
	}
}

// list writes texts with a separator between them, behind what leads to them;
// nothing if there are none.
func (p *printer) list(lead, separator string, texts []string) {
	for i, s := range texts {
		if i == 0 {
			p.write(lead, s)
		} else {
			p.write(separator, s)
		}
	}
}

func (p *printer) directive(d *ast.DirectiveDefinition) {
	p.description("", d.Description)
	p.write("directive @", d.Name)
	p.arguments(d.Arguments)
	if d.IsRepeatable {
		p.write(" repeatable")
	}
	locations := make([]string, len(d.Locations))
	for i, l := range d.Locations {
		locations[i] = string(l)
	}
	p.list(" on ", " | ", locations)
	p.write("\n\n")
}

func (p *printer) definition(d *ast.Definition) {
	p.description("", d.Description)
	p.write(keywords[d.Kind], d.Name)
	p.list(" implements ", " & ", d.Interfaces)
	p.uses(d.Directives)
	p.list(" = ", " | ", d.Types)
	if len(d.Fields)+len(d.EnumValues) > 0 {
		p.write(" {\n")
		for _, f := range d.Fields {
			p.field(f)
		}
		for _, v := range d.EnumValues {
			p.description("  ", v.Description)
			p.write("  ", v.Name)
			p.uses(v.Directives)
			p.write("\n")
		}
		p.write("}")
	}
	p.write("\n\n")
}

func (p *printer) field(f *ast.FieldDefinition) {
	if strings.HasPrefix(f.Name, "__") {
		return
	}
	p.description("  ", f.Description)
	p.write("  ", f.Name)
	p.arguments(f.Arguments)
	p.typed(f.Type, f.DefaultValue, f.Directives)
	p.write("\n")
}

// arguments writes the arguments of a field or directive in one line if they
// have no descriptions, else each in its own.
func (p *printer) arguments(args ast.ArgumentDefinitionList) {
	if len(args) == 0 {
		return
	}
	described := slices.ContainsFunc(args, func(a *ast.ArgumentDefinition) bool { return a.Description != "" })
	separator, end := ", ", ")"
	p.write("(")
	if described {
		separator, end = "\n", "\n  )"
		p.write("\n")
	}
	for i, a := range args {
		if i > 0 {
			p.write(separator)
		}
		if described {
			p.description("    ", a.Description)
			p.write("    ")
		}
		p.write(a.Name)
		p.typed(a.Type, a.DefaultValue, a.Directives)
	}
	p.write(end)
}

// typed writes what follows the name of a field or argument.
func (p *printer) typed(t *ast.Type, value *ast.Value, uses ast.DirectiveList) {
	p.write(": ")
	p.typeName(t)
	if value != nil {
		p.write(" = ", value.String())
	}
	p.uses(uses)
}

func (p *printer) typeName(t *ast.Type) {
	if t.Elem != nil {
		p.write("[")
		p.typeName(t.Elem)
		p.write("]")
	} else {
		p.write(t.NamedType)
	}
	if t.NonNull {
		p.write("!")
	}
}

func (p *printer) uses(uses ast.DirectiveList) {
	for _, u := range uses {
		p.write(" @", u.Name)
		args := make([]string, len(u.Arguments))
		for i, a := range u.Arguments {
			args[i] = a.Name + ": " + a.Value.String()
		}
		p.list("(", ", ", args)
		if len(args) > 0 {
			p.write(")")
		}
	}
}

// description writes a block string, in one line where it has but one and its
// end cannot be mistaken for that of the block.
func (p *printer) description(indent, s string) {
	if s == "" {
		return
	}
	s = strings.ReplaceAll(s, `"""`, `\"""`)
	if !strings.Contains(s, "\n") && !strings.HasSuffix(s, `"`) && !strings.HasSuffix(s, `\`) {
		p.write(indent, `"""`, s, "\"\"\"\n")
		return
	}
	p.write(indent, "\"\"\"\n")
	for line := range strings.SplitSeq(s, "\n") {
		if line != "" {
			p.write(indent, line)
		}
		p.write("\n")
	}
	p.write(indent, "\"\"\"\n")
}
