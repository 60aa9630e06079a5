package loaders

import (
	"context"
	"slices"
	"strings"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Records loads records of one object type, up to 100 in a call, or 50 with
// history.
type Records struct {
	api    API
	key    RecordsKey
	set    *hubspot.PropertySet
	loader *dataloader.Loader[string, *hubspot.Record]
}

// A RecordThunk waits for a record; nil without an error means that HubSpot
// has no such record. The record's ID may differ from the one asked for, if
// that was merged into it.
type RecordThunk = dataloader.Thunk[*hubspot.Record]

// Properties that say what else a record answers to. Each holds a list joined
// by ";".
const (
	AdditionalEmails = "hs_additional_emails" // a contact's secondary addresses
	MergedIDs        = "hs_merged_object_ids" // the IDs of records merged into this one
)

const emailProperty = "email"

func newRecords(api API, key RecordsKey, set *hubspot.PropertySet) *Records {
	r := &Records{api: api, key: key, set: set}
	if key.Bare {
		r.set = nil
	}
	capacity := hubspot.MaxBatchInputs
	if key.History != nil {
		capacity = hubspot.MaxHistoryInputs
	}
	if key.IDProperty != "" {
		// The answer does not echo the input: without the value there is no
		// telling which record answers which key.
		names := append(slices.Clone(r.set.Names()), key.IDProperty)
		if key.IDProperty == emailProperty {
			names = append(names, AdditionalEmails)
		}
		r.set = hubspot.NewPropertySet(names...)
	}
	r.loader = newLoader(r.read, capacity)
	return r
}

// Load queues one key.
func (r *Records) Load(ctx context.Context, key string) RecordThunk {
	return r.loader.Load(ctx, strings.TrimSpace(key))
}

// Flush sends what is queued.
func (r *Records) Flush() { r.loader.Flush() }

// read answers a batch of keys in order. HubSpot's order is its own.
func (r *Records) read(ctx context.Context, keys []string) []*dataloader.Result[*hubspot.Record] {
	records, err := r.api.BatchRead(ctx, hubspot.BatchReadRequest{
		ObjectType: r.key.ObjectType,
		IDProperty: r.key.IDProperty,
		IDs:        r.unique(keys),
		Properties: r.set,
		History:    r.key.History,
		Archived:   r.key.Archived,
	})
	if err != nil {
		return failed[string, *hubspot.Record](keys, err)
	}
	index := r.index(records)
	results := make([]*dataloader.Result[*hubspot.Record], len(keys))
	slab := make([]dataloader.Result[*hubspot.Record], len(keys))
	for i, key := range keys {
		slab[i].Data = index[r.fold(key)]
		results[i] = &slab[i]
	}
	return results
}

// unique drops keys that differ in case alone: HubSpot takes no key twice in a
// call. The spelling that stays is the client's own.
func (r *Records) unique(keys []string) []string {
	if r.key.IDProperty == "" {
		return keys
	}
	seen := make(map[string]bool, len(keys))
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		folded := r.fold(key)
		twice := seen[folded]
		seen[folded] = true
		return twice
	})
}

// fold makes the spellings of one key the same: HubSpot compares unique
// values without case.
func (r *Records) fold(key string) string {
	if r.key.IDProperty == "" {
		return key
	}
	return strings.ToLower(strings.TrimSpace(key))
}

// index finds records by the keys that they answer to. A record's own ID or
// value comes before what it answers to besides.
func (r *Records) index(records []*hubspot.Record) map[string]*hubspot.Record {
	also := MergedIDs
	switch r.key.IDProperty {
	case "":
	case emailProperty:
		also = AdditionalEmails
	default:
		also = ""
	}
	index := make(map[string]*hubspot.Record, len(records))
	for _, record := range records {
		if r.key.IDProperty == "" {
			index[record.ID] = record
		} else if value := record.Value(r.key.IDProperty); value != "" {
			index[r.fold(value)] = record
		}
	}
	if also == "" {
		return index
	}
	for _, record := range records {
		for other := range strings.SplitSeq(record.Value(also), ";") {
			other = r.fold(other)
			if _, taken := index[other]; other != "" && !taken {
				index[other] = record
			}
		}
	}
	return index
}
