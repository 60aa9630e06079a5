package hubspottest

import (
	"slices"
	"strconv"
)

// link is one record's association with another.
type link struct {
	to    int64
	types []*assocType // shared between links, replaced and never changed
}

// Associate associates two records in both directions. The unlabelled
// association is always there; labels are added to it. "Primary" makes the
// target the primary one of its type, in the place of any other. A label that
// is not defined gets defined, the same in both directions.
func (p *Portal) Associate(fromType, fromID, toType, toID string, labels ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change()
	from, to := p.mustType(fromType), p.mustType(toType)
	p.associate(from, p.mustRecord(from, fromID), to, p.mustRecord(to, toID), labels)
}

// AssociateEach associates every record of one type with perRecord records of
// another, spread evenly in order of ID. Where the pair has a primary type,
// every record that can have a primary one gets the first it meets.
func (p *Portal) AssociateEach(fromType, toType string, perRecord int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change()
	from, to := p.mustType(fromType), p.mustType(toType)
	if len(to.live) < perRecord {
		p.fail("%s has %d records, want at least %d", to.plural, len(to.live), perRecord)
		return
	}
	p.definePair(from, to)
	for i, id := range from.live {
		a := from.records[id]
		for k := range perRecord {
			b := to.records[to.live[(i*perRecord+k)%len(to.live)]]
			var labels []string
			if p.wantsPrimary(from, a, to, b) {
				labels = []string{"Primary"}
			}
			p.associate(from, a, to, b, labels)
		}
	}
}

// wantsPrimary tells whether the pair has a primary type and the record that
// can have but one is still without.
func (p *Portal) wantsPrimary(from *objectType, a *record, to *objectType, b *record) bool {
	types := p.assocTypes[pair{from, to}]
	i := slices.IndexFunc(types, isPrimary)
	switch {
	case i < 0:
		return false
	case types[i].exclusive:
		return !a.hasPrimary(to)
	}
	return !b.hasPrimary(from)
}

func (p *Portal) associate(from *objectType, a *record, to *objectType, b *record, labels []string) {
	if from.noLinks || to.noLinks {
		p.fail("%s and %s cannot be associated", from.plural, to.plural)
		return
	}
	types := []*assocType{p.labelled(from, to, "")}
	for _, label := range labels {
		t := p.labelled(from, to, label)
		switch {
		case t.exclusive:
			a.demote(from, to, t)
		case t.inverse.exclusive:
			b.demote(to, from, t.inverse)
		}
		types = append(types, t)
	}
	a.link(to, b.id, types)
	b.link(from, a.id, inverses(types))
	p.tellLinked(from, a, to, b, types, false)
}

// Dissociate takes two records out of each other's associations, in all types.
func (p *Portal) Dissociate(fromType, fromID, toType, toID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change()
	from, to := p.mustType(fromType), p.mustType(toType)
	a, b := p.mustRecord(from, fromID), p.mustRecord(to, toID)
	i, found := a.findLink(to, b.id)
	if !found {
		p.fail("%s %s and %s %s are not associated", from.singular, fromID, to.singular, toID)
		return
	}
	types := a.links[to][i].types
	a.links[to] = slices.Delete(a.links[to], i, i+1)
	if i, found = b.findLink(from, a.id); found {
		b.links[from] = slices.Delete(b.links[from], i, i+1)
	}
	p.tellLinked(from, a, to, b, types, true)
}

// inverses are the same associations seen from the other side.
func inverses(types []*assocType) []*assocType {
	inverse := make([]*assocType, len(types))
	for i, t := range types {
		inverse[i] = t.inverse
	}
	return inverse
}

func isPrimary(a *assocType) bool { return a.label == "Primary" }

// hasPrimary tells whether one of the record's associations with the type is
// its primary one.
func (r *record) hasPrimary(to *objectType) bool {
	return slices.ContainsFunc(r.links[to], func(l link) bool { return slices.ContainsFunc(l.types, isPrimary) })
}

// demote takes the primary type away from the present primary of a record,
// which is of type own.
func (r *record) demote(own, to *objectType, primary *assocType) {
	for i, l := range r.links[to] {
		if !slices.Contains(l.types, primary) {
			continue
		}
		r.links[to][i].types = without(l.types, primary)
		back := to.records[l.to].links[own]
		if k, found := to.records[l.to].findLink(own, r.id); found {
			back[k].types = without(back[k].types, primary.inverse)
		}
	}
}

func without(types []*assocType, t *assocType) []*assocType {
	return slices.DeleteFunc(slices.Clone(types), func(o *assocType) bool { return o == t })
}

// link adds association types to the link with a record, and the link.
func (r *record) link(to *objectType, id int64, types []*assocType) {
	i, found := r.findLink(to, id)
	if !found {
		r.links[to] = slices.Insert(r.links[to], i, link{id, types})
		return
	}
	all := slices.Clone(r.links[to][i].types)
	for _, t := range types {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	r.links[to][i].types = all
}

// findLink returns where the link to a record is, or would be.
func (r *record) findLink(to *objectType, id int64) (int, bool) {
	return slices.BinarySearchFunc(r.links[to], id, func(l link, id int64) int {
		switch {
		case l.to < id:
			return -1
		case l.to > id:
			return 1
		}
		return 0
	})
}

// removeLinks takes a record out of the associations of all others.
func (p *Portal) removeLinks(t *objectType, r *record) {
	for to, links := range r.links {
		for _, l := range links {
			other := to.records[l.to]
			if i, found := other.findLink(t, r.id); found {
				other.links[t] = slices.Delete(other.links[t], i, i+1)
			}
		}
	}
	clear(r.links)
}

// moveLinks gives the associations of one record to another of its type.
func (p *Portal) moveLinks(t *objectType, from, to *record) {
	moved := from.links
	from.links = map[*objectType][]link{}
	for other, links := range moved {
		for _, l := range links {
			o := other.records[l.to]
			if i, found := o.findLink(t, from.id); found {
				o.links[t] = slices.Delete(o.links[t], i, i+1)
			}
			if o == to {
				continue // a record is not associated with itself
			}
			types := l.types
			if i := slices.IndexFunc(types, isPrimary); i >= 0 && types[i].exclusive && to.hasPrimary(other) {
				types = without(types, types[i])
			}
			to.link(other, l.to, types)
			o.link(t, to.id, inverses(types))
		}
	}
}

// page returns up to limit links after the one that a cursor names, and the
// cursor of the next page, "" at the end.
func (r *record) page(to *objectType, after string, limit int) (page []link, next string, ok bool) {
	links := r.links[to]
	start := 0
	if after != "" {
		id, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return nil, "", false
		}
		start, _ = r.findLink(to, id)
	}
	links = links[start:]
	if len(links) <= limit {
		return links, "", true
	}
	return links[:limit], strconv.FormatInt(links[limit].to, 10), true
}
