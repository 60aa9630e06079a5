package schema

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// addRoots adds the fields that records answer to Query: behind the core's,
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
	add(&Root{Name: "node", Kind: RootNode}, "The record of a global ID. Null when there is none.",
		b.named("Node"), b.arg("id", "", b.nonNull("ID")))
	add(&Root{Name: "nodes", Kind: RootNodes}, "The records of global IDs, in their order, null where there is none.",
		ast.NonNullListType(b.named("Node"), b.position),
		b.arg("ids", "", ast.NonNullListType(b.nonNull("ID"), b.position)))
	for _, t := range b.schema.order {
		add(&Root{Name: t.Lookup, Kind: RootLookup, Type: t},
			fmt.Sprintf("One %s record. Null when there is none.", t.Name),
			b.named(t.Name), b.arg("by", "", b.nonNull(t.Name+"Key")))
		args := b.listArgs
		if t.Object.Searchable {
			args = b.searchArgs
		}
		add(&Root{Name: t.List, Kind: RootList, Type: t}, b.describe.plural(t)+".", b.nonNull(t.Name+"Connection"), args...)
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
