package hubspottest

import (
	"strconv"
	"strings"
	"time"
)

// lists adds lists of each processing type: of what someone picked, of what
// matches now, of what matched once, and one that HubSpot is still working on.
func (d *demo) lists() {
	number := func(r *record, name string) float64 {
		n, _ := strconv.ParseFloat(r.values[name], 64) // 0 without a value
		return n
	}
	for _, l := range []struct {
		ListDefinition
		has func(*record) bool
	}{
		{ListDefinition{Name: "Newsletter subscribers", ObjectType: "contacts", ProcessingType: "DYNAMIC"}, func(r *record) bool {
			return r.values["newsletter_topics"] != "" && r.values["hs_email_optout"] != "true"
		}},
		{ListDefinition{Name: "Customers with a heat pump", ObjectType: "contacts", ProcessingType: "DYNAMIC"}, func(r *record) bool {
			return r.values["lifecyclestage"] == "customer" && r.values["heating_type"] == "heat_pump"
		}},
		{ListDefinition{Name: "Trade fair Munich 2025", ObjectType: "contacts", ProcessingType: "SNAPSHOT"}, func(r *record) bool {
			return r.created < "2025-06" && r.id%23 == 0
		}},
		{ListDefinition{Name: "Invited to the summer party", ObjectType: "contacts"}, func(r *record) bool { return r.id%101 == 0 }},
		{ListDefinition{Name: "Big deals", ObjectType: "deals", ProcessingType: "DYNAMIC"}, func(r *record) bool { return number(r, "amount") >= 250_000 }},
		{ListDefinition{Name: "Key accounts", ObjectType: "companies"}, func(r *record) bool { return r.id%19 == 0 }},
		{ListDefinition{Name: "Plant faults under way", ObjectType: "tickets", ProcessingType: "DYNAMIC"}, func(r *record) bool {
			return r.values["hs_pipeline"] == "75840720" && r.values["hs_pipeline_stage"] != "4"
		}},
		{ListDefinition{Name: "Sites with a battery", ObjectType: "site", ProcessingType: "DYNAMIC"}, func(r *record) bool {
			return strings.Contains(r.values["components"], "battery")
		}},
		{ListDefinition{Name: "Leads without an owner", ObjectType: "contacts", ProcessingType: "DYNAMIC", Status: "PROCESSING"}, func(*record) bool { return false }},
	} {
		d.list(l.ListDefinition, l.has)
	}
}

// list adds a list of the records that fit, which joined it when they were
// made. The list itself is older than that.
func (d *demo) list(l ListDefinition, fits func(*record) bool) {
	s := d.p.mustSegment(d.p.AddList(l))
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	s.created = timestamp(time.Date(2024, time.January, 2, 9, int(s.id), 0, 0, time.UTC))
	for _, id := range s.t.live {
		if r := s.t.records[id]; fits(r) {
			s.members[id] = membership{r.created, r.created}
		}
	}
}

// pasts lets deals remember the stages that they came through, and contacts
// the stages of their life. What happened since the demo was made stays.
func (d *demo) pasts() {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	deals, contacts := d.p.mustType("deals"), d.p.mustType("contacts")
	for _, id := range deals.live {
		r := deals.records[id]
		for _, pl := range deals.pipelines {
			if pl.ID == r.values["pipeline"] {
				var stages []string
				for _, s := range pl.Stages {
					stages = append(stages, s.ID)
				}
				d.past(r, "dealstage", stages)
			}
		}
	}
	for _, id := range contacts.live {
		d.past(contacts.records[id], "lifecyclestage", []string{"subscriber", "lead", "opportunity", "customer"})
	}
}

// past makes a value the last of a row that the record went through, from its
// creation to its last change.
func (d *demo) past(r *record, name string, row []string) {
	made, err := time.Parse(time.RFC3339, r.created)
	changed, err2 := time.Parse(time.RFC3339, r.updated)
	if err != nil || err2 != nil || r.history[name] != nil {
		return
	}
	var before []pastValue
	source := r.source()
	for i, value := range row {
		if value != r.values[name] {
			before = append(before, pastValue{value, made.Add(changed.Sub(made) / time.Duration(len(row)) * time.Duration(i)), source})
			source = d.sourceOfChange(r)
			continue
		}
		if len(before) > 0 {
			r.remember(name, before, source, changed)
		}
		return
	}
}

// sourceOfChange is mostly the record's owner, else a workflow or the ERP.
func (d *demo) sourceOfChange(r *record) Source {
	switch d.IntN(8) {
	case 0:
		return Source{Type: "AUTOMATION_PLATFORM", ID: "enrollmentId:718281828;actionExecutionIndex:0", Label: "Move on when the offer is signed"}
	case 1:
		return Source{Type: "INTEGRATION", ID: "27182818", Label: "ERP connector"}
	}
	for _, o := range d.p.owners {
		if o.ID == r.values["hubspot_owner_id"] {
			return UserSource(o.UserID)
		}
	}
	return UserSource(firstUserID)
}
