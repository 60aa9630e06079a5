package hubspottest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func (d *demo) companies(n int) {
	d.startAt("companies", 8_412_300_101)
	industries := []string{"HOSPITALITY", "LOGISTICS_AND_SUPPLY_CHAIN", "FOOD_PRODUCTION", "REAL_ESTATE", "RETAIL", "MACHINERY", "EDUCATION_MANAGEMENT", "HOSPITAL_HEALTH_CARE"}
	seen := map[string]bool{}
	for i := range n {
		name := companyWords()[d.IntN(len(companyWords()))] + " " + companySuffixes()[d.IntN(len(companySuffixes()))]
		city := d.pick(cities())
		if seen[name] {
			name += " " + city
		}
		if seen[name] {
			name += " " + strconv.Itoa(i)
		}
		seen[name] = true
		domain := asciiLower(name) + ".example"
		employees := 5 + d.IntN(60)*d.IntN(60)
		values := map[string]string{
			"name": name, "domain": domain, "website": "https://www." + domain, "city": city,
			"country": "Germany", "hs_country_code": "DE", "zip": fmt.Sprintf("%05d", 10000+d.IntN(80000)),
			"address": fmt.Sprintf("%s %d", d.pick(streets()), 1+d.IntN(99)), "phone": d.phone(),
			"industry": d.pick(industries), "type": d.pick([]string{"PROSPECT", "PROSPECT", "PARTNER", "VENDOR"}),
			"lifecyclestage":    d.pick([]string{"lead", "opportunity", "customer", "customer"}),
			"numberofemployees": strconv.Itoa(employees), "annualrevenue": strconv.Itoa(employees * (80_000 + d.IntN(90_000))),
			"founded_year": strconv.Itoa(1890 + d.IntN(130)), "timezone": "Europe/Berlin",
			"hs_is_target_account": strconv.FormatBool(d.chance(12)), "credit_rating": d.pick([]string{"a", "b", "b", "c"}),
			"vat_number": fmt.Sprintf("DE%09d", 100_000_000+i*977), "payment_terms_days": d.pick([]string{"14", "30", "30", "60"}),
			"hs_analytics_source": d.pick([]string{"ORGANIC_SEARCH", "REFERRALS", "OFFLINE", "DIRECT_TRAFFIC"}),
		}
		if d.chance(60) {
			values["description"] = fmt.Sprintf("%s in %s with %d people.", name, city, employees)
		}
		if d.chance(30) {
			values["web_technologies"] = "google_analytics;wordpress"
		}
		if d.chance(20) {
			values["framework_agreement_until"] = d.since(2026, time.January).AddDate(1, 0, 0).Format(time.DateOnly)
		}
		d.companyIDs = append(d.companyIDs, d.add("companies", d.since(2023, time.January), values))
		d.names, d.domains = append(d.names, name), append(d.domains, domain)
	}
	d.staffOf = make([][]string, n)
	for child := 12; child < n; child += 40 { // some groups with subsidiaries
		for k := range 3 {
			d.p.Associate("companies", d.companyIDs[child], "companies", d.companyIDs[child+1+k], "Child Company")
		}
	}
}

// contacts spreads contacts over the companies, more to the first ones. The
// first of all is a chain with more contacts than one page of associations
// holds.
func (d *demo) contacts(n int) {
	d.startAt("contacts", 51)
	d.companyOf = map[string]int{}
	for i := range n {
		at := min(d.IntN(len(d.companyIDs)), d.IntN(len(d.companyIDs)))
		if i%5 == 4 {
			at = 0
		}
		first, last := d.pick(firstNames()), d.pick(lastNames())
		stage := d.pick([]string{"subscriber", "lead", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "customer", "customer"})
		created := d.since(2023, time.February)
		values := map[string]string{
			"firstname": first, "lastname": last, "jobtitle": d.pick(jobTitles()),
			"email":   fmt.Sprintf("%s.%s%d@%s", asciiLower(first), asciiLower(last), i+1, d.domains[at]),
			"company": d.names[at], "hs_email_domain": d.domains[at], "associatedcompanyid": d.companyIDs[at],
			"lifecyclestage": stage, "phone": d.phone(), "city": d.pick(cities()), "country": "Germany",
			"hs_lead_status":      d.pick([]string{"NEW", "OPEN", "IN_PROGRESS", "CONNECTED", "ATTEMPTED_TO_CONTACT", ""}),
			"hs_language":         d.pick([]string{"de", "de", "en", "da", "nl"}),
			"hs_analytics_source": d.pick([]string{"ORGANIC_SEARCH", "PAID_SEARCH", "REFERRALS", "OFFLINE", "DIRECT_TRAFFIC", "SOCIAL_MEDIA"}),
			"hs_email_optout":     strconv.FormatBool(d.chance(9)), "hubspotscore": strconv.Itoa(d.IntN(100)),
			"num_notes": strconv.Itoa(d.IntN(14)), "privacy_consent": strconv.FormatBool(d.chance(70)),
			// "oil" was once an option and is no longer
			"heating_type": d.pick([]string{"gas", "gas", "heat_pump", "district", "oil", ""}),
		}
		if d.chance(40) {
			values["mobilephone"] = d.phone()
			values["newsletter_topics"] = d.pick([]string{"storage", "storage;charging", "subsidies;heat_pumps", "charging;storage;subsidies"})
			values["best_time_to_call"] = d.pick([]string{"8-10", "10-12", "afternoon"})
			values["yearly_consumption_kwh"] = strconv.Itoa(2_500+d.IntN(90_000)) + d.pick([]string{"", ".5"})
		}
		if stage == "customer" {
			d.customer(values, created, i)
		}
		id := d.add("contacts", created, values)
		d.contactIDs = append(d.contactIDs, id)
		d.companyOf[id] = at
		d.staffOf[at] = append(d.staffOf[at], id)
		d.attach(id, at)
		if i%17 == 16 {
			d.p.Associate("contacts", d.contactIDs[i-1], "contacts", id, "Manager")
		}
	}
}

