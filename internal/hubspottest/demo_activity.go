package hubspottest

import (
	"fmt"
	"strconv"
	"time"
)

// commerce adds products, line items, quotes, invoices and their like.
func (d *demo) commerce() {
	for i, name := range offers() {
		price := 400 * (i + 2)
		d.productIDs = append(d.productIDs, d.add("products", d.since(2023, time.January), map[string]string{
			"name": name, "description": name + ", turnkey.", "price": strconv.Itoa(price), "hs_sku": fmt.Sprintf("NS-%03d", i+1),
			"hs_cost_of_goods_sold": strconv.Itoa(price * 6 / 10), "hs_product_type": "service", "hs_status": "active",
		}))
	}
	d.startAt("line_items", 7_700_100_001)
	for i, deal := range d.dealIDs {
		at := d.companyOf[deal]
		for range 1 + i%2 {
			k := d.IntN(len(offers()))
			quantity, price := 1+d.IntN(20), 400*(k+2)
			id := d.add("line_items", d.since(2024, time.January), map[string]string{
				"name": offers()[k], "quantity": strconv.Itoa(quantity), "price": strconv.Itoa(price),
				"amount": strconv.Itoa(quantity * price), "hs_product_id": d.productIDs[k], "hs_sku": fmt.Sprintf("NS-%03d", k+1),
				"hs_line_item_currency_code": "EUR", "hs_currency_code": "EUR",
			})
			d.p.Associate("deals", deal, "line_items", id)
		}
		if i%5 == 0 {
			quote := d.generated("quotes", d.since(2025, time.January), map[string]string{
				"hs_title": "Offer for " + d.names[at], "hs_currency": "EUR", "hs_currency_code": "EUR",
			})
			d.p.Associate("quotes", quote, "deals", deal)
			d.p.Associate("quotes", quote, "companies", d.companyIDs[at])
		}
		if i%10 == 0 {
			d.bill(deal, at, i)
		}
	}
}

func (d *demo) bill(deal string, at, i int) {
	billed := d.since(2025, time.June)
	amount := strconv.Itoa(100 * (5 + d.IntN(400)))
	invoice := map[string]string{
		"hs_number": fmt.Sprintf("INV-%04d", 1000+i), "hs_title": "Invoice for " + d.names[at], "hs_currency": "EUR", "hs_currency_code": "EUR",
		"hs_invoice_status": "paid", "hs_invoice_date": timestamp(billed), "hs_due_date": timestamp(billed.AddDate(0, 0, 30)),
		"hs_amount_billed": amount, "hs_amount_paid": amount, "hs_balance_due": "0",
	}
	if d.chance(30) {
		invoice["hs_invoice_status"], invoice["hs_amount_paid"], invoice["hs_balance_due"] = "open", "0", amount
	}
	d.settle(d.add("invoices", billed, invoice), deal, at, amount)
}

// settle adds what belongs to an invoice: its associations, the payment and
// the order.
func (d *demo) settle(invoice, deal string, at int, amount string) {
	d.p.Associate("invoices", invoice, "deals", deal)
	d.p.Associate("invoices", invoice, "companies", d.companyIDs[at])
	for _, contact := range d.someStaff(at, 1) {
		d.p.Associate("invoices", invoice, "contacts", contact)
	}
	payment := d.generated("commerce_payments", d.since(2025, time.June), map[string]string{"hs_currency_code": "EUR", "hs_initial_amount": amount})
	d.p.Associate("invoices", invoice, "commerce_payments", payment)
	d.p.Associate("commerce_payments", payment, "companies", d.companyIDs[at])
	order := d.generated("orders", d.since(2025, time.June), map[string]string{"hs_order_name": "Order " + d.names[at], "hs_currency_code": "EUR"})
	d.p.Associate("orders", order, "deals", deal)
	d.p.Associate("orders", order, "companies", d.companyIDs[at])
}

