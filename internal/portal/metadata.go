package portal

import (
	"reflect"
	"time"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Metadata is what the gateway knows about one portal. It is immutable once
// loaded: a refresh makes a new one. Everything in it is ordered, so that the
// same portal always gives the same Metadata but for LoadedAt.
type Metadata struct {
	Account     hubspot.Account
	Types       []ObjectType    // sorted by TypeID
	Unavailable []Unavailable   // types left out, sorted by TypeID
	Owners      []hubspot.Owner // active and archived, sorted by ID
	Warnings    []string        // what was tolerated while loading, for people, sorted
	LoadedAt    time.Time       // UTC

	// Withheld is what a copy of the metadata leaves out for those it is made
	// for; nothing in what is loaded.
	Withheld Withheld

	// Partial says that a call failed in a way that may pass, so that loading
	// again may find more. Warnings tells what.
	Partial bool
}

// Withheld says which parts of the graph are not there for somebody, beside the
// object types and properties that are simply not listed.
type Withheld struct {
	Owners bool // the portal's owners, and who made a change
	Lists  bool // the portal's lists, and which of them a record is in
	Words  bool // what HubSpot says in errors, as it may be of what is not there
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
	DisplayProperties  []string            // joined by spaces they name the record, such as firstname, lastname; all in Properties
	FallbackProperties []string            // the first that has a value names the record when DisplayProperties are all empty, such as email; all in Properties
	Properties         []*hubspot.Property // sorted by Name, none archived; options in HubSpot's order
	Pipelines          []hubspot.Pipeline  // sorted by DisplayOrder, then Label; so are their stages
	Associates         []string            // TypeIDs this type can be associated with and that are in Metadata.Types, sorted
	Searchable         bool
	SearchedProperties []string // those of a custom object type that a search for words looks in, as its schema says; sorted
	NoWords            bool     // a search for words would look in properties that are withheld
	Merges             bool     // records answer to the IDs of others that were merged into them, though the property that says so is withheld
	MissingScopes      []string // scopes that would open more of it, such as its pipelines, where HubSpot says; sorted
}

// Unavailable says why an object type is missing from the graph.
type Unavailable struct {
	// What is known of the type all the same. The names are all the same text
	// for one that was asked for by a name that HubSpot does not know.
	TypeID        string
	Name          string
	PluralName    string
	Custom        bool
	SingularLabel string
	PluralLabel   string
	Description   string
	Searchable    bool

	Reason string   // for people
	Scopes []string // the scopes that would open it, sorted; may be empty
}

// Type returns the object type with the given ID, or nil.
func (m *Metadata) Type(typeID string) *ObjectType {
	for i := range m.Types {
		if m.Types[i].TypeID == typeID {
			return &m.Types[i]
		}
	}
	return nil
}

// sameAs reports whether both say the same, whenever they were loaded.
func (m *Metadata) sameAs(other *Metadata) bool {
	a, b := *m, *other
	a.LoadedAt, b.LoadedAt = time.Time{}, time.Time{}
	return reflect.DeepEqual(a, b)
}
