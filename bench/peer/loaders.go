package peer

import (
	"context"
	"fmt"
	"time"

	"github.com/graph-gophers/dataloader/v7"
)

type loadersKey struct{}

// loaders are the dataloaders of one request.
type loaders struct {
	contactCompanies, companyDeals *dataloader.Loader[string, []string] // from ID to the IDs at the other ends
	companies                      *dataloader.Loader[string, *Company]
	deals                          *dataloader.Loader[string, *Deal]
}

func newLoaders(c *client, wait time.Duration) *loaders {
	return &loaders{
		contactCompanies: edgeLoader(c, wait, "contacts", "companies"),
		companyDeals:     edgeLoader(c, wait, "companies", "deals"),
		companies: recordLoader(c, wait, "companies", func(id string, properties *Company) *Company {
			properties.ID = id
			return properties
		}),
		deals: recordLoader(c, wait, "deals", func(_ string, properties *Deal) *Deal { return properties }),
	}
}

func edgeLoader(c *client, wait time.Duration, from, to string) *dataloader.Loader[string, []string] {
	batch := func(ctx context.Context, ids []string) []*dataloader.Result[[]string] {
		found, err := c.associations(ctx, from, to, ids)
		results := make([]*dataloader.Result[[]string], len(ids))
		for i, id := range ids {
			results[i] = &dataloader.Result[[]string]{Data: found[id], Error: err}
		}
		return results
	}
	return dataloader.NewBatchedLoader(batch, dataloader.WithWait[string, []string](wait), dataloader.WithBatchCapacity[string, []string](1000))
}

func recordLoader[T any](c *client, wait time.Duration, objectType string, made func(id string, properties *T) *T) *dataloader.Loader[string, *T] {
	batch := func(ctx context.Context, ids []string) []*dataloader.Result[*T] {
		records, err := batchRead[*T](ctx, c, objectType, ids)
		byID := make(map[string]*T, len(records))
		for _, r := range records {
			byID[r.ID] = made(r.ID, r.Properties)
		}
		results := make([]*dataloader.Result[*T], len(ids))
		for i, id := range ids {
			results[i] = &dataloader.Result[*T]{Data: byID[id], Error: err}
			if err == nil && byID[id] == nil {
				results[i].Error = fmt.Errorf("%s %s: not found", objectType, id)
			}
		}
		return results
	}
	return dataloader.NewBatchedLoader(batch, dataloader.WithWait[string, *T](wait), dataloader.WithBatchCapacity[string, *T](100))
}

// all loads every key, in order; the first error fails them all.
func all[T any](ctx context.Context, l *dataloader.Loader[string, *T], keys []string) ([]*T, error) {
	values, errs := l.LoadMany(ctx, keys)()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}
