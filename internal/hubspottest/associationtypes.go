package hubspottest

import (
	"slices"
	"strings"
)

// pair is a direction in which records are associated.
type pair struct{ from, to *objectType }

// assocType is one type of association, in one direction.
type assocType struct {
	category string
	typeID   int
	label    string // "" for the unlabelled type
	name     string // as lists write it: "contact_to_company_unlabeled"
	inverse  *assocType
	// exclusive types hold for one target at most: a contact has one primary
	// company, a company is that of many contacts.
	exclusive bool
}

const (
	hubspotDefined = "HUBSPOT_DEFINED"
	userDefined    = "USER_DEFINED"

	// firstGeneratedAssocID is where the type IDs begin that the portal makes up.
	firstGeneratedAssocID = 1001
)

// standardAssociation is one row of HubSpot's table of association types, both
// directions at once. A type ID of 0 gets one made up.
type standardAssociation struct {
	from, to         string
	typeID, inverse  int
	primary, reverse int // the type IDs labelled "Primary", 0 if there are none
}

// knownAssociations are the types whose IDs HubSpot documents.
//
// Source: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide
func knownAssociations() []standardAssociation {
	return []standardAssociation{
		{"contacts", "companies", 279, 280, 1, 2},
		{"contacts", "deals", 4, 3, 0, 0},
		{"contacts", "tickets", 15, 16, 0, 0},
		{"contacts", "contacts", 449, 449, 0, 0},
		{"companies", "companies", 450, 450, 0, 0},
		{"companies", "deals", 342, 341, 6, 5},
		{"companies", "tickets", 340, 339, 25, 26},
		{"deals", "deals", 451, 451, 0, 0},
		{"deals", "tickets", 27, 28, 0, 0},
		{"tickets", "tickets", 452, 452, 0, 0},
		{"deals", "line_items", 19, 20, 0, 0},
		{"quotes", "deals", 64, 63, 0, 0},
		{"quotes", "line_items", 67, 68, 0, 0},
		{"quotes", "contacts", 69, 70, 0, 0},
		{"quotes", "companies", 71, 72, 0, 0},
		{"contacts", "calls", 193, 194, 0, 0},
		{"contacts", "emails", 197, 198, 0, 0},
		{"contacts", "meetings", 199, 200, 0, 0},
		{"contacts", "notes", 201, 202, 0, 0},
		{"contacts", "tasks", 203, 204, 0, 0},
		{"contacts", "communications", 82, 81, 0, 0},
		{"companies", "calls", 181, 182, 0, 0},
		{"companies", "emails", 185, 186, 0, 0},
		{"companies", "meetings", 187, 188, 0, 0},
		{"companies", "notes", 189, 190, 0, 0},
		{"companies", "tasks", 191, 192, 0, 0},
		{"companies", "communications", 88, 87, 0, 0},
		{"deals", "calls", 205, 206, 0, 0},
		{"deals", "emails", 209, 210, 0, 0},
		{"deals", "meetings", 211, 212, 0, 0},
		{"deals", "notes", 213, 214, 0, 0},
		{"deals", "tasks", 215, 216, 0, 0},
		{"deals", "communications", 86, 85, 0, 0},
		{"tickets", "calls", 219, 220, 0, 0},
		{"tickets", "emails", 223, 224, 0, 0},
		{"tickets", "meetings", 225, 226, 0, 0},
		{"tickets", "notes", 227, 228, 0, 0},
		{"tickets", "tasks", 229, 230, 0, 0},
		{"tickets", "communications", 84, 83, 0, 0},
		{"orders", "contacts", 507, 508, 0, 0},
		{"orders", "companies", 509, 510, 0, 0},
		{"orders", "deals", 512, 511, 0, 0},
		{"orders", "line_items", 513, 514, 0, 0},
		{"carts", "contacts", 586, 587, 0, 0},
		{"carts", "line_items", 590, 591, 0, 0},
		{"invoices", "contacts", 177, 178, 0, 0},
		{"invoices", "companies", 179, 180, 0, 0},
		{"invoices", "deals", 175, 176, 0, 0},
		{"invoices", "line_items", 409, 410, 0, 0},
		{"subscriptions", "contacts", 295, 296, 0, 0},
		{"subscriptions", "companies", 297, 298, 0, 0},
		{"subscriptions", "deals", 299, 300, 0, 0},
		{"subscriptions", "line_items", 301, 302, 0, 0},
		{"commerce_payments", "contacts", 387, 388, 0, 0},
		{"commerce_payments", "companies", 389, 390, 0, 0},
		{"commerce_payments", "deals", 391, 392, 0, 0},
		{"leads", "contacts", 608, 609, 578, 579},
		{"leads", "companies", 610, 611, 0, 0},
	}
}

