package hubspot

import (
	"context"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// A ListMembersRequest asks for one page of a list's members.
type ListMembersRequest struct {
	ListID string
	Limit  int    // members, at most MaxListMembersPageSize; 0 means 100
	After  string // ListMembersPage.After of the page before; "" for the first
}

// A ListMember is a record in a list.
type ListMember struct {
	RecordID string `json:"recordId"`
	AddedAt  string `json:"membershipTimestamp"` // RFC 3339
}

// A ListMembersPage is a part of a list's members, in the order of their IDs.
type ListMembersPage struct {
	Members []ListMember
	Total   *int   // of all members; nil if HubSpot did not say
	After   string // where the next page begins; "" at the end
}

// ListMembers reads one page of the records in a list. It is [ErrNotFound] if
// there is no such list.
//
// HubSpot: GET /crm/v3/lists/{listId}/memberships, one call of the burst limit.
func (c *Client) ListMembers(ctx context.Context, r ListMembersRequest) (*ListMembersPage, error) {
	const op = "ListMembers"
	if err := checkListID(op, r.ListID); err != nil {
		return nil, err
	}
	if r.Limit == 0 {
		r.Limit = defaultListMembersPage
	}
	if r.Limit < 1 || r.Limit > MaxListMembersPageSize {
		return nil, invalid(op, fmt.Sprintf("limit %d is not in 1..%d", r.Limit, MaxListMembersPageSize))
	}
	var q query
	q.set("limit", strconv.Itoa(r.Limit))
	q.set("after", r.After)
	cl := call{op: op, endpoint: EndpointSegmentMembers, path: join(c.paths.segments, r.ListID, "memberships"), query: q.String()}
	return fetch(ctx, c, cl, func(d *jsontext.Decoder) (*ListMembersPage, error) {
		members, a, err := decodeAll[ListMember](d)
		if err != nil {
			return nil, err
		}
		page := &ListMembersPage{Members: members, After: a.after}
		if a.counted {
			page.Total = &a.total
		}
		return page, nil
	})
}

// A ListMembership says that a record is in a list.
type ListMembership struct {
	ListID       string `json:"listId"`
	FirstAddedAt string `json:"firstAddedTimestamp"` // RFC 3339
	LastAddedAt  string `json:"lastAddedTimestamp"`  // RFC 3339
}

type recordListsBody struct {
	Inputs []recordInput `json:"inputs"`
}

type recordInput struct {
	ObjectTypeID string `json:"objectTypeId"`
	RecordID     string `json:"recordId"`
}

// wireRecordLists is one record's lists as HubSpot sends them.
type wireRecordLists struct {
	RecordID    string           `json:"recordId"`
	Memberships []ListMembership `json:"recordListMemberships"`
}

// ListsOfRecords reads which lists the given records of one type are in. The
// result is keyed by record ID; a record in no list is absent, and so is one
// that does not exist. objectTypeID must be a type ID such as "0-1". More than
// [MaxListsOfRecordsInputs] or repeated IDs are [ErrInvalid], without a call;
// no IDs are no call.
//
// HubSpot: POST /crm/v3/lists/records/memberships/batch/read, one call of the
// burst limit.
func (c *Client) ListsOfRecords(ctx context.Context, objectTypeID string, ids []string) (map[string][]ListMembership, error) {
	const op = "ListsOfRecords"
	if err := checkObjectType(op, objectTypeID); err != nil {
		return nil, err
	}
	if err := checkIDs(op, ids, MaxListsOfRecordsInputs); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}
	body := recordListsBody{Inputs: make([]recordInput, len(ids))}
	for i, id := range ids {
		body.Inputs[i] = recordInput{ObjectTypeID: objectTypeID, RecordID: id}
	}
	cl := call{op: op, endpoint: EndpointRecordSegments, objectType: objectTypeID, path: join(c.paths.segments, "records", "memberships", "batch", "read"), inputs: len(ids)}
	if err := cl.post(body); err != nil {
		return nil, err
	}
	return fetch(ctx, c, cl, decodeRecordLists)
}

func decodeRecordLists(d *jsontext.Decoder) (map[string][]ListMembership, error) {
	records, _, err := decodeAll[wireRecordLists](d)
	if err != nil {
		return nil, err
	}
	lists := make(map[string][]ListMembership, len(records))
	for _, r := range records {
		if _, twice := lists[r.RecordID]; twice || r.RecordID == "" {
			return nil, errMalformed
		}
		if len(r.Memberships) > 0 {
			lists[r.RecordID] = r.Memberships
		}
	}
	return lists, nil
}
