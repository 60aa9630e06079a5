package resolvers

import (
	"slices"
	"strconv"
	"time"

	"github.com/hubgraph/hubgraph/graph/generated"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// optional is nil for an empty text: HubSpot makes no difference.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// objectType describes an object type that the token can read.
func (r *Resolver) objectType(t *schema.Type) *generated.ObjectType {
	o := t.Object
	out := &generated.ObjectType{
		TypeID:           o.TypeID,
		Name:             o.Name,
		PluralName:       o.PluralName,
		GraphqlType:      &t.Name,
		LookupField:      &t.Lookup,
		ListField:        &t.List,
		Available:        true,
		MissingScopes:    append([]string{}, o.MissingScopes...),
		Searchable:       o.Searchable,
		Custom:           o.Custom,
		SingularLabel:    optional(o.SingularLabel),
		PluralLabel:      optional(o.PluralLabel),
		Description:      optional(o.Description),
		Associates:       slices.Clone(o.Associates),
		UniqueProperties: []string{},
		Properties:       make([]*generated.Property, 0, len(o.Properties)),
		Pipelines:        pipelines(o.TypeID, o.Pipelines),
	}
	if out.Associates == nil {
		out.Associates = []string{}
	}
	where := r.Schema.AST.Types[t.Name+"Where"]
	for _, p := range o.Properties {
		field := t.PropertyField(p.Name)
		if field == nil {
			continue
		}
		described := property(field.Name, p)
		described.Filterable = where != nil && where.Fields.ForName(field.Name) != nil
		out.Properties = append(out.Properties, described)
		if p.HasUniqueValue {
			out.UniqueProperties = append(out.UniqueProperties, p.Name)
		}
	}
	return out
}

// unavailable describes an object type that the token cannot read, as far as it
// is known.
func unavailable(u *portal.Unavailable) *generated.ObjectType {
	return &generated.ObjectType{
		TypeID:            u.TypeID,
		Name:              u.Name,
		PluralName:        u.PluralName,
		UnavailableReason: &u.Reason,
		MissingScopes:     append([]string{}, u.Scopes...),
		Searchable:        u.Searchable,
		Custom:            u.Custom,
		SingularLabel:     optional(u.SingularLabel),
		PluralLabel:       optional(u.PluralLabel),
		Description:       optional(u.Description),
		UniqueProperties:  []string{},
		Associates:        []string{},
		Properties:        []*generated.Property{},
		Pipelines:         []*generated.Pipeline{},
	}
}

func property(field string, p *hubspot.Property) *generated.Property {
	out := &generated.Property{
		Name:                 p.Name,
		Field:                field,
		Label:                optional(p.Label),
		Description:          optional(p.Description),
		Group:                optional(p.GroupName),
		Type:                 p.Type,
		FieldType:            p.FieldType,
		Options:              make([]*generated.PropertyOption, 0, len(p.Options)),
		Hidden:               p.Hidden,
		Calculated:           p.Calculated,
		HasUniqueValue:       p.HasUniqueValue,
		ReferencedObjectType: optional(p.ReferencedObjectType),
		DataSensitivity:      p.DataSensitivity,
	}
	if out.DataSensitivity == "" {
		out.DataSensitivity = string(hubspot.NonSensitive)
	}
	for _, o := range p.Options {
		out.Options = append(out.Options, &generated.PropertyOption{
			Value:       o.Value,
			Label:       o.Label,
			Description: optional(o.Description),
			Hidden:      o.Hidden,
		})
	}
	return out
}

// pipelines are those of an object type.
func pipelines(typeID string, all []hubspot.Pipeline) []*generated.Pipeline {
	out := make([]*generated.Pipeline, 0, len(all))
	for i := range all {
		out = append(out, pipeline(typeID, &all[i], pipeline(typeID, &all[i], nil)))
	}
	return out
}

// pipeline makes a pipeline whose stages lead back to the given one. It is
// another object, whose own stages lead nowhere: a query that goes round and
// round would otherwise grow by the number of stages each time.
func pipeline(typeID string, p *hubspot.Pipeline, back *generated.Pipeline) *generated.Pipeline {
	out := &generated.Pipeline{
		ID:           schema.PipelineID(typeID, p.ID),
		PipelineID:   p.ID,
		Label:        optional(p.Label),
		DisplayOrder: &p.DisplayOrder,
		Archived:     &p.Archived,
		Stages:       make([]*generated.PipelineStage, 0, len(p.Stages)),
	}
	for i := range p.Stages {
		out.Stages = append(out.Stages, stage(schema.StageID(typeID, p.ID, p.Stages[i].ID), back, &p.Stages[i]))
	}
	return out
}

func stage(id string, of *generated.Pipeline, s *hubspot.PipelineStage) *generated.PipelineStage {
	out := &generated.PipelineStage{
		ID:           id,
		StageID:      s.ID,
		Label:        optional(s.Label),
		DisplayOrder: &s.DisplayOrder,
		Archived:     &s.Archived,
		TicketState:  optional(s.Metadata["ticketState"]),
		Pipeline:     of,
	}
	if closed, known := s.Closed(); known {
		out.IsClosed = &closed
	}
	if p, err := strconv.ParseFloat(s.Metadata["probability"], 64); err == nil {
		out.Probability = &p
	}
	return out
}

func owner(o *hubspot.Owner) *generated.Owner {
	out := &generated.Owner{
		ID:        schema.OwnerID(o.ID),
		OwnerID:   o.ID,
		Email:     optional(o.Email),
		FirstName: optional(o.FirstName),
		LastName:  optional(o.LastName),
		FullName:  optional(o.FullName()),
		Type:      optional(o.Type),
		UserID:    optional(o.UserID),
		Archived:  &o.Archived,
		Teams:     make([]*generated.Team, 0, len(o.Teams)),
	}
	for _, t := range o.Teams {
		out.Teams = append(out.Teams, &generated.Team{TeamID: t.ID, Name: optional(t.Name), Primary: &t.Primary})
	}
	return out
}

func portalOf(meta *portal.Metadata, version string, loadedAt time.Time) *generated.Portal {
	a := meta.Account
	out := &generated.Portal{
		ID:                     a.PortalID,
		AccountType:            optional(a.AccountType),
		TimeZone:               optional(a.TimeZone),
		Currency:               optional(a.CompanyCurrency),
		AdditionalCurrencies:   append([]string{}, a.AdditionalCurrencies...),
		UIDomain:               optional(a.UIDomain),
		DataHostingLocation:    optional(a.DataHostingLocation),
		SchemaVersion:          version,
		LoadedAt:               loadedAt.UTC().Format(time.RFC3339),
		UnavailableObjectTypes: make([]*generated.UnavailableObjectType, 0, len(meta.Unavailable)),
		Warnings:               append([]string{}, meta.Warnings...),
	}
	for _, u := range meta.Unavailable {
		out.UnavailableObjectTypes = append(out.UnavailableObjectTypes, &generated.UnavailableObjectType{
			TypeID: u.TypeID, Name: u.Name, Reason: u.Reason, MissingScopes: append([]string{}, u.Scopes...),
		})
	}
	return out
}

func budget(b hubspot.BudgetState) *generated.RateLimitBudget {
	return &generated.RateLimitBudget{Limit: b.Limit, Remaining: b.Remaining, WindowMs: int(b.Window.Milliseconds())}
}
