package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrSealed is the kind of error of what cannot be opened.
var ErrSealed = errors.New("cannot be decrypted")

// A Place is where a sealed text belongs, and the only one where it opens.
type Place struct {
	Portal string // the portal's ID, decimal digits
	Column string // such as "refresh_token"
}

func (p Place) String() string { return p.Column + " of portal " + p.Portal }

// associatedData is no other place's: neither part holds a zero byte.
func (p Place) associatedData() []byte {
	return []byte("hubgraph\x00" + p.Column + "\x00" + p.Portal)
}

// Seal encrypts under the primary key. The result is some 45 bytes longer than plain.
func (k *Keys) Seal(plain []byte, at Place) ([]byte, error) {
	sealed, err := k.aead.Encrypt(plain, at.associatedData())
	if err != nil {
		return nil, fmt.Errorf("seal the %s: %w", at, err)
	}
	return sealed, nil
}

// Open decrypts what Seal made for the same place. Its error wraps [ErrSealed], and
// says which key is missing where that is why.
func (k *Keys) Open(sealed []byte, at Place) ([]byte, error) {
	keyID, ok := KeyID(sealed)
	switch {
	case !ok:
		return nil, fmt.Errorf("the %s %w: it is damaged", at, ErrSealed)
	case !k.Has(keyID):
		return nil, fmt.Errorf("the %s %w: it was sealed with key %d, which the keyset lacks: add that key to the keyset again", at, ErrSealed, keyID)
	}
	plain, err := k.aead.Decrypt(sealed, at.associatedData())
	if err != nil { // says nothing more
		return nil, fmt.Errorf("the %s %w: it was altered, or belongs to another portal or column", at, ErrSealed)
	}
	return plain, nil
}

// The prefix that Tink puts before a ciphertext: its format's version, and the key's
// ID as a big-endian number.
// Source: https://developers.google.com/tink/wire-format (read 2026-11-27).
const (
	prefixVersion = 1
	prefixBytes   = 5
)

// KeyID is the ID of the key that a text was sealed with, as far as the text tells.
func KeyID(sealed []byte) (keyID uint32, ok bool) {
	if len(sealed) < prefixBytes || sealed[0] != prefixVersion {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:prefixBytes]), true
}
