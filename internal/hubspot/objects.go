package hubspot

import (
	"context"
	"fmt"
	"strconv"
)

// HubSpot's bounds of the object endpoints.
//
// Source: the CRM object guides and HubSpot's OpenAPI files, read 2026-08. They
// bound pages with history, and batches with history are kept to the same. The
// length of a URL has no documented bound: 5,116 characters of query were seen
// to pass and 8,000 to fail with 414.
const (
	MaxPageSize      = 100 // records of a list page
	MaxBatchInputs   = 100 // IDs of a batch read
	MaxHistoryInputs = 50  // records of a list page, or IDs of a batch read, that come with history
	maxQueryLength   = 6000
)

// A ListRequest asks for one page of all records of a type.
type ListRequest struct {
	ObjectType   string       // a type ID ("0-1", "2-123") or a path name ("contacts")
	Properties   *PropertySet // internal names; may be empty
	History      *PropertySet // those whose earlier values come along; may be nil
	Associations []string     // object types whose associated IDs come along, at most 100 rows each
	Limit        int          // records, at most MaxPageSize, or MaxHistoryInputs with History; 0 means the most
	After        string       // Page.After of the page before; "" for the first
	Archived     bool         // archived records instead of live ones; there is no "both"
}

func (r ListRequest) query() string {
	var q query
	q.set("limit", strconv.Itoa(r.limit()))
	q.set("after", r.After)
	q.list("properties", r.Properties.orDefault()...)
	q.list("propertiesWithHistory", r.History.Names()...)
	q.list("associations", r.Associations...)
	if r.Archived {
		q.set("archived", "true")
	}
	return q.String()
}

func (r ListRequest) limit() int {
	if r.Limit == 0 {
		return r.mostRecords()
	}
	return r.Limit
}

func (r ListRequest) mostRecords() int {
	if r.History.Len() > 0 {
		return MaxHistoryInputs
	}
	return MaxPageSize
}

// A Page is a part of a list.
type Page struct {
	Records []*Record
	After   string // where the next page begins; "" at the end. A page may be empty and still have one
}

// ListFits reports whether the request's URL is short enough for HubSpot. If it
// is not, list without properties and read them with [Client.BatchRead].
func (c *Client) ListFits(r ListRequest) bool { return len(r.query()) <= maxQueryLength }

// List reads one page of a type's records, in the order of their IDs. It sees
// every write at once, unlike [Client.Search]. Each record carries the
// properties asked for and, per object type of r.Associations, the IDs of the
// records associated with it.
//
// A request that does not fit ([Client.ListFits]) is [ErrInvalid].
//
// HubSpot: GET /crm/v3/objects/{objectType}, one call of the burst limit.
func (c *Client) List(ctx context.Context, r ListRequest) (*Page, error) {
	cl := call{op: opList, endpoint: EndpointList}
	if err := c.list(&cl, r); err != nil {
		return nil, err
	}
	return c.fetchPage(ctx, cl, &r)
}

const opList = "List"

// list makes the call one that asks for r.
func (c *Client) list(cl *call, r ListRequest) error {
	if err := checkObjectType(cl.op, r.ObjectType); err != nil {
		return err
	}
	if n, most := r.limit(), r.mostRecords(); n < 1 || n > most {
		return invalid(cl.op, fmt.Sprintf("limit %d is not in 1..%d", n, most))
	}
	if !c.ListFits(r) {
		return invalid(cl.op, fmt.Sprintf("%d properties make the url longer than HubSpot takes; list without them and read them in batches", r.Properties.Len()))
	}
	cl.objectType, cl.path, cl.query = r.ObjectType, join(c.paths.objects, r.ObjectType), r.query()
	return nil
}

// fetchPage makes the call. What r is by the time of the answer was asked for.
func (c *Client) fetchPage(ctx context.Context, cl call, r *ListRequest) (*Page, error) {
	return fetchBulk(ctx, c, cl, func(d *decoder) (*Page, error) {
		records, a, err := decodeRecords(d, r.Properties)
		if err != nil {
			return nil, err
		}
		return &Page{Records: records, After: a.after}, nil
	})
}

// A GetRequest asks for one record.
type GetRequest struct {
	ObjectType string
	ID         string       // the record ID, or the value of IDProperty
	IDProperty string       // a property with unique values; "" means that ID is the record ID
	Properties *PropertySet // internal names; may be empty
	Archived   bool         // look among the archived records instead
}

