package documents_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/documents"
)

func TestManifestMistakes(t *testing.T) {
	tests := []struct {
		name  string
		files []string // their contents
		want  []string // parts of each line
	}{
		{"not JSON", []string{"nope"}, []string{"must be one JSON object from names to texts"}},
		{"a list", []string{`[]`}, []string{"must be one JSON object from names to texts"}},
		{"no text", []string{`{"a": {"text": "{ x }"}}`}, []string{"must be one JSON object from names to texts"}},
		{"a name twice", []string{`{"a": "{ x }", "a": "{ y }"}`}, []string{"must be one JSON object from names to texts"}},
		{"empty", []string{`{}`}, []string{"has none: build the client that it is of"}},
		{"not GraphQL", []string{`{"a": "{ x }", "b": "{"}`}, []string{`document "b" of`}},
		{"fragments alone", []string{`{"a": "fragment F on Contact { id }"}`}, []string{"has no operation"}},
		{"one name for two", []string{`{"a": "{ x }"}`, `{"a": "{ y }"}`}, []string{`have different documents named "a"`}},
		{"all at once", []string{`{}`, `{"b": "{"}`}, []string{"has none", `document "b" of`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var files []string
			for _, content := range tt.files {
				files = append(files, manifest(t, content))
			}
			_, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{Files: files})
			if err == nil {
				t.Fatal("Open = nil error")
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("mistakes = %q, want %d", lines, len(tt.want))
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(lines[i], "trusted documents: ") || !strings.Contains(lines[i], want) || !strings.Contains(lines[i], files[i%len(files)]) {
					t.Errorf("mistake %q, want the file and %q", lines[i], want)
				}
			}
		})
	}
	if _, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{Files: []string{"/nowhere/documents.json"}}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	same := []string{manifest(t, `{"a": "{ x }"}`), manifest(t, `{"a": "{ x }", "b": "{ x }"}`)}
	if _, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{Files: same}); err != nil {
		t.Errorf("one document in two files and by two names: %v", err)
	}
}

// TestLyingManifest holds that a name which is another document's hash makes
// that one no trusted document.
func TestLyingManifest(t *testing.T) {
	s, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{
		Files: []string{manifest(t, fmt.Sprintf("{%q: %q}", hash(other), contacts))},
		Mode:  documents.Enforce,
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Resolve(t.Context(), documents.Request{DocumentID: hash(other)})
	check(t, got, err, contacts, "")
	for _, r := range []documents.Request{{Query: text(other)}, {Query: text(other), Hash: hash(other)}} {
		got, err = s.Resolve(t.Context(), r)
		check(t, got, err, "", "UNTRUSTED_DOCUMENT")
	}
}
