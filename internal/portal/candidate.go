package portal

import (
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A candidate is an object type that the portal may have.
type candidate struct {
	ObjectType             // without properties, pipelines and associates
	pipelines      bool    // HubSpot may have pipelines for it
	undocumented   bool    // of a standard type: HubSpot may not serve its records
	associable     bool    // of a standard type: with every other that is
	selfAssociable bool    // of a standard type
	links          []links // of a custom type: what its schema says
	scopes         []string
}

// links is one direction of an association that a schema defines.
type links struct{ from, to string } // type IDs

// customScopes open the records of custom objects; the first alone suffices.
func customScopes() []string { return []string{"crm.objects.custom.read", "crm.schemas.custom.read"} }

func standardCandidates() []candidate {
	standard := StandardTypes()
	candidates := make([]candidate, 0, len(standard))
	for _, t := range standard {
		candidates = append(candidates, candidate{
			ObjectType: ObjectType{
				TypeID: t.TypeID, Name: t.Name, PluralName: t.PluralName,
				SingularLabel: t.SingularLabel, PluralLabel: t.PluralLabel, Description: t.Description,
				DisplayProperties: t.DisplayProperties, FallbackProperties: t.FallbackProperties,
				Searchable: t.Searchable,
			},
			pipelines: t.Pipelines, undocumented: t.Undocumented, associable: t.Associable, selfAssociable: t.SelfAssociable,
			scopes: t.Scopes,
		})
	}
	return candidates
}

// customCandidates are those of schemas, without archived ones, by type ID.
func customCandidates(schemas []hubspot.Schema) []candidate {
	var candidates []candidate
	for _, s := range schemas {
		if s.Archived || s.ObjectTypeID == "" {
			continue
		}
		c := candidate{
			ObjectType: ObjectType{
				TypeID: s.ObjectTypeID, Name: s.Name, PluralName: s.FullyQualifiedName, Custom: true,
				SingularLabel: s.Labels.Singular, PluralLabel: s.Labels.Plural, Description: s.Description,
				FallbackProperties: s.SecondaryDisplayProperties,
				Searchable:         true,
				SearchedProperties: slices.Sorted(slices.Values(s.SearchableProperties)),
			},
			pipelines: true,
			scopes:    customScopes(),
		}
		if s.PrimaryDisplayProperty != "" {
			c.DisplayProperties = []string{s.PrimaryDisplayProperty}
		}
		for _, a := range s.Associations {
			c.links = append(c.links, links{a.FromObjectTypeID, a.ToObjectTypeID})
		}
		candidates = append(candidates, c)
	}
	slices.SortFunc(candidates, func(a, b candidate) int { return strings.Compare(a.TypeID, b.TypeID) })
	return slices.CompactFunc(candidates, func(a, b candidate) bool { return a.TypeID == b.TypeID })
}

// previousSchemas are the custom object types that m knows, as schemas; nil may
// be given.
func previousSchemas(m *Metadata) []hubspot.Schema {
	if m == nil {
		return nil
	}
	var schemas []hubspot.Schema
	for _, t := range m.Types {
		if !t.Custom {
			continue
		}
		s := hubspot.Schema{
			ObjectTypeID: t.TypeID, FullyQualifiedName: t.PluralName, Name: t.Name,
			Labels:                     hubspot.SchemaLabels{Singular: t.SingularLabel, Plural: t.PluralLabel},
			Description:                t.Description,
			SecondaryDisplayProperties: t.FallbackProperties,
			SearchableProperties:       t.SearchedProperties,
		}
		if len(t.DisplayProperties) > 0 {
			s.PrimaryDisplayProperty = t.DisplayProperties[0]
		}
		for _, to := range t.Associates {
			s.Associations = append(s.Associations, hubspot.SchemaAssociation{FromObjectTypeID: t.TypeID, ToObjectTypeID: to})
		}
		schemas = append(schemas, s)
	}
	return schemas
}
