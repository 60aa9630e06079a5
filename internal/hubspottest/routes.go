package hubspottest

import (
	"net/url"
	"slices"
	"strings"
)

// request is a call on the way through the portal.
type request struct {
	method string
	query  url.Values
	body   []byte
	route
}

// route is what a path asks for.
type route struct {
	endpoint Endpoint
	budget   Budget
	method   string // the only verb the path takes
	from, to string // object types, as they stand in the path
	args     []string
	serve    func(*Portal, *request) response
}

// dated tells whether v is a date version whose reads the portal serves.
func dated(v string) bool { return v == "2026-03" || v == "2026-09" }

// findRoute resolves a path, in its v3 or v4 form or in that of a date
// version. It returns false for paths HubSpot does not have.
//
// Source: https://developers.hubspot.com/docs/developer-tooling/platform/versioning
func findRoute(path string) (route, bool) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for i, s := range segments {
		unescaped, err := url.PathUnescape(s)
		if err != nil || s == "" {
			return route{}, false
		}
		segments[i] = unescaped
	}
	if len(segments) < 3 {
		return route{}, false
	}
	area, rest, ok := splitVersion(segments)
	if !ok {
		return route{}, false
	}
	switch area {
	case "objects":
		return objectRoute(rest)
	case "objects.v3":
		r, ok := objectRoute(rest)
		return r, ok && r.endpoint != Associations
	case "objects.v4":
		r, ok := objectRoute(rest)
		return r, ok && r.endpoint == Associations
	case "associations":
		return associationRoute(rest)
	case "properties":
		return propertyRoute(rest)
	case "pipelines":
		return pipelineRoute(rest)
	case "schemas":
		return listOrOne(Schemas, rest, (*Portal).listSchemas, (*Portal).getSchema)
	case "owners":
		return listOrOne(Owners, rest, (*Portal).listOwners, (*Portal).getOwner)
	case "lists":
		return segmentRoute(rest)
	case "account":
		return route{endpoint: AccountInfo, budget: BurstBudget, method: "GET", serve: (*Portal).accountDetails}, len(rest) == 0
	}
	return route{}, false
}

// splitVersion takes the API area and version off the front of a path.
func splitVersion(s []string) (area string, rest []string, ok bool) {
	switch {
	case s[0] == "crm" && (s[1] == "v3" || s[1] == "v4"):
		switch s[1] + s[2] {
		case "v3objects", "v4objects":
			return "objects." + s[1], s[3:], true
		case "v4associations":
			return "associations", s[3:], true
		case "v3properties", "v3pipelines", "v3owners", "v3schemas", "v3lists":
			return s[2], s[3:], true
		}
	case s[0] == "crm" && s[1] == "objects" && s[2] == "v3":
		return "objects.v3", s[3:], true
	case s[0] == "crm" && s[1] == "associations" && s[2] == "v4":
		return "associations", s[3:], true
	case s[0] == "crm" && dated(s[2]):
		return s[1], s[3:], slices.Contains([]string{"objects", "associations", "properties", "pipelines", "owners", "lists"}, s[1])
	case s[0] == "crm-object-schemas" && (s[1] == "v3" || dated(s[1])) && s[2] == "schemas":
		return "schemas", s[3:], true
	case s[0] == "account-info" && (s[1] == "v3" || dated(s[1])) && s[2] == "details":
		return "account", s[3:], true
	}
	return "", nil, false
}

