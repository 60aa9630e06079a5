// Package access restricts a portal's metadata to what somebody may see. It is
// pure, and the only place that knows what the rights in package auth hide: the
// schema, the plans and the answers are made from restricted metadata as they are
// from a portal that has no more to it, so that none of them needs to ask again.
package access

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hubgraph/hubgraph/internal/auth"
	"github.com/hubgraph/hubgraph/internal/hubspot"
	"github.com/hubgraph/hubgraph/internal/portal"
)

// Restrict returns what of the metadata the rights leave: meta itself, if that
// is all. What leads to something hidden is hidden with it:
//
//   - associations with hidden types, and properties that hold the ID of a
//     record of theirs, or of an owner;
//   - pipelines, where the properties that hold pipeline and stage are;
//   - the search for words of types that HubSpot looks for in hidden properties;
//   - a record's name, as far as hidden properties make it up;
//   - what the token cannot read, and warnings, which name types;
//   - what HubSpot says in errors: calls are shared with those who see more.
func Restrict(meta *portal.Metadata, rights auth.Rights) *portal.Metadata {
	if rights.Everything() {
		return meta
	}
	r := &restriction{rights: rights, full: meta}
	out := *meta
	out.Withheld.Owners = !rights.SeesOwners()
	out.Withheld.Lists = !rights.SeesLists()
	out.Withheld.Words = true
	out.Types, out.Unavailable, out.Warnings = nil, nil, nil
	if out.Withheld.Owners {
		out.Owners = nil
	}
	for i := range meta.Types {
		if r.sees(&meta.Types[i]) {
			out.Types = append(out.Types, r.objectType(&meta.Types[i]))
		}
	}
	for _, u := range meta.Unavailable {
		if rights.SeesType(u.TypeID, u.Name, u.PluralName) {
			out.Unavailable = append(out.Unavailable, u)
		}
	}
	return &out
}

// Fingerprint tells the rest of the metadata that rights leave of one portal's
// apart: two that are the same are of the same content.
func Fingerprint(meta *portal.Metadata) string {
	text := fmt.Appendln(nil, meta.Withheld)
	for i := range meta.Types {
		t := &meta.Types[i]
		text = fmt.Appendf(text, "%q\n", t.TypeID)
		for _, p := range t.Properties {
			text = fmt.Appendf(text, " %q\n", p.Name)
		}
	}
	for _, u := range meta.Unavailable {
		text = fmt.Appendf(text, "- %q\n", u.TypeID)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Unknown are the names of object types and properties in the rights that the
// portal does not have: spelling mistakes, most of them.
func Unknown(meta *portal.Metadata, rights auth.Rights) []string {
	var unknown []string
	known := func(name string) *portal.ObjectType {
		for i := range meta.Types {
			if named(&meta.Types[i], name) {
				return &meta.Types[i]
			}
		}
		return nil
	}
	isThere := func(name string) bool {
		return known(name) != nil || slices.ContainsFunc(meta.Unavailable, func(u portal.Unavailable) bool {
			return strings.EqualFold(name, u.TypeID) || strings.EqualFold(name, u.Name) || strings.EqualFold(name, u.PluralName)
		})
	}
	for _, name := range slices.Concat(rights.ObjectTypes, rights.HiddenObjectTypes) {
		if !isThere(name) {
			unknown = append(unknown, name)
		}
	}
	for _, property := range rights.HiddenProperties[auth.AllTypes] {
		if !slices.ContainsFunc(meta.Types, func(t portal.ObjectType) bool { return has(&t, property) }) {
			unknown = append(unknown, auth.AllTypes+"."+property)
		}
	}
	for _, byType := range []map[string][]string{rights.Properties, rights.HiddenProperties} {
		for name, properties := range byType {
			t := known(name)
			if t == nil {
				if name != auth.AllTypes && !isThere(name) {
					unknown = append(unknown, name)
				}
				continue
			}
			for _, property := range properties {
				if !has(t, property) {
					unknown = append(unknown, name+"."+property)
				}
			}
		}
	}
	slices.Sort(unknown)
	return slices.Compact(unknown)
}

// mergedIDs tell which records a record was made of. Who has an ID from before
// may go on using it, whether or not they may see those.
const mergedIDs = "hs_merged_object_ids"

// A restriction is one Restrict under way.
type restriction struct {
	rights auth.Rights
	full   *portal.Metadata
}

func (r *restriction) sees(t *portal.ObjectType) bool {
	return r.rights.SeesType(t.TypeID, t.Name, t.PluralName)
}

func (r *restriction) seesID(typeID string) bool {
	t := r.full.Type(typeID)
	return t != nil && r.sees(t)
}

// objectType is a copy of a type that is seen, with what is seen of it.
func (r *restriction) objectType(full *portal.ObjectType) portal.ObjectType {
	t := *full
	t.MissingScopes = nil // for the operator, and scopes name types
	t.Associates = slices.DeleteFunc(slices.Clone(full.Associates), func(id string) bool { return !r.seesID(id) })
	t.Properties = r.properties(full)
	hidden := func(name string) bool { return has(full, name) && !has(&t, name) }
	t.DisplayProperties = slices.DeleteFunc(slices.Clone(full.DisplayProperties), hidden)
	t.FallbackProperties = slices.DeleteFunc(slices.Clone(full.FallbackProperties), hidden)
	t.SearchedProperties = slices.DeleteFunc(slices.Clone(full.SearchedProperties), hidden)
	t.NoWords = len(t.Properties) < len(full.Properties) && !wordsSeen(full, hidden)
	t.Pipelines = pipelines(full, &t)
	t.Merges = hidden(mergedIDs)
	return t
}

// properties are those that are seen.
func (r *restriction) properties(t *portal.ObjectType) []*hubspot.Property {
	rights := r.rights.OfType(t.TypeID, t.Name, t.PluralName)
	seen := make([]*hubspot.Property, 0, len(t.Properties))
	for _, p := range t.Properties {
		if rights.Sees(p.Name) && r.seesReference(p.ReferencedObjectType) {
			seen = append(seen, p)
		}
	}
	for i, p := range seen {
		// The description of an amount names the property of its currency.
		if p.CurrencyPropertyName != "" && !slices.ContainsFunc(seen, func(q *hubspot.Property) bool { return q.Name == p.CurrencyPropertyName }) {
			own := *p
			own.CurrencyPropertyName = ""
			seen[i] = &own
		}
	}
	return seen
}

// seesReference reports whether what a property refers to is seen: HubSpot's
// word is "OWNER", "COMPANY" or the like.
func (r *restriction) seesReference(to string) bool {
	switch {
	case to == "":
		return true
	case to == "OWNER":
		return r.rights.SeesOwners()
	}
	for i := range r.full.Types {
		if t := &r.full.Types[i]; named(t, to) {
			return r.sees(t)
		}
	}
	for _, t := range portal.StandardTypes() {
		if strings.EqualFold(to, t.Name) {
			return r.rights.SeesType(t.TypeID, t.Name, t.PluralName)
		}
	}
	return r.rights.SeesType(to)
}

func named(t *portal.ObjectType, name string) bool {
	return strings.EqualFold(name, t.TypeID) || strings.EqualFold(name, t.Name) || strings.EqualFold(name, t.PluralName)
}

func has(t *portal.ObjectType, property string) bool {
	return slices.ContainsFunc(t.Properties, func(p *hubspot.Property) bool { return p.Name == property })
}
