package hubspot

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxAssociationInputs is how many records one association read takes.
//
// Source: the associations v4 guide, read 2026-08.
const MaxAssociationInputs = 1000

// An AssociationInput is a record whose associations are asked for.
type AssociationInput struct {
	ID    string `json:"id"`
	After string `json:"after,omitzero"` // AssociationPage.After of the page before; "" for the first
}

// An AssociationPage is a part of one record's associations, in no particular order.
type AssociationPage struct {
	To    []Associated
	After string // ask again with it for the rest; "" at the end
}

// Associated is a record at the other end.
type Associated struct {
	ID    string
	Types []AssociationType // shared among many: do not change
}

type associationBody struct {
	Inputs []AssociationInput `json:"inputs"`
}

// AssociationsBatchRead reads which records of type to are associated with the
// given records of type from, and by which association types. The result is
// keyed by the from record's ID; one without associations is absent, and so is
// one that does not exist: HubSpot does not tell them apart.
//
// More than [MaxAssociationInputs] or repeated IDs are [ErrInvalid], without a
// call; no inputs are no call.
//
// HubSpot: POST /crm/v4/associations/{from}/{to}/batch/read, one call of the
// associations limit.
func (c *Client) AssociationsBatchRead(ctx context.Context, from, to string, inputs []AssociationInput) (map[string]*AssociationPage, error) {
	cl := call{op: opAssociations, endpoint: EndpointAssociations, objectType: from}
	if err := c.associationsBatchRead(&cl, from, to, inputs); err != nil {
		return nil, unasked(err)
	}
	return c.fetchAssociations(ctx, cl)
}

const opAssociations = "AssociationsBatchRead"

// associationsBatchRead makes the call one that asks for the inputs, or says why
// there is none.
func (c *Client) associationsBatchRead(cl *call, from, to string, inputs []AssociationInput) error {
	for _, t := range []string{from, to} {
		if err := checkObjectType(cl.op, t); err != nil {
			return err
		}
	}
	ids := make([]string, len(inputs))
	for i, in := range inputs {
		ids[i] = in.ID
	}
	if err := checkIDs(cl.op, ids, MaxAssociationInputs); err != nil {
		return err
	}
	if len(inputs) == 0 {
		return errNobodyAsks
	}
	cl.path, cl.inputs = join(c.paths.associations, from, to, "batch", "read"), len(inputs)
	return cl.post(associationBody{inputs})
}

func (c *Client) fetchAssociations(ctx context.Context, cl call) (map[string]*AssociationPage, error) {
	pages, err := fetchBulk(ctx, c, cl, decodeAssociations)
	if err != nil {
		return nil, unasked(err)
	}
	return pages, nil
}

// AssociationLabels reads the association types that the portal defines from
// one object type to another, the unlabelled one included.
//
// HubSpot: GET /crm/v4/associations/{from}/{to}/labels, one call of the
// associations limit.
func (c *Client) AssociationLabels(ctx context.Context, from, to string) ([]AssociationType, error) {
	const op = "AssociationLabels"
	for _, t := range []string{from, to} {
		if err := checkObjectType(op, t); err != nil {
			return nil, err
		}
	}
	cl := call{op: op, endpoint: EndpointAssociationLabels, objectType: from, path: join(c.paths.associations, from, to, "labels")}
	return fetch(ctx, c, cl, func(d *jsontext.Decoder) ([]AssociationType, error) {
		var types []AssociationType
		_, err := decodeAnswer(d, func() error {
			t, err := decodeAssociationType(d)
			types = append(types, t)
			return err
		})
		return types, err
	})
}
