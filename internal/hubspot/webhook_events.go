package hubspot

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A WebhookKind is what happened to a record.
type WebhookKind string

// The kinds, by HubSpot's own names.
const (
	WebhookCreation          WebhookKind = "creation"
	WebhookDeletion          WebhookKind = "deletion"
	WebhookRestore           WebhookKind = "restore" // out of the recycle bin
	WebhookMerge             WebhookKind = "merge"
	WebhookPropertyChange    WebhookKind = "propertyChange"
	WebhookAssociationChange WebhookKind = "associationChange"
	WebhookPrivacyDeletion   WebhookKind = "privacyDeletion" // for good; a deletion is told as well
	WebhookOther             WebhookKind = "other"           // about no record, or unknown here
)

// A WebhookEvent says that a record changed, not what it is now: events come in
// any order, more than once, and with sensitive values hidden. IDs are decimal;
// "" is one that HubSpot did not say.
//
// Source: https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide
type WebhookEvent struct {
	PortalID     string
	Kind         WebhookKind
	ObjectTypeID string    // such as "0-1"
	ObjectID     string    // the record ID; of an association change FromID says it
	Property     string    // of a property change: the internal name
	OccurredAt   time.Time // zero if HubSpot did not say

	// Of a merge. The record that goes on existing is the primary one or, where
	// HubSpot makes a new record of all of them, the new one.
	PrimaryID string
	MergedIDs []string
	NewID     string // may be PrimaryID

	// Of an association change, in one direction: the other has an event too.
	FromTypeID string
	FromID     string
	ToTypeID   string // "" if it may be any
	ToID       string
	Removed    bool
}

// RecordIDs are all records of ObjectTypeID that the event is about, each once.
func (e *WebhookEvent) RecordIDs() []string {
	ids := make([]string, 0, 3+len(e.MergedIDs))
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	add(e.ObjectID)
	add(e.PrimaryID)
	add(e.NewID)
	for _, id := range e.MergedIDs {
		add(id)
	}
	return ids
}

// Complete reports whether the event says which record changed.
func (e *WebhookEvent) Complete() bool {
	switch e.Kind {
	case WebhookOther:
		return false
	case WebhookAssociationChange:
		return e.FromTypeID != "" && e.FromID != ""
	}
	return e.ObjectTypeID != "" && len(e.RecordIDs()) > 0
}

// ParseWebhook reads the body of a request to an app's webhook URL: an array of
// events, of one portal or several. HubSpot sends at most 100; more are read as
// well. Unknown fields are ignored, and so is the order of fields.
func ParseWebhook(body []byte) ([]WebhookEvent, error) {
	d := jsontext.NewDecoder(bytes.NewReader(body))
	if d.PeekKind() != '[' {
		_, err := d.ReadToken()
		return nil, firstError(err, errMalformed)
	}
	var events []WebhookEvent
	err := array(d, func() error {
		if d.PeekKind() != '{' {
			return errMalformed
		}
		e, err := parseWebhookEvent(d)
		events = append(events, e)
		return err
	})
	if err == nil {
		err = expectEnd(d)
	}
	if err != nil {
		return nil, err
	}
	return events, nil
}

func parseWebhookEvent(d *jsontext.Decoder) (WebhookEvent, error) {
	var e WebhookEvent
	var subscription, eventType, association string
	err := object(d, func(name []byte) (err error) {
		switch string(name) {
		case "subscriptionType":
			subscription, err = looseMember(d)
		case "eventType": // so the guide's prose calls it
			eventType, err = looseMember(d)
		case "portalId":
			e.PortalID, err = idMember(d)
		case "objectTypeId":
			e.ObjectTypeID, err = looseMember(d)
		case "objectId":
			e.ObjectID, err = idMember(d)
		case "propertyName":
			e.Property, err = looseMember(d)
		case "occurredAt":
			e.OccurredAt, err = instantMember(d)
		case "primaryObjectId":
			e.PrimaryID, err = idMember(d)
		case "newObjectId":
			e.NewID, err = idMember(d)
		case "mergedObjectIds":
			e.MergedIDs, err = idMembers(d)
		case "associationType":
			association, err = looseMember(d)
		case "fromObjectTypeId":
			e.FromTypeID, err = looseMember(d)
		case "fromObjectId":
			e.FromID, err = idMember(d)
		case "toObjectTypeId":
			e.ToTypeID, err = looseMember(d)
		case "toObjectId":
			e.ToID, err = idMember(d)
		case "associationRemoved":
			var removed string
			removed, err = looseMember(d)
			e.Removed = removed == "true"
		default:
			return d.SkipValue()
		}
		return err
	})
	e.classify(firstText(subscription, eventType), association)
	return e, err
}

// classify fills in what the event's type says: "contact.creation" in the
// classic form, "object.creation" in the one that names a type ID beside it.
func (e *WebhookEvent) classify(eventType, association string) {
	subject, what, _ := strings.Cut(eventType, ".")
	e.Kind = WebhookOther
	if classic := classicTypeID(subject); classic != "" {
		e.ObjectTypeID = classic
	} else if subject != "object" {
		return // a conversation, say
	}
	switch kind := WebhookKind(what); kind {
	case WebhookCreation, WebhookDeletion, WebhookRestore, WebhookMerge, WebhookPropertyChange, WebhookPrivacyDeletion:
		e.Kind = kind
	case WebhookAssociationChange:
		e.Kind = kind
		e.classifyAssociation(association)
	}
}

// classifyAssociation fills in the two types that a classic event tells by a
// name such as CONTACT_TO_COMPANY.
func (e *WebhookEvent) classifyAssociation(name string) {
	from, to, _ := strings.Cut(name, "_TO_")
	if e.FromTypeID == "" {
		e.FromTypeID = firstText(classicTypeID(side(from)), e.ObjectTypeID)
	}
	if e.ToTypeID == "" {
		e.ToTypeID = classicTypeID(side(to))
	}
	e.FromID = firstText(e.FromID, e.ObjectID)
}

// side is the object type in one half of an association's name: companies have
// parents and children.
func side(half string) string {
	half = strings.TrimPrefix(strings.TrimPrefix(half, "PARENT_"), "CHILD_")
	return strings.ToLower(half)
}

// classicTypeID is the type ID of an object type that has events of its own name.
func classicTypeID(name string) string {
	switch name {
	case "contact":
		return "0-1"
	case "company":
		return "0-2"
	case "deal":
		return "0-3"
	case "ticket":
		return "0-5"
	case "product":
		return "0-7"
	case "line_item":
		return "0-8"
	}
	return ""
}

// idMember reads an ID, a number or its text; "" for what is none.
func idMember(d *jsontext.Decoder) (string, error) {
	id, err := looseMember(d)
	if err != nil || strings.Trim(id, "0123456789") != "" {
		return "", err
	}
	return id, nil
}

// idMembers reads a list of IDs, or a single one.
func idMembers(d *jsontext.Decoder) (ids []string, err error) {
	one := func() error {
		id, err := idMember(d)
		if id != "" {
			ids = append(ids, id)
		}
		return err
	}
	if d.PeekKind() == '[' {
		err = array(d, one)
	} else {
		err = one()
	}
	return ids, err
}

// instantMember reads milliseconds since 1970; zero for what is none.
func instantMember(d *jsontext.Decoder) (time.Time, error) {
	text, err := looseMember(d)
	if err != nil {
		return time.Time{}, err
	}
	if ms, none := strconv.ParseInt(text, 10, 64); none == nil && ms > 0 {
		return time.UnixMilli(ms).UTC(), nil
	}
	return time.Time{}, nil
}
