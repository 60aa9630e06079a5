package portals

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A Gateway is one portal's, as a [Set] needs it.
type Gateway interface {
	// Weight is how many bytes it takes, about.
	Weight() int64
	// Close ends it. Nobody uses it any more.
	Close()
}

// Options say which gateways there are and how many are kept.
type Options[G Gateway] struct {
	// Open opens the gateway of a portal. ctx ends when the set is closed, or
	// when it has taken OpenTimeout.
	Open func(ctx context.Context, portalID string) (G, error)
	// MaxBytes is what all open gateways may weigh together; 0 for no bound.
	MaxBytes int64
	// Idle is for how long a gateway is kept that nobody uses; 0 for ever.
	Idle time.Duration
	// Retry is for how long a portal that could not be opened is not tried again:
	// whoever asks meanwhile is told what came of the last try. It doubles with
	// every try that fails, up to [mostWait]. 0 means a second.
	Retry time.Duration
}

const (
	// openTimeout leaves room for a portal whose allowance others use up.
	openTimeout = 5 * time.Minute
	// opening is how many portals are opened at once: each takes a second of a
	// processor if it is large.
	opening     = 4
	defaultWait = time.Second
	mostWait    = time.Minute
	sweepEvery  = 10 * time.Second
)

// A Set keeps the gateways of the portals in use. It is safe for concurrent use.
type Set[G Gateway] struct {
	lg   *slog.Logger
	opts Options[G]

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	gate   chan struct{} // one for each portal that is being opened

	mu      sync.Mutex
	closed  bool
	entries map[string]*entry[G]
	opened  int64 // since the start
	swept   int64
}

// An entry is one portal that is open, is being opened, or could not be opened.
type entry[G Gateway] struct {
	id      string
	done    chan struct{} // closed when it is open or has failed
	gateway G
	err     error     // why it could not be opened
	users   int       // of now
	used    time.Time // last
	tries   int       // that failed, this one included if it has
	retired bool      // no longer in the set: the last user closes it
}

func (e *entry[G]) opened() bool { return e.ended() && e.err == nil }

func (e *entry[G]) failed() bool { return e.ended() && e.err != nil }

func (e *entry[G]) ended() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// New returns an empty set. Close it.
func New[G Gateway](lg *slog.Logger, o Options[G]) *Set[G] {
	if o.Retry == 0 {
		o.Retry = defaultWait
	}
	s := &Set[G]{lg: lg, opts: o, gate: make(chan struct{}, opening), entries: make(map[string]*entry[G])}
	s.ctx, s.cancel = context.WithCancel(context.Background()) //nolint:gosec // Close calls it
	s.wg.Go(s.sweepNowAndThen)
	return s
}

// Use returns the gateway of a portal, which is open until release is called.
// Those who ask while it is being opened wait for the same opening, which goes
// on without them if their ctx ends. Errors are those of Options.Open, [ErrFull],
// [ErrClosed] and ctx's own.
func (s *Set[G]) Use(ctx context.Context, portalID string) (g G, release func(), err error) {
	e, err := s.enter(portalID)
	if err != nil {
		return g, nil, err
	}
	select {
	case <-e.done:
	case <-ctx.Done():
		s.leave(e)
		return g, nil, ctx.Err()
	}
	if e.err != nil {
		s.leave(e)
		return g, nil, e.err
	}
	var once sync.Once
	return e.gateway, func() { once.Do(func() { s.leave(e) }) }, nil
}

// enter finds the entry of a portal, or makes it and has it opened, and counts
// one more user of it.
func (s *Set[G]) enter(portalID string) (*entry[G], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	now := time.Now()
	e, tries := s.entries[portalID], 0
	if e != nil && e.failed() && now.Sub(e.used) >= s.wait(e) {
		e, tries = nil, e.tries
	}
	if e == nil {
		if s.full() {
			return nil, ErrFull
		}
		e = &entry[G]{id: portalID, done: make(chan struct{}), used: now, tries: tries}
		s.entries[portalID] = e
		s.wg.Go(func() { s.open(e) })
	}
	e.users++
	if !e.failed() { // a failure is as old as its try
		e.used = now
	}
	return e, nil
}

// wait is how long e, which could not be opened, is not tried again.
func (s *Set[G]) wait(e *entry[G]) time.Duration {
	return min(s.opts.Retry<<min(e.tries-1, 10), max(mostWait, s.opts.Retry))
}

// leave counts one user less of e.
func (s *Set[G]) leave(e *entry[G]) {
	s.mu.Lock()
	if !e.failed() {
		e.used = time.Now()
	}
	last := s.release(e)
	s.mu.Unlock()
	if last {
		e.gateway.Close()
	}
}

// release counts one user less, and reports whether e is to be closed now. s.mu
// is held.
func (s *Set[G]) release(e *entry[G]) (last bool) {
	e.users--
	return e.users == 0 && e.retired && e.opened()
}

// Drop closes the gateway of a portal when its last user leaves, so that it is
// opened anew for the next: its credentials have changed, or are gone.
func (s *Set[G]) Drop(portalID string) {
	s.mu.Lock()
	e := s.entries[portalID]
	delete(s.entries, portalID)
	unused := e != nil && s.retire(e)
	s.mu.Unlock()
	if unused {
		e.gateway.Close()
	}
}

// retire has the last user of e, which has left the set, close it, and reports
// whether there is none. s.mu is held.
func (s *Set[G]) retire(e *entry[G]) (unused bool) {
	e.retired = true
	return e.users == 0 && e.opened()
}

// Close closes all gateways, and returns when those that are being opened have
// ended too. Nobody may use one any more.
func (s *Set[G]) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
	s.mu.Lock()
	entries := s.entries
	s.entries = nil
	s.mu.Unlock()
	for _, e := range entries {
		if e.opened() {
			e.gateway.Close()
		}
	}
}
