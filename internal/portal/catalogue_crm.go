package portal

// salesTypes are the heart of the CRM.
func salesTypes() []StandardType {
	return []StandardType{
		{
			TypeID: "0-1", Name: "contact", PluralName: "contacts",
			SingularLabel: "Contact", PluralLabel: "Contacts",
			Description:       "A person the business deals with.",
			DisplayProperties: []string{"firstname", "lastname"}, FallbackProperties: []string{"email"},
			Pipelines: true, Searchable: true, Associable: true, SelfAssociable: true,
			Scopes: []string{"crm.objects.contacts.read"},
		},
		{
			TypeID: "0-2", Name: "company", PluralName: "companies",
			SingularLabel: "Company", PluralLabel: "Companies",
			Description:       "An organization the business deals with.",
			DisplayProperties: []string{"name"}, FallbackProperties: []string{"domain"},
			Pipelines: true, Searchable: true, Associable: true, SelfAssociable: true,
			Scopes: []string{"crm.objects.companies.read"},
		},
		{
			TypeID: "0-3", Name: "deal", PluralName: "deals",
			SingularLabel: "Deal", PluralLabel: "Deals",
			Description:       "A sale on its way through a pipeline.",
			DisplayProperties: []string{"dealname"},
			Pipelines:         true, Searchable: true, Associable: true, SelfAssociable: true,
			Scopes: []string{"crm.objects.deals.read"},
		},
		{
			TypeID: "0-5", Name: "ticket", PluralName: "tickets",
			SingularLabel: "Ticket", PluralLabel: "Tickets",
			Description:       "A customer's request for help.",
			DisplayProperties: []string{"subject"},
			Pipelines:         true, Searchable: true, Associable: true, SelfAssociable: true,
			Scopes: []string{"tickets"},
		},
		{
			TypeID: "0-136", Name: "lead", PluralName: "leads",
			SingularLabel: "Lead", PluralLabel: "Leads",
			Description:       "A contact or company that may become a deal.",
			DisplayProperties: []string{"hs_lead_name"},
			Pipelines:         true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.leads.read"},
		},
		{
			// HubSpot gives marketing events an API of their own.
			TypeID: "0-54", Name: "marketing_event", PluralName: "marketing_events",
			SingularLabel: "Marketing event", PluralLabel: "Marketing events",
			Description:       "A webinar, conference or other event.",
			DisplayProperties: []string{"hs_event_name"},
			Undocumented:      true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.marketing_events.read"},
		},
		{
			TypeID: "0-74", Name: "goal_target", PluralName: "goal_targets",
			SingularLabel: "Goal target", PluralLabel: "Goal targets",
			Description:       "A target set for a user.",
			DisplayProperties: []string{"hs_goal_name"},
			Searchable:        true, Associable: true,
			Scopes: []string{"crm.objects.goals.read"},
		},
	}
}

// serviceTypes are mostly the types of HubSpot's object library, which an
// account has to switch on.
func serviceTypes() []StandardType {
	return []StandardType{
		{
			TypeID: "0-162", Name: "service", PluralName: "services",
			SingularLabel: "Service", PluralLabel: "Services",
			Description:       "A service delivered to a customer.",
			DisplayProperties: []string{"hs_name"},
			Pipelines:         true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.services.read"},
		},
		{
			TypeID: "0-410", Name: "course", PluralName: "courses",
			SingularLabel: "Course", PluralLabel: "Courses",
			Description:       "A course that people can take.",
			DisplayProperties: []string{"hs_course_name"},
			Pipelines:         true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.courses.read"},
		},
		{
			TypeID: "0-420", Name: "listing", PluralName: "listings",
			SingularLabel: "Listing", PluralLabel: "Listings",
			Description:       "A property for sale or rent.",
			DisplayProperties: []string{"hs_name"},
			Pipelines:         true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.listings.read"},
		},
		{
			TypeID: "0-421", Name: "appointment", PluralName: "appointments",
			SingularLabel: "Appointment", PluralLabel: "Appointments",
			Description:       "A booked appointment.",
			DisplayProperties: []string{"hs_appointment_name"},
			Pipelines:         true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.appointments.read"},
		},
		{
			// HubSpot's pipelines guide does not list projects, yet they have
			// pipeline and stage properties.
			TypeID: "0-970", Name: "project", PluralName: "projects",
			SingularLabel: "Project", PluralLabel: "Projects",
			Description:       "A piece of work for a customer.",
			DisplayProperties: []string{"hs_name"},
			Pipelines:         true, Searchable: true, Associable: true,
			Scopes: []string{"crm.objects.projects.read"},
		},
	}
}

// peopleTypes are the people who work with the portal. None of them takes
// associations that HubSpot documents.
func peopleTypes() []StandardType {
	return []StandardType{
		{
			TypeID: "0-115", Name: "user", PluralName: "users",
			SingularLabel: "User", PluralLabel: "Users",
			Description:       "Someone who works with the HubSpot account.",
			DisplayProperties: []string{"hs_given_name", "hs_family_name"}, FallbackProperties: []string{"hs_email"},
			Searchable: true,
			Scopes:     []string{"crm.objects.users.read"},
		},
		{
			TypeID: "partner_clients", Name: "partner_client", PluralName: "partner_clients",
			SingularLabel: "Partner client", PluralLabel: "Partner clients",
			Description:       "A client of a HubSpot solutions partner.",
			DisplayProperties: []string{"hs_name"}, FallbackProperties: []string{"hs_object_id"},
			Searchable: true,
			Scopes:     []string{"crm.objects.partner-clients.read"},
		},
		{
			TypeID: "partner_services", Name: "partner_service", PluralName: "partner_services",
			SingularLabel: "Partner service", PluralLabel: "Partner services",
			Description:       "A service sold by a HubSpot solutions partner.",
			DisplayProperties: []string{"hs_name"}, FallbackProperties: []string{"hs_object_id"},
			Searchable: true,
			Scopes:     []string{"crm.objects.partner-services.read"},
		},
	}
}
