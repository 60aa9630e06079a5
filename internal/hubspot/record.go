package hubspot

import (
	"slices"
	"strings"
)

// A PropertySet is an immutable, sorted set of property names. All records of
// one call share one, so that a record holds nothing but its values.
type PropertySet struct {
	names []string
	index map[string]int
}

// NewPropertySet returns the set of the given internal names, sorted and
// without duplicates.
func NewPropertySet(names ...string) *PropertySet {
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	index := make(map[string]int, len(sorted))
	for i, name := range sorted {
		index[name] = i
	}
	return &PropertySet{names: sorted, index: index}
}

// Names returns the names in order. The caller must not change the slice.
func (s *PropertySet) Names() []string {
	if s == nil {
		return nil
	}
	return s.names
}

// Len is the number of names.
func (s *PropertySet) Len() int {
	if s == nil {
		return 0
	}
	return len(s.names)
}

// Index is the position of name in the set, or -1.
func (s *PropertySet) Index(name string) int {
	if s == nil {
		return -1
	}
	if i, ok := s.index[name]; ok {
		return i
	}
	return -1
}

// orDefault is what to ask HubSpot for: at least one name, because HubSpot
// answers an empty list with defaults of its own.
func (s *PropertySet) orDefault() []string {
	if s.Len() == 0 {
		return []string{"hs_object_id"}
	}
	return s.names
}

// A Record is one CRM record as HubSpot sends it: text, not yet values.
type Record struct {
	ID string // the record ID, decimal, unique within the object type only

	// Set names the properties that were asked for; Values holds their text in
	// the same order. HubSpot sends absent, null and empty values for the same
	// thing, so the empty string stands for all three.
	Set    *PropertySet
	Values []string

	// Timestamps are HubSpot's own text, RFC 3339 in UTC.
	CreatedAt  string
	UpdatedAt  string
	ArchivedAt string // "" unless Archived
	Archived   bool
	URL        string // the record's page in HubSpot's app, "" if HubSpot did not say

	// Associations holds what List brought along for ListRequest.Associations,
	// an item per object type. A type without one has no associated records.
	Associations []EmbeddedAssociations

	// History holds what a property was set to over time, newest first, for
	// those that were asked for with their history; nil if none was.
	History map[string][]PropertyVersion
}

// A PropertyVersion is a value that a property was given once.
type PropertyVersion struct {
	Value           string // "" where it was cleared
	Timestamp       string // HubSpot's own text, RFC 3339 in UTC
	SourceType      string // what set it: CRM_UI, API, IMPORT, …
	SourceID        string // which one of that kind, in HubSpot's own notation
	SourceLabel     string // what HubSpot's users see of it
	UpdatedByUserID string // "" if no user did
}

// Value is the text of a property; "" if it has none or was not asked for.
func (r *Record) Value(property string) string {
	if i := r.Set.Index(property); i >= 0 {
		return r.Values[i]
	}
	return ""
}

// AssociationKey makes the ways to write an object type's name in
// [Record.Associations] the same: "line items" and "line_items" are one type.
func AssociationKey(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", "_")
}

// EmbeddedAssociations are the associated records that a list answer carries
// for one record and one object type.
type EmbeddedAssociations struct {
	Name string   // of the object type as HubSpot answered, such as "companies" or "p123_house"
	IDs  []string // unique, in HubSpot's order; HubSpot sends one row per association type
	Cut  bool     // HubSpot cut the rows (at 100): read the rest with AssociationsBatchRead
}