// customer adds what is known of customers only.
func (d *demo) customer(values map[string]string, created time.Time, i int) {
	values["customer_number"] = fmt.Sprintf("K-%06d", 100_000+i)
	values["Kundennummer alt"] = fmt.Sprintf("%05d/A", i)
	values["closedate"] = timestamp(created.AddDate(0, 2, 0))
	values["hs_lifecyclestage_customer_date"] = values["closedate"]
	values["roof_survey_date"] = created.AddDate(0, 1, 3).Format(time.DateOnly)
	values["last_site_visit"] = timestamp(created.AddDate(0, 1, 4))
	values["technical_advisor"] = d.pick(d.ownerIDs)
	values["lifetime_value"] = strconv.Itoa(5_000+d.IntN(200_000)) + ".75"
	values["total_revenue"] = strconv.Itoa(5_000 + d.IntN(200_000))
	values["wants_callback"] = strconv.FormatBool(d.chance(20))
	values["remarks"] = d.pick(sentences())
	values["welcome_letter"] = "<p>Welcome to <b>Nordwind Solar</b> &amp; thank you!</p>"
	values["iban"] = fmt.Sprintf("DE00 0000 0000 %04d %04d 00", d.IntN(10_000), d.IntN(10_000))
	values["home_location"] = fmt.Sprintf(`{"latitude":%.4f,"longitude":%.4f}`, 48+6*d.Float64(), 7+7*d.Float64())
	values["portal_settings"] = `{"theme":"dark","alerts":["email"]}`
	values["direct_line"] = "0049" + strconv.Itoa(400_000_000+d.IntN(99_999_999))
	if d.chance(10) {
		values["VIN"] = fmt.Sprintf("WVWZZZ1KZ%08d", d.IntN(100_000_000))
		values["2nd_address"] = d.pick(streets()) + " 7"
		values["id_document"] = strconv.Itoa(170_000_000_000 + d.IntN(1_000_000))
		values["medical_device_at_home"] = "none"
		values["hs_buying_role"] = "DECISION_MAKER;BUDGET_HOLDER"
	}
}

// attach makes the company the contact's primary one, and some contacts belong
// to a second.
func (d *demo) attach(contact string, at int) {
	labels := []string{"Primary"}
	if d.chance(15) {
		labels = append(labels, "Decision maker")
	}
	if d.chance(10) {
		labels = append(labels, "Billing contact")
	}
	d.p.Associate("contacts", contact, "companies", d.companyIDs[at], labels...)
	if d.chance(6) {
		d.p.Associate("contacts", contact, "companies", d.companyIDs[(at+37)%len(d.companyIDs)], "Billing contact")
	}
}