func objectRoute(s []string) (route, bool) {
	r := route{budget: BurstBudget, method: "GET"}
	if len(s) == 0 {
		return r, false
	}
	r.from = s[0]
	switch {
	case len(s) == 1:
		r.endpoint, r.serve = List, (*Portal).listObjects
	case len(s) == 2 && s[1] == "search":
		r.endpoint, r.serve = Search, (*Portal).search
		r.method, r.budget = "POST", SearchBudget
	case len(s) == 2:
		r.endpoint, r.serve, r.args = Get, (*Portal).getObject, s[1:]
	case len(s) == 3 && s[1] == "batch" && s[2] == "read":
		r.endpoint, r.serve = BatchRead, (*Portal).batchReadObjects
		r.method = "POST"
	case len(s) == 4 && s[2] == "associations":
		r.endpoint, r.serve = Associations, (*Portal).getAssociations
		r.args, r.to = s[1:2], s[3]
	default:
		return r, false
	}
	return r, true
}

func associationRoute(s []string) (route, bool) {
	r := route{budget: AssociationBudget}
	if len(s) < 3 {
		return r, false
	}
	r.from, r.to = s[0], s[1]
	switch {
	case len(s) == 3 && s[2] == "labels":
		r.endpoint, r.method, r.serve = AssociationLabels, "GET", (*Portal).associationLabels
	case len(s) == 4 && s[2] == "batch" && s[3] == "read":
		r.endpoint, r.method, r.serve = Associations, "POST", (*Portal).batchReadAssociations
	default:
		return r, false
	}
	return r, true
}

func propertyRoute(s []string) (route, bool) {
	r := route{endpoint: Properties, budget: BurstBudget, method: "GET"}
	if len(s) == 0 {
		return r, false
	}
	r.from = s[0]
	switch {
	case len(s) == 1:
		r.serve = (*Portal).listProperties
	case len(s) == 2 && s[1] == "groups":
		r.serve = (*Portal).listGroups
	case len(s) == 2:
		r.serve, r.args = (*Portal).getProperty, s[1:]
	case len(s) == 3 && s[1] == "groups":
		r.serve, r.args = (*Portal).getGroup, s[2:]
	case len(s) == 3 && s[1] == "batch" && s[2] == "read":
		r.serve, r.method = (*Portal).batchReadProperties, "POST"
	default:
		return r, false
	}
	return r, true
}

func pipelineRoute(s []string) (route, bool) {
	r := route{endpoint: Pipelines, budget: BurstBudget, method: "GET"}
	if len(s) == 0 {
		return r, false
	}
	r.from = s[0]
	switch {
	case len(s) == 1:
		r.serve = (*Portal).listPipelines
	case len(s) == 2:
		r.serve, r.args = (*Portal).getPipeline, s[1:]
	case len(s) <= 4 && s[2] == "stages":
		r.serve, r.args = (*Portal).getStages, append(s[1:2:2], s[3:]...)
	default:
		return r, false
	}
	return r, true
}

func segmentRoute(s []string) (route, bool) {
	r := route{endpoint: Segments, budget: BurstBudget, method: "GET"}
	switch {
	case len(s) == 0:
		r.serve = (*Portal).segmentsByID
	case len(s) == 1 && s[0] == "search":
		r.method, r.serve = "POST", (*Portal).searchSegments
	case len(s) == 1:
		r.serve, r.args = (*Portal).getSegment, s
	case len(s) == 2 && s[1] == "memberships":
		r.endpoint, r.serve, r.args = SegmentMembers, (*Portal).segmentMembers, s[:1]
	case len(s) == 4 && s[0] == "records" && s[1] == "memberships" && s[2] == "batch" && s[3] == "read":
		r.endpoint, r.method, r.serve = RecordSegments, "POST", (*Portal).batchReadRecordSegments
	case len(s) == 4 && s[0] == "records" && s[3] == "memberships":
		r.endpoint, r.serve = RecordSegments, (*Portal).recordSegments
		r.from, r.args = s[1], s[2:3]
	default:
		return r, false
	}
	return r, true
}

func listOrOne(endpoint Endpoint, s []string, list, one func(*Portal, *request) response) (route, bool) {
	r := route{endpoint: endpoint, budget: BurstBudget, method: "GET", serve: list}
	if len(s) == 1 {
		r.serve, r.args = one, s
	}
	return r, len(s) <= 1
}