// activities adds what people did, on contacts, companies and deals.
func (d *demo) activities() {
	for _, a := range []struct {
		objectType string
		n          int
		first      int64
	}{
		{"notes", 1_200, 41_000_000_017}, {"calls", 800, 41_200_000_003}, {"meetings", 400, 41_300_000_005},
		{"tasks", 600, 41_400_000_009}, {"emails", 1_500, 41_500_000_011}, {"communications", 60, 41_600_000_001}, {"postal_mail", 20, 41_700_000_001},
	} {
		d.startAt(a.objectType, a.first)
		for range a.n {
			contact := d.pick(d.contactIDs)
			at := d.companyOf[contact]
			when := d.since(2025, time.January)
			values := d.activity(a.objectType, d.names[at])
			values["hs_timestamp"] = timestamp(when)
			id := d.add(a.objectType, when, values)
			d.p.Associate(a.objectType, id, "contacts", contact)
			if d.chance(70) {
				d.p.Associate(a.objectType, id, "companies", d.companyIDs[at])
			}
			if d.chance(25) {
				d.p.Associate(a.objectType, id, "deals", d.pick(d.dealIDs))
			}
		}
	}
}

func (d *demo) activity(objectType, company string) map[string]string {
	text := d.pick(sentences())
	html := "<p>" + text + "</p>"
	switch objectType {
	case "notes":
		return map[string]string{"hs_note_body": html, "hs_body_preview": text}
	case "calls":
		return map[string]string{
			"hs_call_title": "Call with " + company, "hs_call_body": html, "hs_call_duration": strconv.Itoa(1000 * (20 + d.IntN(1800))),
			"hs_call_direction": d.pick([]string{"INBOUND", "OUTBOUND"}), "hs_call_status": "COMPLETED",
			"hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7", "hs_call_to_number": d.phone(),
		}
	case "meetings":
		start := d.since(2025, time.January).Truncate(30 * time.Minute)
		return map[string]string{
			"hs_meeting_title": d.pick([]string{"Site visit", "Offer review", "Kick-off", "Quarterly review"}) + " " + company, "hs_meeting_body": html,
			"hs_meeting_start_time": timestamp(start), "hs_meeting_end_time": timestamp(start.Add(time.Hour)),
			"hs_meeting_outcome": d.pick([]string{"SCHEDULED", "COMPLETED", "NO_SHOW"}), "hs_attendee_owner_ids": d.ownerIDs[0] + ";" + d.ownerIDs[2],
		}
	case "tasks":
		return map[string]string{
			"hs_task_subject": d.pick([]string{"Follow up", "Send contract", "Order parts", "Check yield"}) + ": " + company, "hs_task_body": html,
			"hs_task_status": d.pick([]string{"NOT_STARTED", "IN_PROGRESS", "COMPLETED"}), "hs_task_priority": d.pick([]string{"NONE", "LOW", "HIGH"}),
			"hs_task_type": d.pick([]string{"TODO", "CALL", "EMAIL"}),
		}
	case "emails":
		return map[string]string{
			"hs_email_subject": "Re: " + d.pick(offers()), "hs_email_text": text, "hs_email_html": html, "hs_body_preview": text,
			"hs_email_direction": d.pick([]string{"EMAIL", "INCOMING_EMAIL"}), "hs_email_status": "SENT",
			"hs_email_headers": `{"from":{"email":"service@nordwind-solar.example"},"to":[]}`,
		}
	case "communications":
		return map[string]string{"hs_communication_channel_type": d.pick([]string{"SMS", "WHATS_APP"}), "hs_communication_body": html}
	}
	return map[string]string{"hs_postal_mail_type": "SENT", "hs_postal_mail_body": html}
}

