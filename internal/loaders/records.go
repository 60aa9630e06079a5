package loaders

import (
	"context"
	"slices"
	"strings"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Records loads records of one object type, up to 100 in a call.
type Records struct {
	loader     *dataloader.Loader[string, *hubspot.Record]
	idProperty string
}

// A RecordThunk waits for a record; nil without an error means that HubSpot
// has no such record.
type RecordThunk = dataloader.Thunk[*hubspot.Record]

// additionalEmails holds a contact's secondary addresses, joined by ";":
// batch/read by email finds contacts by these too, without saying by which.
const additionalEmails = "hs_additional_emails"

func newRecords(api API, objectType, idProperty string, set *hubspot.PropertySet) *Records {
	if idProperty != "" && set.Index(idProperty) < 0 {
		// The answer does not echo the input: without the value there is no
		// telling which record answers which key.
		names := append(slices.Clone(set.Names()), idProperty)
		if idProperty == "email" {
			names = append(names, additionalEmails)
		}
		set = hubspot.NewPropertySet(names...)
	}
	r := &Records{idProperty: idProperty}
	r.loader = newLoader(func(ctx context.Context, keys []string) []*dataloader.Result[*hubspot.Record] {
		records, err := api.BatchRead(ctx, hubspot.BatchReadRequest{
			ObjectType: objectType,
			IDProperty: idProperty,
			IDs:        keys,
			Properties: set,
		})
		if err != nil {
			return failed[string, *hubspot.Record](keys, err)
		}
		return r.byKey(keys, records)
	}, hubspot.MaxBatchInputs)
	return r
}

// Load queues one key.
func (r *Records) Load(ctx context.Context, key string) RecordThunk {
	return r.loader.Load(ctx, r.fold(key))
}

// Prime puts in a record that another call brought.
func (r *Records) Prime(ctx context.Context, record *hubspot.Record) {
	r.loader.Prime(ctx, record.ID, record)
}

// Flush sends what is queued.
func (r *Records) Flush() { r.loader.Flush() }

// fold makes the spellings of one key the same: HubSpot compares unique
// values without case.
func (r *Records) fold(key string) string {
	if r.idProperty == "" {
		return key
	}
	return strings.ToLower(strings.TrimSpace(key))
}

// byKey answers the keys of a batch in order. HubSpot's order is its own.
func (r *Records) byKey(keys []string, records []*hubspot.Record) []*dataloader.Result[*hubspot.Record] {
	index := make(map[string]*hubspot.Record, len(records))
	for _, record := range records {
		if r.idProperty == "" {
			index[record.ID] = record
			continue
		}
		index[r.fold(record.Value(r.idProperty))] = record
	}
	if r.idProperty == "email" {
		for _, record := range records {
			for address := range strings.SplitSeq(record.Value(additionalEmails), ";") {
				address = r.fold(address)
				if _, taken := index[address]; address != "" && !taken {
					index[address] = record
				}
			}
		}
	}
	results := make([]*dataloader.Result[*hubspot.Record], len(keys))
	slab := make([]dataloader.Result[*hubspot.Record], len(keys))
	for i, key := range keys {
		slab[i].Data = index[key]
		results[i] = &slab[i]
	}
	return results
}
