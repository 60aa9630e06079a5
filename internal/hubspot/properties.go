package hubspot

import "context"

// A Sensitivity selects property definitions by HubSpot's data sensitivity.
type Sensitivity string

// The sensitivities. Definitions need no sensitive scope; values do.
const (
	NonSensitive    Sensitivity = "non_sensitive"
	Sensitive       Sensitivity = "sensitive"
	HighlySensitive Sensitivity = "highly_sensitive"
)

// Properties reads the definitions of an object type's properties of one
// sensitivity, archived ones left out. Contacts of a fresh portal have about 400.
//
// HubSpot: GET /crm/v3/properties/{objectType}, one call of the burst limit.
func (c *Client) Properties(ctx context.Context, objectType string, s Sensitivity) ([]Property, error) {
	const op = "Properties"
	if err := checkObjectType(op, objectType); err != nil {
		return nil, err
	}
	cl := call{op: op, endpoint: EndpointProperties, objectType: objectType, path: join(c.paths.properties, objectType)}
	switch s {
	case NonSensitive:
	case Sensitive, HighlySensitive:
		cl.query = "dataSensitivity=" + string(s)
	default:
		return nil, invalid(op, "sensitivity is none of non_sensitive, sensitive, highly_sensitive")
	}
	return fetchBulk(ctx, c, cl, decodeProperties)
}
