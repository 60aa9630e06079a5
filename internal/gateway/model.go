package gateway

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/hubgraph/hubgraph/internal/execute"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/schema"
)

// A Model is a portal's object types and how they hang together, as somebody sees
// them.
type Model struct {
	PortalID      string             `json:"portalId"`
	SchemaVersion string             `json:"schemaVersion"`
	Types         []ModelType        `json:"types"`
	Associations  []ModelAssociation `json:"associations"`
}

// A ModelType is one object type. Its properties are told by the query
// objectType(name:).
type ModelType struct {
	TypeID           string `json:"typeId"`
	Name             string `json:"name"`
	GraphQLType      string `json:"graphqlType"`
	ListField        string `json:"listField"`
	LookupField      string `json:"lookupField"`
	SingularLabel    string `json:"singularLabel"`
	PluralLabel      string `json:"pluralLabel"`
	Description      string `json:"description,omitempty"`
	Custom           bool   `json:"custom"`
	Properties       int    `json:"properties"`
	CustomProperties int    `json:"customProperties"` // that HubSpot has not defined
	Pipelines        int    `json:"pipelines"`
}

// A ModelAssociation is that records of two types can be associated: told once for
// each pair. The labels of its links are told by the query associationLabels.
type ModelAssociation struct {
	From      string `json:"from"` // type IDs, which are the same for a type's own
	To        string `json:"to"`
	Field     string `json:"field,omitempty"`     // of the one's type that leads to the other; "" if none does
	BackField string `json:"backField,omitempty"` // that leads back
}

// ServeModel answers the model of those who ask, if they may read their schema; its
// ETag is the schema's version.
func (g *Gateway) ServeModel(w http.ResponseWriter, r *http.Request) {
	v := g.view(w, r)
	if v == nil {
		return
	}
	if !v.introspect {
		g.opts.Rules.Refuse(w, r, http.StatusForbidden, execute.CodeForbidden, noIntrospectionMessage, 0)
		return
	}
	etag := `"` + v.schema.Version() + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(modelOf(g.PortalID(), v.schema)) // a client that is gone reads nothing
}

func modelOf(portalID string, s *schema.Schema) Model {
	m := Model{PortalID: portalID, SchemaVersion: s.Version(), Types: []ModelType{}, Associations: []ModelAssociation{}}
	for _, t := range s.Types() {
		o := t.Object
		m.Types = append(m.Types, ModelType{
			TypeID: o.TypeID, Name: o.Name, GraphQLType: t.Name, ListField: t.List, LookupField: t.Lookup,
			SingularLabel: o.SingularLabel, PluralLabel: o.PluralLabel, Description: o.Description, Custom: o.Custom,
			Properties: len(o.Properties), CustomProperties: customProperties(o.Properties), Pipelines: len(o.Pipelines),
		})
	}
	m.Associations = associationsOf(s)
	return m
}

func customProperties(properties []*hubspot.Property) (n int) {
	for _, p := range properties {
		if !p.HubSpotDefined {
			n++
		}
	}
	return n
}

// associationsOf are the pairs of types that a field leads between.
func associationsOf(s *schema.Schema) []ModelAssociation {
	type pair struct{ from, to string }
	byPair := make(map[pair]*ModelAssociation)
	for _, t := range s.Types() {
		for _, f := range t.Fields() {
			if f.Kind != schema.KindAssociation {
				continue
			}
			key := pair{t.Object.TypeID, f.Target.Object.TypeID}
			back := key.from > key.to
			if back {
				key.from, key.to = key.to, key.from
			}
			a := byPair[key]
			if a == nil {
				a = &ModelAssociation{From: key.from, To: key.to}
				byPair[key] = a
			}
			if back {
				a.BackField = f.Name
			} else {
				a.Field = f.Name
			}
		}
	}
	all := make([]ModelAssociation, 0, len(byPair))
	for _, a := range byPair {
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b ModelAssociation) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return all
}
