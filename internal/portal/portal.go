package portal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options configure a [Portal]. The zero value serves everything that the token
// can read, without a snapshot.
type Options struct {
	Objects        []string      // as in LoadOptions
	ExcludeObjects []string      // as in LoadOptions
	Sensitive      bool          // as in LoadOptions
	TTL            time.Duration // how old metadata may become; 0 means 12 hours
	Snapshots      Snapshots     // of the last good metadata; nil for none
	TrustSnapshot  bool          // serve a snapshot until it is as old as the TTL, and do not refresh it at once
	Caches         *Caches       // shared with other portals, and closed after them; nil for some of its own
}

const (
	defaultTTL = 12 * time.Hour
	// loadTimeout bounds one refresh. It leaves room for a limiter that other
	// requests keep busy.
	loadTimeout = 5 * time.Minute
	// identityTimeout is how long a start with a snapshot waits to learn
	// whether the token is of the snapshot's portal.
	identityTimeout = time.Second
)

// ErrClosed is returned by [Portal.Refresh] after [Portal.Close].
var ErrClosed = errors.New("portal is closed")

// A Portal serves the metadata of one HubSpot account and keeps it up to date.
// Its methods may be called from many goroutines at once.
type Portal struct {
	lg      *slog.Logger
	api     API
	opts    Options
	caches  *Caches
	current atomic.Pointer[Metadata]

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	wake   chan struct{} // a refresh has ended, so the next is due at another time

	notifying sync.Mutex // held while listeners run, so that each hears of changes in order
	listeners []*listener

	mu       sync.Mutex // guards what follows
	closed   bool
	flight   *flight
	schedule schedule
	status   Status
}

type listener struct{ changed func(*Metadata) }

// Open returns a portal that has metadata to serve.
//
// With a usable snapshot it serves that at once and refreshes it in the
// background, at once or, if it is trusted, when it is due; it waits up to a second for HubSpot to say that the token is of
// the snapshot's portal. Without one it loads, and fails as [Load] does. ctx
// bounds Open alone. Close the portal when it is no longer used.
func Open(ctx context.Context, lg *slog.Logger, api API, o Options) (*Portal, error) {
	if o.TTL <= 0 {
		o.TTL = defaultTTL
	}
	caches := o.Caches
	if caches == nil {
		var err error
		if caches, err = NewCaches(o.TTL, 1); err != nil {
			return nil, err
		}
	}
	p := &Portal{lg: lg, api: api, opts: o, caches: caches, wake: make(chan struct{}, 1)}
	p.ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := p.start(ctx); err != nil {
		p.Close()
		return nil, err
	}
	p.wg.Go(p.keepFresh)
	return p, nil
}

// start gives the portal its first metadata.
func (p *Portal) start(ctx context.Context) error {
	now := time.Now()
	if m := p.loadSnapshot(ctx); m != nil && p.confirm(ctx, m) {
		p.current.Store(m)
		p.status.FromSnapshot = !p.opts.TrustSnapshot
		p.schedule.due = now
		if p.opts.TrustSnapshot && !m.Partial {
			p.schedule.due = m.LoadedAt.Add(p.opts.TTL)
		}
		p.lg.Info("serving portal metadata from the snapshot",
			"portal_id", m.Account.PortalID, "types", len(m.Types), "loaded_at", m.LoadedAt)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	m, err := Load(ctx, p.lg, p.api, p.loadOptions(now))
	if err != nil {
		return fmt.Errorf("load portal metadata: %w", err)
	}
	p.current.Store(m)
	p.saveSnapshot(m) //nolint:contextcheck // what was read is kept even if the caller leaves
	p.schedule.since = now
	p.ended(m, nil)
	return nil
}

// confirm reports whether the token may be of the snapshot's portal. Where
// HubSpot does not say, or refuses the token, it may.
func (p *Portal) confirm(ctx context.Context, m *Metadata) bool {
	ctx, cancel := context.WithTimeout(ctx, identityTimeout)
	defer cancel()
	account, err := p.api.Account(ctx)
	if err != nil {
		p.status.fail(err)
		return true
	}
	if account.PortalID != m.Account.PortalID {
		p.lg.Warn("snapshot ignored", "in", p.opts.Snapshots.String(),
			"error", fmt.Sprintf("it is of portal %s, the token belongs to portal %s", m.Account.PortalID, account.PortalID))
		return false
	}
	return true
}

func (p *Portal) loadOptions(since time.Time) LoadOptions {
	return LoadOptions{
		Objects: p.opts.Objects, ExcludeObjects: p.opts.ExcludeObjects, Sensitive: p.opts.Sensitive,
		Cache: p.caches.properties, Definitions: &p.caches.definitions, Previous: p.current.Load(), since: since,
	}
}

// Metadata is what is served now. It is never nil.
func (p *Portal) Metadata() *Metadata { return p.current.Load() }

// OnChange calls changed with the metadata that is served now, before it
// returns, and then with every new one that says anything else, in order and
// never twice at once. [Portal.Refresh] returns after those calls. changed must
// not call Refresh, Close or OnChange. The returned function ends it.
func (p *Portal) OnChange(changed func(*Metadata)) (stop func()) {
	p.notifying.Lock()
	defer p.notifying.Unlock()
	l := &listener{changed}
	p.listeners = append(p.listeners, l)
	changed(p.current.Load())
	return func() {
		p.notifying.Lock()
		defer p.notifying.Unlock()
		p.listeners = slices.DeleteFunc(p.listeners, func(other *listener) bool { return other == l })
	}
}

// Close ends the refreshing and returns when all its goroutines have ended. The
// last metadata stays readable. Close may be called again.
func (p *Portal) Close() {
	p.mu.Lock()
	again := p.closed
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	p.wg.Wait()
	if !again && p.opts.Caches == nil {
		p.caches.Close()
	}
}
