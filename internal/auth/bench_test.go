package auth

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkAuthenticate finds a key among a thousand, all of which are compared.
func BenchmarkAuthenticate(b *testing.B) {
	var entries []string
	var key string
	for i := range 1000 {
		key = NewKey()
		entries = append(entries, entry(fmt.Sprint(i), HashKey(key), ""))
	}
	d, err := Parse([]byte(`{"keys": [`+strings.Join(entries, ",")+`]}`), Options{})
	if err != nil {
		b.Fatal(err)
	}
	a, err := New(b.Context(), slog.New(slog.DiscardHandler), d)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	r := &http.Request{Header: http.Header{"X-Api-Key": {key}}}
	for b.Loop() {
		if _, refusal := a.Authenticate(r); refusal != nil {
			b.Fatal(refusal.Message)
		}
	}
}
