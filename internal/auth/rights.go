package auth

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// AllTypes stands for every object type where hidden properties are listed.
const AllTypes = "*"

// Rights say what of a portal somebody may see. The zero Rights are everything.
//
// Object types are given by type ID, singular or plural name, in any case;
// properties by HubSpot's names.
type Rights struct {
	// ObjectTypes are the only ones that are there; all if it is nil.
	ObjectTypes []string `json:"objectTypes,omitempty"`
	// HiddenObjectTypes are not there.
	HiddenObjectTypes []string `json:"hiddenObjectTypes,omitempty"`
	// Properties are the only ones of an object type that are there; all of the
	// types that it does not name.
	Properties map[string][]string `json:"properties,omitempty"`
	// HiddenProperties are not there: of one object type, or of [AllTypes].
	HiddenProperties map[string][]string `json:"hiddenProperties,omitempty"`

	// Owners are the portal's owners and who made a change. Null means that
	// they are there unless ObjectTypes says what alone is.
	Owners *bool `json:"owners,omitempty"`
	// Lists are the portal's lists and which of them a record is in. Null means
	// that they are there if nothing else is hidden.
	Lists *bool `json:"lists,omitempty"`
	// Introspection is whether the schema may be read, as an introspection query
	// or as SDL; null means yes.
	Introspection *bool `json:"introspection,omitempty"`
	// Suggestions is whether errors propose names that the query may have meant;
	// null means yes.
	Suggestions *bool `json:"suggestions,omitempty"`
}

// Everything reports whether nothing of the portal's content is hidden.
func (r Rights) Everything() bool {
	return !r.hidesTypes() && !r.hidesProperties() && r.SeesOwners() && r.SeesLists()
}

// SeesOwners reports whether owners are there.
func (r Rights) SeesOwners() bool {
	if r.Owners == nil {
		return r.ObjectTypes == nil
	}
	return *r.Owners
}

// SeesLists reports whether lists are there.
func (r Rights) SeesLists() bool {
	if r.Lists == nil {
		return !r.hidesTypes() && !r.hidesProperties()
	}
	return *r.Lists
}

// Introspects reports whether the schema may be read.
func (r Rights) Introspects() bool { return r.Introspection == nil || *r.Introspection }

// Suggests reports whether errors may propose names.
func (r Rights) Suggests() bool { return r.Suggestions == nil || *r.Suggestions }

// SeesType reports whether an object type of these names is there.
func (r Rights) SeesType(names ...string) bool {
	if r.ObjectTypes != nil && !anyNamed(r.ObjectTypes, names) {
		return false
	}
	return !anyNamed(r.HiddenObjectTypes, names)
}

// OfType are the rights to the properties of an object type of these names.
func (r Rights) OfType(names ...string) TypeRights {
	var t TypeRights
	for named, properties := range r.Properties {
		if anyNamed([]string{named}, names) {
			t.only, t.limited = append(t.only, properties...), true
		}
	}
	for named, properties := range r.HiddenProperties {
		if named == AllTypes || anyNamed([]string{named}, names) {
			t.hidden = append(t.hidden, properties...)
		}
	}
	slices.Sort(t.only)
	slices.Sort(t.hidden)
	return t
}

// TypeRights are the rights to the properties of one object type.
type TypeRights struct {
	limited      bool // to only
	only, hidden []string
}

// Sees reports whether a property is there.
func (t TypeRights) Sees(property string) bool {
	if _, found := slices.BinarySearch(t.hidden, property); found {
		return false
	}
	if !t.limited {
		return true
	}
	_, found := slices.BinarySearch(t.only, property)
	return found
}

func (r Rights) hidesTypes() bool { return r.ObjectTypes != nil || len(r.HiddenObjectTypes) > 0 }

func (r Rights) hidesProperties() bool { return len(r.Properties) > 0 || len(r.HiddenProperties) > 0 }

// zero reports whether nothing is said at all.
func (r Rights) zero() bool {
	return !r.hidesTypes() && !r.hidesProperties() &&
		r.Owners == nil && r.Lists == nil && r.Introspection == nil && r.Suggestions == nil
}

func anyNamed(list, names []string) bool {
	return slices.ContainsFunc(list, func(listed string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(listed, name) })
	})
}

// mistakes are what cannot be meant, each to be read behind the name of whoever
// has the rights.
func (r Rights) mistakes() []error {
	var all []error
	note := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	for name, list := range map[string][]string{"objectTypes": r.ObjectTypes, "hiddenObjectTypes": r.HiddenObjectTypes} {
		if list != nil && len(list) == 0 {
			note("%s is empty: name at least one object type, or leave it out", name)
		}
		if slices.Contains(list, "") || slices.Contains(list, AllTypes) {
			note("%s has an entry that is no name of an object type: write names such as \"contacts\"", name)
		}
	}
	for _, name := range r.ObjectTypes {
		if anyNamed(r.HiddenObjectTypes, []string{name}) {
			note("objectTypes and hiddenObjectTypes both name %q: take it out of one of them", name)
		}
	}
	for name, byType := range map[string]map[string][]string{"properties": r.Properties, "hiddenProperties": r.HiddenProperties} {
		for _, objectType := range slices.Sorted(maps.Keys(byType)) {
			switch {
			case objectType == "" || objectType == AllTypes && name == "properties":
				note("%s is of the object type %q: write a name such as \"contacts\"", name, objectType)
			case byType[objectType] == nil:
				note("%s of %s is null: give a list of HubSpot's property names", name, objectType)
			case slices.Contains(byType[objectType], ""):
				note("%s of %s has an empty name: write HubSpot's names, such as \"email\"", name, objectType)
			}
		}
	}
	if r.Lists != nil && *r.Lists && r.hidesTypes() {
		all = append(all, errors.New("lists is true, but the portal's lists are of all object types: leave it out, or hide none of those"))
	}
	slices.SortFunc(all, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return all
}
