package schema

// A typeName holds what an object type is called in GraphQL.
type typeName struct {
	Name   string // "LineItem"
	Lookup string // "lineItem"
	List   string // "lineItems", also the association field
}

// types are the names of all types that a record type of this name takes.
func (n typeName) types() []string {
	names := make([]string, 1, 1+len(derivedSuffixes))
	names[0] = n.Name
	for _, suffix := range derivedSuffixes {
		names = append(names, n.Name+suffix)
	}
	return names
}

// The object types that get shortcuts of their own.
const (
	contacts  = "0-1"
	companies = "0-2"
	deals     = "0-3"
	tickets   = "0-5"
)

// standardTypes names HubSpot's own object types, by type ID; by path name
// where HubSpot documents no ID. These names are taken in every portal, so
// that a type that is switched on later renames nothing.
//
// HubSpot's subscriptions and payments carry the prefix of HubSpot's commerce
// because a type called Subscription would be GraphQL's subscription root.
//
// HubSpot: "Object type IDs" in https://developers.hubspot.com/docs/guides/crm/understanding-the-crm
var standardTypes = map[string]typeName{
	contacts:           {"Contact", "contact", "contacts"},
	companies:          {"Company", "company", "companies"},
	deals:              {"Deal", "deal", "deals"},
	tickets:            {"Ticket", "ticket", "tickets"},
	"0-7":              {"Product", "product", "products"},
	"0-8":              {"LineItem", "lineItem", "lineItems"},
	"0-14":             {"Quote", "quote", "quotes"},
	"0-18":             {"Communication", "communication", "communications"},
	"0-19":             {"FeedbackSubmission", "feedbackSubmission", "feedbackSubmissions"},
	"0-27":             {"Task", "task", "tasks"},
	"0-46":             {"Note", "note", "notes"},
	"0-47":             {"Meeting", "meeting", "meetings"},
	"0-48":             {"Call", "call", "calls"},
	"0-49":             {"Email", "email", "emails"},
	"0-53":             {"Invoice", "invoice", "invoices"},
	"0-54":             {"MarketingEvent", "marketingEvent", "marketingEvents"},
	"0-69":             {"CommerceSubscription", "commerceSubscription", "commerceSubscriptions"},
	"0-74":             {"GoalTarget", "goalTarget", "goalTargets"},
	"0-84":             {"Discount", "discount", "discounts"},
	"0-85":             {"Fee", "fee", "fees"},
	"0-86":             {"Tax", "tax", "taxes"},
	"0-101":            {"CommercePayment", "commercePayment", "commercePayments"},
	"0-115":            {"User", "user", "users"},
	"0-116":            {"PostalMail", "postalMail", "postalMails"},
	"0-123":            {"Order", "order", "orders"},
	"0-136":            {"Lead", "lead", "leads"},
	"0-142":            {"Cart", "cart", "carts"},
	"0-162":            {"Service", "service", "services"},
	"0-410":            {"Course", "course", "courses"},
	"0-420":            {"Listing", "listing", "listings"},
	"0-421":            {"Appointment", "appointment", "appointments"},
	"0-970":            {"Project", "project", "projects"},
	"contracts":        {"Contract", "contract", "contracts"},
	"deal_splits":      {"DealSplit", "dealSplit", "dealSplits"},
	"partner_clients":  {"PartnerClient", "partnerClient", "partnerClients"},
	"partner_services": {"PartnerService", "partnerService", "partnerServices"},
}
