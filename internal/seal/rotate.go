package seal

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// NewKeyset makes a keyset of one new key. The result is a secret.
func NewKeyset() ([]byte, error) {
	m := keyset.NewManager()
	if _, err := addPrimary(m); err != nil {
		return nil, err
	}
	return write(m)
}

// RotateKeyset adds a key and makes it the primary at once, which is right for one
// replica alone: others could not read what it seals. It returns the new key's ID too.
func RotateKeyset(text []byte) (rotated []byte, keyID uint32, err error) {
	return extend(text, addPrimary)
}

// AddKey adds a key that opens and does not seal, and returns its ID too.
func AddKey(text []byte) (added []byte, keyID uint32, err error) {
	return extend(text, add)
}

func extend(text []byte, by func(*keyset.Manager) (uint32, error)) (extended []byte, keyID uint32, err error) {
	m, _, err := manage(text)
	if err != nil {
		return nil, 0, err
	}
	if keyID, err = by(m); err != nil {
		return nil, 0, err
	}
	extended, err = write(m)
	return extended, keyID, err
}

// PromoteKey makes a key of the keyset the primary. All replicas must have it by then.
func PromoteKey(text []byte, keyID uint32) ([]byte, error) {
	m, keys, err := manage(text)
	if err != nil {
		return nil, err
	}
	if !keys.Has(keyID) {
		return nil, unknownKey(keyID, keys)
	}
	if err := m.SetPrimary(keyID); err != nil {
		return nil, fmt.Errorf("keyset: promote key %d: %w", keyID, err)
	}
	return write(m)
}

// DropKey removes a key. What lies under it cannot be opened again, ever:
// internal/store's method of the same name looks for that first.
func DropKey(text []byte, keyID uint32) ([]byte, error) {
	m, keys, err := manage(text)
	switch {
	case err != nil:
		return nil, err
	case !keys.Has(keyID):
		return nil, unknownKey(keyID, keys)
	case keys.Primary() == keyID:
		return nil, fmt.Errorf("keyset: key %d is the primary one: promote another key before dropping it", keyID)
	}
	if err := m.Delete(keyID); err != nil {
		return nil, fmt.Errorf("keyset: drop key %d: %w", keyID, err)
	}
	return write(m)
}

func unknownKey(keyID uint32, keys *Keys) error {
	return fmt.Errorf("keyset: there is no key %d: its keys are %d", keyID, keys.IDs())
}

// add takes XChaCha20-Poly1305, whose nonces are long enough to be random for any
// number of texts; AES-GCM's are not beyond some 2^32.
func add(m *keyset.Manager) (uint32, error) {
	keyID, err := m.Add(aead.XChaCha20Poly1305KeyTemplate())
	if err != nil {
		return 0, fmt.Errorf("keyset: make a key: %w", err)
	}
	return keyID, nil
}

func addPrimary(m *keyset.Manager) (uint32, error) {
	keyID, err := add(m)
	if err != nil {
		return 0, err
	}
	if err := m.SetPrimary(keyID); err != nil {
		return 0, fmt.Errorf("keyset: promote key %d: %w", keyID, err)
	}
	return keyID, nil
}

// manage refuses what Parse refuses, so that nothing is made out of it.
func manage(text []byte) (*keyset.Manager, *Keys, error) {
	handle, err := read(text)
	if err != nil {
		return nil, nil, err
	}
	keys, err := newKeys(handle)
	if err != nil {
		return nil, nil, err
	}
	return keyset.NewManagerFromHandle(handle), keys, nil
}

func write(m *keyset.Manager) ([]byte, error) {
	handle, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("keyset: %w", err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, errors.New("keyset: it cannot be written as JSON")
	}
	return text.Bytes(), nil
}
