package portal

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"

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

	closing sync.RWMutex // held for writing by Close: the portal's caches must not be used after it
	closed  bool
}

// NewLabels returns the labels of p's types, read through api and kept in p's
// caches. Close it before p.
func NewLabels(p *Portal, api LabelsAPI) *Labels { return &Labels{portal: p, api: api} }

// AssociationLabels returns the kinds of association from one object type to
// another, by their type IDs; none if HubSpot defines none. The caller must not
// change them.
func (l *Labels) AssociationLabels(ctx context.Context, from, to string) ([]hubspot.AssociationType, error) {
	// What was read before a refresh is of no use after it, even if it comes in
	// later: the key says of which it is.
	meta := l.portal.Metadata()
	key := meta.Account.PortalID + "/" + strconv.FormatInt(meta.LoadedAt.UnixNano(), 36) + "/" + from + "/" + to
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

// Close lets go of the caches. Labels can be read on, without them.
func (l *Labels) Close() {
	l.closing.Lock()
	defer l.closing.Unlock()
	l.closed = true
}

func (l *Labels) get(key string) ([]hubspot.AssociationType, bool) {
	l.closing.RLock()
	defer l.closing.RUnlock()
	if l.closed {
		return nil, false
	}
	return l.portal.caches.labels.Get(key)
}

// put returns when get finds the types, if the cache took them.
func (l *Labels) put(key string, types []hubspot.AssociationType) {
	l.closing.RLock()
	defer l.closing.RUnlock()
	if !l.closed {
		l.portal.caches.labels.SetWithTTL(key, types, 1, l.portal.opts.TTL)
		l.portal.caches.labels.Wait()
	}
}
