package hubspot

// A Family is the endpoints that stand on the same machinery at HubSpot, so
// that they tend to fail together and apart from the others.
type Family string

// The families.
const (
	FamilyObjects      Family = "objects"
	FamilySearch       Family = "search"
	FamilyAssociations Family = "associations"
	FamilySegments     Family = "segments"
	FamilyMetadata     Family = "metadata"
)

// Families are all of them.
func Families() []Family {
	return []Family{FamilyObjects, FamilySearch, FamilyAssociations, FamilySegments, FamilyMetadata}
}

// Family is the family of the endpoint.
func (e Endpoint) Family() Family {
	switch e {
	case EndpointSearch:
		return FamilySearch
	case EndpointAssociations, EndpointAssociationLabels:
		return FamilyAssociations
	case EndpointSegments, EndpointSegmentMembers, EndpointRecordSegments:
		return FamilySegments
	case EndpointProperties, EndpointSchemas, EndpointPipelines, EndpointOwners, EndpointAccount:
		return FamilyMetadata
	}
	return FamilyObjects
}
