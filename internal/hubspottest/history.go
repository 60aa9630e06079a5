package hubspottest

import (
	"slices"
	"strconv"
	"time"
)

// A Source is what set a property's value, in HubSpot's own words.
//
// HubSpot: https://developers.hubspot.com/docs/api-reference/crm-objects-v3/guide (propertiesWithHistory)
type Source struct {
	Type   string // CRM_UI, API, INTEGRATION, IMPORT, AUTOMATION_PLATFORM, CALCULATED, …
	ID     string // which one of that kind, such as "userId:9586504"
	Label  string // what HubSpot's users see of it; often ""
	UserID int64  // the user behind it; 0 if there is none
}

// UserSource is a user who works in HubSpot's app.
func UserSource(userID int64) Source {
	return Source{Type: "CRM_UI", ID: "userId:" + strconv.FormatInt(userID, 10), UserID: userID}
}

// version is a value that a property was given.
type version struct {
	value, at string
	Source
}

// Update sets properties of a record, "" to clear one, and its modification
// date, as a user who works in HubSpot's app does: the portal's first.
func (p *Portal) Update(objectType, id string, properties map[string]string) {
	p.UpdateFrom(UserSource(firstUserID), objectType, id, properties)
}

// UpdateFrom is [Portal.Update] by any source. A value that a property has
// already leaves no trace in its history.
func (p *Portal) UpdateFrom(source Source, objectType, id string, properties map[string]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.mustType(objectType)
	r := p.mustRecord(t, id)
	now := p.tick()
	for name, value := range properties {
		p.checkValue(t, name)
		if r.values[name] != value {
			p.tell("propertyChange", t, event{"objectId": r.id, "propertyName": name, "propertyValue": value})
		}
		t.unindex(r, name)
		r.set(name, value, now, source)
		t.index(r, name, value)
	}
	r.touch(t, now)
}

// set changes a value and remembers the one before.
func (r *record) set(name, value, at string, source Source) {
	if r.values[name] == value {
		return
	}
	if r.history == nil {
		r.history = map[string][]version{}
	}
	r.history[name] = slices.Insert(r.versions(name), 0, version{value, at, source})
	r.values[name] = value
}

// touch sets when the record last changed.
func (r *record) touch(t *objectType, at string) {
	r.updated = at
	r.set(t.modified, at, at, Source{Type: "CALCULATED", ID: "PropertyValueUpdate"})
}

// versions are the values that a property was given, newest first. Those from
// before the first change came with the record.
func (r *record) versions(name string) []version {
	if versions, ok := r.history[name]; ok {
		return versions
	}
	if value := r.values[name]; value != "" {
		return []version{{value, r.created, r.source()}}
	}
	return nil
}

// source is what made the record.
func (r *record) source() Source {
	switch r.values["hs_object_source_label"] {
	case "CRM_UI":
		return UserSource(firstUserID)
	case "IMPORT":
		return Source{Type: "IMPORT", ID: "18291042", Label: "Import of contacts.csv", UserID: firstUserID}
	case "FORM":
		return Source{Type: "FORM", ID: "bb3d6a7e-5f0e-4cf5-9e68-1d1f9f8e7a10", Label: "Ask for an offer"}
	case "EMAIL":
		return Source{Type: "EMAIL", ID: "conversations"}
	}
	return Source{Type: "INTEGRATION", ID: "27182818", Label: "ERP connector"}
}

// A pastValue is one that a property had before the present one.
type pastValue struct {
	value string
	at    time.Time
	Source
}

// remember gives a property the values that it had before, oldest first, and
// says when and by what the present one was set.
func (r *record) remember(name string, past []pastValue, present Source, at time.Time) {
	versions := []version{{r.values[name], timestamp(at), present}}
	for _, v := range slices.Backward(past) {
		versions = append(versions, version{v.value, timestamp(v.at), v.Source})
	}
	if r.history == nil {
		r.history = map[string][]version{}
	}
	r.history[name] = versions
}

// appendVersion appends a value as HubSpot's ValueWithTimestamp.
func appendVersion(b []byte, v version) []byte {
	b = append(b, `{"value":`...)
	b = appendString(b, v.value)
	b = append(b, `,"timestamp":"`...)
	b = append(b, v.at...)
	b = append(b, `","sourceType":`...)
	b = appendString(b, v.Type)
	if v.ID != "" {
		b = append(b, `,"sourceId":`...)
		b = appendString(b, v.ID)
	}
	if v.Label != "" {
		b = append(b, `,"sourceLabel":`...)
		b = appendString(b, v.Label)
	}
	if v.UserID != 0 {
		b = append(b, `,"updatedByUserId":`...)
		b = appendInt(b, v.UserID)
	}
	return append(b, '}')
}
