package portal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/dgraph-io/ristretto/v2"

	"github.com/hubgraph/hubgraph/internal/hubspot"
)

// A LabelsAPI is the part of HubSpot's API that [Labels] calls.
type LabelsAPI interface {
	AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error)
}

// Labels are the kinds of association between the object types of a portal.
// There are too many pairs of types to read them all, so that they are read when
// they are asked for, and kept until the portal's metadata is refreshed. Its
// methods may be called from many goroutines at once.
type Labels struct {
	portal *Portal
	api    LabelsAPI

	closing sync.RWMutex // held for writing by Close: ristretto must not be used after it
	closed  bool
	entries *ristretto.Cache[string, []hubspot.AssociationType]
}

// maxLabelPairs is how many pairs of types are kept: all of a portal of 40
// types that anybody asks for.
const maxLabelPairs = 1000

// NewLabels returns the labels of p's types, read through api. Close it when it
// is no longer used.
func NewLabels(p *Portal, api LabelsAPI) (*Labels, error) {
	entries, err := ristretto.NewCache(&ristretto.Config[string, []hubspot.AssociationType]{
		NumCounters: 10 * maxLabelPairs,
		MaxCost:     maxLabelPairs,
		BufferItems: 64, // what ristretto recommends
	})
	if err != nil {
		return nil, fmt.Errorf("create label cache: %w", err)
	}
	return &Labels{portal: p, api: api, entries: entries}, nil
}

// AssociationLabels returns the kinds of association from one object type to
// another, by their type IDs; none if HubSpot defines none. The caller must not
// change them.
func (l *Labels) AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error) {
	// What was read before a refresh is of no use after it, even if it comes in
	// later: the key says of which it is.
	key := strconv.FormatInt(l.portal.Metadata().LoadedAt.UnixNano(), 36) + "/" + from + "/" + to
	if types, ok := l.get(key); ok {
		return types, nil
	}
	types, err := l.api.AssociationLabels(ctx, from, to)
	if refusal, ok := errors.AsType[*hubspot.Error](err); ok && refusal.StatusCode == http.StatusBadRequest { // HubSpot's way to say that there are none
		types, err = []hubspot.AssociationType{}, nil
	}
	if err != nil {
		return nil, err
	}
	l.put(key, types)
	return types, nil
}

// Close ends the cache's goroutines. Labels can be read on, without it.
func (l *Labels) Close() {
	l.closing.Lock()
	defer l.closing.Unlock()
	if !l.closed {
		l.closed = true
		l.entries.Close()
	}
}

func (l *Labels) get(key string) ([]hubspot.AssociationType, bool) {
	l.closing.RLock()
	defer l.closing.RUnlock()
	if l.closed {
		return nil, false
	}
	return l.entries.Get(key)
}

// put returns when get finds the types, if the cache took them.
func (l *Labels) put(key string, types []hubspot.AssociationType) {
	l.closing.RLock()
	defer l.closing.RUnlock()
	if !l.closed {
		l.entries.SetWithTTL(key, types, 1, l.portal.opts.TTL)
		l.entries.Wait()
	}
}
