package connect

import (
	"github.com/hubgraph/hubgraph/internal/oauth"
	"github.com/hubgraph/hubgraph/internal/seal"
	"github.com/hubgraph/hubgraph/internal/store"
)

// Sealer seals what browsers keep with the keys of the store, which all replicas
// have.
func Sealer(s *store.Store) oauth.Sealer { return sealer{s} }

type sealer struct{ store *store.Store }

func (s sealer) place(purpose []byte) seal.Place {
	return seal.Place{Column: "browser/" + string(purpose)}
}

// Seal implements [oauth.Sealer].
func (s sealer) Seal(plain, purpose []byte) ([]byte, error) {
	return s.store.Keys().Seal(plain, s.place(purpose))
}

// Open implements [oauth.Sealer].
func (s sealer) Open(sealed, purpose []byte) ([]byte, error) {
	return s.store.Keys().Open(sealed, s.place(purpose))
}
