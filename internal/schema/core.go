package schema

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// internal is the directive that hides a part of the core from clients.
const internal = "internal"

// loadCore parses the core SDL beside GraphQL's built-ins and leaves out what
// is marked @internal, the directive included.
func loadCore(sdl string) (*ast.Schema, error) {
	doc, err := parser.ParseSchemas(validator.Prelude, &ast.Source{Name: "schema.graphqls", Input: sdl})
	if err != nil {
		return nil, fmt.Errorf("parse core schema: %w", err)
	}
	doc.Definitions = slices.DeleteFunc(doc.Definitions, func(d *ast.Definition) bool {
		return d.Directives.ForName(internal) != nil
	})
	for _, d := range doc.Definitions {
		d.Fields = slices.DeleteFunc(d.Fields, func(f *ast.FieldDefinition) bool {
			return f.Directives.ForName(internal) != nil
		})
	}
	doc.Directives = slices.DeleteFunc(doc.Directives, func(d *ast.DirectiveDefinition) bool {
		return d.Name == internal
	})
	core, err := validator.ValidateSchemaDocument(doc)
	if err != nil {
		return nil, fmt.Errorf("validate core schema: %w", err)
	}
	// gqlparser declares @defer for all schemas, and nothing here defers.
	delete(core.Directives, "defer")
	return core, checkCore(core)
}

// checkCore reports the first thing that the live schema needs and the core
// does not have.
func checkCore(core *ast.Schema) error {
	if core.Query == nil {
		return fmt.Errorf("core schema has no Query type")
	}
	for _, name := range []string{
		"Node", "Record", "PageInfo", "AssociationLabel",
		"Date", "DateTime", "EnumValue", "Owner", "Pipeline", "PipelineStage",
	} {
		if core.Types[name] == nil {
			return fmt.Errorf("core schema has no %s type", name)
		}
	}
	for _, f := range core.Types["Record"].Fields {
		if _, ok := gatewayFields[f.Name]; !ok {
			return fmt.Errorf("core schema has a field Record.%s that nothing answers", f.Name)
		}
	}
	for id, n := range standardTypes {
		if core.Types[n.Name] != nil {
			return fmt.Errorf("core schema has a type %s, the name of HubSpot's object type %s", n.Name, id)
		}
	}
	return nil
}
