package hubspot

import (
	"context"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// HubSpot's bounds of its lists, which its users know as segments. How many
// IDs one call takes is not documented: these are as many as other batches
// take.
//
// Source: the reference of the lists API (/crm/v3/lists), read 2026-11.
const (
	MaxListSearchPageSize   = 500 // lists of a search page
	MaxListMembersPageSize  = 250 // members of a page
	MaxListsByID            = 100 // IDs of one call
	MaxListsOfRecordsInputs = 100 // records of one call
	defaultListSearchPage   = 100
	defaultListMembersPage  = 100
)

// A List is a set of records of one object type; HubSpot's users know it as a
// segment.
//
// HubSpot: GET /crm/v3/lists/{listId}
type List struct {
	ID               string `json:"listId"`
	Name             string `json:"name"`
	ObjectTypeID     string `json:"objectTypeId"`
	ProcessingType   string `json:"processingType"`   // MANUAL, DYNAMIC or SNAPSHOT
	ProcessingStatus string `json:"processingStatus"` // COMPLETE, PROCESSING, …
	CreatedAt        string `json:"createdAt"`        // RFC 3339
	UpdatedAt        string `json:"updatedAt"`        // RFC 3339
	Size             *int   `json:"-"`                // members as HubSpot counted last; nil if it did not say
}

// A ListSearchRequest asks for one page of the portal's lists.
type ListSearchRequest struct {
	ObjectTypeID string // only lists of this type, such as "0-1"; "" means all
	Query        string // only lists whose name holds it; "" means all
	Limit        int    // lists, at most MaxListSearchPageSize; 0 means 100
	Offset       int    // ListSearchPage.Offset of the page before; 0 for the first
}

// A ListSearchPage is a part of the lists that matched.
type ListSearchPage struct {
	Lists  []List
	Total  int // of all that match
	More   bool
	Offset int // of the next page
}

type listSearchBody struct {
	ObjectTypeID string `json:"objectTypeId,omitzero"`
	Query        string `json:"query,omitzero"`
	Count        int    `json:"count"`
	Offset       int    `json:"offset"`
}

// SearchLists reads one page of the portal's lists, without their filters.
// Pages shift while lists come and go, so drop IDs seen before, and do not follow
// a page whose Offset is no further than the one asked for.
//
// HubSpot: POST /crm/v3/lists/search, one call of the burst limit.
func (c *Client) SearchLists(ctx context.Context, r ListSearchRequest) (*ListSearchPage, error) {
	const op = "SearchLists"
	if r.Limit == 0 {
		r.Limit = defaultListSearchPage
	}
	if r.Limit < 1 || r.Limit > MaxListSearchPageSize {
		return nil, invalid(op, fmt.Sprintf("limit %d is not in 1..%d", r.Limit, MaxListSearchPageSize))
	}
	if r.Offset < 0 {
		return nil, invalid(op, fmt.Sprintf("offset %d is negative", r.Offset))
	}
	cl := call{op: op, endpoint: EndpointSegments, objectType: r.ObjectTypeID, path: join(c.paths.segments, "search")}
	if err := cl.post(listSearchBody{ObjectTypeID: r.ObjectTypeID, Query: r.Query, Count: r.Limit, Offset: r.Offset}); err != nil {
		return nil, err
	}
	return fetch(ctx, c, cl, func(d *jsontext.Decoder) (*ListSearchPage, error) {
		var w wireLists
		lists, err := w.decode(d)
		if err != nil {
			return nil, err
		}
		return &ListSearchPage{Lists: lists, Total: w.Total, More: w.HasMore, Offset: w.Offset}, nil
	})
}

// ListsByID reads lists by their IDs. They come in no particular order; one
// that HubSpot does not have is absent, which is no error. More than
// [MaxListsByID], repeated ones and those that are not numbers are
// [ErrInvalid], without a call; no IDs are no call.
//
// HubSpot: GET /crm/v3/lists?listIds=…&listIds=…, one call of the burst limit.
func (c *Client) ListsByID(ctx context.Context, ids []string) ([]List, error) {
	const op = "ListsByID"
	if err := checkIDs(op, ids, MaxListsByID); err != nil {
		return nil, err
	}
	var q query
	for _, id := range ids {
		if err := checkListID(op, id); err != nil {
			return nil, err
		}
		q.set("listIds", id)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	cl := call{op: op, endpoint: EndpointSegments, path: c.paths.segments, query: q.String()}
	return fetch(ctx, c, cl, func(d *jsontext.Decoder) ([]List, error) {
		var w wireLists
		return w.decode(d)
	})
}

// checkListID refuses what cannot be a list ID, so that it cannot reshape a
// path or spoil a call for the others.
func checkListID(op, id string) *Error {
	if _, err := strconv.ParseUint(id, 10, 64); err != nil {
		return invalid(op, fmt.Sprintf("%q is not a list id", id))
	}
	return nil
}

// wireLists is an answer of lists; those by ID come without the rest.
type wireLists struct {
	Lists   []wireList `json:"lists"`
	Total   int        `json:"total"`
	HasMore bool       `json:"hasMore"`
	Offset  int        `json:"offset"`
}

// wireList is a list as HubSpot sends it: by ID with its size, from a search
// with a property for it, as text.
type wireList struct {
	List
	Size       string            `json:"size"`
	Additional map[string]string `json:"additionalProperties"`
}

func (w *wireLists) decode(d *jsontext.Decoder) ([]List, error) {
	if err := json.UnmarshalDecode(d, w, lenient()); err != nil {
		return nil, err
	}
	if w.Lists == nil {
		return nil, errMalformed
	}
	lists := make([]List, len(w.Lists))
	for i, l := range w.Lists {
		if l.ID == "" {
			return nil, errMalformed
		}
		if n, err := strconv.Atoi(firstText(l.Size, l.Additional["hs_list_size"])); err == nil {
			l.List.Size = &n
		}
		lists[i] = l.List
	}
	return lists, nil
}
