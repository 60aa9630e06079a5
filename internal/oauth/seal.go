package oauth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A Sealer encrypts and authenticates what browsers keep for us. All replicas
// need the same keys, for any of them may be the one that a browser comes back to.
type Sealer interface {
	// Seal encrypts plain. Only Open with the same purpose returns it.
	Seal(plain, purpose []byte) ([]byte, error)
	// Open fails if anything but Seal with this purpose made sealed.
	Open(sealed, purpose []byte) ([]byte, error)
}

// NewSealer returns a Sealer with a key that only this process has and that ends
// with it: for a server without replicas.
func NewSealer() (Sealer, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a sealing key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make a sealing key: %w", err)
	}
	return processSealer{aead}, nil
}

type processSealer struct{ aead cipher.AEAD }

func (s processSealer) Seal(plain, purpose []byte) ([]byte, error) {
	return s.aead.Seal(nil, nil, plain, purpose), nil //nolint:gosec // this kind of AEAD makes a nonce of its own
}

func (s processSealer) Open(sealed, purpose []byte) ([]byte, error) {
	return s.aead.Open(nil, nil, sealed, purpose)
}

// maxSealedBytes is far above what is sealed here, and what browsers keep.
const maxSealedBytes = 4096

var errSealBroken = errors.New("not sealed by us, or too long ago")

// sealed is what stands in a cookie or a form.
type sealed struct {
	Until int64           `json:"until"` // Unix seconds
	Value json.RawMessage `json:"value"`
}

// seal makes text of v that open reads until then, for the same purpose.
func seal(s Sealer, purpose string, v any, until time.Time) (string, error) {
	value, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("seal a %s: %w", purpose, err)
	}
	plain, err := json.Marshal(sealed{until.Unix(), value})
	if err != nil {
		return "", fmt.Errorf("seal a %s: %w", purpose, err)
	}
	box, err := s.Seal(plain, []byte("hubgraph "+purpose))
	if err != nil {
		return "", fmt.Errorf("seal a %s: %w", purpose, err)
	}
	return base64.RawURLEncoding.EncodeToString(box), nil
}

// open reads into v what seal made. Its error says nothing of the text.
func open(s Sealer, purpose, text string, v any) error {
	if text == "" || len(text) > maxSealedBytes {
		return errSealBroken
	}
	box, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return errSealBroken
	}
	plain, err := s.Open(box, []byte("hubgraph "+purpose))
	if err != nil {
		return errSealBroken
	}
	var b sealed
	if err := json.Unmarshal(plain, &b); err != nil || time.Now().Unix() >= b.Until {
		return errSealBroken
	}
	if err := json.Unmarshal(b.Value, v); err != nil {
		return errSealBroken
	}
	return nil
}
