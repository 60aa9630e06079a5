package schema

import "github.com/vektah/gqlparser/v2/ast"

// listArgs are the arguments of the root field that lists a type's records.
// What HubSpot's search alone can do is there for searchable types only.
func (b *builder) listArgs(t *Type) ast.ArgumentDefinitionList {
	s := &b.shared
	if !t.Object.Searchable {
		return s.unsearchable
	}
	args := ast.ArgumentDefinitionList{s.first, s.after, b.arg("where", "Only records that match.", b.named(t.Name+"Where"))}
	if !t.Object.NoWords {
		args = append(args, s.query)
	}
	if len(t.properties) > 0 {
		args = append(args, b.arg("orderBy", "By one property. By record ID when left out.", b.named(t.Name+"Order")))
	}
	return append(args, s.archived)
}

// edgeArgs are the arguments of the fields that list associated records of a
// type: the same for all types that are associated with it.
func (b *builder) edgeArgs(to *Type) ast.ArgumentDefinitionList {
	args, ok := b.edges[to]
	if !ok {
		s := &b.shared
		args = ast.ArgumentDefinitionList{s.first, s.after, s.labelled,
			b.arg("where", "Only records that match. Evaluated by the gateway, over all associated records.", b.named(to.Name+"Where"))}
		if len(to.properties) > 0 {
			args = append(args, b.arg("orderBy", "By one property. Evaluated by the gateway, over all associated records.", b.named(to.Name+"Order")))
		}
		b.edges[to] = args
	}
	return args
}
