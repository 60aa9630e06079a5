package loaders

import (
	"encoding/binary"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A key says what a call asks for, whole: two calls with the same key have the
// same answer. Every text goes with its length and every list with its number
// of elements, so that different calls cannot make the same key.
type key []byte

// newKey begins the key of a call of the endpoint, with room for about so many
// bytes.
func newKey(e hubspot.Endpoint, room int) key {
	return make(key, 0, room+64).text(string(e))
}

func (k key) number(n int) key { return binary.AppendVarint(k, int64(n)) }

func (k key) text(s string) key { return append(k.number(len(s)), s...) }

func (k key) texts(list []string) key {
	k = k.number(len(list))
	for _, s := range list {
		k = k.text(s)
	}
	return k
}

func (k key) flag(b bool) key {
	if b {
		return append(k, 1)
	}
	return append(k, 0)
}

// size is about how many bytes texts takes for the list.
func size(list []string) int {
	if len(list) == 0 {
		return 0
	}
	return len(list) * (len(list[0]) + 8)
}

func listKey(r hubspot.ListRequest) key {
	names := r.Properties.Names()
	return newKey(hubspot.EndpointList, size(names)).
		text(r.ObjectType).texts(names).texts(r.History.Names()).texts(r.Associations).
		number(r.Limit).text(r.After).flag(r.Archived)
}

func searchKey(r hubspot.SearchRequest) key {
	names := r.Properties.Names()
	k := newKey(hubspot.EndpointSearch, size(names)).
		text(r.ObjectType).texts(names).text(r.Query).number(r.Limit).text(r.After)
	k = k.number(len(r.Groups))
	for _, g := range r.Groups {
		k = k.number(len(g.Filters))
		for _, f := range g.Filters {
			k = k.text(f.Property).text(f.Operator).text(f.Value).text(f.HighValue).texts(f.Values)
		}
	}
	k = k.number(len(r.Sorts))
	for _, s := range r.Sorts {
		k = k.text(s.Property).flag(s.Descending)
	}
	return k
}

func batchReadKey(r hubspot.BatchReadRequest) key {
	names := r.Properties.Names()
	return newKey(hubspot.EndpointBatchRead, size(names)+size(r.IDs)).
		text(r.ObjectType).text(r.IDProperty).texts(r.IDs).texts(names).texts(r.History.Names()).flag(r.Archived)
}

func associationsKey(from, to string, inputs []hubspot.AssociationInput) key {
	const perInput = 16
	k := newKey(hubspot.EndpointAssociations, len(inputs)*perInput).text(from).text(to).number(len(inputs))
	for _, in := range inputs {
		k = k.text(in.ID).text(in.After)
	}
	return k
}

func listSearchKey(r hubspot.ListSearchRequest) key {
	return newKey(hubspot.EndpointSegments, 0).text("search").
		text(r.ObjectTypeID).text(r.Query).number(r.Limit).number(r.Offset)
}

func listsByIDKey(ids []string) key {
	return newKey(hubspot.EndpointSegments, size(ids)).text("by id").texts(ids)
}

func listMembersKey(r hubspot.ListMembersRequest) key {
	return newKey(hubspot.EndpointSegmentMembers, 0).text(r.ListID).number(r.Limit).text(r.After)
}
