package hubspot

import "context"

// Pipelines reads an object type's pipelines with their stages, in HubSpot's
// order. Types without pipelines answer with none, [ErrInvalid] or [ErrNotFound].
//
// HubSpot: GET /crm/v3/pipelines/{objectType}, one call of the burst limit.
func (c *Client) Pipelines(ctx context.Context, objectType string) ([]Pipeline, error) {
	const op = "Pipelines"
	if err := checkObjectType(op, objectType); err != nil {
		return nil, err
	}
	cl := call{op: op, endpoint: EndpointPipelines, objectType: objectType, path: join(c.paths.pipelines, objectType)}
	return fetch(ctx, c, cl, decodeWhole[Pipeline])
}
