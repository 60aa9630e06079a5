package hubspottest

// properties adds custom properties: one of every type and field type, and
// names that real portals have and no grammar allows.
func (d *demo) properties() {
	define := func(objectType string, props ...Property) {
		for _, prop := range props {
			d.p.DefineProperty(objectType, prop)
		}
	}
	const group = "energy_profile"
	define("contacts",
		Property{Name: "customer_number", Label: "Customer number", GroupName: group, HasUniqueValue: true, Description: "From the billing system."},
		Property{Name: "heating_type", Label: "Heating", GroupName: group, Type: "enumeration", FieldType: "radio", Options: choices("gas", "Gas", "heat_pump", "Heat pump", "district", "District heating")},
		Property{Name: "newsletter_topics", Label: "Newsletter topics", GroupName: group, Type: "enumeration", FieldType: "checkbox", Options: choices("storage", "Storage", "charging", "Charging", "subsidies", "Subsidies", "heat_pumps", "Heat pumps")},
		Property{Name: "best_time_to_call", Label: "Best time to call", GroupName: group, Type: "enumeration", FieldType: "select", Options: choices("8-10", "8–10 o'clock", "10-12", "10–12 o'clock", "afternoon", "Afternoon")},
		Property{Name: "yearly_consumption_kwh", Label: "Yearly consumption (kWh)", GroupName: group, Type: "number", NumberDisplayHint: "formatted"},
		Property{Name: "roof_survey_date", Label: "Roof survey", GroupName: group, Type: "date"},
		Property{Name: "last_site_visit", Label: "Last site visit", GroupName: group, Type: "datetime", FieldType: "date"},
		Property{Name: "privacy_consent", Label: "Privacy consent", GroupName: group, Type: "bool", Options: yesNo()},
		Property{Name: "wants_callback", Label: "Wants to be called back", GroupName: group, Type: "enumeration", FieldType: "booleancheckbox", Options: yesNo()},
		Property{Name: "remarks", Label: "Remarks", GroupName: group, FieldType: "textarea"},
		Property{Name: "welcome_letter", Label: "Welcome letter", GroupName: group, FieldType: "html"},
		Property{Name: "id_document", Label: "Copy of ID", GroupName: group, FieldType: "file"},
		Property{Name: "direct_line", Label: "Direct line", GroupName: group, Type: "phone_number"},
		Property{Name: "technical_advisor", Label: "Technical advisor", GroupName: group, Type: "enumeration", FieldType: "select", ExternalOptions: true, ReferencedObjectType: "OWNER"},
		Property{Name: "lifetime_value", Label: "Lifetime value", GroupName: group, Type: "number", FieldType: "calculation_equation", Calculated: true, ShowCurrencySymbol: true, NumberDisplayHint: "currency"},
		Property{Name: "home_location", Label: "Home location", GroupName: group, Type: "object_coordinates"},
		Property{Name: "portal_settings", Label: "Portal settings", GroupName: group, Type: "json"},
		Property{Name: "iban", Label: "IBAN", GroupName: group, DataSensitivity: "sensitive"},
		Property{Name: "medical_device_at_home", Label: "Medical device at home", GroupName: group, DataSensitivity: "highly_sensitive"},
		Property{Name: "VIN", Label: "VIN of the first electric car", GroupName: group},
		Property{Name: "2nd_address", Label: "Second address", GroupName: group},
		Property{Name: "Kundennummer alt", Label: "Kundennummer (alt)", GroupName: group},
	)
	define("companies",
		Property{Name: "credit_rating", Label: "Credit rating", Type: "enumeration", FieldType: "select", Options: choices("a", "A – excellent", "b", "B – good", "c", "C – watch")},
		Property{Name: "vat_number", Label: "VAT number", HasUniqueValue: true},
		Property{Name: "framework_agreement_until", Label: "Framework agreement until", Type: "date"},
		Property{Name: "payment_terms_days", Label: "Payment terms (days)", Type: "number"},
	)
	define("deals",
		Property{Name: "installed_power_kwp", Label: "Installed power (kWp)", Type: "number", NumberDisplayHint: "formatted"},
		Property{Name: "subsidy_amount", Label: "Subsidy", Type: "number", ShowCurrencySymbol: true, CurrencyPropertyName: "deal_currency_code", NumberDisplayHint: "currency"},
		Property{Name: "roof_types", Label: "Roof types", Type: "enumeration", FieldType: "checkbox", Options: choices("flat", "Flat", "pitched", "Pitched", "carport", "Carport", "facade", "Facade")},
		Property{Name: "lost_to", Label: "Lost to", Type: "enumeration", FieldType: "select", Options: choices("solarix", "Solarix", "sunpeak", "SunPeak", "nobody", "No decision")},
		Property{Name: "expected_commissioning", Label: "Expected commissioning", Type: "date"},
	)
	define("tickets",
		Property{Name: "inverter_serial", Label: "Inverter serial number"},
		Property{Name: "on_site_visit_needed", Label: "On-site visit needed", Type: "bool", Options: yesNo()},
	)
}

