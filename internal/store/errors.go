package store

import (
	"errors"

	"github.com/hubgraph/hubgraph/internal/seal"
)

// Kinds of errors, for [errors.Is].
var (
	// ErrNotFound means that the portal, or its snapshot, is not kept.
	ErrNotFound = errors.New("not found in the store")
	// ErrConflict means that somebody else was faster: read again, and decide anew.
	ErrConflict = errors.New("changed in the meantime")
	// ErrInvalid means that a Connection or Snapshot says what cannot be.
	ErrInvalid = errors.New("cannot be stored")
	// ErrSealed means that what is kept cannot be decrypted: the keyset lacks the key,
	// which the error names, or the database was tampered with.
	ErrSealed = seal.ErrSealed
)
