package oauth_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/hubgraph/hubgraph/internal/oauth"
)

// memory is a Store that several processes could share, and that fails on cue.
type memory struct {
	mu     sync.Mutex
	rows   map[string]oauth.Connection
	reads  int
	before func(update oauth.Connection) error // called before each update, without the lock; nil for none
	down   bool
}

var errDown = errors.New("the database is down")

func newMemory() *memory { return &memory{rows: map[string]oauth.Connection{}} }

func (m *memory) Connection(_ context.Context, portalID string) (oauth.Connection, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	c, ok := m.rows[portalID]
	switch {
	case m.down:
		return oauth.Connection{}, errDown
	case !ok:
		return oauth.Connection{}, oauth.ErrNotFound
	}
	return c, nil
}

// Connections leaves the tokens out, as a store may.
func (m *memory) Connections(context.Context) ([]oauth.Connection, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return nil, errDown
	}
	var all []oauth.Connection
	for _, id := range slices.Sorted(maps.Keys(m.rows)) {
		c := m.rows[id]
		c.AccessToken, c.RefreshToken = oauth.Secret{}, oauth.Secret{}
		all = append(all, c)
	}
	return all, nil
}

func (m *memory) PutConnection(_ context.Context, c oauth.Connection) (oauth.Connection, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return oauth.Connection{}, errDown
	}
	c.Version = m.rows[c.PortalID].Version + 1
	m.rows[c.PortalID] = c
	return c, nil
}

func (m *memory) UpdateConnection(_ context.Context, c oauth.Connection) (oauth.Connection, error) {
	m.mu.Lock()
	before := m.before
	m.mu.Unlock()
	if before != nil {
		if err := before(c); err != nil {
			return oauth.Connection{}, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[c.PortalID]
	switch {
	case m.down:
		return oauth.Connection{}, errDown
	case !ok:
		return oauth.Connection{}, oauth.ErrNotFound
	case row.Version != c.Version:
		return oauth.Connection{}, oauth.ErrConflict
	}
	c.Version++
	m.rows[c.PortalID] = c
	return c, nil
}

// change writes a row as somebody else would.
func (m *memory) change(portalID string, change func(*oauth.Connection)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.rows[portalID]
	change(&c)
	c.Version++
	m.rows[portalID] = c
}

func (m *memory) row(portalID string) oauth.Connection {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rows[portalID]
}

func (m *memory) setDown(down bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = down
}
