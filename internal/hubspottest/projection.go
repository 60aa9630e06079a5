package hubspottest

import (
	"slices"
	"strconv"
)

// projection is what a call wants to see of each record. It is worked out once
// a call, so that appending a record is little more than copying.
type projection struct {
	t       *objectType
	portal  int64
	names   []string // sorted, defined, readable
	keys    []string // the names as JSON object keys, colon included
	blank   []bool   // the values that the token may not see, though it may ask
	history []string
	include []*objectType // types whose associations are wanted
}

// project resolves the properties asked for. Undefined and archived ones
// vanish, as do sensitive ones without their scope; the defaults stand in for
// an empty list, and the always-present properties are added. p.mu must be
// held.
func (p *Portal) project(t *objectType, names, history []string) *projection {
	pr := &projection{t: t, portal: p.opts.PortalID}
	all := []string{"hs_object_id", t.created, t.modified}
	if len(names) == 0 && len(history) == 0 {
		names = t.defaults
	}
	all = append(append(all, names...), history...)
	slices.Sort(all)
	for _, name := range slices.Compact(all) {
		prop := t.properties[name]
		if prop == nil || prop.Archived || !p.canSeeValue(t, prop) {
			continue
		}
		pr.names = append(pr.names, name)
		pr.keys = append(pr.keys, string(appendString(nil, name))+":")
		pr.blank = append(pr.blank, t.plural == "emails" && isEmailContent(name) && !p.can("sales-email-read"))
		if slices.Contains(history, name) {
			pr.history = append(pr.history, name)
		}
	}
	return pr
}

// canSeeValue tells whether the token may read values of the property. p.mu
// must be held.
func (p *Portal) canSeeValue(t *objectType, prop *Property) bool {
	if prop.DataSensitivity == "non_sensitive" {
		return true
	}
	return p.can(t.sensitiveScope(prop.DataSensitivity))
}

// isEmailContent tells whether a property of an email shows what was written
// in it. HubSpot keeps that from tokens without the scope sales-email-read.
func isEmailContent(name string) bool {
	switch name {
	case "hs_email_subject", "hs_email_text", "hs_email_html", "hs_email_headers", "hs_body_preview", "hs_body_preview_html":
		return true
	}
	return false
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }

// appendRecord appends the record as HubSpot's SimplePublicObject.
func (pr *projection) appendRecord(b []byte, r *record) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, r.text...)
	b = append(b, `","properties":{`...)
	for i, name := range pr.names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, pr.keys[i]...)
		if value := r.values[name]; value != "" && !pr.blank[i] {
			b = appendString(b, value)
		} else {
			b = append(b, `null`...)
		}
	}
	b = append(b, '}')
	if len(pr.history) > 0 {
		b = pr.appendHistory(b, r)
	}
	b = append(b, `,"createdAt":"`...)
	b = append(b, r.created...)
	b = append(b, `","updatedAt":"`...)
	b = append(b, r.updated...)
	if r.archivedAt == "" {
		b = append(b, `","archived":false`...)
	} else {
		b = append(b, `","archived":true,"archivedAt":"`...)
		b = append(b, r.archivedAt...)
		b = append(b, '"')
	}
	if len(pr.include) > 0 {
		b = pr.appendAssociations(b, r)
	}
	b = append(b, `,"url":"https://app.hubspot.com/contacts/`...)
	b = appendInt(b, pr.portal)
	b = append(b, `/record/`...)
	b = append(b, pr.t.id...)
	b = append(b, '/')
	b = append(b, r.text...)
	return append(b, `"}`...)
}

func (pr *projection) appendHistory(b []byte, r *record) []byte {
	b = append(b, `,"propertiesWithHistory":{`...)
	for i, name := range pr.history {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, name)
		b = append(b, ":["...)
		for k, v := range r.versions(name) {
			if k > 0 {
				b = append(b, ',')
			}
			b = appendVersion(b, v)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// maxEmbedded is how many rows lists give per associated type.
//
// Source: https://developers.hubspot.com/changelog (2021, associations limited to 100 per type)
const maxEmbedded = 100

// appendAssociations appends the associations that came along: one row per
// association type, so that a record can appear more than once.
func (pr *projection) appendAssociations(b []byte, r *record) []byte {
	b = append(b, `,"associations":{`...)
	first := true
	for _, to := range pr.include {
		links := r.links[to]
		if len(links) == 0 {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendString(b, to.plural)
		b = append(b, `:{"results":[`...)
		rows, next := 0, ""
	links:
		for _, l := range links {
			for _, a := range l.types {
				if rows == maxEmbedded {
					next = strconv.FormatInt(l.to, 10)
					break links
				}
				if rows > 0 {
					b = append(b, ',')
				}
				rows++
				b = append(b, `{"id":"`...)
				b = appendInt(b, l.to)
				b = append(b, `","type":`...)
				b = appendString(b, a.name)
				b = append(b, '}')
			}
		}
		b = append(b, ']')
		if next != "" {
			b = append(b, ',')
			b = appendPaging(b, next)
		}
		b = append(b, '}')
	}
	return append(b, '}')
}
