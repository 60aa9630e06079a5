package loaders

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// Records loads records of one object type, up to 100 in a call, or 50 with
// history.
type Records struct {
	api API
	key RecordsKey
	set *hubspot.PropertySet

	capacity int // keys of a call

	mu     sync.Mutex // what follows is made when it is needed
	single *dataloader.Loader[string, *hubspot.Record]
	many   *portions[string, *hubspot.Record]
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
	r := &Records{api: api, key: key, set: set, capacity: hubspot.MaxBatchInputs}
	if key.Bare {
		r.set = nil
	}
	if key.History != nil {
		r.capacity = hubspot.MaxHistoryInputs
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
	return r
}

// Load queues one key.
func (r *Records) Load(ctx context.Context, key string) RecordThunk {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.single == nil {
		r.single = newLoader(r.readSingle, r.capacity)
	}
	return r.single.Load(ctx, strings.TrimSpace(key))
}

// LoadAll queues record IDs, of which none was queued before. The portions are
// consecutive.
func (r *Records) LoadAll(ctx context.Context, ids []string) []Portion[*hubspot.Record] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.many == nil {
		r.many = newPortions(r.capacity, r.read)
	}
	return r.many.load(ctx, ids)
}

// Flush sends what is queued.
func (r *Records) Flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.single != nil {
		r.single.Flush()
	}
	if r.many != nil {
		r.many.flush()
	}
}

func (r *Records) readSingle(ctx context.Context, keys []string) []*dataloader.Result[*hubspot.Record] {
	records, err := r.read(ctx, keys)
	if err != nil {
		return failed[string, *hubspot.Record](keys, err)
	}
	results := make([]*dataloader.Result[*hubspot.Record], len(keys))
	slab := make([]dataloader.Result[*hubspot.Record], len(keys))
	for i, record := range records {
		slab[i].Data = record
		results[i] = &slab[i]
	}
	return results
}

// read answers a batch of keys in order. HubSpot's order is its own.
func (r *Records) read(ctx context.Context, keys []string) ([]*hubspot.Record, error) {
	records, err := r.api.BatchRead(ctx, hubspot.BatchReadRequest{
		ObjectType: r.key.ObjectType,
		IDProperty: r.key.IDProperty,
		IDs:        r.unique(keys),
		Properties: r.set,
		History:    r.key.History,
		Archived:   r.key.Archived,
	})
	if err != nil {
		return nil, err
	}
	index := r.index(records)
	found := make([]*hubspot.Record, len(keys))
	for i, key := range keys {
		found[i] = index[r.fold(key)]
	}
	return found, nil
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
