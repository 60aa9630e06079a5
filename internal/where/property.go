package where

import (
	"slices"

	"github.com/hubgraph/hubgraph/internal/schema"
)

// objectID is the property that holds a record's ID.
const objectID = "hs_object_id"

// A property is what a comparison compares.
type property struct {
	name     string // HubSpot's
	kind     kind
	class    class
	value    schema.ValueKind
	pipeline string // of a stage: the property that holds the pipeline, if there is one
	multiple bool   // the value is a list of options, joined by ";"
	linked   bool   // no property, but the IDs of the associated records
}

// class says how HubSpot compares the values of a property.
type class uint8

const (
	ofText   class = iota // whatever the case
	ofChoice              // exactly: options and booleans
	ofNumber              // by value
	ofMoment              // dates and times
)

// kind is the filter input of a property: what a client can compare it with.
type kind uint8

const (
	stringKind kind = iota
	numberKind
	enumKind
	dateKind
	dateTimeKind
	boolKind
	idKind
)

func newProperty(p *schema.Property) *property {
	return &property{
		name:     p.Definition.Name,
		kind:     kindOf(p.Value),
		class:    classOf(p),
		value:    p.Value,
		pipeline: p.Pipeline,
		multiple: p.Value == schema.ValueEnums,
	}
}

func classOf(p *schema.Property) class {
	switch p.Definition.Type {
	case "number":
		return ofNumber
	case "date", "datetime":
		return ofMoment
	case "enumeration", "bool":
		return ofChoice
	}
	if p.Definition.Name == objectID {
		return ofNumber
	}
	return ofText
}

func kindOf(v schema.ValueKind) kind {
	switch v {
	case schema.ValueNumber:
		return numberKind
	case schema.ValueEnum, schema.ValueEnums:
		return enumKind
	case schema.ValueDate:
		return dateKind
	case schema.ValueDateTime:
		return dateTimeKind
	case schema.ValueBool:
		return boolKind
	case schema.ValueID, schema.ValueOwner, schema.ValuePipeline, schema.ValueStage:
		return idKind
	}
	return stringKind
}

// operators are the fields of the kind's filter input.
func (k kind) operators() []string {
	switch k {
	case numberKind:
		return []string{"eq", "neq", "lt", "lte", "gt", "gte", "between", "in", "notIn", "exists"}
	case enumKind:
		return []string{"eq", "neq", "in", "notIn", "exists"}
	case dateKind, dateTimeKind:
		return []string{"eq", "neq", "lt", "lte", "gt", "gte", "between", "exists"}
	case boolKind:
		return []string{"eq", "neq", "exists"}
	case idKind:
		return []string{"eq", "neq", "lt", "lte", "gt", "gte", "in", "notIn", "exists"}
	}
	return []string{"eq", "neq", "in", "notIn", "exists", "containsToken", "notContainsToken"}
}

// String is the kind in messages to clients.
func (k kind) String() string {
	return [...]string{"text", "number", "enumeration", "date", "date and time", "yes or no", "ID"}[k]
}

// isFilterable reports whether HubSpot's search takes filters on a property.
//
// HubSpot: "Limitations" in https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide
func isFilterable(typeID, property string) bool {
	const conversations, tasks, notes, meetings, calls, emails = "0-11", "0-27", "0-46", "0-47", "0-48", "0-49"
	switch property {
	case "hs_body_preview_html":
		return !slices.Contains([]string{conversations, tasks, notes, meetings, calls, emails}, typeID)
	case "hs_email_html", "hs_body_preview":
		return typeID != emails
	}
	return true
}
