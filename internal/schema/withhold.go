package schema

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hubgraph/hubgraph/internal/portal"
)

// linkable are the object types that records can be searched by their
// associations with, and their fields of AssociatedWith.
var linkable = map[string]string{"contact": contacts, "company": companies, "deal": deals, "ticket": tickets}

// The parts of the core that are about the portal's owners, and about its lists.
// Where a value came from often tells who set it.
var (
	ownerTypes  = []string{"Owner", "Team"}
	ownerFields = map[string][]string{
		"Query":           {"owners"},
		"PropertyVersion": {"sourceId", "sourceLabel", "updatedByUserId", "updatedBy"},
	}
	listTypes  = []string{"List", "ListConnection", "ListEdge", "ListMembership", "ListMemberConnection", "ListMemberEdge"}
	listFields = map[string][]string{
		"Query":  {"list", "lists"},
		"Record": {"lists"},
	}
)

// withhold takes out of the core what is not there in this graph: conditions on
// associations with types that it does not have, and what the metadata
// withholds. It comes after the types have names and before they have fields.
func (b *builder) withhold(meta *portal.Metadata) {
	if meta.Withheld.Owners {
		b.remove(ownerTypes, ownerFields)
	}
	if meta.Withheld.Lists {
		b.remove(listTypes, listFields)
	}
	fields := map[string][]string{"AssociatedWith": nil}
	for name, typeID := range linkable {
		if b.schema.byID[typeID] == nil {
			fields["AssociatedWith"] = append(fields["AssociatedWith"], name)
		}
	}
	if len(fields["AssociatedWith"]) < len(linkable) {
		b.remove(nil, fields)
		return
	}
	b.remove([]string{"AssociatedWith"}, map[string][]string{"RecordWhere": {whereAssociated}})
	b.shared.associatedWith = nil
}

func (b *builder) remove(types []string, fields map[string][]string) {
	s := b.schema.AST
	for _, name := range types {
		delete(s.Types, name)
		delete(s.PossibleTypes, name)
		delete(s.Implements, name)
	}
	for name, gone := range fields {
		def := s.Types[name]
		def.Fields = slices.DeleteFunc(def.Fields, func(f *ast.FieldDefinition) bool { return slices.Contains(gone, f.Name) })
	}
}
