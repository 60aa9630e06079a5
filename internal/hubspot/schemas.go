package hubspot

import "context"

// Schemas reads the definitions of the portal's custom object types, archived
// ones left out. A portal without custom objects answers with none or with
// [ErrNoAccess]: which one depends on its subscription.
//
// HubSpot: GET /crm-object-schemas/v3/schemas, one call of the burst limit.
func (c *Client) Schemas(ctx context.Context) ([]Schema, error) {
	cl := call{op: "Schemas", endpoint: EndpointSchemas, path: c.paths.schemas}
	// Properties come from their own endpoint, which has the sensitive ones too.
	cl.query = "includePropertyDefinitions=false&includeAuditMetadata=false"
	return fetch(ctx, c, cl, decodeWhole[Schema])
}
