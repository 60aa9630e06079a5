package hubspottest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// record is one CRM record.
type record struct {
	id         int64
	text       string // id in decimal
	values     map[string]string
	created    string
	updated    string
	archivedAt string // "" while live
	history    map[string][]version
	links      map[*objectType][]link // to other records, ascending by ID
}

// AddRecord adds a record and returns its ID. IDs ascend from 101 in every
// object type, so records of different types share IDs; a value for
// "hs_object_id" makes the type go on from there. The type must have all the
// properties. Values for the type's creation and modification date are kept.
func (p *Portal) AddRecord(objectType string, properties map[string]string) (id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.add(p.mustType(objectType), maps.Clone(properties)).text
}

// AddRecords adds n records with plausible values, the same in every run, and
// returns their IDs.
func (p *Portal) AddRecords(objectType string, n int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.mustType(objectType)
	ids := make([]string, n)
	for i := range ids {
		ids[i] = p.add(t, generate(t, t.nextID)).text
	}
	return ids
}

// add takes over the values. p.mu must be held for writing.
func (p *Portal) add(t *objectType, values map[string]string) *record {
	if values == nil {
		values = map[string]string{}
	}
	if id, ok := values["hs_object_id"]; ok {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || t.records[n] != nil {
			p.fail("record ID %q of %s is no free number", id, t.plural)
		}
		t.nextID = n
	}
	p.change()
	r := &record{id: t.nextID, text: strconv.FormatInt(t.nextID, 10), values: values, links: map[*objectType][]link{}}
	t.nextID++
	values["hs_object_id"] = r.text
	if values[t.created] == "" {
		values[t.created] = timestamp(p.clock)
	}
	if values[t.modified] == "" {
		values[t.modified] = max(values[t.created], timestamp(p.clock))
	}
	r.created, r.updated = values[t.created], values[t.modified]
	for name, value := range values {
		p.checkValue(t, name)
		t.index(r, name, value)
	}
	t.records[r.id] = r
	t.live = insertID(t.live, r.id)
	p.tell("creation", t, event{"objectId": r.id})
	return r
}

func (p *Portal) checkValue(t *objectType, name string) {
	if t.properties[name] == nil {
		p.fail("%s has no property %q, call DefineProperty first", t.plural, name)
	}
}

// index makes the record findable by a unique property.
func (t *objectType) index(r *record, name, value string) {
	switch {
	case value == "":
	case t.unique[name] != nil:
		t.unique[name][strings.ToLower(value)] = r
	case name == "hs_additional_emails" && t.unique["email"] != nil:
		for email := range strings.SplitSeq(value, ";") {
			t.unique["email"][strings.ToLower(email)] = r
		}
	}
}

// unindex takes the record out of the index of a unique property.
func (t *objectType) unindex(r *record, name string) {
	key := strings.ToLower(r.values[name])
	if values := t.unique[name]; values != nil && values[key] == r {
		delete(values, key)
	}
}

// Archive moves a record to the recycle bin: it disappears from lists,
// searches and associations, and is found with archived=true alone.
func (p *Portal) Archive(objectType, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.mustType(objectType)
	r := p.mustRecord(t, id)
	r.archivedAt = p.tick()
	p.removeLinks(t, r)
	t.live = deleteID(t.live, r.id)
	t.archived = insertID(t.archived, r.id)
	p.tell("deletion", t, event{"objectId": r.id})
}

// Merge merges two records: the loser's ID leads to the winner from then on,
// and its associations become the winner's.
func (p *Portal) Merge(objectType, winnerID, loserID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.mustType(objectType)
	winner, loser := p.mustRecord(t, winnerID), p.mustRecord(t, loserID)
	if winner == loser {
		p.fail("cannot merge %s %s with itself", t.singular, winnerID)
		return
	}
	p.moveLinks(t, loser, winner)
	for name := range t.unique {
		t.unindex(loser, name)
	}
	delete(t.records, loser.id)
	t.live = deleteID(t.live, loser.id)
	t.merged[loser.id] = winner.id
	for from, to := range t.merged {
		if to == loser.id {
			t.merged[from] = winner.id
		}
	}
	now := p.tick()
	merge := Source{Type: "MERGE_OBJECTS", ID: "MergeObjects", Label: "Merge"}
	ids := append(splitValues(winner.values["hs_merged_object_ids"]), splitValues(loser.values["hs_merged_object_ids"])...)
	winner.set("hs_merged_object_ids", strings.Join(append(ids, loser.text), ";"), now, merge)
	if email := loser.values["email"]; t.unique["email"] != nil && email != "" {
		emails := append(splitValues(winner.values["hs_additional_emails"]), email)
		winner.set("hs_additional_emails", strings.Join(emails, ";"), now, merge)
		t.index(winner, "hs_additional_emails", email)
	}
	winner.touch(t, now)
	p.tell("merge", t, event{
		"objectId": winner.id, "primaryObjectId": winner.id, "mergedObjectIds": []int64{loser.id},
		"newObjectId": winner.id, "numberOfPropertiesMoved": 0,
	})
}

func splitValues(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, ";")
}

func (p *Portal) mustRecord(t *objectType, id string) *record {
	r := t.find(id)
	if r == nil || r.archivedAt != "" {
		p.fail("no live %s %q", t.singular, id)
	}
	return r
}

// find returns the record of that ID, or the one it was merged into, or nil.
func (t *objectType) find(id string) *record {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	if winner, ok := t.merged[n]; ok {
		n = winner
	}
	return t.records[n]
}

func insertID(ids []int64, id int64) []int64 {
	i, _ := slices.BinarySearch(ids, id)
	return slices.Insert(ids, i, id)
}

func deleteID(ids []int64, id int64) []int64 {
	if i, ok := slices.BinarySearch(ids, id); ok {
		return slices.Delete(ids, i, i+1)
	}
	return ids
}
