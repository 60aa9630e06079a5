package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// An Authenticator finds out who makes a request. Its methods may be called from
// many goroutines at once.
type Authenticator struct {
	lg      *slog.Logger
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	tokens  *subjects // the requests of those who come with tokens
	loading sync.Mutex
	current atomic.Pointer[state]
}

// state is one document in use.
type state struct {
	document *Document
	keys     jwt.Keyfunc // of the issuer; nil without one
	stop     context.CancelFunc
}

// New returns an authenticator that goes by a document. Close it when it is no
// longer used.
func New(ctx context.Context, lg *slog.Logger, d *Document) (*Authenticator, error) {
	a := &Authenticator{lg: lg, tokens: newSubjects()}
	a.ctx, a.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.Use(d); err != nil { //nolint:contextcheck // what it starts outlives ctx
		a.cancel()
		return nil, err
	}
	return a, nil
}

// Use goes by another document from now on. The requests of the last minute count
// on, and the keys of an issuer that both have stay known: it may not answer now.
func (a *Authenticator) Use(d *Document) error {
	a.loading.Lock()
	defer a.loading.Unlock()
	old := a.current.Load()
	next := &state{document: d, stop: func() {}}
	ended := func() {}
	if old != nil {
		ended = old.stop
	}
	switch {
	case d.jwt == nil:
	case old != nil && old.keys != nil && old.document.jwt.jwks == d.jwt.jwks:
		next.keys, next.stop, ended = old.keys, old.stop, func() {}
	default:
		ctx, stop := context.WithCancel(a.ctx)
		keys, err := openKeys(ctx, a.lg, d.jwt.jwks)
		if err != nil {
			stop()
			return err
		}
		next.keys, next.stop = keys, stop
	}
	var before []*storedKey
	if old != nil {
		before = old.document.keys
	}
	count(d.keys, before)
	a.current.Store(next)
	ended()
	return nil
}

// count gives the keys with a bound their windows: those of before, where they had
// one.
func count(keys, before []*storedKey) {
	windows := make(map[[sha256.Size]byte]*window, len(before))
	for _, k := range before {
		windows[k.hash] = k.principal.window
	}
	for _, k := range keys {
		if k.principal.perMinute == 0 {
			continue
		}
		if k.principal.window = windows[k.hash]; k.principal.window == nil {
			k.principal.window = newWindow(time.Now())
		}
	}
}

// Rights are those that the document in use gives, as [Document.Rights] says.
func (a *Authenticator) Rights() map[string]Rights { return a.current.Load().document.Rights() }

// Close ends the reading of an issuer's keys. Close may be called again.
func (a *Authenticator) Close() {
	if a != nil {
		a.cancel()
	}
}

// A Refusal is why a request is not answered.
type Refusal struct {
	Status  int
	Code    string // extensions.code
	Message string
}

func unauthenticated(message string) *Refusal {
	return &Refusal{http.StatusUnauthorized, "UNAUTHENTICATED", message}
}

func forbidden(message string) *Refusal {
	return &Refusal{http.StatusForbidden, "FORBIDDEN", message}
}

const howTo = "send an API key as Authorization: Bearer hg_… or as X-API-Key: hg_…"

// Authenticate finds out who makes a request, or why it is refused.
func (a *Authenticator) Authenticate(r *http.Request) (*Principal, *Refusal) {
	credential, refusal := credentialOf(r.Header)
	if refusal != nil {
		return nil, refusal
	}
	s := a.current.Load()
	if strings.HasPrefix(credential, KeyPrefix) {
		if !WellFormed(credential) {
			return nil, unauthenticated("the API key is mistyped or cut short; copy it again")
		}
		if k := s.document.find(credential); k != nil && !k.expired(time.Now()) {
			return k.principal, nil
		}
		return nil, unauthenticated("the API key is not one of this gateway, or no longer")
	}
	if s.document.jwt == nil {
		return nil, unauthenticated("this is no API key; " + howTo)
	}
	return s.document.jwt.principal(credential, s.keys, a.tokens)
}

func (k *storedKey) expired(now time.Time) bool { return !k.expires.IsZero() && !now.Before(k.expires) }

// find looks a key up by its hash, and takes as long whichever it is.
func (d *Document) find(key string) *storedKey {
	hash := sha256.Sum256([]byte(key))
	var found *storedKey
	for _, k := range d.keys {
		if subtle.ConstantTimeCompare(hash[:], k.hash[:]) == 1 {
			found = k
		}
	}
	return found
}

// NameOf is the name of the entry that a key belongs to.
func (d *Document) NameOf(key string) (name string, ok bool) {
	if k := d.find(key); k != nil {
		return k.principal.Name, true
	}
	return "", false
}

// credentialOf is the one credential of a request. Two might be of different
// people.
func credentialOf(h http.Header) (string, *Refusal) {
	bearers, keys := h.Values("Authorization"), h.Values("X-Api-Key")
	switch {
	case len(bearers)+len(keys) == 0:
		return "", unauthenticated("who asks? " + howTo)
	case len(bearers)+len(keys) > 1:
		return "", unauthenticated("the request has several credentials; send one")
	case len(keys) == 1:
		if key := strings.TrimSpace(keys[0]); strings.HasPrefix(key, KeyPrefix) {
			return key, nil
		}
		return "", unauthenticated("X-API-Key holds no API key; " + howTo)
	}
	scheme, credential, _ := strings.Cut(bearers[0], " ")
	credential = strings.TrimSpace(credential)
	if !strings.EqualFold(scheme, "Bearer") || credential == "" {
		return "", unauthenticated("Authorization holds no bearer token; " + howTo)
	}
	return credential, nil
}
