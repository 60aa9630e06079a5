package schema

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// addRoots adds the fields of each object type to Query: behind the core's,
// before introspection's, which gqlparser puts last.
func (b *builder) addRoots() {
	query := b.schema.AST.Query
	fields, introspection := splitIntrospection(query.Fields)
	add := func(root *Root, description string, t *ast.Type, args ...*ast.ArgumentDefinition) {
		b.schema.roots[root.Name] = root
		f := b.field(root.Name, description, t)
		f.Arguments = args
		fields = append(fields, f)
	}
	for name, kind := range gatewayRoots {
		if query.Fields.ForName(name) == nil {
			continue // withheld
		}
		b.schema.roots[name] = &Root{Name: name, Kind: kind}
	}
	for _, t := range b.schema.order {
		add(&Root{Name: t.Lookup, Kind: RootLookup, Type: t},
			fmt.Sprintf("One %s record. Null when there is none.", t.Name),
			b.named(t.Name), b.arg("by", "", b.nonNull(t.Name+"Key")))
		add(&Root{Name: t.List, Kind: RootList, Type: t}, b.describe.plural(t)+".", b.nonNull(t.Name+"Connection"), b.listArgs(t)...)
	}
	query.Fields = append(fields, introspection...)
}

// splitIntrospection tells the fields that GraphQL adds to Query by itself.
func splitIntrospection(all ast.FieldList) (fields, introspection ast.FieldList) {
	for _, f := range all {
		if len(f.Name) > 1 && f.Name[:2] == "__" {
			introspection = append(introspection, f)
		} else {
			fields = append(fields, f)
		}
	}
	return fields, introspection
}
