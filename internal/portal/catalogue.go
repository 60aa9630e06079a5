package portal

// A StandardType is an object type that HubSpot itself defines.
//
// HubSpot documents the type IDs in "Understanding the CRM" and the scopes in
// each object's own guide; which property names a record is documented for
// custom objects only, so for these it follows from the properties that HubSpot
// requires or shows first.
type StandardType struct {
	TypeID             string // "0-1"; the path name where HubSpot documents no ID
	Name               string // singular: "contact"
	PluralName         string // the path name: "contacts"
	SingularLabel      string
	PluralLabel        string
	Description        string
	DisplayProperties  []string // as in ObjectType
	FallbackProperties []string // as in ObjectType
	Pipelines          bool     // HubSpot may have pipelines for it
	Searchable         bool
	Undocumented       bool     // HubSpot does not say that its object endpoints serve it
	Associable         bool     // its records can be associated with others
	SelfAssociable     bool     // also with records of the same type
	Scopes             []string // any one of them opens the records for reading
}

// StandardTypes returns the standard object types whose records HubSpot serves
// through its object endpoints, in a fixed order. Deal splits are not among
// them: they have an endpoint of their own. Where HubSpot does not document
// that it serves a type, it is asked for a record before the type is offered.
func StandardTypes() []StandardType {
	var types []StandardType
	types = append(types, salesTypes()...)
	types = append(types, commerceTypes()...)
	types = append(types, activityTypes()...)
	types = append(types, serviceTypes()...)
	types = append(types, peopleTypes()...)
	return types
}
