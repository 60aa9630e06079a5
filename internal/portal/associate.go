package portal

import "slices"

// pairs are the object types that can be associated, in both directions.
type pairs map[links]bool

// associations says which of the candidates can be associated with which.
// HubSpot has no endpoint that lists the pairs of standard types: all but a few
// can be associated with each other, and few with themselves ("Associate
// records"). Custom objects say it in their schemas, and HubSpot links every one
// of them with the activities.
func associations(candidates []candidate) pairs {
	p := pairs{}
	activities := []string{
		typeCommunications, typeTasks, typeNotes, typeMeetings, typeCalls, typeEmails, typePostalMail,
	}
	for _, a := range candidates {
		if a.Custom {
			for _, link := range a.links {
				p.add(link.from, link.to)
			}
			for _, activity := range activities {
				p.add(a.TypeID, activity)
			}
			continue
		}
		for _, b := range candidates {
			if a.associable && b.associable && (a.TypeID != b.TypeID || a.selfAssociable) {
				p.add(a.TypeID, b.TypeID)
			}
		}
	}
	return p
}

func (p pairs) add(a, b string) {
	p[links{a, b}] = true
	p[links{b, a}] = true
}

// connect fills in the associates of types, which are sorted by type ID.
func (p pairs) connect(types []ObjectType) {
	for i := range types {
		types[i].Associates = nil
		for _, to := range types {
			if p[links{types[i].TypeID, to.TypeID}] {
				types[i].Associates = append(types[i].Associates, to.TypeID)
			}
		}
		types[i].Associates = slices.Clip(types[i].Associates)
	}
}