func (d *demo) deals(n int) {
	d.startAt("deals", 12_930_440_007)
	t := d.p.mustType("deals")
	for range n {
		at := min(d.IntN(len(d.companyIDs)), d.IntN(len(d.companyIDs)))
		pl := t.pipelines[0]
		if d.chance(25) {
			pl = t.pipelines[1]
		}
		stage := pl.Stages[d.IntN(len(pl.Stages))]
		power := 10 + d.IntN(390)
		amount := power * (900 + d.IntN(400))
		created := d.since(2024, time.January)
		closed := stage.Metadata["isClosed"] == "true"
		won := stage.Metadata["probability"] == "1.0"
		offer := d.pick(offers())
		values := map[string]string{
			"dealname": d.names[at] + " – " + offer, "amount": strconv.Itoa(amount) + d.pick([]string{"", "", ".50"}),
			"amount_in_home_currency": strconv.Itoa(amount), "deal_currency_code": d.pick([]string{"EUR", "EUR", "EUR", "EUR", "USD"}),
			"pipeline": pl.ID, "dealstage": stage.ID, "dealtype": d.pick([]string{"newbusiness", "existingbusiness"}),
			"closedate":                 timestamp(created.AddDate(0, 1+d.IntN(6), d.IntN(28))),
			"hs_deal_stage_probability": stage.Metadata["probability"], "hs_is_closed": strconv.FormatBool(closed),
			"hs_is_closed_won": strconv.FormatBool(won), "hs_priority": d.pick([]string{"low", "medium", "high", ""}),
			"installed_power_kwp": strconv.Itoa(power) + ".2", "hs_primary_associated_company": d.companyIDs[at],
			"roof_types": d.pick([]string{"flat", "pitched", "flat;carport", "pitched;facade", ""}),
		}
		if d.chance(50) {
			values["description"] = d.pick(sentences())
			values["hs_next_step"] = d.pick([]string{"Send offer", "Call about financing", "Book roof survey"})
			values["subsidy_amount"] = strconv.Itoa(500 * d.IntN(20))
			values["expected_commissioning"] = created.AddDate(0, 8, 0).Format(time.DateOnly)
		}
		if closed && !won {
			values["closed_lost_reason"] = d.pick([]string{"Too expensive", "Went with a competitor", "Project postponed"})
			values["lost_to"] = d.pick([]string{"solarix", "sunpeak", "nobody"})
		}
		id := d.add("deals", created, values)
		d.dealIDs = append(d.dealIDs, id)
		d.companyOf[id] = at
		d.p.Associate("deals", id, "companies", d.companyIDs[at], "Primary")
		if d.chance(8) {
			d.p.Associate("companies", d.companyIDs[(at+11)%len(d.companyIDs)], "deals", id, "Installer")
		}
		for k, contact := range d.someStaff(at, 1+d.IntN(3)) {
			if k == 0 {
				d.p.Associate("contacts", contact, "deals", id, "Decision maker")
			} else {
				d.p.Associate("contacts", contact, "deals", id)
			}
		}
	}
}

// someStaff returns up to n different contacts of a company.
func (d *demo) someStaff(at, n int) []string {
	staff := d.staffOf[at]
	start := 0
	if len(staff) > n {
		start = d.IntN(len(staff) - n)
	}
	return staff[start:min(start+n, len(staff))]
}

func (d *demo) tickets(n int) {
	d.startAt("tickets", 3_310_020_011)
	t := d.p.mustType("tickets")
	for i := range n {
		pl := t.pipelines[i%2]
		stage := pl.Stages[d.IntN(len(pl.Stages))]
		at := d.IntN(len(d.companyIDs))
		created := d.since(2025, time.January)
		values := map[string]string{
			"subject":     d.pick([]string{"Inverter offline", "Invoice question", "Yield too low", "App login", "Storm damage", "Meter change"}) + " – " + d.names[at],
			"content":     d.pick(sentences()),
			"hs_pipeline": pl.ID, "hs_pipeline_stage": stage.ID,
			"hs_ticket_priority": d.pick([]string{"LOW", "MEDIUM", "HIGH", "URGENT", ""}),
			"hs_ticket_category": d.pick([]string{"PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "PRODUCT_ISSUE;GENERAL_INQUIRY"}),
			"source_type":        d.pick([]string{"EMAIL", "PHONE", "FORM", "CHAT"}),
			"hs_is_closed":       strconv.FormatBool(stage.Metadata["ticketState"] == "CLOSED"),
		}
		if stage.Metadata["ticketState"] == "CLOSED" {
			values["closed_date"] = timestamp(created.Add(72 * time.Hour))
			values["time_to_close"] = strconv.FormatInt((72 * time.Hour).Milliseconds(), 10)
		}
		if strings.HasPrefix(values["subject"], "Inverter") {
			values["inverter_serial"] = fmt.Sprintf("SN%08d", d.IntN(100_000_000))
			values["on_site_visit_needed"] = "true"
		}
		id := d.add("tickets", created, values)
		d.p.Associate("tickets", id, "companies", d.companyIDs[at], "Primary")
		for _, contact := range d.someStaff(at, 1) {
			d.p.Associate("contacts", contact, "tickets", id)
		}
	}
}
