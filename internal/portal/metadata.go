package portal

import (
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Metadata is what the gateway knows about one portal. It is immutable once
// loaded: a refresh makes a new one.
type Metadata struct {
	Account     hubspot.Account
	Types       []ObjectType  // sorted by TypeID
	Unavailable []Unavailable // types left out, sorted by TypeID
	Owners      []hubspot.Owner
	Warnings    []string // what was tolerated while loading, for people
	LoadedAt    time.Time
}

// An ObjectType is one object type whose records the token can read.
type ObjectType struct {
	TypeID             string // "0-1", "2-123"; the path name where HubSpot documents no ID (such as "contracts")
	Name               string // immutable singular: "contact", "line_item"; a custom object's schema name
	PluralName         string // HubSpot's path name: "contacts", "line_items"; a custom object's fully qualified name "p1_house"
	Custom             bool
	SingularLabel      string
	PluralLabel        string
	Description        string
	DisplayProperties  []string           // joined by spaces they name the record, such as firstname, lastname
	FallbackProperties []string           // the first that has a value names the record when DisplayProperties are all empty, such as email
	Properties         []hubspot.Property // sorted by Name
	Pipelines          []hubspot.Pipeline // sorted by DisplayOrder, then Label
	Associates         []string           // TypeIDs this type can be associated with and that are in Metadata.Types, sorted
	Searchable         bool
}

// Unavailable says why an object type is missing from the graph.
type Unavailable struct {
	TypeID string
	Name   string
	Reason string
	Scopes []string // the scopes that would open it; may be empty
}
