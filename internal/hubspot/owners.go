package hubspot

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
)

// ownerPageSize is HubSpot's default; a maximum is not documented.
const ownerPageSize = "100"

// wireOwner is an owner as HubSpot sends it. An archived owner's userId is null.
type wireOwner struct {
	Owner
	UserIDIncludingInactive string `json:"userIdIncludingInactive"`
}

type ownerPage struct {
	owners []wireOwner
	after  string
}

// Owners reads all owners, following the pages: the live ones or the archived
// ones. Records name archived owners too, so most callers want both.
//
// HubSpot: GET /crm/v3/owners, one call of the burst limit per 100 owners.
func (c *Client) Owners(ctx context.Context, archived bool) ([]Owner, error) {
	var owners []Owner
	after := ""
	for {
		page, err := c.ownerPage(ctx, archived, after)
		if err != nil {
			return nil, err
		}
		for _, w := range page.owners {
			w.UserID = firstText(w.UserID, w.UserIDIncludingInactive)
			owners = append(owners, w.Owner)
		}
		if page.after == "" {
			return owners, nil
		}
		if page.after == after {
			return nil, &Error{Op: "Owners", Kind: ErrUnavailable, Message: "HubSpot's paging does not advance"}
		}
		after = page.after
	}
}

func (c *Client) ownerPage(ctx context.Context, archived bool, after string) (ownerPage, error) {
	var q query
	q.set("limit", ownerPageSize)
	q.set("after", after)
	if archived {
		q.set("archived", "true")
	}
	cl := call{op: "Owners", endpoint: EndpointOwners, path: c.paths.owners, query: q.String()}
	return fetch(ctx, c, cl, func(d *jsontext.Decoder) (ownerPage, error) {
		owners, a, err := decodeAll[wireOwner](d)
		if err != nil {
			return ownerPage{}, err
		}
		return ownerPage{owners, a.after}, nil
	})
}
