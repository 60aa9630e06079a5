package oauth

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"
)

// TokensOptions configure [Tokens]; the zero value is for a single process.
type TokensOptions struct {
	// Locker sees to it that one process renews a token; nil for one of our own.
	Locker Locker
	// Observe is told of every attempt to renew a token when it has ended. It is
	// called concurrently and must not block.
	Observe func(Renewal)
}

// A Renewal is one attempt to renew a portal's token.
type Renewal struct {
	PortalID string
	Outcome  Outcome
	Took     time.Duration // waiting for other processes included
}

// An Outcome is how a [Renewal] ended.
type Outcome string

// The outcomes. That a token was renewed by another process is none of ours.
const (
	Renewed   Outcome = "renewed"
	Failed    Outcome = "failed" // and will be tried again
	Forfeited Outcome = "lost"   // the portal must be connected again
)

// Outcomes are all values of [Outcome].
var Outcomes = []Outcome{Renewed, Failed, Forfeited}

// Tokens renews the tokens of portals. It is safe for concurrent use.
type Tokens struct {
	lg      *slog.Logger
	client  *Client
	store   Store
	locker  Locker
	observe func(Renewal)
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc

	mu      sync.Mutex
	closed  bool
	flights sync.WaitGroup
	sources map[string]*Source
}

// NewTokens returns Tokens for the connections of a store. Close it when nothing
// asks for tokens any more.
func NewTokens(lg *slog.Logger, client *Client, store Store, o TokensOptions) *Tokens {
	if o.Locker == nil {
		o.Locker = NewLocker()
	}
	if o.Observe == nil {
		o.Observe = func(Renewal) {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Tokens{
		lg: lg, client: client, store: store, locker: o.Locker, observe: o.Observe,
		ctx: ctx, cancel: cancel, sources: map[string]*Source{},
	}
}

// Format prints nothing of what is held: some verbs follow pointers to secrets.
func (t *Tokens) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "the tokens of portals") }

// Source is where a portal's tokens come from, the same each time. It makes no
// call. It is kept for good, so ask for portals that are connected, and not for
// whatever somebody names.
func (t *Tokens) Source(portalID string) *Source {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.sources[portalID]
	if s == nil {
		s = &Source{tokens: t, portalID: portalID}
		t.sources[portalID] = s
	}
	return s
}

// Forget has what the store says of a portal read again before its next token is
// given out. Call it when the connection was changed, here or by another process.
// Without, a change is noticed within half a minute.
func (t *Tokens) Forget(portalID string) {
	t.mu.Lock()
	s := t.sources[portalID]
	t.mu.Unlock()
	if s != nil {
		s.forget()
	}
}

// Close ends what runs in the background. A token that HubSpot is just renewing is
// waited for and stored, for its refresh token may be a new one; that takes some
// seconds at most.
func (t *Tokens) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.cancel()
	t.flights.Wait()
}

// begin runs f in the background, unless it is too late for that.
func (t *Tokens) begin(f func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.flights.Go(f)
	return true
}