// otherAssociations lists, type by type, what else can be associated; HubSpot
// documents that it can, and here the type IDs are made up.
func otherAssociations() map[string]string {
	const core = "contacts companies deals tickets "
	const activities = "calls emails meetings notes tasks communications postal_mail "
	return map[string]string{
		"postal_mail":          core,
		"feedback_submissions": core,
		"line_items":           "discounts fees taxes",
		"quotes":               activities + "discounts fees taxes",
		"invoices":             "commerce_payments discounts fees taxes quotes",
		"subscriptions":        "commerce_payments",
		"commerce_payments":    "orders line_items",
		"orders":               "tickets carts discounts fees taxes invoices " + activities,
		"carts":                "companies deals tickets " + activities,
		"leads":                "deals tickets " + activities,
		"services":             core + activities,
		"courses":              core + activities,
		"listings":             core + activities,
		"appointments":         core + activities,
		"projects":             core + activities,
		"goal_targets":         "deals",
		"marketing_events":     "contacts companies deals",
	}
}

func (p *Portal) addStandardAssociations() {
	for _, a := range knownAssociations() {
		from, to := p.byName[a.from], p.byName[a.to]
		if a.primary != 0 {
			primary := p.addAssocType(from, to, hubspotDefined, "Primary", "Primary", a.primary, a.reverse)
			if a.from == "companies" { // the other type has one primary company
				primary = primary.inverse
			}
			primary.exclusive = true
		}
		p.addAssocType(from, to, hubspotDefined, "", "", a.typeID, a.inverse)
	}
	companies := p.byName["companies"]
	p.addAssocType(companies, companies, hubspotDefined, "Child Company", "Parent Company", 13, 14)
	others := otherAssociations()
	for _, from := range p.types {
		for name := range strings.FieldsSeq(others[from.plural]) {
			if to := p.byName[name]; to != nil {
				p.definePair(from, to)
			}
		}
	}
}

// definePair makes two types associable if they are not yet. Pairs of HubSpot's
// types are HUBSPOT_DEFINED, those with a custom object USER_DEFINED.
func (p *Portal) definePair(from, to *objectType) {
	if p.assocTypes[pair{from, to}] != nil {
		return
	}
	category := hubspotDefined
	if from.custom != nil || to.custom != nil {
		category = userDefined
	}
	p.addAssocType(from, to, category, "", "", 0, 0)
}

// addAssocType adds an association type and its inverse. Within one object
// type, equal labels mean one type for both directions.
func (p *Portal) addAssocType(from, to *objectType, category, label, inverseLabel string, typeID, inverseID int) *assocType {
	if typeID == 0 {
		typeID, inverseID = p.nextAssocID, p.nextAssocID+1
		p.nextAssocID += 2
	}
	a := &assocType{category: category, typeID: typeID, label: label}
	a.name = p.assocName(from, to, label)
	p.assocTypes[pair{from, to}] = append(p.assocTypes[pair{from, to}], a)
	if from == to && label == inverseLabel {
		a.inverse = a
		return a
	}
	b := &assocType{category: category, typeID: inverseID, label: inverseLabel, inverse: a}
	b.name = p.assocName(to, from, inverseLabel)
	a.inverse = b
	p.assocTypes[pair{to, from}] = append(p.assocTypes[pair{to, from}], b)
	return a
}

// assocName is the type's name as lists write it. Where there is a primary
// association, that one has the plain name.
func (p *Portal) assocName(from, to *objectType, label string) string {
	plain := from.singular + "_to_" + to.singular
	switch label {
	case "Primary":
		return plain
	case "":
		if len(p.assocTypes[pair{from, to}]) > 0 {
			return plain + "_unlabeled"
		}
		return plain
	}
	return strings.ReplaceAll(strings.ToLower(label), " ", "_")
}

// DefineLabel adds a label for the associations between two object types.
// Both directions carry it unless an inverse is given: the label "Manager"
// from contacts to contacts may have the inverse "Report".
func (p *Portal) DefineLabel(fromType, toType, label string, inverse ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change()
	from, to := p.mustType(fromType), p.mustType(toType)
	p.definePair(from, to)
	back := label
	if len(inverse) > 0 {
		back = inverse[0]
	}
	p.addAssocType(from, to, userDefined, label, back, 0, 0)
}

// labelled finds the association type of a label, and defines it if there is
// none. p.mu must be held for writing.
func (p *Portal) labelled(from, to *objectType, label string) *assocType {
	p.definePair(from, to)
	types := p.assocTypes[pair{from, to}]
	if i := slices.IndexFunc(types, func(a *assocType) bool { return a.label == label }); i >= 0 {
		return types[i]
	}
	return p.addAssocType(from, to, userDefined, label, label, 0, 0)
}
