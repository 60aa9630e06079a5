package hubspottest

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
)

// A dump is all that a portal holds, for programs that work out from it what a
// client should see: not as HubSpot's API gives it, but as it is.
type dump struct {
	PortalID int64         `json:"portalId"`
	Owners   []wireOwner   `json:"owners"`
	Types    []dumpType    `json:"types"`
	Labels   []dumpPair    `json:"associationLabels"`
	Lists    []dumpSegment `json:"lists"`
}

type dumpType struct {
	ID         string            `json:"id"`
	Singular   string            `json:"singular"`
	Plural     string            `json:"plural"`
	Display    string            `json:"display,omitempty"` // of a custom object
	Query      []string          `json:"query"`             // where a search's query looks
	Created    string            `json:"created"`           // the property that says when a record was made
	Modified   string            `json:"modified"`
	Properties []*Property       `json:"properties"`
	Pipelines  []Pipeline        `json:"pipelines"`
	Records    []dumpRecord      `json:"records"` // by ID, live and archived
	Merged     map[string]string `json:"merged"`  // losing ID → winning ID
}

type dumpRecord struct {
	ID         string                `json:"id"`
	Values     map[string]string     `json:"values"`
	CreatedAt  string                `json:"createdAt"`
	UpdatedAt  string                `json:"updatedAt"`
	ArchivedAt string                `json:"archivedAt,omitempty"`
	Links      map[string][]dumpLink `json:"links"` // by the other type's ID, in order of IDs

	History map[string][]dumpVersion `json:"history"` // by property, newest first
}

type dumpVersion struct {
	Value     string `json:"value"`
	Timestamp string `json:"timestamp"`
	Type      string `json:"sourceType"`
	ID        string `json:"sourceId"`
	Label     string `json:"sourceLabel"`
	UserID    int64  `json:"updatedByUserId"`
}

type dumpLink struct {
	To    string          `json:"to"`
	Types []dumpAssocType `json:"types"`
}

type dumpAssocType struct {
	Category string `json:"category"`
	TypeID   int    `json:"typeId"`
	Label    string `json:"label,omitempty"`
}

type dumpPair struct {
	From  string          `json:"from"`
	To    string          `json:"to"`
	Types []dumpAssocType `json:"types"`
}

type dumpSegment struct {
	ID             string       `json:"id"`
	Name           string       `json:"name"`
	TypeID         string       `json:"typeId"`
	ProcessingType string       `json:"processingType"`
	Status         string       `json:"status"`
	Size           int          `json:"size"`
	CreatedAt      string       `json:"createdAt"`
	UpdatedAt      string       `json:"updatedAt"`
	Members        []dumpMember `json:"members"` // live ones, by ID
}

type dumpMember struct {
	ID    string `json:"id"`
	First string `json:"first"`
	Last  string `json:"last"`
}

// Dump writes all that the portal holds as JSON.
func (p *Portal) Dump(w io.Writer) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	d := dump{PortalID: p.opts.PortalID, Owners: []wireOwner{}, Labels: []dumpPair{}, Lists: []dumpSegment{}}
	for _, o := range p.owners {
		d.Owners = append(d.Owners, o.wire())
	}
	for _, t := range p.types {
		d.Types = append(d.Types, t.dump())
		for _, to := range p.types {
			if types := p.assocTypes[pair{t, to}]; len(types) > 0 {
				d.Labels = append(d.Labels, dumpPair{t.id, to.id, dumpAssocTypes(types)})
			}
		}
	}
	for _, s := range p.segments {
		d.Lists = append(d.Lists, s.dump())
	}
	return json.NewEncoder(w).Encode(d)
}

func (t *objectType) dump() dumpType {
	d := dumpType{
		ID: t.id, Singular: t.singular, Plural: t.plural, Query: t.query, Created: t.created, Modified: t.modified,
		Properties: []*Property{}, Pipelines: append([]Pipeline{}, t.pipelines...), Records: []dumpRecord{}, Merged: map[string]string{},
	}
	if t.custom != nil {
		d.Display = t.custom.Display
	}
	for _, prop := range t.properties {
		d.Properties = append(d.Properties, prop)
	}
	for _, ids := range [][]int64{t.live, t.archived} {
		for _, id := range ids {
			d.Records = append(d.Records, t.records[id].dump())
		}
	}
	slices.SortFunc(d.Records, func(a, b dumpRecord) int { return int(t.find(a.ID).id - t.find(b.ID).id) })
	for loser, winner := range t.merged {
		d.Merged[strconv.FormatInt(loser, 10)] = strconv.FormatInt(winner, 10)
	}
	return d
}

func (r *record) dump() dumpRecord {
	d := dumpRecord{ID: r.text, Values: r.values, CreatedAt: r.created, UpdatedAt: r.updated, ArchivedAt: r.archivedAt, Links: map[string][]dumpLink{}, History: map[string][]dumpVersion{}}
	for name := range r.values {
		for _, v := range r.versions(name) {
			d.History[name] = append(d.History[name], dumpVersion{v.value, v.at, v.Type, v.ID, v.Label, v.UserID})
		}
	}
	for to, links := range r.links {
		for _, l := range links {
			d.Links[to.id] = append(d.Links[to.id], dumpLink{strconv.FormatInt(l.to, 10), dumpAssocTypes(l.types)})
		}
	}
	return d
}

func dumpAssocTypes(types []*assocType) []dumpAssocType {
	all := make([]dumpAssocType, len(types))
	for i, a := range types {
		all[i] = dumpAssocType{a.category, a.typeID, a.label}
	}
	return all
}

func (s *segment) dump() dumpSegment {
	d := dumpSegment{
		ID: s.text(), Name: s.def.Name, TypeID: s.t.id, ProcessingType: s.def.ProcessingType, Status: s.def.Status,
		Size: s.size(), CreatedAt: s.created, UpdatedAt: s.updated, Members: []dumpMember{},
	}
	for _, id := range s.live() {
		m := s.members[id]
		d.Members = append(d.Members, dumpMember{strconv.FormatInt(id, 10), m.first, m.last})
	}
	return d
}
