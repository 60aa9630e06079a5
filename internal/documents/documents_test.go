package documents_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hubgraph/hubgraph/internal/documents"
)

const (
	contacts = "query Contacts { contacts { nodes { id } } }"
	deals    = "query Deals { deals { nodes { id } } }"
	other    = `query Other { contact(by: {email: "ada@example.com"}) { id } }`
)

// relayID is a name that is no SHA-256 hash, as Relay's are.
const relayID = "5f9f5a0b8dca1f1d7b6a1b3a0a4f4c11"

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// manifest writes a file of trusted documents.
func manifest(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// open opens a store that trusts contacts by its hash and deals by Relay's ID.
func open(t *testing.T, mode documents.Mode, cacheBytes int) (s *documents.Store, logs *bytes.Buffer) {
	t.Helper()
	logs = new(bytes.Buffer)
	s, err := documents.Open(slog.New(slog.NewTextHandler(logs, nil)), documents.Options{
		Files: []string{
			manifest(t, fmt.Sprintf("{%q: %q}", hash(contacts), contacts)),
			manifest(t, fmt.Sprintf("{%q: %q}", relayID, deals)),
		},
		Mode:       mode,
		CacheBytes: cacheBytes,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, logs
}

// text is a request's query.
func text(s string) *string { return &s }

func TestResolve(t *testing.T) {
	type request = documents.Request
	unknown := hash("{ x }")
	tests := []struct {
		name string
		request
		want              string // the text
		off, log, enforce string // the code instead, by mode
	}{
		{name: "text alone, trusted", request: request{Query: text(contacts)}, want: contacts},
		{name: "text alone, trusted by another name", request: request{Query: text(deals)}, want: deals},
		{name: "text alone", request: request{Query: text(other)}, want: other, enforce: "UNTRUSTED_DOCUMENT"},
		{name: "trusted text with a space more", request: request{Query: text(contacts + " ")}, want: contacts + " ", enforce: "UNTRUSTED_DOCUMENT"},
		{name: "empty text", request: request{Query: text("")}, want: "", enforce: "UNTRUSTED_DOCUMENT"},

		{name: "documentId that is a hash", request: request{DocumentID: hash(contacts)}, want: contacts},
		{name: "documentId that says so", request: request{DocumentID: "sha256:" + hash(contacts)}, want: contacts},
		{name: "documentId of Relay", request: request{DocumentID: relayID}, want: deals},
		{name: "hash of a document with another name", request: request{DocumentID: "sha256:" + hash(deals)}, want: deals},
		{name: "hash of Apollo", request: request{Hash: hash(contacts)}, want: contacts},
		{name: "hash of Apollo that says so", request: request{Hash: "sha256:" + hash(contacts)}, want: contacts},
		{name: "name of Relay as Apollo's hash", request: request{Hash: relayID}, want: deals},
		{name: "both of one document", request: request{DocumentID: "sha256:" + hash(contacts), Hash: hash(contacts)}, want: contacts},
		{name: "both of two", request: request{DocumentID: relayID, Hash: hash(contacts)}, off: "BAD_USER_INPUT", log: "BAD_USER_INPUT", enforce: "BAD_USER_INPUT"},
		{name: "an unknown hash", request: request{Hash: unknown}, off: "PERSISTED_QUERY_NOT_FOUND", log: "PERSISTED_QUERY_NOT_FOUND", enforce: "PERSISTED_QUERY_NOT_FOUND"},
		{name: "an unknown name", request: request{DocumentID: "x-1"}, off: "PERSISTED_QUERY_NOT_FOUND", log: "PERSISTED_QUERY_NOT_FOUND", enforce: "PERSISTED_QUERY_NOT_FOUND"},
		{name: "a name in capitals", request: request{DocumentID: strings.ToUpper(relayID)}, off: "PERSISTED_QUERY_NOT_FOUND", log: "PERSISTED_QUERY_NOT_FOUND", enforce: "PERSISTED_QUERY_NOT_FOUND"},

		{name: "text and its name", request: request{Query: text(deals), DocumentID: relayID}, want: deals},
		{name: "text and its hash", request: request{Query: text(contacts), Hash: hash(contacts)}, want: contacts},
		{name: "text and its hash, not trusted", request: request{Query: text(other), Hash: hash(other)}, want: other, enforce: "UNTRUSTED_DOCUMENT"},
		{name: "text under the name of another", request: request{Query: text(other), DocumentID: relayID}, off: "BAD_USER_INPUT", log: "BAD_USER_INPUT", enforce: "BAD_USER_INPUT"},
		{name: "text under the hash of another", request: request{Query: text(other), Hash: hash(contacts)}, off: "BAD_USER_INPUT", log: "BAD_USER_INPUT", enforce: "BAD_USER_INPUT"},
		{name: "text under a name that nobody knows", request: request{Query: text(other), DocumentID: "x-1"}, off: "BAD_USER_INPUT", log: "BAD_USER_INPUT", enforce: "BAD_USER_INPUT"},
	}
	for _, tt := range tests {
		for mode, code := range map[documents.Mode]string{documents.Off: tt.off, documents.Log: tt.log, documents.Enforce: tt.enforce} {
			t.Run(tt.name+"/"+string(mode), func(t *testing.T) {
				// By the store's mode, and by the request's in a store with another.
				s, logs := open(t, mode, 1<<20)
				got, err := s.Resolve(t.Context(), tt.request)
				check(t, got, err, tt.want, code)
				if (logs.Len() > 0) != (mode == documents.Log && tt.enforce == "UNTRUSTED_DOCUMENT") {
					t.Errorf("log: %s", logs)
				}
				s, _ = open(t, map[documents.Mode]documents.Mode{documents.Off: documents.Enforce, documents.Log: documents.Off, documents.Enforce: documents.Off}[mode], 1<<20)
				got, err = s.Resolve(documents.WithMode(t.Context(), mode), tt.request)
				check(t, got, err, tt.want, code)
			})
		}
	}
}

func check(t *testing.T, got *string, err error, want, code string) {
	t.Helper()
	if code == "" {
		if err != nil || got == nil || *got != want {
			t.Errorf("Resolve = %v, %v, want %q", got, err, want)
		}
		return
	}
	if refused, ok := errors.AsType[*documents.Error](err); !ok || refused.Code != code || refused.Message == "" || got != nil {
		t.Errorf("Resolve = %v, %v, want code %s", got, err, code)
	}
}

func TestRequestAboutNothing(t *testing.T) {
	s, _ := open(t, documents.Enforce, 0)
	if got, err := s.Resolve(t.Context(), documents.Request{}); got != nil || err != nil {
		t.Errorf("Resolve = %v, %v, want neither", got, err)
	}
}

// TestAutomaticallyPersisted goes Apollo's way: the hash, the text, the hash.
func TestAutomaticallyPersisted(t *testing.T) {
	s, _ := open(t, documents.Off, 1<<20)
	byHash, withText := documents.Request{Hash: hash(other)}, documents.Request{Query: text(other), Hash: hash(other)}
	_, err := s.Resolve(t.Context(), byHash)
	check(t, nil, err, "", "PERSISTED_QUERY_NOT_FOUND")
	if err == nil || err.Error() != "PersistedQueryNotFound" {
		t.Errorf("message = %v, want the one that clients compare", err)
	}
	got, err := s.Resolve(t.Context(), withText)
	check(t, got, err, other, "")
	for _, by := range []documents.Request{byHash, {DocumentID: "sha256:" + hash(other)}} {
		got, err = s.Resolve(t.Context(), by)
		check(t, got, err, other, "")
	}
	// What was persisted by one who may is not there for one who may not.
	enforced := documents.WithMode(t.Context(), documents.Enforce)
	_, err = s.Resolve(enforced, byHash)
	check(t, nil, err, "", "PERSISTED_QUERY_NOT_FOUND")
	// What came without a hash, or was refused, is not kept.
	if _, err := s.Resolve(t.Context(), documents.Request{Query: text("{ y }")}); err != nil {
		t.Error(err)
	}
	_, _ = s.Resolve(enforced, documents.Request{Query: text("{ z }"), Hash: hash("{ z }")})
	for _, unkept := range []string{"{ y }", "{ z }"} {
		_, err = s.Resolve(t.Context(), documents.Request{Hash: hash(unkept)})
		check(t, nil, err, "", "PERSISTED_QUERY_NOT_FOUND")
	}
}

func TestNothingIsPersisted(t *testing.T) {
	s, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Resolve(t.Context(), documents.Request{Query: text(other), Hash: hash(other)})
	check(t, got, err, other, "")
	_, err = s.Resolve(t.Context(), documents.Request{Hash: hash(other)})
	check(t, nil, err, "", "PERSISTED_QUERY_NOT_SUPPORTED")
	if err == nil || err.Error() != "PersistedQueryNotSupported" {
		t.Errorf("message = %v, want the one that clients compare", err)
	}
}

// TestPersistedIsBounded persists more than there is room for, from many
// clients at once.
func TestPersistedIsBounded(t *testing.T) {
	const room, each = 1 << 20, 10_000
	s, _ := open(t, documents.Off, room)
	document := func(i int) string { return fmt.Sprintf("{ x%d } #%s", i, strings.Repeat("x", each)) }
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			for i := range 100 {
				d := document(client*100 + i)
				if _, err := s.Resolve(context.Background(), documents.Request{Query: &d, Hash: hash(d)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	kept := 0
	for i := range 400 {
		if got, _ := s.Resolve(t.Context(), documents.Request{Hash: hash(document(i))}); got != nil {
			kept++
		}
	}
	if kept > room/each || kept < room/each*9/10 {
		t.Errorf("%d documents of %d bytes are kept, want what fits into %d", kept, each, room)
	}
	huge := "{ x } #" + strings.Repeat("x", room)
	if got, err := s.Resolve(t.Context(), documents.Request{Query: &huge, Hash: hash(huge)}); err != nil || got == nil {
		t.Errorf("a document that is not kept: %v", err)
	}
}

// TestLogged holds that each document is logged once, and its text never.
func TestLogged(t *testing.T) {
	s, logs := open(t, documents.Log, 1<<20)
	for range 3 {
		for _, r := range []documents.Request{
			{Query: text(other), Operation: "Other"},
			{Query: text(other), Hash: hash(other), Operation: "Other"},
			{Hash: hash(other), Operation: "Other"},
		} {
			if _, err := s.Resolve(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := logs.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, hash(other)) || !strings.Contains(got, "operation=Other") || strings.Contains(got, "ada@") {
		t.Errorf("log = %q, want one line with hash and operation, and no text", got)
	}
}