// Get reads one record. It is [ErrNotFound] if there is none; after a merge the
// record found may have another ID than the one asked for.
//
// HubSpot: GET /crm/v3/objects/{objectType}/{objectId}, one call of the burst limit.
func (c *Client) Get(ctx context.Context, r GetRequest) (*Record, error) {
	const op = "Get"
	if err := checkObjectType(op, r.ObjectType); err != nil {
		return nil, err
	}
	if r.ID == "" || r.ID == "." || r.ID == ".." {
		return nil, invalid(op, fmt.Sprintf("%q is not a record id", r.ID))
	}
	var q query
	q.list("properties", r.Properties.orDefault()...)
	q.set("idProperty", r.IDProperty)
	if r.Archived {
		q.set("archived", "true")
	}
	if len(q.String()) > maxQueryLength {
		return nil, invalid(op, fmt.Sprintf("%d properties make the url longer than HubSpot takes; use BatchRead", r.Properties.Len()))
	}
	cl := call{op: op, endpoint: EndpointGet, objectType: r.ObjectType, path: join(c.paths.objects, r.ObjectType, r.ID), query: q.String()}
	return fetchBulk(ctx, c, cl, func(d *decoder) (*Record, error) {
		reader := newRecordReader(d, r.Properties)
		if err := reader.read(); err != nil {
			return nil, err
		}
		return reader.records()[0], nil
	})
}

// A BatchReadRequest asks for many records by ID.
type BatchReadRequest struct {
	ObjectType string
	IDProperty string       // a property with unique values; "" means that IDs are record IDs
	IDs        []string     // at most MaxBatchInputs, or MaxHistoryInputs with History; none twice
	Properties *PropertySet // internal names; may be empty
	History    *PropertySet // those whose earlier values come along; may be nil
	Archived   bool         // look among the archived records instead
}

type batchReadBody struct {
	Inputs     []idInput `json:"inputs"`
	Properties []string  `json:"properties"`
	History    []string  `json:"propertiesWithHistory,omitempty"`
	IDProperty string    `json:"idProperty,omitzero"`
}

type idInput struct {
	ID string `json:"id"`
}

// BatchRead reads up to [MaxBatchInputs] records of one object type in one call.
//
// The records come in no particular order; one that HubSpot does not have is
// absent, which is no error. By IDProperty "email" a contact is also found by
// its secondary addresses, and HubSpot does not say by which: look into email
// and hs_additional_emails. Too many or repeated IDs are [ErrInvalid], without
// a call; no IDs are no call.
//
// HubSpot: POST /crm/v3/objects/{objectType}/batch/read, one call of the burst limit.
func (c *Client) BatchRead(ctx context.Context, r BatchReadRequest) ([]*Record, error) {
	cl := call{op: opBatchRead, endpoint: EndpointBatchRead}
	if err := c.batchRead(&cl, r); err != nil {
		return nil, unasked(err)
	}
	return c.fetchBatch(ctx, cl, &r)
}

const opBatchRead = "BatchRead"

// batchRead makes the call one that asks for r, or says why there is none.
func (c *Client) batchRead(cl *call, r BatchReadRequest) error {
	if err := checkObjectType(cl.op, r.ObjectType); err != nil {
		return err
	}
	most := MaxBatchInputs
	if r.History.Len() > 0 {
		most = MaxHistoryInputs
	}
	if err := checkIDs(cl.op, r.IDs, most); err != nil {
		return err
	}
	if len(r.IDs) == 0 {
		return errNobodyAsks
	}
	body := batchReadBody{Inputs: make([]idInput, len(r.IDs)), Properties: r.Properties.orDefault(), History: r.History.Names(), IDProperty: r.IDProperty}
	for i, id := range r.IDs {
		body.Inputs[i].ID = id
	}
	cl.objectType, cl.path, cl.inputs = r.ObjectType, join(c.paths.objects, r.ObjectType, "batch", "read"), len(r.IDs)
	if r.Archived {
		cl.query = "archived=true"
	}
	return cl.post(body)
}

// fetchBatch makes the call. What r is by the time of the answer was asked for.
func (c *Client) fetchBatch(ctx context.Context, cl call, r *BatchReadRequest) ([]*Record, error) {
	records, err := fetchBulk(ctx, c, cl, func(d *decoder) ([]*Record, error) {
		records, _, err := decodeRecords(d, r.Properties)
		return records, err
	})
	if err != nil {
		return nil, unasked(err)
	}
	return records, nil
}

// decodeRecords reads an envelope of records.
func decodeRecords(d *decoder, set *PropertySet) ([]*Record, *answer, error) {
	reader := newRecordReader(d, set)
	a, err := decodeAnswer(d.Decoder, reader.read)
	if err != nil {
		return nil, nil, err
	}
	return reader.records(), a, nil
}

// checkIDs refuses what HubSpot would refuse, or answer ambiguously.
func checkIDs(op string, ids []string, most int) *Error {
	if len(ids) > most {
		return invalid(op, fmt.Sprintf("%d ids in one call, at most %d are allowed", len(ids), most))
	}
	seen := make(map[string]struct{}, len(ids))
	for _, id := range ids {
		if id == "" {
			return invalid(op, "an id is empty")
		}
		if _, twice := seen[id]; twice {
			return invalid(op, fmt.Sprintf("id %q is there twice", id))
		}
		seen[id] = struct{}{}
	}
	return nil
}
