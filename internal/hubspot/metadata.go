package hubspot

// A Property is the definition of one property of an object type.
//
// HubSpot: GET /crm/v3/properties/{objectType}
type Property struct {
	Name                 string           `json:"name"`
	Label                string           `json:"label"`
	Type                 string           `json:"type"`      // decides the value: string, number, date, datetime, enumeration, bool, …
	FieldType            string           `json:"fieldType"` // decides the presentation; "checkbox" makes an enumeration multi-valued
	GroupName            string           `json:"groupName,omitzero"`
	Description          string           `json:"description,omitzero"`
	Options              []PropertyOption `json:"options,omitempty"`
	DisplayOrder         int              `json:"displayOrder,omitzero"`
	Hidden               bool             `json:"hidden,omitzero"`
	Calculated           bool             `json:"calculated,omitzero"`
	ExternalOptions      bool             `json:"externalOptions,omitzero"`
	HasUniqueValue       bool             `json:"hasUniqueValue,omitzero"`
	HubSpotDefined       bool             `json:"hubspotDefined,omitzero"`
	ReferencedObjectType string           `json:"referencedObjectType,omitzero"` // OWNER, COMPANY, …
	ShowCurrencySymbol   bool             `json:"showCurrencySymbol,omitzero"`
	CurrencyPropertyName string           `json:"currencyPropertyName,omitzero"`
	NumberDisplayHint    string           `json:"numberDisplayHint,omitzero"`
	DataSensitivity      string           `json:"dataSensitivity,omitzero"` // "" means non_sensitive
	Archived             bool             `json:"archived,omitzero"`
}

// A PropertyOption is one allowed value of an enumeration.
type PropertyOption struct {
	Value        string `json:"value"`
	Label        string `json:"label"`
	DisplayOrder int    `json:"displayOrder,omitzero"`
	Hidden       bool   `json:"hidden,omitzero"`
	Description  string `json:"description,omitzero"`
}

// A Schema is the definition of one custom object type.
//
// HubSpot: GET /crm-object-schemas/v3/schemas
type Schema struct {
	ObjectTypeID               string              `json:"objectTypeId"`       // such as "2-3465404"
	FullyQualifiedName         string              `json:"fullyQualifiedName"` // such as "p1234_car"
	Name                       string              `json:"name"`               // never changes
	Labels                     SchemaLabels        `json:"labels"`
	Description                string              `json:"description"`
	PrimaryDisplayProperty     string              `json:"primaryDisplayProperty"`
	SecondaryDisplayProperties []string            `json:"secondaryDisplayProperties"`
	RequiredProperties         []string            `json:"requiredProperties"`
	SearchableProperties       []string            `json:"searchableProperties"`
	Associations               []SchemaAssociation `json:"associations"`
	Archived                   bool                `json:"archived"`
}

// SchemaLabels are the names people see; they may change.
type SchemaLabels struct {
	Singular string `json:"singular"`
	Plural   string `json:"plural"`
}

// A SchemaAssociation is one direction of one association type of a custom object.
type SchemaAssociation struct {
	ID               string `json:"id"` // the association type ID
	FromObjectTypeID string `json:"fromObjectTypeId"`
	ToObjectTypeID   string `json:"toObjectTypeId"`
	Name             string `json:"name"`
}

// A Pipeline is an ordered set of stages that records of a type move through.
//
// HubSpot: GET /crm/v3/pipelines/{objectType}
type Pipeline struct {
	ID           string          `json:"id"`
	Label        string          `json:"label"`
	DisplayOrder int             `json:"displayOrder"`
	Archived     bool            `json:"archived"`
	Stages       []PipelineStage `json:"stages"`
}

// A PipelineStage is unique within its pipeline only.
type PipelineStage struct {
	ID           string            `json:"id"`
	Label        string            `json:"label"`
	DisplayOrder int               `json:"displayOrder"`
	Archived     bool              `json:"archived"`
	Metadata     map[string]string `json:"metadata"` // probability, isClosed, ticketState, …: all text
}

// An Owner is a user or queue that records are assigned to.
//
// HubSpot: GET /crm/v3/owners
type Owner struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Type      string `json:"type"` // PERSON or QUEUE
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	UserID    string `json:"userId"` // of archived owners too (HubSpot's userIdIncludingInactive); "" if HubSpot did not say
	Archived  bool   `json:"archived"`
	Teams     []Team `json:"teams,omitempty"`
}

// A Team is one that an owner belongs to.
type Team struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Primary bool   `json:"primary"`
}

// An Account is the portal a token belongs to.
//
// HubSpot: GET /account-info/v3/details
type Account struct {
	PortalID             string   `json:"portalId"`
	AccountType          string   `json:"accountType"` // STANDARD, DEVELOPER_TEST, SANDBOX, APP_DEVELOPER
	TimeZone             string   `json:"timeZone"`    // an IANA name
	CompanyCurrency      string   `json:"companyCurrency"`
	AdditionalCurrencies []string `json:"additionalCurrencies"`
	UTCOffset            string   `json:"utcOffset"`
	UIDomain             string   `json:"uiDomain"`
	DataHostingLocation  string   `json:"dataHostingLocation"`
}

// An AssociationType is one kind of link between two records, in one direction.
type AssociationType struct {
	Category string // HUBSPOT_DEFINED, USER_DEFINED, INTEGRATOR_DEFINED or WORK
	TypeID   int
	Label    string // "" for the unlabelled type that every link has
}

// FullName is what people call the owner: first and last name, else the
// e-mail address.
func (o *Owner) FullName() string {
	switch {
	case o.FirstName == "" && o.LastName == "":
		return o.Email
	case o.FirstName == "":
		return o.LastName
	case o.LastName == "":
		return o.FirstName
	}
	return o.FirstName + " " + o.LastName
}

// Closed says whether records in the stage are done: HubSpot marks deal stages
// with isClosed and ticket stages with ticketState. known is false if the
// stage carries neither.
func (s *PipelineStage) Closed() (closed, known bool) {
	if text, ok := s.Metadata["isClosed"]; ok {
		return text == "true", true
	}
	if state, ok := s.Metadata["ticketState"]; ok {
		return state == "CLOSED", true
	}
	return false, false
}
