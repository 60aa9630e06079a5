package hubspottest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An Object is the definition of a custom object type.
//
// HubSpot: https://developers.hubspot.com/docs/api-reference/crm-schemas-v3/guide
type Object struct {
	Name             string // immutable, such as "house"
	TypeID           string // such as "2-3465404"; default the next free one
	Singular, Plural string // labels; default made of the name
	Description      string
	Display          string     // property that names a record; default "name"
	SecondaryDisplay []string   //
	Searchable       []string   // properties that a search's query looks in; default Display
	Required         []string   // default Display
	Properties       []Property // besides HubSpot's own; Display is added if missing
	Associations     []string   // object types it can be associated with; HubSpot adds the activities
}

// DefineObject adds a custom object type and returns its type ID. In paths it
// goes by the type ID and by "p<hubId>_<name>", in this package's methods by
// its bare name as well.
func (p *Portal) DefineObject(o Object) (typeID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.tick()
	if o.TypeID == "" {
		o.TypeID = "2-" + strconv.Itoa(p.nextCustomID)
		p.nextCustomID += 1009
	}
	if o.Singular == "" {
		o.Singular = labelOf(o.Name)
	}
	if o.Plural == "" {
		o.Plural = o.Singular + "s"
	}
	if o.Display == "" {
		o.Display = "name"
	}
	if o.Searchable == nil {
		o.Searchable = []string{o.Display}
	}
	if o.Required == nil {
		o.Required = []string{o.Display}
	}
	t := newObjectType()
	t.id, t.singular, t.plural = o.TypeID, o.Name, fmt.Sprintf("p%d_%s", p.opts.PortalID, o.Name)
	t.scopes = []string{"crm.objects.custom.read"}
	t.created, t.modified = "hs_createdate", "hs_lastmodifieddate"
	t.query = o.Searchable
	t.stageProps = [2]string{"hs_pipeline", "hs_pipeline_stage"}
	t.custom = &o
	t.groups = []Group{{Name: o.Name + "_information", Label: o.Singular + " information"}}
	t.addCatalogue(commonCatalogue(t) + "hs_pipeline | Pipeline | select\nhs_pipeline_stage | Pipeline stage | select\n")
	if !slices.ContainsFunc(o.Properties, func(prop Property) bool { return prop.Name == o.Display }) {
		t.define(Property{Name: o.Display, CreatedAt: now, UpdatedAt: now})
	}
	for _, prop := range o.Properties {
		prop.CreatedAt, prop.UpdatedAt = now, now
		prop.ModificationMetadata.Archivable = true
		t.define(prop)
	}
	p.addType(t)
	for _, name := range append(slices.Clone(o.Associations), "emails", "meetings", "notes", "tasks", "calls", "communications", "postal_mail") {
		p.definePair(t, p.mustType(name))
	}
	return t.id
}

// wireSchema is a custom object's definition as HubSpot writes it.
type wireSchema struct {
	ID                         string              `json:"id"`
	ObjectTypeID               string              `json:"objectTypeId"`
	FullyQualifiedName         string              `json:"fullyQualifiedName"`
	Name                       string              `json:"name"`
	Labels                     map[string]string   `json:"labels"`
	Description                string              `json:"description,omitempty"`
	PrimaryDisplayProperty     string              `json:"primaryDisplayProperty"`
	SecondaryDisplayProperties []string            `json:"secondaryDisplayProperties"`
	RequiredProperties         []string            `json:"requiredProperties"`
	SearchableProperties       []string            `json:"searchableProperties"`
	Properties                 []*Property         `json:"properties"`
	Associations               []schemaAssociation `json:"associations"`
	Archived                   bool                `json:"archived"`
	AllowsSensitiveProperties  bool                `json:"allowsSensitiveProperties"`
	CreatedAt                  string              `json:"createdAt"`
	UpdatedAt                  string              `json:"updatedAt"`
	CreatedByUserID            int64               `json:"createdByUserId"`
	UpdatedByUserID            int64               `json:"updatedByUserId"`
}

type schemaAssociation struct {
	ID               string  `json:"id"`
	FromObjectTypeID string  `json:"fromObjectTypeId"`
	ToObjectTypeID   string  `json:"toObjectTypeId"`
	Name             string  `json:"name"`
	CreatedAt        *string `json:"createdAt"`
	UpdatedAt        *string `json:"updatedAt"`
}

func (p *Portal) schema(t *objectType, q *request) wireSchema {
	o := t.custom
	s := wireSchema{
		ID: strings.TrimPrefix(t.id, "2-"), ObjectTypeID: t.id, FullyQualifiedName: t.plural, Name: o.Name,
		Labels:                 map[string]string{"singular": o.Singular, "plural": o.Plural},
		Description:            o.Description,
		PrimaryDisplayProperty: o.Display, SecondaryDisplayProperties: append([]string{}, o.SecondaryDisplay...),
		RequiredProperties: o.Required, SearchableProperties: o.Searchable,
		Properties: []*Property{}, Associations: []schemaAssociation{},
		CreatedAt: catalogueCreatedAt, UpdatedAt: catalogueCreatedAt, CreatedByUserID: firstUserID, UpdatedByUserID: firstUserID,
	}
	if q.query.Get("includePropertyDefinitions") != "false" {
		s.Properties = t.definitions(false, "non_sensitive")
	}
	if q.query.Get("includeAssociationDefinitions") == "false" {
		return s
	}
	for _, other := range p.types {
		directions := []pair{{t, other}, {other, t}}
		if other == t {
			directions = directions[:1]
		}
		for _, d := range directions {
			for _, a := range p.assocTypes[d] {
				s.Associations = append(s.Associations, schemaAssociation{
					ID: strconv.Itoa(a.typeID), FromObjectTypeID: d.from.id, ToObjectTypeID: d.to.id, Name: a.name,
				})
			}
		}
	}
	return s
}

func (p *Portal) openSchemas() (response, bool) {
	scopes := []string{"crm.schemas.custom.read", "crm.objects.custom.read"}
	if !p.can(scopes...) {
		return missingScopes(scopes), false
	}
	return response{}, true
}

// listSchemas serves GET /crm-object-schemas/v3/schemas.
func (p *Portal) listSchemas(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if refusal, ok := p.openSchemas(); !ok {
		return refusal
	}
	archived, refusal, ok := q.archived()
	if !ok {
		return refusal
	}
	results := []wireSchema{}
	for _, t := range p.types {
		if t.custom != nil && !archived {
			results = append(results, p.schema(t, q))
		}
	}
	return encode(map[string]any{"results": results})
}

// getSchema serves GET /crm-object-schemas/v3/schemas/{objectType}.
func (p *Portal) getSchema(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if refusal, ok := p.openSchemas(); !ok {
		return refusal
	}
	t := p.lookupType(q.args[0])
	if t == nil || t.custom == nil {
		return unknownType(q.args[0])
	}
	return encode(p.schema(t, q))
}
