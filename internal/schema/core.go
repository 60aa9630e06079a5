package schema

import (
	_ "embed" // for what the live schema alone has
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// internal is the directive that hides a part of the core from clients.
const internal = "internal"

// recordsSDL is the part of the live schema that all portals share and that
// gqlgen has no executors for.
//
//go:embed records.graphqls
var recordsSDL string

// loadCore parses the core SDL and recordsSDL beside GraphQL's built-ins and
// leaves out what is marked @internal, the directive included.
func loadCore(sdl string) (*ast.Schema, error) {
	doc, err := parser.ParseSchemas(validator.Prelude,
		&ast.Source{Name: "schema.graphqls", Input: sdl},
		&ast.Source{Name: "records.graphqls", Input: recordsSDL})
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
	if core.Query == nil || core.Query.Name != "Query" {
		return fmt.Errorf("core schema has no Query type")
	}
	for _, name := range neededTypes() {
		if core.Types[name] == nil {
			return fmt.Errorf("core schema has no %s type", name)
		}
	}
	for name := range gatewayFields {
		if core.Types["Record"].Fields.ForName(name) == nil {
			return fmt.Errorf("core schema has no field Record.%s", name)
		}
	}
	for name := range gatewayRoots {
		if core.Query.Fields.ForName(name) == nil {
			return fmt.Errorf("core schema has no field Query.%s", name)
		}
	}
	for _, f := range core.Types["Record"].Fields {
		if _, ok := gatewayFields[f.Name]; !ok {
			return fmt.Errorf("core schema has a field Record.%s that nothing answers", f.Name)
		}
	}
	for id, n := range standardTypes {
		for _, name := range n.types() {
			if core.Types[name] != nil {
				return fmt.Errorf("core schema has a type %s, a name that HubSpot's object type %s needs", name, id)
			}
		}
	}
	return nil
}

// neededTypes are the types that those of a portal are made from.
func neededTypes() []string {
	names := []string{"Node", "Record", "PageInfo", "AssociationLabel", "AssociatedWith", "OrderDirection", "PropertyHistory"}
	names = append(names, valueTypes[:]...)
	return append(names, filterTypes[:]...)
}
