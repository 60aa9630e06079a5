package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// maxKeysetBytes is far above a keyset with a hundred keys.
const maxKeysetBytes = 64 << 10

// Keys are the keys that seal and open. They print as REDACTED, and their methods
// may be called concurrently.
type Keys struct {
	aead    tink.AEAD
	primary uint32
	enabled map[uint32]bool // by key ID
}

// Parse reads a keyset, which [NewKeyset] makes. An error never quotes it.
func Parse(text []byte) (*Keys, error) {
	handle, err := read(text)
	if err != nil {
		return nil, err
	}
	return newKeys(handle)
}

func newKeys(handle *keyset.Handle) (*Keys, error) {
	k := &Keys{enabled: make(map[uint32]bool)}
	for _, info := range handle.KeysetInfo().GetKeyInfo() {
		// Only Tink's own prefix says in the sealed text which key sealed it.
		if info.GetOutputPrefixType() != tinkpb.OutputPrefixType_TINK {
			return nil, fmt.Errorf("keyset: key %d has the prefix %s, which does not tell the key: make one whose outputPrefixType is TINK",
				info.GetKeyId(), info.GetOutputPrefixType())
		}
		k.enabled[info.GetKeyId()] = info.GetStatus() == tinkpb.KeyStatusType_ENABLED
	}
	k.primary = handle.KeysetInfo().GetPrimaryKeyId()
	var err error
	if k.aead, err = aead.New(handle); err != nil {
		return nil, errors.New("keyset: it holds keys for something other than AEAD: make one with hubgraph")
	}
	return k, nil
}

// read leaves out what the decoder says, which quotes what it was given.
func read(text []byte) (*keyset.Handle, error) {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return nil, errors.New("keyset: it is empty: make one with hubgraph")
	case len(text) > maxKeysetBytes:
		return nil, fmt.Errorf("keyset: it has %d bytes, more than the %d that a keyset may have", len(text), maxKeysetBytes)
	case !json.Valid(text):
		return nil, errors.New("keyset: it is no JSON: give the text of the keyset as hubgraph made it, from { to }")
	}
	if encrypted, err := keyset.NewJSONReader(bytes.NewReader(text)).ReadEncrypted(); err == nil && len(encrypted.GetEncryptedKeyset()) > 0 {
		return nil, errors.New("keyset: it is encrypted: give it in cleartext")
	}
	raw, err := keyset.NewJSONReader(bytes.NewReader(text)).Read()
	if err != nil {
		return nil, errors.New("keyset: it is JSON, but no keyset of Tink: make one with hubgraph")
	}
	if err := keyset.Validate(raw); err != nil { // names key IDs, no more
		return nil, fmt.Errorf("keyset: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, errors.New("keyset: it holds a damaged key, or one of a kind that is not known: make one with hubgraph")
	}
	return handle, nil
}

// Primary is the ID of the key that seals.
func (k *Keys) Primary() uint32 { return k.primary }

// IDs are those of the keys that open, in order.
func (k *Keys) IDs() []uint32 {
	var ids []uint32
	for keyID, enabled := range k.enabled {
		if enabled {
			ids = append(ids, keyID)
		}
	}
	slices.Sort(ids)
	return ids
}

// Has tells whether what was sealed under the key can be opened.
func (k *Keys) Has(keyID uint32) bool { return k.enabled[keyID] }

// String implements [fmt.Stringer].
func (*Keys) String() string { return "REDACTED" }

// GoString implements [fmt.GoStringer].
func (*Keys) GoString() string { return "REDACTED" }

// LogValue implements [slog.LogValuer].
func (*Keys) LogValue() slog.Value { return slog.StringValue("REDACTED") }
