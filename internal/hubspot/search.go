package hubspot

import (
	"context"
	"fmt"
	"unicode/utf8"
)

// HubSpot's bounds of a search. Its pages disagree on some; these are the ones
// that all of them allow.
//
// Source: the CRM search guide and HubSpot's OpenAPI files, read 2026-08.
const (
	MaxSearchPageSize     = 200
	MaxSearchRows         = 10_000 // reachable by paging; SearchPage.Total may be larger
	MaxFilterGroups       = 5
	MaxFiltersPerGroup    = 6
	MaxFilters            = 18 // of all groups
	MaxSearchQueryLength  = 3000
	MaxSearchBodyLength   = 3000 // characters of the request's JSON; see SearchFits
	searchSortAscending   = "ASCENDING"
	searchSortDescending  = "DESCENDING"
	defaultSearchPageSize = 100
)

// A SearchRequest asks for one page of the records that match.
type SearchRequest struct {
	ObjectType string
	Groups     []FilterGroup // any of them must match; none means all records
	Query      string        // free text, which must match too
	Sorts      []Sort        // at most one; none means createdate, ascending
	Properties *PropertySet  // internal names; may be empty
	Limit      int           // records, at most MaxSearchPageSize; 0 means 100
	After      string        // SearchPage.After of the page before; "" for the first
}

// A FilterGroup matches a record that all of its filters match.
type FilterGroup struct {
	Filters []Filter `json:"filters"`
}

// A Filter compares one property. Operator is HubSpot's (EQ, BETWEEN, IN,
// HAS_PROPERTY, …) and decides which operands count: Value and HighValue for
// BETWEEN, Values for IN and NOT_IN, none for HAS_PROPERTY and
// NOT_HAS_PROPERTY, Value for the others. Dates are epoch milliseconds.
type Filter struct {
	Property  string   `json:"propertyName"`
	Operator  string   `json:"operator"`
	Value     string   `json:"value,omitzero"`
	HighValue string   `json:"highValue,omitzero"`
	Values    []string `json:"values,omitempty"`
}

// A Sort orders by one property.
type Sort struct {
	Property   string
	Descending bool
}

// A SearchPage is a part of what matched.
type SearchPage struct {
	Total   int // of all that match, also beyond MaxSearchRows
	Records []*Record
	After   string // "" at the end
}

type searchBody struct {
	FilterGroups []FilterGroup `json:"filterGroups,omitempty"`
	Query        string        `json:"query,omitzero"`
	Sorts        []searchSort  `json:"sorts,omitempty"`
	Properties   []string      `json:"properties"`
	Limit        int           `json:"limit"`
	After        string        `json:"after,omitzero"`
}

type searchSort struct {
	PropertyName string `json:"propertyName"`
	Direction    string `json:"direction"`
}

// SearchFits reports whether the request's JSON stays within the
// [MaxSearchBodyLength] characters that HubSpot documents for all of it. HubSpot
// has been seen to answer longer ones, with hundreds of properties; Search
// sends them too. A caller that can should ask for less and read the rest with
// [Client.BatchRead].
func (c *Client) SearchFits(r SearchRequest) bool {
	var cl call
	return cl.post(r.body()) == nil && utf8.RuneCount(cl.body) <= MaxSearchBodyLength
}

func (r SearchRequest) limit() int {
	if r.Limit == 0 {
		return defaultSearchPageSize
	}
	return r.Limit
}

func (r SearchRequest) body() searchBody {
	body := searchBody{FilterGroups: r.Groups, Query: r.Query, Properties: r.Properties.orDefault(), Limit: r.limit(), After: r.After}
	for _, s := range r.Sorts {
		direction := searchSortAscending
		if s.Descending {
			direction = searchSortDescending
		}
		body.Sorts = append(body.Sorts, searchSort{s.Property, direction})
	}
	return body
}

// Search reads one page of the records that match. HubSpot's search index lags
// writes by seconds, never shows archived records, and ends after
// [MaxSearchRows] rows; pages shift while records change, so drop IDs seen before.
//
// HubSpot: POST /crm/v3/objects/{objectType}/search, one call of the search limit.
func (c *Client) Search(ctx context.Context, r SearchRequest) (*SearchPage, error) {
	cl := call{op: opSearch, endpoint: EndpointSearch}
	if err := c.search(&cl, r); err != nil {
		return nil, err
	}
	return c.fetchSearch(ctx, cl, &r)
}

const opSearch = "Search"

// search makes the call one that asks for r.
func (c *Client) search(cl *call, r SearchRequest) error {
	if err := checkObjectType(cl.op, r.ObjectType); err != nil {
		return err
	}
	if err := r.check(cl.op); err != nil {
		return err
	}
	cl.objectType, cl.path = r.ObjectType, join(c.paths.objects, r.ObjectType, "search")
	return cl.post(r.body())
}

// fetchSearch makes the call. What r is by the time of the answer was asked for.
func (c *Client) fetchSearch(ctx context.Context, cl call, r *SearchRequest) (*SearchPage, error) {
	return fetchBulk(ctx, c, cl, func(d *decoder) (*SearchPage, error) {
		records, a, err := decodeRecords(d, r.Properties)
		if err != nil {
			return nil, err
		}
		return &SearchPage{Total: a.total, Records: records, After: a.after}, nil
	})
}

func (r SearchRequest) check(op string) error {
	if n := r.limit(); n < 1 || n > MaxSearchPageSize {
		return invalid(op, fmt.Sprintf("limit %d is not in 1..%d", n, MaxSearchPageSize))
	}
	if n := len(r.Groups); n > MaxFilterGroups {
		return invalid(op, fmt.Sprintf("%d filter groups, HubSpot takes %d", n, MaxFilterGroups))
	}
	total := 0
	for _, g := range r.Groups {
		if n := len(g.Filters); n > MaxFiltersPerGroup {
			return invalid(op, fmt.Sprintf("%d filters in a group, HubSpot takes %d", n, MaxFiltersPerGroup))
		}
		total += len(g.Filters)
	}
	if total > MaxFilters {
		return invalid(op, fmt.Sprintf("%d filters, HubSpot takes %d", total, MaxFilters))
	}
	if len(r.Sorts) > 1 {
		return invalid(op, fmt.Sprintf("%d sorts, HubSpot takes one", len(r.Sorts)))
	}
	if n := utf8.RuneCountInString(r.Query); n > MaxSearchQueryLength {
		return invalid(op, fmt.Sprintf("a query of %d characters, HubSpot takes %d", n, MaxSearchQueryLength))
	}
	return nil
}
