package hubspot

// An Endpoint is one kind of HubSpot call, as counted by [Trace] and named in
// [CallInfo].
type Endpoint string

// The endpoints.
const (
	EndpointList              Endpoint = "list"
	EndpointGet               Endpoint = "get"
	EndpointBatchRead         Endpoint = "batch_read"
	EndpointSearch            Endpoint = "search"
	EndpointAssociations      Endpoint = "associations"
	EndpointAssociationLabels Endpoint = "association_labels"
	EndpointProperties        Endpoint = "properties"
	EndpointSchemas           Endpoint = "schemas"
	EndpointPipelines         Endpoint = "pipelines"
	EndpointOwners            Endpoint = "owners"
	EndpointAccount           Endpoint = "account"
	EndpointSegments          Endpoint = "segments"        // the portal's lists, searched or by ID
	EndpointSegmentMembers    Endpoint = "segment_members" // of one list
	EndpointRecordSegments    Endpoint = "record_segments" // the lists that records are in
)

// Endpoints are all of them.
func Endpoints() []Endpoint {
	return []Endpoint{
		EndpointList, EndpointGet, EndpointBatchRead, EndpointSearch, EndpointAssociations, EndpointAssociationLabels, EndpointProperties,
		EndpointSchemas, EndpointPipelines, EndpointOwners, EndpointAccount, EndpointSegments, EndpointSegmentMembers, EndpointRecordSegments,
	}
}

// Budget is the allowance that a call of this endpoint is counted in.
//
// HubSpot keeps three: CRM search is limited per second, the batch and label
// endpoints of associations per ten seconds, and everything else shares the
// app's burst limit. A search counts in the search budget only.
//
// Source: https://developers.hubspot.com/docs/api/usage-details
func (e Endpoint) Budget() Budget {
	switch e {
	case EndpointSearch:
		return BudgetSearch
	case EndpointAssociations, EndpointAssociationLabels:
		return BudgetAssociations
	}
	return BudgetBurst
}

// A Budget is one of HubSpot's allowances.
type Budget int

// The budgets.
const (
	BudgetBurst        Budget = iota // objects, batch read, metadata: per 10 s
	BudgetAssociations               // association batch reads and labels: per 10 s
	BudgetSearch                     // searches: per second
	budgetCount
)

// String is the budget's name in logs, metrics and extensions.
func (b Budget) String() string {
	switch b {
	case BudgetAssociations:
		return "associations"
	case BudgetSearch:
		return "search"
	}
	return "burst"
}
