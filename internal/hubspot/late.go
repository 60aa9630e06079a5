package hubspot

import (
	"context"
	"errors"
)

// errNobodyAsks is why a call is not made whose request turns out to be empty.
var errNobodyAsks = errors.New("nothing is asked for any more")

// complete fills in what the call does not hold yet, once.
func (cl *call) complete() error {
	late := cl.late
	if late == nil {
		return nil
	}
	cl.late = nil
	return late(cl)
}

// unasked makes no error of a call that nobody asked for: its answer is nothing.
func unasked(err error) error {
	if errors.Is(err, errNobodyAsks) {
		return nil
	}
	return err
}

// BatchReadLate is [Client.BatchRead] of what is to be read when the call may
// leave. It waits for the limiter first, and then asks for the request: once,
// even if the call is repeated. Whatever comes in the meantime can so ride
// along. If no IDs are wanted by then, there is no call, and the limiter has its
// slot back.
func (c *Client) BatchReadLate(ctx context.Context, request func() BatchReadRequest) ([]*Record, error) {
	var r BatchReadRequest
	cl := call{op: opBatchRead, endpoint: EndpointBatchRead}
	cl.late = func(cl *call) error {
		r = request()
		return c.batchRead(cl, r)
	}
	return c.fetchBatch(ctx, cl, &r)
}

// AssociationsBatchReadLate is [Client.AssociationsBatchRead] of what is to be
// read when the call may leave, as with [Client.BatchReadLate].
func (c *Client) AssociationsBatchReadLate(ctx context.Context, from, to string, inputs func() []AssociationInput) (map[string]*AssociationPage, error) {
	cl := call{op: opAssociations, endpoint: EndpointAssociations, objectType: from}
	cl.late = func(cl *call) error { return c.associationsBatchRead(cl, from, to, inputs()) }
	return c.fetchAssociations(ctx, cl)
}

// ListLate is [Client.List] of what is to be listed when the call may leave, as
// with [Client.BatchReadLate].
func (c *Client) ListLate(ctx context.Context, request func() ListRequest) (*Page, error) {
	var r ListRequest
	cl := call{op: opList, endpoint: EndpointList}
	cl.late = func(cl *call) error {
		r = request()
		return c.list(cl, r)
	}
	return c.fetchPage(ctx, cl, &r)
}

// SearchLate is [Client.Search] of what is to be searched for when the call may
// leave, as with [Client.BatchReadLate].
func (c *Client) SearchLate(ctx context.Context, request func() SearchRequest) (*SearchPage, error) {
	var r SearchRequest
	cl := call{op: opSearch, endpoint: EndpointSearch}
	cl.late = func(cl *call) error {
		r = request()
		return c.search(cl, r)
	}
	return c.fetchSearch(ctx, cl, &r)
}