// choices makes options out of values and labels in turn.
func choices(valuesAndLabels ...string) []Option {
	var options []Option
	for i := 0; i < len(valuesAndLabels); i += 2 {
		options = append(options, Option{Value: valuesAndLabels[i], Label: valuesAndLabels[i+1], DisplayOrder: i / 2})
	}
	return options
}

// pipelines adds a second pipeline to deals and tickets. The tickets' one uses
// stage IDs of the first again, as they are unique in a pipeline only.
func (d *demo) pipelines() {
	d.p.DefinePipeline("deals", Pipeline{ID: "75840713", Label: "Renewals", DisplayOrder: 1, Stages: stages("probability",
		[3]string{"147003201", "Due", "0.5"},
		[3]string{"147003202", "Offer sent", "0.7"},
		[3]string{"147003203", "Renewed", "1.0"},
		[3]string{"147003204", "Ended", "0.0"})})
	d.p.DefinePipeline("tickets", Pipeline{ID: "75840720", Label: "Plant faults", DisplayOrder: 1, Stages: stages("ticketState",
		[3]string{"1", "Reported", "OPEN"},
		[3]string{"147003302", "Technician on the way", "OPEN"},
		[3]string{"147003303", "Waiting for parts", "OPEN"},
		[3]string{"4", "Repaired", "CLOSED"})})
}

// labels adds association labels: single ones and a pair.
func (d *demo) labels() {
	d.p.DefineLabel("contacts", "companies", "Billing contact")
	d.p.DefineLabel("contacts", "companies", "Decision maker")
	d.p.DefineLabel("contacts", "deals", "Decision maker")
	d.p.DefineLabel("contacts", "contacts", "Manager", "Report")
	d.p.DefineLabel("companies", "deals", "Installer", "Installed by")
}

// objects adds the custom objects.
func (d *demo) objects() {
	d.p.DefineObject(Object{
		Name: "site", Singular: "Site", Plural: "Sites", Description: "A place where a plant stands.",
		Display: "site_name", SecondaryDisplay: []string{"city"}, Searchable: []string{"site_name", "city"},
		Properties: []Property{
			{Name: "site_name", Label: "Site name"},
			{Name: "city", Label: "City"},
			{Name: "grid_connection_id", Label: "Grid connection ID", HasUniqueValue: true},
			{Name: "peak_power_kwp", Label: "Peak power (kWp)", Type: "number", NumberDisplayHint: "formatted"},
			{Name: "commissioned_on", Label: "Commissioned on", Type: "date"},
			{Name: "last_reading_at", Label: "Last reading", Type: "datetime", FieldType: "date"},
			{Name: "monitored", Label: "Monitored", Type: "bool", Options: yesNo()},
			{Name: "components", Label: "Components", Type: "enumeration", FieldType: "checkbox", Options: choices("modules", "Modules", "inverter", "Inverter", "battery", "Battery", "charger", "Charger")},
			{Name: "position", Label: "Position", Type: "object_coordinates"},
			{Name: "site_manager", Label: "Site manager", Type: "enumeration", FieldType: "select", ExternalOptions: true, ReferencedObjectType: "OWNER"},
		},
		Associations: []string{"contacts", "companies", "deals", "tickets"},
	})
	d.p.DefineObject(Object{
		Name: "subscription_plan", Singular: "Subscription plan", Plural: "Subscription plans",
		Description: "What a customer pays for the monitoring of a plant.",
		Display:     "plan_name",
		Properties: []Property{
			{Name: "plan_name", Label: "Plan name"},
			{Name: "monthly_fee", Label: "Monthly fee", Type: "number", ShowCurrencySymbol: true, NumberDisplayHint: "currency"},
			{Name: "level", Label: "Level", Type: "enumeration", FieldType: "radio", Options: choices("basic", "Basic", "plus", "Plus", "full", "Full service")},
			{Name: "terms", Label: "Terms", FieldType: "html"},
			{Name: "valid_from", Label: "Valid from", Type: "date"},
		},
		Associations: []string{"companies", "contacts", "site"},
	})
}
