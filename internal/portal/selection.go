package portal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// candidates are the object types to load: the standard and the custom ones
// that the options select.
func (l *loader) candidates(schemas []hubspot.Schema) ([]candidate, error) {
	all := append(standardCandidates(), customCandidates(schemas)...)
	types := make([]*ObjectType, len(all))
	for i := range all {
		types[i] = &all[i].ObjectType
	}
	s := selectTypes(l.opts.Objects, l.opts.ExcludeObjects, types)
	// A name that was right at the start may be of a custom object deleted
	// since, and where custom objects cannot be listed any name may be of one.
	switch {
	case len(s.unknown) == 0:
	case l.noCustom, l.opts.Previous != nil:
		l.warn("this portal has no object type called " + quoted(s.unknown))
	default:
		return nil, fmt.Errorf("portal %s has no object type called %s", l.account.PortalID, quoted(s.unknown))
	}
	return slices.DeleteFunc(all, func(c candidate) bool { return !s.has(c.TypeID) }), nil
}

// unlisted are the object types asked for by name that are not to be found
// because custom objects could not be listed.
func (l *loader) unlisted() []Unavailable {
	if !l.noCustom || len(l.opts.Objects) == 0 {
		return nil
	}
	var types []*ObjectType
	for _, c := range append(standardCandidates(), customCandidates(previousSchemas(l.opts.Previous))...) {
		types = append(types, &c.ObjectType)
	}
	var left []Unavailable
	for _, name := range selectTypes(l.opts.Objects, nil, types).unknown {
		left = append(left, Unavailable{
			TypeID: name, Name: name, PluralName: name,
			Reason: "no standard object type, and custom object types could not be listed",
			Scopes: customScopes(),
		})
	}
	return left
}

// A selection is a choice of object types.
type selection struct {
	all      bool
	included map[string]bool // type IDs; unused if all
	excluded map[string]bool // type IDs
	unknown  []string        // names that are of no type, as given, sorted
}

func (s selection) has(typeID string) bool {
	return (s.all || s.included[typeID]) && !s.excluded[typeID]
}

// selectTypes finds the types that objects and exclude name by type ID, path
// name or singular name, in any case. A custom object that is called like a
// standard type is found by its type ID or fully qualified name only.
func selectTypes(objects, exclude []string, types []*ObjectType) selection {
	ids := map[string]string{} // lower-case name → type ID
	name := func(name, typeID string) {
		name = strings.ToLower(name)
		if _, taken := ids[name]; !taken {
			ids[name] = typeID
		}
	}
	for _, t := range types {
		name(t.TypeID, t.TypeID)
		name(t.PluralName, t.TypeID)
		if !t.Custom {
			name(t.Name, t.TypeID)
		}
	}
	for _, t := range types {
		name(t.Name, t.TypeID)
	}
	s := selection{all: len(objects) == 0, included: map[string]bool{}, excluded: map[string]bool{}}
	find := func(names []string, found map[string]bool) {
		for _, n := range names {
			if id, ok := ids[strings.ToLower(strings.TrimSpace(n))]; ok {
				found[id] = true
			} else {
				s.unknown = append(s.unknown, n)
			}
		}
	}
	find(objects, s.included)
	find(exclude, s.excluded)
	slices.Sort(s.unknown)
	s.unknown = slices.Compact(s.unknown)
	return s
}

func quoted(names []string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", n)
	}
	return b.String()
}
