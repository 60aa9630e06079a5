package hubspottest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Limits of a search of lists.
//
// Source: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide
const (
	defaultSegmentPage = 20
	maxSegmentPage     = 500
	maxSegmentIDs      = 100 // HubSpot documents no number
)

// wireSegment is a list as HubSpot writes it: a search gives its size as a
// property, the others as a number.
type wireSegment struct {
	ListID               string            `json:"listId"`
	ListVersion          int               `json:"listVersion"`
	Name                 string            `json:"name"`
	ObjectTypeID         string            `json:"objectTypeId"`
	ProcessingType       string            `json:"processingType"`
	ProcessingStatus     string            `json:"processingStatus"`
	CreatedAt            string            `json:"createdAt"`
	UpdatedAt            string            `json:"updatedAt"`
	CreatedByID          string            `json:"createdById"`
	UpdatedByID          string            `json:"updatedById"`
	Size                 *int              `json:"size,omitempty"`
	AdditionalProperties map[string]string `json:"additionalProperties,omitempty"`
}

func (s *segment) wire() wireSegment {
	return wireSegment{
		ListID: s.text(), ListVersion: 1, Name: s.def.Name, ObjectTypeID: s.t.id,
		ProcessingType: s.def.ProcessingType, ProcessingStatus: s.def.Status,
		CreatedAt: s.created, UpdatedAt: s.updated, CreatedByID: strconv.Itoa(firstUserID), UpdatedByID: strconv.Itoa(firstUserID),
	}
}

// sized is the list as it is answered by ID.
func (s *segment) sized() wireSegment {
	w, size := s.wire(), s.size()
	w.Size = &size
	return w
}

// found is the list as a search answers it.
func (s *segment) found() wireSegment {
	w := s.wire()
	w.AdditionalProperties = map[string]string{"hs_list_size": strconv.Itoa(s.size()), "hs_list_reference_count": "0"}
	return w
}

// openSegments checks that the token may read lists. p.mu must be held.
func (p *Portal) openSegments() (response, bool) {
	const scope = "crm.lists.read"
	if !p.can(scope) {
		return missingScopes([]string{scope}), false
	}
	return response{}, true
}

// searchSegments serves POST /crm/v3/lists/search.
func (p *Portal) searchSegments(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if refusal, ok := p.openSegments(); !ok {
		return refusal
	}
	var in segmentSearch
	if refusal, ok := decode(q.body, &in); !ok {
		return refusal
	}
	count, refusal, ok := in.check()
	if !ok {
		return refusal
	}
	var matched []*segment
	for _, s := range p.segments {
		if in.matches(s) {
			matched = append(matched, s)
		}
	}
	end := min(in.Offset+count, len(matched))
	lists := []wireSegment{}
	for _, s := range matched[min(in.Offset, end):end] {
		lists = append(lists, s.found())
	}
	return encode(map[string]any{"lists": lists, "offset": max(in.Offset, end), "hasMore": end < len(matched), "total": len(matched)})
}

// segmentSearch is the body of a search of lists.
type segmentSearch struct {
	Query                string   `json:"query"`
	ObjectTypeID         string   `json:"objectTypeId"`
	ProcessingTypes      []string `json:"processingTypes"`
	ListIDs              []string `json:"listIds"`
	AdditionalProperties []string `json:"additionalProperties"`
	Offset               int      `json:"offset"`
	Count                *int     `json:"count"`
}

func (in segmentSearch) check() (count int, refusal response, ok bool) {
	count = defaultSegmentPage
	if in.Count != nil {
		count = *in.Count
	}
	if count < 1 || count > maxSegmentPage {
		return 0, invalid("count must be between 1 and %d, was %d", maxSegmentPage, count), false
	}
	if in.Offset < 0 {
		return 0, invalid("offset must not be negative, was %d", in.Offset), false
	}
	for _, kind := range in.ProcessingTypes {
		if !slices.Contains([]string{"MANUAL", "DYNAMIC", "SNAPSHOT"}, kind) {
			return 0, invalid("processingTypes must be of: MANUAL, DYNAMIC, SNAPSHOT, was %s", kind), false
		}
	}
	return count, response{}, true
}

func (in segmentSearch) matches(s *segment) bool {
	return strings.Contains(strings.ToLower(s.def.Name), strings.ToLower(in.Query)) &&
		(in.ObjectTypeID == "" || in.ObjectTypeID == s.t.id) &&
		(len(in.ProcessingTypes) == 0 || slices.Contains(in.ProcessingTypes, s.def.ProcessingType)) &&
		(len(in.ListIDs) == 0 || slices.Contains(in.ListIDs, s.text()))
}

// segmentsByID serves GET /crm/v3/lists. Unknown IDs are left out, and the
// order is not that of the IDs.
func (p *Portal) segmentsByID(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if refusal, ok := p.openSegments(); !ok {
		return refusal
	}
	ids := q.query["listIds"] // repeated: a comma is part of a value
	if len(ids) > maxSegmentIDs {
		return invalid("The number of listIds exceeds the limit: %d, at most %d", len(ids), maxSegmentIDs)
	}
	lists := []wireSegment{}
	for _, id := range ids {
		if _, err := strconv.ParseInt(id, 10, 64); err != nil {
			return invalid("%s is not a list ID", id)
		}
		if s := p.segment(id); s != nil {
			lists = append(lists, s.sized())
		}
	}
	slices.SortFunc(lists, func(a, b wireSegment) int { return strings.Compare(b.ListID, a.ListID) })
	return encode(map[string]any{"lists": lists})
}

// getSegment serves GET /crm/v3/lists/{listId}.
func (p *Portal) getSegment(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	s, refusal, ok := p.openSegment(q.args[0])
	if !ok {
		return refusal
	}
	return encode(map[string]any{"list": s.sized()})
}

func (p *Portal) openSegment(id string) (*segment, response, bool) {
	if refusal, ok := p.openSegments(); !ok {
		return nil, refusal, false
	}
	s := p.segment(id)
	if s == nil {
		return nil, apiError{
			Category: "OBJECT_NOT_FOUND", SubCategory: "ILS.LIST_NOT_FOUND", Message: "List does not exist with ID " + id + ".",
			Context: map[string][]string{"listId": {id}},
		}.respond(http.StatusNotFound), false
	}
	return s, response{}, true
}
