// Package documents finds the GraphQL document of a request that names it
// instead of sending it, and says which documents may be sent at all.
//
// There are two kinds. Trusted documents are in files that a client's build
// makes, of all that the client will ever ask; whoever enforces them lets nothing
// else through. Automatically persisted ones are whatever somebody sent once
// together with its SHA-256 hash, so that the hash is enough from then on; they
// save bytes and prove nothing.
package documents

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hubgraph/hubgraph/internal/lru"
)

// A Mode says what becomes of a document that is not trusted.
type Mode string

const (
	// Off lets every document through.
	Off Mode = "off"
	// Log lets every document through and logs those that are not trusted.
	Log Mode = "log"
	// Enforce refuses documents that are not trusted.
	Enforce Mode = "enforce"
)

type modeKey struct{}

// WithMode returns a context whose requests have a mode of their own, such as
// that of the API key they came with, in place of the store's.
func WithMode(ctx context.Context, mode Mode) context.Context {
	return context.WithValue(ctx, modeKey{}, mode)
}

// Options are what a [Store] can be told.
type Options struct {
	// Files are manifests of trusted documents, see [Open].
	Files []string
	// Mode is that of requests whose context has none; the zero value is [Off].
	Mode Mode
	// CacheBytes bounds the memory of automatically persisted documents; 0 keeps
	// none.
	CacheBytes int
}

// A Store is all documents that requests can name. It is safe for concurrent
// use.
type Store struct {
	lg      *slog.Logger
	mode    Mode
	files   []string
	reading sync.Mutex                 // one Reload at a time
	trusted atomic.Pointer[trusted]    // replaced as a whole
	kept    *lru.Cache[string, string] // texts by their hashes; nil if none are kept
	logged  *lru.Cache[string, bool]   // hashes of untrusted documents that the log has
}

const (
	keptOverhead = 300     // bytes of an entry besides its text, about
	loggedHashes = 100_000 // more of them are logged again now and then
)

// Open reads the files of trusted documents: one JSON object each, from a name,
// which is a hash as a rule, to the text of a document. graphql-codegen writes
// such files as persisted-documents.json, and Relay's compiler to the file of its
// persistConfig. All that is wrong with them is in the error, one mistake a line.
func Open(lg *slog.Logger, opts Options) (*Store, error) {
	trusted, err := readManifests(opts.Files)
	if err != nil {
		return nil, err
	}
	s := &Store{lg: lg, mode: cmp.Or(opts.Mode, Off), files: slices.Clone(opts.Files), logged: lru.New[string, bool](loggedHashes)}
	s.trusted.Store(trusted)
	if opts.CacheBytes > 0 {
		s.kept = lru.New[string, string](opts.CacheBytes)
	}
	return s, nil
}

// modeOf is the mode of a request.
func (s *Store) modeOf(ctx context.Context) Mode {
	if mode, ok := ctx.Value(modeKey{}).(Mode); ok {
		return mode
	}
	return s.mode
}

// hashOf is the SHA-256 hash of a text, in lower-case hexadecimal digits.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// logOnce logs a document that enforcing would refuse. Its text may hold what
// is nobody's business: the hash is enough to find it in the client's source.
func (s *Store) logOnce(hash, operation string) {
	if _, ok := s.logged.Get(hash); ok {
		return
	}
	s.logged.Add(hash, true, 1)
	s.lg.Warn("untrusted document", "sha256", hash, "operation", clip(operation))
}

// clip bounds what a client chose.
func clip(text string) string {
	const most = 80
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
