package graphqlhttp

import (
	"slices"
	"strings"
	"testing"

	"github.com/hubgraph/hubgraph/internal/export"
)

func TestNegotiate(t *testing.T) {
	const neither = ""
	for _, tt := range []struct {
		name   string
		accept []string
		want   string
	}{
		{"no header", nil, mediaJSON},
		{"an empty header", []string{""}, mediaJSON},
		{"anything", []string{"*/*"}, mediaJSON},
		{"any application", []string{"application/*"}, mediaJSON},
		{"plain JSON", []string{"application/json"}, mediaJSON},
		{"plain JSON in capitals", []string{"Application/JSON; Charset=UTF-8"}, mediaJSON},
		{"the response type", []string{"application/graphql-response+json"}, mediaResponse},
		{"both, the first wins", []string{"application/json, application/graphql-response+json"}, mediaJSON},
		{"both, the other way round", []string{"application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"}, mediaResponse},
		{"Apollo Client", []string{"application/graphql-response+json,application/json;q=0.9"}, mediaResponse},
		{"urql", []string{"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"}, mediaResponse},
		{"event streams first", []string{"text/event-stream, application/json"}, mediaJSON},
		{"a browser's address bar", []string{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}, mediaJSON},
		{"Java", []string{"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}, mediaJSON},
		{"weights before order", []string{"application/json;q=0.1, application/graphql-response+json;q=0.9"}, mediaResponse},
		{"a small difference", []string{"application/json;q=0.998, application/graphql-response+json;q=0.999"}, mediaResponse},
		{"a weight of nothing refuses", []string{"application/graphql-response+json;q=0, application/json;q=0.1"}, mediaJSON},
		{"two headers", []string{"application/json;q=0.5", "application/graphql-response+json"}, mediaResponse},
		{"a weight that is none", []string{"application/graphql-response+json;q=high, application/json;q=0.1"}, mediaJSON},
		{"a weight above one", []string{"application/graphql-response+json;q=7, application/json;q=0.1"}, mediaJSON},
		{"a weight that is no number", []string{"application/graphql-response+json;q=NaN, application/json;q=0.1"}, mediaJSON},
		{"the exact range before the wildcard", []string{"*/*, application/graphql-response+json"}, mediaResponse},
		{"an exact range lowers what a wildcard raises", []string{"*/*, application/json;q=0.5"}, mediaResponse},
		{"anything but plain JSON", []string{"application/json;q=0, */*"}, mediaResponse},
		{"plain JSON and nothing else", []string{"application/json, */*;q=0"}, mediaJSON},
		{"a comma in quotes", []string{`text/html;x="a, application/graphql-response+json", application/json`}, mediaJSON},
		{"nonsense beside a type", []string{",;/, application/graphql-response+json"}, mediaResponse},
		{"nonsense alone", []string{",;/"}, mediaJSON},
		{"a table", []string{"text/csv"}, string(export.CSV)},
		{"lines", []string{"application/x-ndjson"}, string(export.NDJSON)},
		{"a table before all else", []string{"text/csv, */*;q=0.1"}, string(export.CSV)},
		{"a table, named first", []string{"text/csv; header=present, application/json"}, string(export.CSV)},
		{"a table, if need be", []string{"application/json, text/csv;q=0.5"}, mediaJSON},
		{"no table", []string{"text/csv;q=0, application/x-ndjson"}, string(export.NDJSON)},

		{"a type that is not spoken", []string{"text/html"}, neither},
		{"several that are not", []string{"text/event-stream, multipart/mixed;q=0.9"}, neither},
		{"any text", []string{"text/*"}, neither},
		{"nothing at all", []string{"*/*;q=0"}, neither},
		{"both refused", []string{"application/json;q=0, application/graphql-response+json;q=0"}, neither},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := negotiate(tt.accept)
			if !ok {
				got = neither
			}
			if got != tt.want {
				t.Errorf("negotiate(%q) = %q, want %q", tt.accept, got, tt.want)
			}
		})
	}
}

// FuzzNegotiate holds that what is answered in is always one of the four types,
// that a header decides alike however it is cut into fields, and that a client
// which takes one of them explicitly and fully is not turned away.
func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{"", "*/*", "application/json;q=0.1, */*;q=0", `a/b;c="d,e\"",x`, ",;/,=", "text/html;q=NaN"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got, ok := negotiate([]string{header})
		if !slices.Contains([]string{mediaJSON, mediaResponse, string(export.CSV), string(export.NDJSON)}, got) {
			t.Fatalf("negotiate(%q) = %q", header, got)
		}
		parts := splitList(header)
		if joined := strings.Join(parts, ","); joined != header {
			t.Fatalf("splitList(%q) = %q, which joins to %q", header, parts, joined)
		}
		if again, okAgain := negotiate(parts); again != got || okAgain != ok {
			t.Fatalf("negotiate(%q) = %q, %t, but %q, %t in fields of their own", header, got, ok, again, okAgain)
		}
		if _, ok := negotiate([]string{mediaResponse, header}); !ok && !strings.Contains(strings.ToLower(header), mediaResponse) {
			t.Fatalf("negotiate(%q, %q) takes neither", mediaResponse, header)
		}
	})
}
