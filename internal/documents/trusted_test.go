package documents_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hubgraph/hubgraph/internal/documents"
)

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReload takes a document away and puts another in its place, and changes
// nothing while one of the files is broken.
func TestReload(t *testing.T) {
	a, b := manifest(t, fmt.Sprintf("{%q: %q}", hash(contacts), contacts)), manifest(t, fmt.Sprintf("{%q: %q}", relayID, deals))
	s, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{Files: []string{a, b}, Mode: documents.Enforce})
	if err != nil {
		t.Fatal(err)
	}
	trusts := func(query string) bool {
		_, err := s.Resolve(t.Context(), documents.Request{Query: text(query)})
		return err == nil
	}
	write(t, a, fmt.Sprintf("{%q: %q}", hash(other), other))
	write(t, b, `{"x": "{"}`)
	if err := s.Reload(); err == nil || !strings.Contains(err.Error(), `document "x"`) {
		t.Errorf("a broken file: %v", err)
	}
	if !trusts(contacts) || !trusts(deals) || trusts(other) {
		t.Error("a file with a mistake has changed what is trusted")
	}
	write(t, b, fmt.Sprintf("{%q: %q}", relayID, deals))
	if err := s.Reload(); err != nil || s.Trusted() != 2 {
		t.Fatalf("Reload: %v, %d documents", err, s.Trusted())
	}
	if trusts(contacts) || !trusts(deals) || !trusts(other) {
		t.Error("what is trusted is not what the files hold")
	}
}

// TestReloadUnderWay reloads while requests come: each sees one of the states.
func TestReloadUnderWay(t *testing.T) {
	file := manifest(t, fmt.Sprintf("{%q: %q}", "name", contacts))
	s, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{Files: []string{file}, Mode: documents.Enforce})
	if err != nil {
		t.Fatal(err)
	}
	stop, asked := make(chan struct{}), make(chan struct{}, 1)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				got, err := s.Resolve(context.Background(), documents.Request{DocumentID: "name"})
				if err != nil || *got != contacts && *got != deals {
					t.Errorf("Resolve = %v, %v", got, err)
				}
				select {
				case asked <- struct{}{}:
				case <-stop:
					return
				}
			}
		})
	}
	for i := range 50 {
		write(t, file, fmt.Sprintf("{%q: %q}", "name", []string{contacts, deals}[i%2]))
		if err := s.Reload(); err != nil {
			t.Error(err)
		}
		<-asked
	}
	close(stop)
	wg.Wait()
}

func TestMisfits(t *testing.T) {
	s, err := documents.Open(slog.New(slog.DiscardHandler), documents.Options{Files: []string{manifest(t, `{"c": "{ x }", "a": "{ x }", "b": "{ y }"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	wrong := errors.New("no field x")
	admit := func(text string) error {
		asked = append(asked, text)
		if text == "{ x }" {
			return wrong
		}
		return nil
	}
	names := func(of []documents.Misfit) (names []string) {
		for _, m := range of {
			if m.Err != wrong {
				t.Errorf("%s: %v", m.Name, m.Err)
			}
			names = append(names, m.Name)
		}
		return names
	}
	if diff := cmp.Diff([]string{"a", "c"}, names(s.Misfits(t.Context(), admit))); diff != "" {
		t.Errorf("misfits (-want +got):\n%s", diff)
	}
	if slices.Sort(asked); !slices.Equal(asked, []string{"{ x }", "{ y }"}) {
		t.Errorf("asked about %q, want each text once", asked)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got := s.Misfits(ended, admit); len(got) > 0 {
		t.Errorf("misfits after the end: %v", got)
	}
}
