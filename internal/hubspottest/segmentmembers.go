package hubspottest

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Limits of what one call says about members.
//
// Source: https://developers.hubspot.com/docs/api-reference/latest/crm/lists/memberships/get-memberships-by-id
const (
	defaultMembersPage = 100
	maxMembersPage     = 250
)

type wireMember struct {
	RecordID            string `json:"recordId"`
	MembershipTimestamp string `json:"membershipTimestamp"`
}

// segmentMembers serves GET /crm/v3/lists/{listId}/memberships. It pages
// forwards only.
func (p *Portal) segmentMembers(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	s, refusal, ok := p.openSegment(q.args[0])
	if !ok {
		return refusal
	}
	limit, refusal, ok := q.limit(defaultMembersPage, maxMembersPage)
	if !ok {
		return refusal
	}
	ids := s.live()
	total := len(ids)
	if after := q.query.Get("after"); after != "" {
		last, err := parseMemberCursor(after)
		if err != nil {
			return invalid("Invalid after: %s", after)
		}
		start, found := slices.BinarySearch(ids, last)
		if found {
			start++
		}
		ids = ids[start:]
	}
	more := len(ids) > limit
	ids = ids[:min(limit, len(ids))]
	results := make([]wireMember, len(ids))
	for i, id := range ids {
		results[i] = wireMember{strconv.FormatInt(id, 10), s.members[id].last}
	}
	answer := map[string]any{"results": results, "total": total}
	if more {
		answer["paging"] = map[string]any{"next": map[string]any{"after": memberCursor(ids[limit-1])}}
	}
	return encode(answer)
}

// memberCursor names the last member of a page, in a way that is not for
// callers to read.
func memberCursor(id int64) string {
	return base64.StdEncoding.EncodeToString(strconv.AppendInt(nil, id, 10))
}

func parseMemberCursor(cursor string) (int64, error) {
	text, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(text), 10, 64)
}

type wireMembership struct {
	ListID              string `json:"listId"`
	ListVersion         int    `json:"listVersion"`
	FirstAddedTimestamp string `json:"firstAddedTimestamp"`
	LastAddedTimestamp  string `json:"lastAddedTimestamp"`
}

// memberships are the lists that a record is in. p.mu must be held.
func (p *Portal) memberships(t *objectType, r *record) []wireMembership {
	in := []wireMembership{}
	for _, s := range p.segments {
		if m, ok := s.has(r.id); ok && s.t == t {
			in = append(in, wireMembership{s.text(), 1, m.first, m.last})
		}
	}
	return in
}

// recordSegments serves GET /crm/v3/lists/records/{objectTypeId}/{recordId}/memberships.
func (p *Portal) recordSegments(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if refusal, ok := p.openSegments(); !ok {
		return refusal
	}
	t, refusal, ok := p.openType(q.from)
	if !ok {
		return refusal
	}
	r := t.find(q.args[0])
	if r == nil || r.archivedAt != "" {
		return objectNotFound(q.args[0])
	}
	in := p.memberships(t, r)
	return encode(map[string]any{"results": in, "total": len(in)})
}

type wireRecordSegments struct {
	ObjectTypeID          string           `json:"objectTypeId"`
	RecordID              string           `json:"recordId"`
	RecordListMemberships []wireMembership `json:"recordListMemberships"`
}

// batchReadRecordSegments serves POST
// /crm/v3/lists/records/memberships/batch/read. Inputs are told apart by their
// type's ID, as HubSpot documents: a name is refused.
func (p *Portal) batchReadRecordSegments(q *request) response {
	started := time.Now()
	p.mu.RLock()
	defer p.mu.RUnlock()
	if refusal, ok := p.openSegments(); !ok {
		return refusal
	}
	var in struct {
		Inputs []struct {
			ObjectTypeID string `json:"objectTypeId"`
			RecordID     string `json:"recordId"`
		} `json:"inputs"`
	}
	if refusal, ok := decode(q.body, &in); !ok {
		return refusal
	}
	keys := make([]string, len(in.Inputs))
	for i, input := range in.Inputs {
		keys[i] = input.ObjectTypeID + "/" + input.RecordID
	}
	if refusal, ok := checkInputs(keys, maxPage); !ok {
		return refusal
	}
	results := []wireRecordSegments{}
	missing := map[*objectType][]string{}
	for _, input := range in.Inputs {
		t, refusal, ok := p.openType(input.ObjectTypeID)
		if !ok {
			return refusal
		}
		if t.id != input.ObjectTypeID {
			return invalid("%s is not an object type ID", input.ObjectTypeID)
		}
		r := t.find(input.RecordID)
		if r == nil || r.archivedAt != "" {
			missing[t] = append(missing[t], input.RecordID)
			continue
		}
		results = append(results, wireRecordSegments{t.id, input.RecordID, p.memberships(t, r)})
	}
	slices.Reverse(results) // the order is not that of the inputs
	body, err := json.Marshal(results)
	if err != nil {
		panic(err) // strings always encode
	}
	var errors [][]byte
	for t, ids := range missing {
		errors = append(errors, t.missingError(ids))
	}
	b := append([]byte(`{"status":"COMPLETE","results":`), body...)
	return appendBatchEnd(b, started, errors)
}
