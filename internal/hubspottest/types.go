package hubspottest

import (
	"fmt"
	"slices"
	"strings"
)

// objectType is one object type with its definitions and records.
type objectType struct {
	id       string // "0-1", "2-3465404"; the plural where HubSpot documents none
	plural   string // the path name; a custom object's fully qualified name
	singular string // a custom object's name
	scopes   []string
	defaults []string // the properties sent when none are asked for
	query    []string // the properties that a search's query looks in
	created  string   // the property that holds when a record was made
	modified string   // the property that holds when it last changed

	noSearch bool
	noLinks  bool    // cannot be associated
	custom   *Object // nil for standard types

	properties map[string]*Property
	sorted     []string // the names of the properties, nil when out of date
	groups     []Group
	pipelines  []Pipeline
	stageProps [2]string // the properties that hold pipeline and stage, if any
	unique     map[string]map[string]*record

	records  map[int64]*record // live and archived
	merged   map[int64]int64   // losing ID → winning ID
	live     []int64           // ascending
	archived []int64           // ascending
	nextID   int64
}

// standardType is one row of the table of HubSpot's own types.
type standardType struct {
	id, plural, singular string
	scopes               string // any of them opens the type's records
	defaults, query      string
}

// standardTypes are the object types that every portal has. HubSpot gives contracts
// no type ID in its documentation, so their path name stands for it.
//
// Sources: https://developers.hubspot.com/docs/api-reference/crm-objects-v3/guide,
// https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide (default properties)
func standardTypes() []standardType {
	const engagement = "crm.objects.contacts.read"
	return []standardType{
		{"0-1", "contacts", "contact", "crm.objects.contacts.read", "firstname lastname email",
			"firstname lastname email phone hs_additional_emails fax mobilephone company hs_marketable_until_renewal"},
		{"0-2", "companies", "company", "crm.objects.companies.read", "name domain", "website phone name domain"},
		{"0-3", "deals", "deal", "crm.objects.deals.read", "dealname amount closedate pipeline dealstage",
			"dealname pipeline dealstage description dealtype"},
		{"0-5", "tickets", "ticket", "tickets", "content hs_pipeline hs_pipeline_stage hs_ticket_category hs_ticket_priority subject",
			"subject content hs_pipeline_stage hs_ticket_category hs_ticket_id"},
		{"0-7", "products", "product", "crm.objects.products.read e-commerce", "name description price", "name description price hs_sku"},
		{"0-8", "line_items", "line_item", "crm.objects.line_items.read e-commerce", "quantity amount price", "name description hs_sku"},
		{"0-14", "quotes", "quote", "crm.objects.quotes.read e-commerce", "hs_expiration_date hs_public_url_key hs_status hs_title",
			"hs_sender_firstname hs_sender_lastname hs_proposal_slug hs_title hs_sender_company_name hs_sender_email hs_quote_number hs_public_url_key"},
		{"0-18", "communications", "communication", engagement, "", "hs_communication_body"},
		{"0-19", "feedback_submissions", "feedback_submission", "crm.objects.feedback_submissions.read crm.objects.contacts.read", "", "hs_submission_name hs_content"},
		{"0-27", "tasks", "task", engagement, "", "hs_task_body hs_task_subject"},
		{"0-46", "notes", "note", engagement, "", "hs_note_body"},
		{"0-47", "meetings", "meeting", engagement, "", "hs_meeting_title hs_meeting_body"},
		{"0-48", "calls", "call", engagement, "", "hs_call_title hs_body_preview"},
		{"0-49", "emails", "email", engagement, "", "hs_email_subject"},
		{"0-53", "invoices", "invoice", "crm.objects.invoices.read", "", "hs_number hs_title"},
		{"0-69", "subscriptions", "subscription", "crm.objects.subscriptions.read", "", "hs_name"},
		{"0-74", "goal_targets", "goal_target", "crm.objects.goals.read", "", "hs_goal_name"},
		{"0-84", "discounts", "discount", "crm.objects.line_items.read e-commerce", "", "hs_label"},
		{"0-85", "fees", "fee", "crm.objects.line_items.read e-commerce", "", "hs_label"},
		{"0-86", "taxes", "tax", "crm.objects.line_items.read e-commerce", "", "hs_label"},
		{"0-101", "commerce_payments", "commerce_payment", "crm.objects.commercepayments.read", "", "hs_customer_email"},
		{"0-115", "users", "user", "crm.objects.users.read", "", "hs_email hs_given_name hs_family_name"},
		{"0-116", "postal_mail", "postal_mail", engagement, "", "hs_postal_mail_body"},
		{"0-123", "orders", "order", "crm.objects.orders.read", "", "hs_order_name hs_external_order_id"},
		{"0-136", "leads", "lead", "crm.objects.leads.read", "", "hs_lead_name"},
		{"0-142", "carts", "cart", "crm.objects.carts.read", "", "hs_cart_name hs_external_cart_id"},
		{"0-162", "services", "service", "crm.objects.services.read", "", "hs_name"},
		{"0-410", "courses", "course", "crm.objects.courses.read", "", "hs_course_name hs_course_id"},
		{"0-420", "listings", "listing", "crm.objects.listings.read", "", "hs_name hs_address_1"},
		{"0-421", "appointments", "appointment", "crm.objects.appointments.read", "", "hs_appointment_name"},
		{"0-970", "projects", "project", "crm.objects.projects.read", "", "hs_name"},
		{"contracts", "contracts", "contract", "crm.objects.contracts.read", "", ""},
	}
}

