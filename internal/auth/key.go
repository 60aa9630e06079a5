package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// KeyPrefix begins every API key, so that people and the scanners that look for
// leaked secrets know one when they see it: hg_ and 59 of a to z and 2 to 7.
const KeyPrefix = "hg_"

const (
	secretBytes = 32 // of randomness: nobody guesses it, so that a plain hash keeps it
	secretChars = 52
	sumChars    = 7
	keyChars    = len(KeyPrefix) + secretChars + sumChars
)

var keyText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewKey makes an API key. Whoever has it may ask; the gateway keeps its
// [HashKey] alone.
func NewKey() string {
	var secret [secretBytes]byte
	_, _ = rand.Read(secret[:]) // never fails, says crypto/rand
	text := KeyPrefix + keyText.EncodeToString(secret[:])
	return text + keySum(text)
}

// WellFormed reports whether a text is an API key as [NewKey] makes them: the
// checksum at its end tells one that is mistyped, cut short or made up.
func WellFormed(key string) bool {
	if len(key) != keyChars || !strings.HasPrefix(key, KeyPrefix) {
		return false
	}
	text, sum := key[:keyChars-sumChars], key[keyChars-sumChars:]
	return sum == keySum(text)
}

// keySum is the CRC-32 of a key's beginning, in the key's own alphabet.
func keySum(text string) string {
	var sum [4]byte
	binary.BigEndian.PutUint32(sum[:], crc32.ChecksumIEEE([]byte(text)))
	return keyText.EncodeToString(sum[:])
}

// HashKey is what is kept of a key: the SHA-256 of its text, in hex.
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
