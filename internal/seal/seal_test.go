package seal

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

var token = Place{Portal: "123", Column: "access_token"}

func newKeyset(t testing.TB) []byte {
	t.Helper()
	text, err := NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parse(t testing.TB, text []byte) *Keys {
	t.Helper()
	keys, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func mustSeal(t testing.TB, keys *Keys, plain string, at Place) []byte {
	t.Helper()
	sealed, err := keys.Seal([]byte(plain), at)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealedOpensAtItsPlaceAlone(t *testing.T) {
	keys := parse(t, newKeyset(t))
	sealed := mustSeal(t, keys, "pat-eu1-secret", token)
	if bytes.Contains(sealed, []byte("secret")) {
		t.Errorf("Seal left the text readable: %q", sealed)
	}
	plain, err := keys.Open(sealed, token)
	if err != nil || string(plain) != "pat-eu1-secret" {
		t.Errorf("Open = %q, %v", plain, err)
	}
	for _, elsewhere := range []Place{
		{Portal: "124", Column: "access_token"},
		{Portal: "123", Column: "refresh_token"},
		{Portal: "", Column: "access_token"},
		{Portal: "access_token", Column: "123"},
	} {
		if _, err := keys.Open(sealed, elsewhere); !errors.Is(err, ErrSealed) {
			t.Errorf("Open at %v: %v, want ErrSealed", elsewhere, err)
		}
	}
}

func TestEveryByteCounts(t *testing.T) {
	keys := parse(t, newKeyset(t))
	sealed := mustSeal(t, keys, "pat-eu1-secret", token)
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := keys.Open(altered, token); !errors.Is(err, ErrSealed) {
			t.Errorf("byte %d altered: %v, want ErrSealed", i, err)
		}
		if _, err := keys.Open(sealed[:i], token); !errors.Is(err, ErrSealed) {
			t.Errorf("cut at %d: %v, want ErrSealed", i, err)
		}
	}
}

func TestMissingKeyIsNamed(t *testing.T) {
	theirs, ours := parse(t, newKeyset(t)), parse(t, newKeyset(t))
	_, err := ours.Open(mustSeal(t, theirs, "x", token), token)
	if want := fmt.Sprintf("sealed with key %d", theirs.Primary()); !errors.Is(err, ErrSealed) || !strings.Contains(err.Error(), want) {
		t.Errorf("Open = %v, want ErrSealed with %q", err, want)
	}
}

// TestRotation goes through the four steps with two replicas, of which one is
// always a step behind.
func TestRotation(t *testing.T) {
	first := newKeyset(t)
	added, keyID, err := AddKey(first)
	if err != nil {
		t.Fatal(err)
	}
	promoted, err := PromoteKey(added, keyID)
	if err != nil {
		t.Fatal(err)
	}
	steps := [][]byte{first, added, promoted}
	for i := range steps[1:] {
		behind, ahead := parse(t, steps[i]), parse(t, steps[i+1])
		for _, way := range [][2]*Keys{{behind, ahead}, {ahead, behind}} {
			if plain, err := way[1].Open(mustSeal(t, way[0], "x", token), token); err != nil || string(plain) != "x" {
				t.Errorf("between step %d and the next: Open = %q, %v", i, plain, err)
			}
		}
	}
	if got := parse(t, promoted).Primary(); got != keyID {
		t.Errorf("primary is %d after PromoteKey(%d)", got, keyID)
	}
	old := parse(t, first).Primary()
	if _, err := DropKey(promoted, keyID); err == nil {
		t.Error("DropKey took the primary key")
	}
	dropped, err := DropKey(promoted, old)
	if err != nil {
		t.Fatal(err)
	}
	if last := parse(t, dropped); last.Has(old) || !last.Has(keyID) {
		t.Errorf("after DropKey(%d): has it %v, has %d %v", old, last.Has(old), keyID, last.Has(keyID))
	}
	for _, op := range []func([]byte, uint32) ([]byte, error){PromoteKey, DropKey} {
		if _, err := op(dropped, old); err == nil || !strings.Contains(err.Error(), fmt.Sprint(keyID)) {
			t.Errorf("a key that is gone: %v, want an error with the keys there are", err)
		}
	}
}

func TestRotateKeysetReadsTheOld(t *testing.T) {
	first := newKeyset(t)
	sealed := mustSeal(t, parse(t, first), "x", token)
	rotated, keyID, err := RotateKeyset(first)
	if err != nil {
		t.Fatal(err)
	}
	keys := parse(t, rotated)
	if keys.Primary() != keyID {
		t.Errorf("primary is %d, want %d", keys.Primary(), keyID)
	}
	if _, err := keys.Open(sealed, token); err != nil {
		t.Error(err)
	}
}

func TestParseRefuses(t *testing.T) {
	good := string(newKeyset(t))
	const secret = "c2VjcmV0LWtleS1tYXRlcmlhbA=="
	for name, test := range map[string]struct{ text, want string }{
		"nothing":       {" \n", "is empty"},
		"no JSON":       {"{" + secret, "no JSON"},
		"cut":           {good[:len(good)/2], "no JSON"},
		"another JSON":  {`{"keys":["` + secret + `"]}`, "no keyset of Tink"},
		"array":         {`["` + secret + `"]`, "no keyset of Tink"},
		"no keys":       {`{"primaryKeyId":1,"key":[]}`, "empty keyset"},
		"encrypted":     {`{"encryptedKeyset":"` + secret + `"}`, "is encrypted"},
		"too large":     {strings.Repeat(" ", 10) + `"` + strings.Repeat("a", maxKeysetBytes) + `"`, "more than"},
		"raw":           {strings.Replace(good, `"TINK"`, `"RAW"`, 1), "outputPrefixType"},
		"other key":     {strings.Replace(good, "XChaCha20Poly1305Key", "HmacKey", 1), "other than AEAD"},
		"damaged key":   {strings.Replace(good, `"value":"`, `"value":"`+secret[:8], 1), "damaged"},
		"disabled":      {strings.Replace(good, "ENABLED", "DISABLED", 1), "primary"},
		"wrong primary": {strings.Replace(good, `"primaryKeyId":`, `"primaryKeyId":1`, 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("Parse = %v, want an error with %q", err, test.want)
			}
			if strings.Contains(err.Error(), secret[:8]) {
				t.Errorf("the error quotes the keyset: %v", err)
			}
			if _, _, err := AddKey([]byte(test.text)); err == nil {
				t.Error("AddKey took what Parse refuses")
			}
		})
	}
}

func TestKeysPrintRedacted(t *testing.T) {
	keys := parse(t, newKeyset(t))
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("keys", "keys", keys)
	for _, text := range []string{fmt.Sprint(keys), fmt.Sprintf("%+v %#v %s", keys, keys, keys), logged.String()} {
		if !strings.Contains(text, "REDACTED") || strings.Contains(text, "enabled") {
			t.Errorf("printed %q", text)
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	keys := parse(b, newKeyset(b))
	plain := make([]byte, 16<<20)
	sealed, err := keys.Seal(plain, token)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		if _, err := keys.Open(sealed, token); err != nil {
			b.Fatal(err)
		}
	}
}