// ExtraTypes are the standard types that a portal has only if [Options.Extra]
// names them. HubSpot serves partner_clients and partner_services to its
// solutions partners alone. It lists marketing_events among its object types
// (0-54) and gives them an API of their own; that its object endpoints serve
// them too is not documented, so a client has to expect both.
func ExtraTypes() []string {
	return []string{"marketing_events", "partner_clients", "partner_services"}
}

// extraTypes are the rows of ExtraTypes. HubSpot documents no type IDs for the
// partners' ones.
func extraTypes() []standardType {
	return []standardType{
		{"0-54", "marketing_events", "marketing_event", "crm.objects.marketing_events.read", "", "hs_event_name"},
		{"partner_clients", "partner_clients", "partner_client", "crm.objects.partner-clients.read", "", "hs_name"},
		{"partner_services", "partner_services", "partner_service", "crm.objects.partner-services.read", "", "hs_name"},
	}
}

func (p *Portal) addStandardTypes() {
	rows := standardTypes()
	for _, name := range p.opts.Extra {
		i := slices.Index(ExtraTypes(), name)
		if i < 0 {
			p.fail("%q is not one of the extra types %q", name, ExtraTypes())
			continue
		}
		rows = append(rows, extraTypes()[i])
	}
	for _, row := range rows {
		t := newObjectType()
		t.id, t.plural, t.singular = row.id, row.plural, row.singular
		t.scopes, t.defaults, t.query = strings.Fields(row.scopes), strings.Fields(row.defaults), strings.Fields(row.query)
		t.noSearch = row.plural == "contracts"
		t.noLinks = slices.Contains([]string{"products", "users", "contracts", "partner_clients", "partner_services"}, row.plural)
		t.created, t.modified = "hs_createdate", "hs_lastmodifieddate"
		switch row.plural {
		case "contacts":
			t.created, t.modified = "createdate", "lastmodifieddate"
		case "companies", "deals", "tickets", "products", "line_items":
			t.created = "createdate"
		}
		t.addCatalogue(commonCatalogue(t))
		t.addCatalogue(catalogue(t.plural))
		p.addType(t)
	}
}

func newObjectType() *objectType {
	return &objectType{
		properties: map[string]*Property{},
		unique:     map[string]map[string]*record{},
		records:    map[int64]*record{},
		merged:     map[int64]int64{},
		nextID:     101,
	}
}

func (p *Portal) addType(t *objectType) {
	p.types = append(p.types, t)
	p.byName[t.id] = t
	p.byName[t.plural] = t
	if t.custom == nil {
		p.byName[t.singular] = t
	}
}

// lookupType finds a type as HubSpot does: by type ID, plural or singular
// name in any case; a custom object not by its bare name. It returns nil if
// there is none.
func (p *Portal) lookupType(name string) *objectType {
	if t := p.byName[name]; t != nil {
		return t
	}
	if t := p.byName[strings.ToLower(name)]; t != nil {
		return t
	}
	return nil
}

// mustType finds a type for a builder method, which may also give a custom
// object's bare name.
func (p *Portal) mustType(name string) *objectType {
	if t := p.lookupType(name); t != nil {
		return t
	}
	if t := p.lookupType(fmt.Sprintf("p%d_%s", p.opts.PortalID, name)); t != nil {
		return t
	}
	p.fail("no object type %q", name)
	return nil
}

// schemaScope is the scope that opens the type's definitions alone.
func (t *objectType) schemaScope() string {
	if t.custom != nil {
		return "crm.schemas.custom.read"
	}
	return "crm.schemas." + t.plural + ".read"
}

// sensitiveScope is the scope that opens values of that sensitivity.
func (t *objectType) sensitiveScope(sensitivity string) string {
	name := t.plural
	if t.custom != nil {
		name = "custom"
	}
	return "crm.objects." + name + "." + sensitivity + ".read.v2"
}

// upper is the type's name in messages, such as CONTACT.
func (t *objectType) upper() string { return strings.ToUpper(t.singular) }
