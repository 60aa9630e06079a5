package hubspottest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	defaultPage    = 10
	maxPage        = 100
	maxHistoryPage = 50
)

// openType finds the type that the path names and checks that the token may
// read its records. p.mu must be held.
func (p *Portal) openType(name string) (*objectType, response, bool) {
	t := p.lookupType(name)
	if t == nil {
		return nil, unknownType(name), false
	}
	if !p.can(t.scopes...) {
		return nil, missingScopes(t.scopes), false
	}
	return t, response{}, true
}

// listObjects serves GET /crm/v3/objects/{objectType}.
func (p *Portal) listObjects(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openType(q.from)
	if !ok {
		return refusal
	}
	pr := p.project(t, q.names("properties"), q.names("propertiesWithHistory"))
	pr.include = p.associationsOf(t, q.names("associations"))
	most := maxPage
	if len(q.names("propertiesWithHistory")) > 0 {
		most = maxHistoryPage
	}
	limit, refusal, ok := q.limit(defaultPage, most)
	if !ok {
		return refusal
	}
	archived, refusal, ok := q.archived()
	if !ok {
		return refusal
	}
	ids := t.live
	if archived {
		ids = t.archived
	}
	if after := q.query.Get("after"); after != "" {
		id, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return invalid("Invalid after: %s", after)
		}
		start, _ := slices.BinarySearch(ids, id)
		ids = ids[start:]
	}
	more := len(ids) > limit
	ids = ids[:min(limit, len(ids))]

	b := make([]byte, 0, 64+len(ids)*(200+40*len(pr.names)))
	b = append(b, `{"results":[`...)
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = pr.appendRecord(b, t.records[id])
	}
	b = append(b, ']')
	if more {
		b = append(b, ',')
		b = appendPaging(b, strconv.FormatInt(ids[limit-1]+1, 10))
	}
	return response{200, append(b, '}')}
}

// associationsOf resolves the types of an associations parameter. HubSpot
// ignores those it does not know. p.mu must be held.
func (p *Portal) associationsOf(from *objectType, names []string) []*objectType {
	var types []*objectType
	for _, name := range names {
		to := p.lookupType(name)
		if to != nil && p.assocTypes[pair{from, to}] != nil && !slices.Contains(types, to) {
			types = append(types, to)
		}
	}
	return types
}

// getObject serves GET /crm/v3/objects/{objectType}/{id}.
func (p *Portal) getObject(q *request) response {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openType(q.from)
	if !ok {
		return refusal
	}
	archived, refusal, ok := q.archived()
	if !ok {
		return refusal
	}
	find, refusal, ok := t.finder(q.query.Get("idProperty"))
	if !ok {
		return refusal
	}
	id := q.args[0]
	r := find(id)
	if r == nil || (r.archivedAt != "") != archived {
		return objectNotFound(id)
	}
	pr := p.project(t, q.names("properties"), q.names("propertiesWithHistory"))
	pr.include = p.associationsOf(t, q.names("associations"))
	return response{200, pr.appendRecord(nil, r)}
}

// finder is how records are found: by ID, or by a property whose values are
// unique.
func (t *objectType) finder(idProperty string) (func(string) *record, response, bool) {
	if idProperty == "" || idProperty == "hs_object_id" {
		return t.find, response{}, true
	}
	index := t.unique[idProperty]
	if prop := t.properties[idProperty]; index == nil || prop == nil || prop.Archived {
		return nil, invalid("%s is not a unique property of %s", idProperty, t.plural), false
	}
	return func(value string) *record { return index[strings.ToLower(value)] }, response{}, true
}

// batchReadObjects serves POST /crm/v3/objects/{objectType}/batch/read.
func (p *Portal) batchReadObjects(q *request) response {
	started := time.Now()
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, refusal, ok := p.openType(q.from)
	if !ok {
		return refusal
	}
	var in struct {
		Inputs []struct {
			ID string `json:"id"`
		} `json:"inputs"`
		Properties            []string `json:"properties"`
		PropertiesWithHistory []string `json:"propertiesWithHistory"`
		IDProperty            string   `json:"idProperty"`
	}
	if refusal, ok := decode(q.body, &in); !ok {
		return refusal
	}
	ids := make([]string, len(in.Inputs))
	for i, input := range in.Inputs {
		ids[i] = input.ID
	}
	most := maxPage
	if len(in.PropertiesWithHistory) > 0 {
		most = maxHistoryPage
	}
	if refusal, ok := checkInputs(ids, most); !ok {
		return refusal
	}
	find, refusal, ok := t.finder(in.IDProperty)
	if !ok {
		return refusal
	}
	archived, refusal, ok := q.archived()
	if !ok {
		return refusal
	}
	var found []*record
	var missing []string
	for _, id := range ids {
		if r := find(id); r != nil && (r.archivedAt != "") == archived {
			found = append(found, r)
		} else {
			missing = append(missing, id)
		}
	}
	slices.SortFunc(found, func(a, b *record) int { return cmp.Compare(scatter(a.id), scatter(b.id)) })

	pr := p.project(t, in.Properties, in.PropertiesWithHistory)
	b := make([]byte, 0, 128+len(found)*(200+40*len(pr.names)))
	b = append(b, `{"status":"COMPLETE","results":[`...)
	for i, r := range found {
		if i > 0 {
			b = append(b, ',')
		}
		b = pr.appendRecord(b, r)
	}
	b = append(b, ']')
	var errors [][]byte
	if len(missing) > 0 {
		errors = append(errors, t.missingError(missing))
	}
	return appendBatchEnd(b, started, errors)
}

// checkInputs refuses what no batch takes.
func checkInputs(ids []string, most int) (response, bool) {
	if len(ids) == 0 {
		return invalid("The inputs must not be empty"), false
	}
	if len(ids) > most {
		return invalid("The number of inputs exceeds the limit: %d, at most %d", len(ids), most), false
	}
	seen := make(map[string]bool, len(ids))
	var twice []string
	for _, id := range ids {
		if id == "" {
			return invalid("Some required fields were not set: [id]"), false
		}
		if seen[id] {
			twice = append(twice, id)
		}
		seen[id] = true
	}
	if len(twice) > 0 {
		return invalid("Duplicate IDs found in batch input: [%s]. IDs must be unique", strings.Join(twice, ", ")), false
	}
	return response{}, true
}

// scatter orders IDs in a way that is neither theirs nor that of the inputs,
// and the same in every run.
func scatter(id int64) uint64 { return uint64(id) * 0x9e3779b97f4a7c15 }

// missingError is the one entry that stands for all records not found.
func (t *objectType) missingError(ids []string) []byte {
	b, err := json.Marshal(map[string]any{
		"status":   "error",
		"category": "OBJECT_NOT_FOUND",
		"message":  fmt.Sprintf("Could not get some %s objects, they may be deleted or not exist. Check that ids are valid.", t.upper()),
		"context":  map[string][]string{"ids": ids},
	})
	if err != nil {
		panic(err) // strings always encode
	}
	return b
}
