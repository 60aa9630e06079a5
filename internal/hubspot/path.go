package hubspot

import (
	"fmt"
	"net/url"
	"strings"
)

// An APIVersion chooses the paths of HubSpot's API. The read shapes are the
// same in all of them.
//
// Source: https://developers.hubspot.com/docs/developer-tooling/platform/versioning
type APIVersion string

// The versions.
const (
	APIVersionV3     APIVersion = "v3"      // the v3 paths, and v4 for associations
	APIVersion202603 APIVersion = "2026-03" // date paths
	APIVersion202609 APIVersion = "2026-09" // date paths
)

// paths holds the base of each API area, such as "/crm/v3/objects".
type paths struct {
	objects, associations, properties, schemas, pipelines, owners, account, segments string
}

func newPaths(v APIVersion) (paths, error) {
	switch v {
	case "", APIVersionV3:
		return paths{
			objects:      "/crm/v3/objects",
			associations: "/crm/v4/associations",
			properties:   "/crm/v3/properties",
			schemas:      "/crm-object-schemas/v3/schemas",
			pipelines:    "/crm/v3/pipelines",
			owners:       "/crm/v3/owners",
			account:      "/account-info/v3/details",
			segments:     "/crm/v3/lists",
		}, nil
	case APIVersion202603, APIVersion202609:
		date := string(v)
		return paths{
			objects:      "/crm/objects/" + date,
			associations: "/crm/associations/" + date,
			properties:   "/crm/properties/" + date,
			schemas:      "/crm-object-schemas/" + date + "/schemas",
			pipelines:    "/crm/pipelines/" + date,
			owners:       "/crm/owners/" + date,
			account:      "/account-info/" + date + "/details",
			segments:     "/crm/lists/" + date,
		}, nil
	}
	return paths{}, fmt.Errorf("hubspot api version %q is not one of v3, 2026-03, 2026-09", string(v))
}

// join appends escaped segments to a base path.
func join(base string, segments ...string) string {
	var b strings.Builder
	b.WriteString(base)
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	return b.String()
}

// checkObjectType refuses what is neither a type ID ("0-1", "2-123") nor a
// path name ("contacts", "p123_house"), so that it cannot reshape a path.
func checkObjectType(op, objectType string) *Error {
	for i := range len(objectType) {
		c := objectType[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return invalid(op, fmt.Sprintf("object type %q is neither a type id nor a name", objectType))
		}
	}
	if objectType == "" {
		return invalid(op, "no object type")
	}
	return nil
}

// A query builds a query string by hand, since lists are joined by bare
// commas: url.Values would spend three bytes on each, and HubSpot refuses long
// URLs.
type query struct{ b strings.Builder }

func (q *query) set(key, value string) {
	if value != "" {
		q.list(key, value)
	}
}

func (q *query) list(key string, values ...string) {
	if len(values) == 0 {
		return
	}
	if q.b.Len() > 0 {
		q.b.WriteByte('&')
	}
	q.b.WriteString(key)
	q.b.WriteByte('=')
	for i, v := range values {
		if i > 0 {
			q.b.WriteByte(',')
		}
		q.b.WriteString(url.QueryEscape(v))
	}
}

func (q *query) String() string { return q.b.String() }