// sites adds the records of the custom objects. Those of subscription plans
// have IDs that a float64 cannot hold.
func (d *demo) sites() {
	d.startAt("site", 22_010_300_001)
	d.startAt("subscription_plan", 9_007_199_254_740_993)
	for i := range 400 {
		at := d.IntN(len(d.companyIDs))
		city := d.pick(cities())
		id := d.add("site", d.since(2024, time.January), map[string]string{
			"site_name": d.names[at] + " " + city, "city": city, "grid_connection_id": fmt.Sprintf("DE%011d", 700_000+i),
			"peak_power_kwp": strconv.Itoa(10+d.IntN(400)) + ".4", "commissioned_on": d.since(2024, time.January).Format(time.DateOnly),
			"last_reading_at": timestamp(demoNow().Add(-time.Duration(d.IntN(600)) * time.Minute)), "monitored": strconv.FormatBool(d.chance(80)),
			"components":   d.pick([]string{"modules;inverter", "modules;inverter;battery", "modules;inverter;charger"}),
			"position":     fmt.Sprintf(`{"latitude":%.4f,"longitude":%.4f}`, 48+6*d.Float64(), 7+7*d.Float64()),
			"site_manager": d.pick(d.ownerIDs),
		})
		d.p.Associate("site", id, "companies", d.companyIDs[at])
		for _, contact := range d.someStaff(at, 2) {
			d.p.Associate("site", id, "contacts", contact)
		}
		if i%10 != 0 {
			continue
		}
		level := []string{"basic", "plus", "full"}[i/10%3]
		plan := d.add("subscription_plan", d.since(2024, time.January), map[string]string{
			"plan_name": "Monitoring " + level + " " + d.names[at], "level": level, "monthly_fee": strconv.Itoa(19+d.IntN(200)) + ".90",
			"terms": "<p>Monthly, <em>three months'</em> notice.</p>", "valid_from": d.since(2025, time.January).Format(time.DateOnly),
		})
		d.p.Associate("subscription_plan", plan, "companies", d.companyIDs[at])
		d.p.Associate("subscription_plan", plan, "site", id)
	}
}

// others adds some records of the types that are left.
func (d *demo) others() {
	for i := range 120 {
		contact := d.pick(d.contactIDs)
		id := d.generated("leads", d.since(2026, time.January), map[string]string{"hs_lead_name": d.pick(offers()) + " lead " + strconv.Itoa(i+1), "hs_primary_contact_id": contact})
		d.p.Associate("leads", id, "contacts", contact, "Primary")
	}
	for i, owner := range d.p.owners {
		if owner.Type == "PERSON" && !owner.Archived {
			d.add("users", d.since(2023, time.January), map[string]string{
				"hs_given_name": owner.FirstName, "hs_family_name": owner.LastName, "hs_email": owner.Email, "hubspot_owner_id": owner.ID,
				"hs_internal_user_id": strconv.FormatInt(owner.UserID, 10), "hs_job_title": []string{"Account Executive", "Technician"}[i/6%2],
				"hs_working_hours": `[{"days":"MONDAY_TO_FRIDAY","startMinute":480,"endMinute":1020}]`, "hs_standard_time_zone": "Europe/Berlin",
			})
		}
	}
	for _, objectType := range []string{
		"feedback_submissions", "subscriptions", "goal_targets", "discounts", "fees", "taxes", "carts",
		"services", "courses", "listings", "appointments", "projects", "contracts",
	} {
		to := d.p.mustType(objectType)
		for range 12 {
			id := d.generated(objectType, d.since(2025, time.January), map[string]string{})
			contacts := d.p.mustType("contacts")
			if d.p.assocTypes[pair{to, contacts}] != nil {
				d.p.Associate(objectType, id, "contacts", d.pick(d.contactIDs))
			}
		}
	}
}

// oddities adds what every portal gathers: archived and merged records, an
// archived property, values that changed.
func (d *demo) oddities() {
	p := d.p
	p.Archive("contacts", d.contactIDs[len(d.contactIDs)-1])
	p.Archive("contacts", d.contactIDs[len(d.contactIDs)-2])
	p.Archive("deals", d.dealIDs[len(d.dealIDs)-1])
	p.Merge("contacts", d.contactIDs[700], d.contactIDs[2_900])
	p.Merge("companies", d.companyIDs[20], d.companyIDs[780])
	p.DefineProperty("contacts", Property{Name: "fax_at_home", Label: "Fax at home"})
	p.ArchiveProperty("contacts", "fax_at_home")
	p.Update("contacts", d.contactIDs[0], map[string]string{"lifecyclestage": "customer", "jobtitle": "Managing Director"})
	p.Update("deals", d.dealIDs[0], map[string]string{"amount": "48000"})
}
