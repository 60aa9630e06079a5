package connect

import (
	"github.com/hubgraph/hubgraph/internal/oauth"
	"github.com/hubgraph/hubgraph/internal/seal"
)

// Sealer seals what browsers keep with the keys of the store, which all replicas
// have.
func Sealer(keys *seal.Keys) oauth.Sealer { return sealer{keys} }

type sealer struct{ keys *seal.Keys }

func (s sealer) place(purpose []byte) seal.Place {
	return seal.Place{Column: "browser/" + string(purpose)}
}

// Seal implements [oauth.Sealer].
func (s sealer) Seal(plain, purpose []byte) ([]byte, error) {
	return s.keys.Seal(plain, s.place(purpose))
}

// Open implements [oauth.Sealer].
func (s sealer) Open(sealed, purpose []byte) ([]byte, error) {
	return s.keys.Open(sealed, s.place(purpose))
}
