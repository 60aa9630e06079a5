package hubspottest

import (
	"cmp"
	"slices"
	"strconv"
)

// A ListDefinition is a list of records of one object type, which HubSpot's users know
// as a segment.
//
// HubSpot: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide
type ListDefinition struct {
	Name           string
	ObjectType     string
	ProcessingType string   // MANUAL, DYNAMIC or SNAPSHOT; default MANUAL
	Status         string   // default COMPLETE
	Members        []string // record IDs

	// Size is what HubSpot counted last, which may lag behind; 0 means as many
	// as there are members.
	Size int
}

// segment is one list.
type segment struct {
	id               int64
	def              ListDefinition
	t                *objectType
	created, updated string
	members          map[int64]membership
}

// membership is when a record became a member.
type membership struct{ first, last string }

// AddList adds a list and returns its ID. IDs ascend from 1.
func (p *Portal) AddList(l ListDefinition) (id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.ProcessingType == "" {
		l.ProcessingType = "MANUAL"
	}
	if l.Status == "" {
		l.Status = "COMPLETE"
	}
	now := p.tick()
	s := &segment{id: int64(len(p.segments) + 1), def: l, t: p.mustType(l.ObjectType), created: now, updated: now, members: map[int64]membership{}}
	p.segments = append(p.segments, s)
	for _, member := range l.Members {
		s.members[p.mustRecord(s.t, member).id] = membership{now, now}
	}
	return s.text()
}

// AddToList makes records members of a list. Those that were members before
// keep the time at which they first became one.
func (p *Portal) AddToList(listID string, recordIDs ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.mustSegment(listID)
	s.updated = p.tick()
	for _, id := range recordIDs {
		r := p.mustRecord(s.t, id)
		s.members[r.id] = membership{cmp.Or(s.members[r.id].first, s.updated), s.updated}
	}
}

// RemoveFromList ends memberships.
func (p *Portal) RemoveFromList(listID string, recordIDs ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.mustSegment(listID)
	s.updated = p.tick()
	for _, id := range recordIDs {
		delete(s.members, p.mustRecord(s.t, id).id)
	}
}

func (p *Portal) mustSegment(id string) *segment {
	s := p.segment(id)
	if s == nil {
		p.fail("no list %q", id)
	}
	return s
}

// segment finds a list, or returns nil.
func (p *Portal) segment(id string) *segment {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	i, found := slices.BinarySearchFunc(p.segments, n, func(s *segment, id int64) int { return cmp.Compare(s.id, id) })
	if !found {
		return nil
	}
	return p.segments[i]
}

func (s *segment) text() string { return strconv.FormatInt(s.id, 10) }

// has tells since when a record that is live has been a member.
func (s *segment) has(id int64) (membership, bool) {
	m, ok := s.members[id]
	r := s.t.records[id]
	return m, ok && r != nil && r.archivedAt == ""
}

// live are the IDs of the members, ascending.
func (s *segment) live() []int64 {
	var ids []int64
	for id := range s.members {
		if _, ok := s.has(id); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// size is what HubSpot says there are.
func (s *segment) size() int {
	if s.def.Size != 0 {
		return s.def.Size
	}
	return len(s.live())
}
